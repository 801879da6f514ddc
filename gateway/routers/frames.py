"""One page of a template, drawn without a video around it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query

from gateway.convert import template_params
from gateway.frames import FrameMade, FrameRequest, TemplateParams, template_params_of
from gateway.parts import GatewayParts, Parts  # noqa: TC001 - FastAPI reads the annotation
from gateway.waiter import Waiting, named_in_body
from pixelle.core.v1 import core_pb2
from pixelle.render.v1 import render_pb2
from pixelle.runtime.errors import InvalidArgument, NotFound
from pixelle.text.detection import detect_language

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["router"]

router = APIRouter(prefix="/api/frame", tags=["frame"])
_UNKNOWN = frozenset({"TEMPLATE_UNKNOWN", "TEMPLATE_NOT_FOUND"})


@router.post("/render")
async def render_frame(body: FrameRequest, parts: Parts, waiter: Waiting) -> FrameMade:
    """
    Fill in a template and draw it once, as the scene of a video would be. A client that hangs up stops it.

    URLs that `image` and `template_params` name are fetched from public addresses only; a background that cannot be
    fetched is left out and named in `warnings`.
    """
    with named_in_body():
        template = await parts.checks.pages.template(body.template)
    page = render_pb2.Page(
        template=template.key,
        title=body.title or "",
        text=body.text,
        params=template_params(body.template_params),
        language=await asyncio.to_thread(detect_language, body.text),
    )
    warnings: Sequence[str] = ()
    if body.image and template.media == render_pb2.TEMPLATE_MEDIA_STATIC:
        warnings = [f"image was left out: the template {template.key!r} shows none."]
    elif body.image:
        page.visual.CopyFrom(await _visual(body.image, template, parts))
    asked = render_pb2.RenderFrameRequest(page=page)
    frame = await waiter.result(parts.services.render.RenderFrame, asked, service="render", what="frame")
    path = await parts.intake.named("frames", frame.artifact)
    return FrameMade(
        frame_path=path,
        frame_url=f"{waiter.base_url}/api/files/{path}",
        width=frame.width,
        height=frame.height,
        warnings=[*warnings, *frame.warnings],
    )


@router.get("/template/params", responses={404: {"description": "There is no such template"}})
async def params_of_template(
    template: Annotated[str, Query(min_length=1, max_length=500, description="Template key.")], parts: Parts
) -> TemplateParams:
    """The values that a template can be given, and the size of the picture made for it."""
    try:
        found = await parts.checks.pages.template(template)
    except InvalidArgument as error:
        if error.reason not in _UNKNOWN:
            raise
        raise NotFound(error.message, reason=error.reason, details=error.details) from error
    return TemplateParams(
        template=found.key,
        media_width=found.media_width,
        media_height=found.media_height,
        params=template_params_of(found),
    )


async def _visual(image: str, template: render_pb2.Template, parts: GatewayParts) -> core_pb2.Visual:
    """What the page shows. Raises as `Intake.must_take`, but everything was named in the body."""
    footage = template.media == render_pb2.TEMPLATE_MEDIA_VIDEO
    with named_in_body():
        taken = await parts.intake.must_take(
            image, field="image", accept=("image/", "video/") if footage else ("image/",)
        )
    moving = taken.media_type.startswith("video/")
    return core_pb2.Visual(artifact=taken, kind=core_pb2.MEDIA_KIND_VIDEO if moving else core_pb2.MEDIA_KIND_IMAGE)

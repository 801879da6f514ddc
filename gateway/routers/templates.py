"""The templates of this installation, and how each of them looks."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from gateway.frames import TemplateList, template_info
from gateway.parts import GatewayParts, Parts, base_url
from gateway.waiter import Waiting  # noqa: TC001 - FastAPI reads the annotation
from pixelle.core.v1 import core_pb2
from pixelle.media.v1 import media_pb2
from pixelle.render.v1 import render_pb2
from pixelle.runtime.errors import InvalidArgument, NotFound, PixelleError

__all__ = ["router"]

router = APIRouter(prefix="/api/resources/templates", tags=["resources"])
_TITLE, _TEXT = "The Power of Reading", "Ten pages a day add up to a dozen books a year."
_SHOWN = "an open book, books, a cup of tea, a reading lamp"
_SIDE = 640
"""Longest side of a preview, pixels."""


@router.get("")
async def list_templates(request: Request, parts: Parts) -> TemplateList:
    """What can be sent as `frame_template`. A new file in `data/templates` is seen at once."""
    questions, render = parts.checks.questions, parts.services.render
    listing = render_pb2.ListTemplatesRequest()
    found = await questions.every(render.ListTemplates, listing, "templates", "render")
    try:
        painted = bool(await _painter(parts))
    except PixelleError:  # pictures cannot be made now; templates can be named all the same
        painted = False
    # the address changes with the file, so that nobody is shown the look of yesterday
    base = f"{base_url(request, parts)}/api/resources/templates"
    return TemplateList(
        templates=[
            template_info(
                each,
                f"{base}/{quote(each.key)}/preview?of={each.sha256[:12]}"
                if painted or each.media == render_pb2.TEMPLATE_MEDIA_STATIC
                else None,
            )
            for each in sorted(found, key=lambda each: each.key)
        ],
        default=(await parts.checks.pages.template("")).key,
    )


@router.get("/{key:path}/preview", response_class=Response, responses={200: {"content": {"image/jpeg": {}}}})
async def preview_template(key: str, parts: Parts, waiter: Waiting) -> Response:
    """A small picture of a template with a sample scene: drawn when first asked for, then remembered."""
    try:
        template = await parts.checks.pages.template(key)
    except InvalidArgument as error:
        raise NotFound(error.message, reason=error.reason, details=error.details) from error
    page = render_pb2.Page(template=template.key, title=_TITLE, text=_TEXT, language="en")
    services = parts.services
    if template.media != render_pb2.TEMPLATE_MEDIA_STATIC:
        workflow = await _painter(parts)
        if not workflow:
            raise NotFound(
                f"The template {key!r} has no preview: no engine here makes its picture for nothing.",
                reason="PREVIEW_NOT_FOUND",
            )
        prompt = media_pb2.MediaPrompt(prompt=_SHOWN, width=template.media_width, height=template.media_height, seed=1)
        asked = media_pb2.GenerateImageRequest(workflow=workflow, prompt=prompt)
        visual = await waiter.result(services.media.GenerateImage, asked, service="media", what="preview")
        page.visual.CopyFrom(visual)
        page.visual.kind = core_pb2.MEDIA_KIND_IMAGE
    drawing = render_pb2.RenderFrameRequest(page=page)
    frame = await waiter.result(services.render.RenderFrame, drawing, service="render", what="preview")
    look = render_pb2.ProbeRequest(source=render_pb2.MediaSource(artifact=frame.artifact), preview_side=_SIDE)
    small = (await parts.checks.questions.ask(services.render.Probe, look, "render")).preview
    headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
    return Response(await parts.store.read(small), media_type="image/jpeg", headers=headers)


async def _painter(parts: GatewayParts) -> str:
    """The workflow key of an engine that makes pictures here, by rule and for nothing; "" when there is none."""
    media, listing = parts.services.media, media_pb2.ListEnginesRequest()
    engines: list[core_pb2.Engine] = await parts.checks.questions.every(media.ListEngines, listing, "engines", "media")
    able = (each for each in engines if each.available and each.features.images and each.features.deterministic)
    return next((each.workflow for each in able if each.workflow.startswith("local/")), "")

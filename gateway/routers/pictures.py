"""A picture or footage, without a video around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from gateway.fields import drawn
from gateway.outcome import spent
from gateway.parts import GatewayParts, Parts  # noqa: TC001 - FastAPI reads the annotation
from gateway.pictures import FOOTAGE_SECONDS, ImageMade, ImageRequest, MediaMade, MediaRequest
from gateway.tuning import tune
from gateway.waiter import Waiter, Waiting, named_in_body
from pixelle.media.v1 import media_pb2
from pixelle.runtime.errors import InvalidArgument

if TYPE_CHECKING:
    from pixelle.core.v1 import core_pb2

__all__ = ["router"]

router = APIRouter()
_ELSEWHERE = 'Ask POST /api/media/generate for it, with "media_type": "video".'


@router.post("/api/image/generate", tags=["image"])
async def generate_image(body: ImageRequest, parts: Parts, waiter: Waiting) -> ImageMade:
    """Make a picture. A client that hangs up stops it."""
    workflow = body.workflow or ""
    if workflow.rpartition("/")[2].startswith("video_"):
        raise InvalidArgument(
            f"The workflow {workflow!r} makes videos, and this endpoint makes pictures. {_ELSEWHERE}",
            reason="WORKFLOW_WRONG_KIND",
        )
    given = MediaRequest.model_validate(body.model_dump())
    visual = await _made(given, parts, waiter, f"and this endpoint makes pictures. {_ELSEWHERE}")
    path = await parts.intake.named("images", visual.artifact)
    return ImageMade(image_path=path, image_url=f"{waiter.base_url}/api/files/{path}", **_facts(visual, body))


@router.post("/api/media/generate", tags=["image"])
async def generate_media(body: MediaRequest, parts: Parts, waiter: Waiting) -> MediaMade:
    """Make a picture or footage, after a picture of yours if you like. A client that hangs up stops it."""
    film = body.media_type == "video"
    but = f"but media_type is {body.media_type!r}. Send the other one, or choose another workflow."
    visual = await _made(body, parts, waiter, but)
    path = await parts.intake.named("videos" if film else "images", visual.artifact)
    return MediaMade(
        media_path=path,
        media_url=f"{waiter.base_url}/api/files/{path}",
        media_type=body.media_type,
        duration=visual.duration_seconds if film else None,
        **_facts(visual, body),
    )


async def _made(body: MediaRequest, parts: GatewayParts, waiter: Waiter, but: str) -> core_pb2.Visual:
    """but: what is wrong with a workflow that makes the other kind, and what to do."""
    film = body.media_type == "video"
    prompt = media_pb2.MediaPrompt(prompt=body.prompt, width=body.width, height=body.height, seed=drawn(body.seed))
    tune(prompt, body)
    settings = parts.settings
    workflow = body.workflow or (settings.video_workflow if film else settings.image_workflow)
    asked: Any
    if film:
        seconds = FOOTAGE_SECONDS if body.duration is None else body.duration
        asked = media_pb2.GenerateVideoRequest(workflow=workflow, prompt=prompt, duration_seconds=seconds)
    else:
        asked = media_pb2.GenerateImageRequest(workflow=workflow, prompt=prompt)
    instead = "Install one: GET /api/resources/workflows/media says what is missing."
    checks = parts.checks
    await checks.questions.sure(lambda: checks.media.able(asked, but=but, instead=instead))
    if body.image_path:
        with named_in_body():
            given = await parts.intake.must_take(body.image_path, field="image_path", accept=("image/",))
        asked.reference.CopyFrom(given)
    media = parts.services.media
    return await waiter.result(
        media.GenerateVideo if film else media.GenerateImage, asked, service="media", what=body.media_type
    )


def _facts(visual: core_pb2.Visual, body: ImageRequest) -> dict[str, Any]:
    return {
        "width": visual.width or body.width,
        "height": visual.height or body.height,
        "seed": visual.seed,
        "engine": visual.engine,
        "attribution": visual.attribution,
        "spent": spent([visual]),
    }

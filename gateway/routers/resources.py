"""What requests can name: the workflow keys that work here now, and music."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from fastapi import APIRouter

from gateway.frames import MusicInfo, MusicList
from gateway.listings import WorkflowInfo, WorkflowList
from gateway.parts import GatewayParts, Parts  # noqa: TC001 - FastAPI reads the annotation
from pixelle.core.v1 import core_pb2
from pixelle.media.v1 import media_pb2
from pixelle.render.v1 import render_pb2
from pixelle.runtime.client import unknown
from pixelle.runtime.errors import FailedPrecondition, PixelleError
from pixelle.script.v1 import script_pb2
from pixelle.tts.v1 import tts_pb2

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["router"]

router = APIRouter(prefix="/api/resources", tags=["resources"])

_KINDS: dict[int, Literal["image", "video"]] = {
    core_pb2.MEDIA_KIND_IMAGE: "image",
    core_pb2.MEDIA_KIND_VIDEO: "video",
}


@router.get("/workflows/media")
async def media_workflows(parts: Parts) -> WorkflowList:
    """What can be sent as `media_workflow`: for pictures, footage or both. A new workflow file is seen at once."""
    return WorkflowList(workflows=_media(await _listed(parts, core_pb2.MEDIA_KIND_UNSPECIFIED)))


@router.get("/workflows/image")
async def image_workflows(parts: Parts) -> WorkflowList:
    """What can be sent as `media_workflow` with a template that shows a picture."""
    return WorkflowList(workflows=_media(await _listed(parts, core_pb2.MEDIA_KIND_IMAGE)))


@router.get("/workflows/tts")
async def tts_workflows(parts: Parts) -> WorkflowList:
    """What can be sent as `tts_workflow`."""
    listing = parts.services.tts.ListEngines, tts_pb2.ListEnginesRequest()
    return _engines(await parts.checks.questions.pages(*listing, "engines", "tts"), "speech")


@router.get("/workflows/llm")
async def llm_workflows(parts: Parts) -> WorkflowList:
    """What can be sent as `workflow` to `/api/llm/chat` and `/api/content`; some only plan a given text."""
    listing = parts.services.script.ListEngines, script_pb2.ListEnginesRequest()
    return _engines(await parts.checks.questions.pages(*listing, "engines", "script"), "text")


@router.get("/bgm")
async def music(parts: Parts) -> MusicList:
    """What can be sent as `bgm_path`. A new file in `data/bgm` is seen at once."""
    render = parts.services.render
    try:
        found = await parts.checks.questions.pages(render.ListMusic, render_pb2.ListMusicRequest(), "pieces", "render")
    except PixelleError as error:
        if not unknown(error):
            raise
        raise FailedPrecondition(
            "The render service is an older one, which does not tell what music it has. Update it; pieces that you "
            "know can be named.",
            reason="MUSIC_NOT_LISTED",
        ) from error
    return MusicList(
        bgm_files=[
            MusicInfo(name=each.name, path=f"bgm/{each.name}", source="custom" if each.custom else "default")
            for each in found
        ]
    )


def _engines(engines: Iterable[core_pb2.Engine], kind: Literal["speech", "text"]) -> WorkflowList:
    return WorkflowList(
        workflows=[
            _info(key, shown, each.name, [kind], each.reason)
            for each in sorted(engines, key=lambda each: each.workflow)
            for key, shown in _keys(each)
        ]
    )


def _keys(engine: core_pb2.Engine) -> list[tuple[str, str]]:
    """An engine's keys with names for people: its own, and one for each of its workflow files."""
    files = [(f"{engine.workflow}/{name}", _shown(name)) for name in engine.models]
    return [(engine.workflow, engine.name.capitalize()), *files]


def _shown(name: str) -> str:
    return name.removesuffix(".json").replace("_", " ").strip().capitalize()


async def _listed(parts: GatewayParts, kind: core_pb2.MediaKind.ValueType) -> list[media_pb2.Workflow]:
    request = media_pb2.ListWorkflowsRequest(kind=kind)
    return await parts.checks.questions.pages(parts.services.media.ListWorkflows, request, "workflows", "media")


def _media(listed: Iterable[media_pb2.Workflow]) -> list[WorkflowInfo]:
    """One entry for each key, whatever it makes."""
    found: dict[str, WorkflowInfo] = {}
    for each in listed:
        info = found.setdefault(each.key, _info(each.key, each.display_name, each.engine, [], each.reason))
        if each.kind in _KINDS:
            info.kinds.append(_KINDS[each.kind])
    return list(found.values())


def _info(
    key: str, display_name: str, engine: str, kinds: list[Literal["image", "video", "speech", "text"]], reason: str
) -> WorkflowInfo:
    source, _, name = key.partition("/")
    return WorkflowInfo(
        key=key,
        name=name or source,
        display_name=display_name,
        source=source,
        path=f"workflows/{key}" if key.endswith(".json") else "",
        kinds=kinds,
        engine=engine,
        available=not reason,
        reason=reason,
    )

"""Own pictures and clips of a request: looked at, and refused with the reason, before any work is spent."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from gateway.files import KEPT
from gateway.material import AssetModel
from gateway.together import together
from gateway.workflow.assets import Asset
from pixelle.core.v1 import core_pb2
from pixelle.render.v1 import render_pb2
from pixelle.runtime.errors import InvalidArgument, NotFound, PixelleError
from pixelle.script.v1 import script_pb2

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from gateway.files import Intake
    from gateway.questions import Questions
    from gateway.schemas import VideoGenerateRequest
    from gateway.workflow.assets import Match

__all__ = ["check_scenes", "match_of", "scene_count", "take_assets"]

_SEEN = ("image/", "video/", "application/octet-stream")
"""The last: formats that only a decoder knows."""
_SMALLEST = 64
_SHORTEST = 0.5
_AT_ONCE = 4
_PREVIEW = 768
"""Pixels of the picture that a language model is shown."""
MOST_WRITTEN = 20
"""Scenes that are written at most."""


async def take_assets(request: VideoGenerateRequest, intake: Intake, questions: Questions) -> list[Asset]:
    """
    Every asset of the request, decoded once; [] when it has none.

    Raises InvalidArgument (FILE_*, URL_*, MEDIA_UNREADABLE, IMAGE_*, ASSET_*, ASSETS_MISSING), each naming the asset.
    """
    given = [each if isinstance(each, AssetModel) else AssetModel(path=each) for each in request.assets or ()]
    if request.pipeline == "asset_based" and not given:
        raise InvalidArgument(
            "pipeline is 'asset_based', but there are no assets. Send your pictures and clips as assets.",
            reason="ASSETS_MISSING",
        )
    written = request.pipeline == "asset_based" and not request.storyboard and request.mode == "generate"
    found: list[Asset | None] = [None] * len(given)

    async def look(number: int, model: AssetModel) -> None:
        field = f"assets[{number}]"
        try:
            artifact = await intake.must_take(model.path, field=field, accept=_SEEN)
        except (NotFound, InvalidArgument) as error:
            said = error.message
            if KEPT.match(model.path):  # an upload, whose path tells nobody which file it was
                said = said.replace(repr(model.path), repr(_shown(model)))
            raise InvalidArgument(said, reason=error.reason, details=error.details) from error
        source = render_pb2.MediaSource(artifact=artifact)
        question = render_pb2.ProbeRequest(source=source, preview_side=_PREVIEW if written else 0)
        try:
            facts = await questions.ask(questions.services.render.Probe, question, "render")
        except PixelleError as error:
            error.message = f"{field} names {_shown(model)!r}. {error.message}"
            raise
        found[number] = _asset(model, artifact, facts, field)

    await together(*(look(number, model) for number, model in enumerate(given)), at_once=_AT_ONCE)
    return [each for each in found if each]


def _asset(model: AssetModel, artifact: core_pb2.Artifact, facts: render_pb2.ProbeResponse, field: str) -> Asset:
    still = facts.media_type.startswith("image/")
    length = 0.0 if still else facts.duration_seconds
    if not facts.has_video:
        raise _refused(field, model, "which has no pictures in it", "ASSET_HAS_NO_PICTURES")
    if min(facts.width, facts.height) < _SMALLEST:
        size = f"which is {facts.width}x{facts.height} pixels; the least is {_SMALLEST} a side"
        raise _refused(field, model, size, "ASSET_TOO_SMALL")
    if 0 < length < _SHORTEST:
        raise _refused(field, model, f"which lasts {length:g} s; the least is {_SHORTEST:g}", "ASSET_TOO_SHORT")
    artifact.media_type = facts.media_type
    kind = core_pb2.MEDIA_KIND_IMAGE if still else core_pb2.MEDIA_KIND_VIDEO
    visual = core_pb2.Visual(
        artifact=artifact,
        kind=kind,
        width=facts.width,
        height=facts.height,
        duration_seconds=length,
        engine="asset",
    )
    material = script_pb2.Material(
        name=model.name or _name(model.path), caption=model.caption.strip(), kind=kind, duration_seconds=length
    )
    if facts.HasField("preview"):
        material.preview.CopyFrom(facts.preview)
        material.preview.ClearField("inline")  # kept with the task
    return Asset(visual, material)


def _refused(field: str, model: AssetModel, why: str, reason: str) -> InvalidArgument:
    return InvalidArgument(f"{field} names {_shown(model)!r}, {why}. Leave it out or send another.", reason=reason)


def _shown(model: AssetModel) -> str:
    """What the caller knows it by."""
    return model.name or model.path


def _name(path: str) -> str:
    """The file name of a path or URL; "" for an upload, whose name says nothing."""
    if KEPT.match(path):
        return ""
    if path.lower().startswith(("http://", "https://")):
        path = unquote(urlsplit(path).path)
    return PurePosixPath(path.replace("\\", "/")).name[:255]


async def scene_count(
    request: VideoGenerateRequest, assets: Sequence[Asset], lines: Callable[[], Awaitable[int]]
) -> int:
    """
    Scenes that the video will have.

    lines: counts the scenes of a given script. Raises InvalidArgument (TOO_MANY_ASSETS, SCENES_AND_ASSETS_DIFFER)
    when the assets do not go into them, and what `lines` raises.
    """
    count = len(assets)
    if request.storyboard:
        scenes = len(request.storyboard.scenes)
    elif request.mode == "fixed":
        scenes = await lines()
    else:
        if count > MOST_WRITTEN:
            raise InvalidArgument(
                f"There are {count} assets; a script of at most {MOST_WRITTEN} scenes is written. Send fewer, or say "
                "what is spoken with mode fixed or a storyboard.",
                reason="TOO_MANY_ASSETS",
            )
        scenes = request.n_scenes
        if request.pipeline == "asset_based" and scenes != count:
            raise InvalidArgument(
                f"n_scenes is {scenes}, but a script around {count} assets has {count} scenes. Leave n_scenes out.",
                reason="SCENES_AND_ASSETS_DIFFER",
            )
    if count > scenes:
        raise InvalidArgument(
            f"There are {count} assets for {scenes} scenes, and each scene shows one. Send fewer assets, or ask for "
            "more scenes.",
            reason="TOO_MANY_ASSETS",
        )
    return scenes


def check_scenes(request: VideoGenerateRequest) -> None:
    """Raises InvalidArgument (ASSET_UNKNOWN) when the storyboard names an asset that was not sent."""
    count = len(request.assets or ())
    for index, scene in enumerate(request.storyboard.scenes if request.storyboard else ()):
        if scene.asset > count:
            raise InvalidArgument(
                f"storyboard.scenes[{index}].asset is {scene.asset}, but the request has {count} assets. Send as "
                "assets what the storyboard was planned with, or set it to 0.",
                reason="ASSET_UNKNOWN",
            )


def match_of(request: VideoGenerateRequest) -> Match:
    """How its scenes get their assets; a storyboard that says it is believed."""
    planned = request.storyboard and any(scene.asset for scene in request.storyboard.scenes)
    return "given" if planned else request.asset_match

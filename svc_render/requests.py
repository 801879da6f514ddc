"""What a render request must look like: checked before any work is spent."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pixelle.render.v1 import render_pb2
from pixelle.runtime.errors import FailedPrecondition, InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pixelle.core.v1 import core_pb2
    from svc_render.template import Template

__all__ = ["check_assembly", "check_captions", "check_clip", "check_motion"]

_LONGEST_SCENE = 3600.0
_MOST_SCENES = 1000
_MOST_WORDS = 20_000
_LONGEST_TITLE = 20_000


def check_clip(request: render_pb2.RenderClipRequest) -> tuple[int, float]:
    """
    Frames per second and the scene's length in seconds.

    Raises InvalidArgument (FPS_INVALID, SPEED_INVALID, NARRATION_MISSING, NARRATION_INVALID).
    """
    fps = request.fps or 30
    if not 15 <= fps <= 60:
        raise InvalidArgument(f"fps is {fps}; it must be 15 to 60.", reason="FPS_INVALID")
    if request.slowest and not 0.5 <= request.slowest <= 1.0:
        raise InvalidArgument(
            f"slowest is {request.slowest!r}; it must be 0.5 to 1, or 0 for 1.", reason="SPEED_INVALID"
        )
    if not request.HasField("narration"):
        raise InvalidArgument(
            "The clip has no narration; its length decides the number of frames.", reason="NARRATION_MISSING"
        )
    _check_narration(request.narration, "The narration")
    return fps, request.narration.duration_seconds


def _check_narration(narration: core_pb2.Narration, what: str) -> None:
    seconds = narration.duration_seconds
    if not (math.isfinite(seconds) and 0.0 <= seconds <= _LONGEST_SCENE):
        raise InvalidArgument(
            f"{what} lasts {seconds!r} s; it must be 0 to {_LONGEST_SCENE:g}.", reason="NARRATION_INVALID"
        )
    if len(narration.words) > _MOST_WORDS:
        raise InvalidArgument(
            f"{what} has {len(narration.words)} words; the most is {_MOST_WORDS}.", reason="NARRATION_INVALID"
        )
    for word in narration.words:
        for time, does in ((word.start_seconds, "starts"), (word.end_seconds, "ends")):
            if not math.isfinite(time):
                raise InvalidArgument(
                    f"{what} has a word that {does} at {time!r} s. Times must be finite.", reason="NARRATION_INVALID"
                )


def check_captions(
    request: render_pb2.RenderClipRequest, template: Template, every: Callable[[], Iterable[Template]]
) -> None:
    """
    Raises FailedPrecondition (CAPTIONS_NOT_SUPPORTED) when the template cannot show such captions.

    every: all templates, to name those that can.
    """
    word = request.captions == render_pb2.CAPTION_MODE_WORD
    asked = word or request.captions == render_pb2.CAPTION_MODE_LINE
    if not asked or _captioned(template, word):
        return
    why = (
        'does not mark spoken words: <meta name="template:captions" content="word"> and {{text}} are missing'
        if word
        else "does not show {{text}}"
    )
    can = ", ".join(repr(other.key) for other in every() if _captioned(other, word))
    raise FailedPrecondition(
        f"The template {template.key!r} {why}. Turn captions off, or use one of: {can or 'none here'}.",
        reason="CAPTIONS_NOT_SUPPORTED",
    )


def _captioned(template: Template, word: bool) -> bool:
    return ("word" if word else "line") in template.captions


def check_motion(request: render_pb2.RenderClipRequest, template: Template) -> None:
    """Raises FailedPrecondition (MOTION_NOT_SUPPORTED) when the template has no picture that could move."""
    if request.motion == render_pb2.MOTION_PAN and template.media != "image":
        why = "footage, which moves by itself" if template.media == "video" else "no picture"
        raise FailedPrecondition(
            f"The template {template.key!r} shows {why}: motion pan needs an image_ template. Ask for motion none.",
            reason="MOTION_NOT_SUPPORTED",
        )


def check_assembly(request: render_pb2.AssembleVideoRequest) -> list[str]:
    """
    Warnings about the scenes; everything else that is wrong is an error.

    Raises InvalidArgument (SCENES_EMPTY, TOO_MANY_SCENES, CLIP_INVALID, CLIPS_DIFFER, NARRATION_MISSING,
    NARRATION_INVALID, FOOTAGE_MISSING, VOLUME_INVALID, SOURCE_MISSING, TITLE_TOO_LONG).
    """
    if not request.scenes:
        raise InvalidArgument("A video needs at least one scene.", reason="SCENES_EMPTY")
    if len(request.scenes) > _MOST_SCENES:
        raise InvalidArgument(
            f"The video has {len(request.scenes)} scenes; the most is {_MOST_SCENES}.", reason="TOO_MANY_SCENES"
        )
    if len(request.title) > _LONGEST_TITLE:
        raise InvalidArgument(
            f"The title has {len(request.title)} characters; the most is {_LONGEST_TITLE}.", reason="TITLE_TOO_LONG"
        )
    if request.HasField("music"):
        volume = request.music.volume
        if not 0.0 <= volume <= 1.0:
            raise InvalidArgument(f"The music's volume is {volume!r}; it must be 0 to 1.", reason="VOLUME_INVALID")
        if not request.music.source.WhichOneof("source"):
            raise InvalidArgument("The music names no file.", reason="SOURCE_MISSING")
    warnings = [_scene(number, track, request.scenes[0].clip) for number, track in enumerate(request.scenes)]
    return [warning for warning in warnings if warning]


def _scene(number: int, track: render_pb2.SceneTrack, first: core_pb2.Clip) -> str:
    """A warning about a scene, or ""."""
    clip = track.clip
    if not track.HasField("clip") or clip.frame_count < 1 or not 1 <= clip.fps <= 240:
        raise InvalidArgument(f"Scene {number} has no clip with frames. Render it first.", reason="CLIP_INVALID")
    if clip.frame_count > (_LONGEST_SCENE + 1) * clip.fps:
        raise InvalidArgument(
            f"The clip of scene {number} is said to have {clip.frame_count} frames; it may last {_LONGEST_SCENE:g} s.",
            reason="CLIP_INVALID",
        )
    shape = (clip.width, clip.height, clip.fps)
    wanted = (first.width, first.height, first.fps)
    if shape != wanted:
        raise InvalidArgument(
            f"The clip of scene {number} is {shape[0]}x{shape[1]} at {shape[2]} fps, the first one is "
            f"{wanted[0]}x{wanted[1]} at {wanted[2]}. Render all clips with one template size and rate.",
            reason="CLIPS_DIFFER",
        )
    if not track.HasField("narration") or not (track.narration.audio.uri or track.narration.audio.inline):
        raise InvalidArgument(f"Scene {number} has no narration. Speak it first.", reason="NARRATION_MISSING")
    _check_narration(track.narration, f"The narration of scene {number}")
    if not 0.0 <= track.footage_volume <= 1.0:
        raise InvalidArgument(
            f"The volume of the footage of scene {number} is {track.footage_volume!r}; it must be 0 to 1.",
            reason="VOLUME_INVALID",
        )
    if track.footage_volume and not track.HasField("footage"):
        raise InvalidArgument(
            f"Scene {number} has a footage_volume of {track.footage_volume:g} and no footage. Send the footage, or 0.",
            reason="FOOTAGE_MISSING",
        )
    over = track.narration.duration_seconds - clip.frame_count / clip.fps
    if over > 1 / clip.fps:
        return f"The narration of scene {number} is {over:.2f} s longer than its clip; its end was cut."
    return ""

"""Makes the finished video from clips and narrations, on a thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from svc_render.languages import iso_639_2
from svc_render.scratch import Scratch
from svc_render.sound.footage import FootageSound
from svc_render.sound.timeline import Speech, scene_starts
from svc_render.sound.track import Background, Measured, write_track
from svc_render.video.fade import faded
from svc_render.video.join import ClipFile, join

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pixelle.runtime.work import Tick

__all__ = ["Assembled", "Order", "assemble"]


@dataclass(frozen=True)
class Order:
    """What to assemble; every file is local."""

    clips: Sequence[ClipFile]
    narrations: Sequence[Path]
    music: Background | None
    title: str
    language: str
    """BCP 47 tag, "" when unknown."""
    loudness: float
    """LUFS."""
    true_peak: float
    """dBTP."""
    fade: bool = False
    """Scenes go over into each other."""
    footage: Sequence[tuple[Path, float] | None] = ()
    """For each scene the footage whose sound is kept, and its volume, 0 to 1; empty when there is none."""


@dataclass(frozen=True)
class Assembled:
    """A finished video in its scratch folder."""

    scratch: Scratch
    path: Path
    heard: Measured


def assemble(order: Order, *, scratch_root: Path, tick: Tick) -> Assembled:
    """
    Mix, encode the sound once, join the pictures without encoding.

    Raises InvalidArgument (MEDIA_UNREADABLE, MUSIC_TOO_SHORT, FOOTAGE_INVALID, CLIPS_DIFFER, CLIP_INVALID,
    TRANSITION_MISSING) and Cancelled.
    """
    starts = scene_starts([clip.frame_count for clip in order.clips], order.clips[0].fps)
    speeches = [
        Speech(path, starts[number], starts[number + 1], f"narration of scene {number}")
        for number, path in enumerate(order.narrations)
    ]
    kept = [
        FootageSound(
            each[0], starts[number], starts[number + 1], each[1], order.clips[0].fps, f"footage of scene {number}"
        )
        for number, each in enumerate(order.footage)
        if each and each[1] > 0.0
    ]
    scratch = Scratch(scratch_root)
    sound, path = scratch.path / "sound.m4a", scratch.path / "video.mp4"
    try:
        clips, begin = order.clips, 0.0
        if order.fade:
            begin = 0.3
            clips = faded(clips, scratch.path, tick=lambda fraction, message="": tick(begin * fraction, message))
        heard = write_track(
            sound,
            speeches,
            order.music,
            kept,
            total=starts[-1],
            loudness=order.loudness,
            true_peak=order.true_peak,
            tick=lambda fraction, message="": tick(begin + fraction * (0.8 - begin), message),
        )
        join(
            path,
            clips,
            sound,
            title=order.title,
            language=iso_639_2(order.language),
            tick=lambda fraction, message="": tick(0.8 + fraction * 0.2, message),
        )
    except BaseException:
        scratch.close()
        raise
    return Assembled(scratch, path, heard)

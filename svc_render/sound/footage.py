"""The sound that was recorded with footage, under the scenes that show it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from svc_render.sound.curves import RAMP, ramped
from svc_render.sound.decode import RATE, decoded, silence
from svc_render.video.footage import LATENESS, unusable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

__all__ = ["FootageSound", "Round", "heard_under", "round_of"]


@dataclass(frozen=True)
class Round:
    """What is heard of a footage file before its pictures begin again."""

    since: float
    """Second of the file's own clock at which its first picture is shown."""
    samples: int


@dataclass(frozen=True)
class FootageSound:
    """Footage and the samples its sound fills."""

    path: Path
    start: int
    stop: int
    volume: float
    """Linear; 1 is the level it was recorded with."""
    fps: int
    """Of the video: a round of pictures lasts a whole number of frames."""
    what: str
    """Names it in errors."""


def round_of(path: Path, *, fps: int, what: str) -> Round | None:
    """
    One round of a footage file, as long as `svc_render.video.footage` shows its pictures; None when it has no sound.

    Only packets are read, nothing is decoded.
    Raises InvalidArgument (FOOTAGE_INVALID).
    """
    import av
    from av.error import FFmpegError

    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                return None
            if not container.streams.video:
                raise unusable("it holds no pictures", what)
            stream = container.streams.video[0]
            step = 1 / (stream.average_rate or fps)
            base = stream.time_base or 0
            times = [
                float(packet.pts * base)
                for packet in container.demux(stream)
                if packet.pts is not None and not packet.is_discard
            ]
    except FFmpegError as error:
        raise unusable(error.strerror or "it cannot be read", what) from error
    if not times:
        raise unusable("it holds no pictures", what)
    frames = max(1, ceil((max(times) - min(times) + float(step) - LATENESS) * fps))
    return Round(min(times), round(frames * RATE / fps))


def heard_under(shown: Sequence[FootageSound]) -> Iterator[Samples]:
    """
    The footage of all scenes from the beginning of the video to the end of the last, float32 [2, n].

    Each begins with its scene's first frame, begins again when its pictures do, ends with the scene, and rises and
    falls for 10 ms at its ends.
    Raises InvalidArgument (FOOTAGE_INVALID, MEDIA_UNREADABLE).
    """
    place = 0
    for scene in shown:
        length = round_of(scene.path, fps=scene.fps, what=scene.what)
        if length is None:
            continue
        yield from silence(scene.start - place)
        place = scene.start
        while place < scene.stop:
            room = min(length.samples, scene.stop - place)
            for piece in _once(scene, length.since, room):
                yield piece * np.float32(scene.volume)
                place += piece.shape[1]


def _once(scene: FootageSound, since: float, room: int) -> Iterator[Samples]:
    """One round: exactly `room` samples; the sound falls before its own end or the room's."""
    begun, held = False, np.zeros((2, 0), np.float32)
    for piece in decoded(scene.path, what=f"sound of the {scene.what}", since=since):
        held = np.concatenate([held, piece[:, : room - held.shape[1]]], axis=1)
        ready = held.shape[1] - RAMP
        if ready >= RAMP:
            yield held[:, :ready] if begun else ramped(held[:, :ready], rise=True)
            begun, held, room = True, held[:, ready:], room - ready
        if held.shape[1] >= room:
            break
    yield ramped(held, rise=not begun, fall=True)
    yield from silence(room - held.shape[1])

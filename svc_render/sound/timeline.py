"""The sound of a whole video on one sample-exact timeline, streamed in blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from svc_render.sound.curves import stretched
from svc_render.sound.decode import BLOCK, RATE, decoded, filled, silence
from svc_render.sound.loudness import HOP

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Samples = NDArray[np.float32]
    Curve = NDArray[np.float64]

__all__ = ["Speech", "ducking", "faded", "mixed", "scene_starts", "spoken"]

_PER_BLOCK = BLOCK // HOP
_DUCKED = 10.0 ** (-8.0 / 20.0)
_EARLY, _LATE = 25, 45  # entries the music goes down before speech and stays down after it
_GLIDE = 15  # entries
_AUDIBLE = 10.0 ** (-45.0 / 20.0)
_FADE_OUT = 1.5  # seconds
_SURPLUS = 48  # samples that rounding may add to a narration
_CUT = 240  # samples


@dataclass(frozen=True)
class Speech:
    """A narration and the samples it may fill."""

    path: Path
    start: int
    stop: int
    what: str
    """Names it in errors."""


def scene_starts(frame_counts: Sequence[int], fps: int) -> list[int]:
    """First sample of every scene, then the end: a scene's sound starts with its first frame."""
    frames = np.concatenate([[0], np.cumsum(frame_counts)])
    return [round(int(count) * RATE / fps) for count in frames]


def spoken(speeches: Sequence[Speech], total: int) -> Iterator[Samples]:
    """The narrations alone, `total` samples in blocks of `BLOCK`, float32 [2, n]."""
    return filled(_laid_out(speeches), total)


def _laid_out(speeches: Sequence[Speech]) -> Iterator[Samples]:
    place = 0
    for speech in speeches:
        yield from silence(speech.start - place)
        place = speech.start
        for piece in decoded(speech.path, what=speech.what):
            room = speech.stop - place
            heard = piece[:, :room]
            if piece.shape[1] > room + _SURPLUS:  # longer than its scene: no click where it is cut
                heard = heard.copy()
                count = min(_CUT, room)
                heard[:, room - count :] *= np.linspace(1, 0, count, dtype=np.float32)
            yield heard
            place += heard.shape[1]
            if place >= speech.stop:
                break


def ducking(peaks: NDArray[np.floating]) -> Curve:
    """
    The factor per `HOP` of what lies under the narrations, from their peaks: down before a phrase, up after it.

    Pauses shorter than the glides are bridged.
    """
    # a spoken entry counts from _EARLY before it to _LATE after it
    count = np.concatenate([[0], np.cumsum(peaks > _AUDIBLE)])
    at = np.arange(-_GLIDE, len(peaks) + _GLIDE)
    last = len(peaks)
    near = count[np.clip(at + _EARLY + 1, 0, last)] > count[np.clip(at - _LATE, 0, last)]
    window = np.hanning(2 * _GLIDE + 3)[1:-1]
    smooth = np.convolve(near.astype(np.float64), window / window.sum(), "valid")
    return np.asarray(1.0 - (1.0 - _DUCKED) * smooth, dtype=np.float64)


def faded(total: int) -> Curve:
    """The factor per `HOP` of music that goes out at the end of `total` samples."""
    fade = min(_FADE_OUT * RATE, total / 3)
    middles = np.arange(-(-total // HOP)) * HOP + HOP / 2
    return np.asarray(np.clip((total - middles) / fade, 0.0, 1.0), dtype=np.float64)


def mixed(stems: Sequence[Iterator[Samples]], levels: Sequence[Curve | float]) -> Iterator[Samples]:
    """
    Several sounds together, in blocks of `BLOCK`.

    stems: equally long, in blocks of `BLOCK`. levels: for each its factor, linear, or one per `HOP`.
    """
    for number, parts in enumerate(zip(*stems, strict=True)):
        together = np.zeros_like(parts[0])
        for part, level in zip(parts, levels, strict=True):
            together += part * _factor(level, number * _PER_BLOCK, part.shape[1])
        yield together


def _factor(level: Curve | float, first: int, count: int) -> NDArray[np.float32] | np.float32:
    if isinstance(level, (float, int)):
        return np.float32(level)
    at = np.arange(first - 1, first + -(-count // HOP) + 1)
    return stretched(level[np.clip(at, 0, len(level) - 1)], count, HOP)

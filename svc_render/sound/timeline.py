"""The sound of a whole video on one sample-exact timeline, streamed in blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from svc_render.sound.decode import RATE, blocks, decoded
from svc_render.sound.loudness import HOP

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Samples = NDArray[np.float32]
    Curve = NDArray[np.float64]

__all__ = ["BLOCK", "Speech", "ducking", "mixed", "scene_starts", "spoken"]

BLOCK = RATE
"""Samples that are in memory at a time."""

_DUCKED = 10.0 ** (-8.0 / 20.0)
_EARLY, _LATE = 250, 450  # ms the music goes down before speech and stays down after it
_GLIDE = 150  # ms
_AUDIBLE = 10.0 ** (-45.0 / 20.0)
_FADE_OUT = 1.5  # seconds
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
    """The narrations alone, `total` samples in blocks of `BLOCK`, float32 [n, 2]."""
    return blocks(_laid_out(speeches, total), BLOCK)


def _laid_out(speeches: Sequence[Speech], total: int) -> Iterator[Samples]:
    place = 0
    for speech in speeches:
        yield from _silence(speech.start - place)
        place = speech.start
        for piece in decoded(speech.path, what=speech.what):
            room = speech.stop - place
            heard = piece[:room]
            if len(piece) > room + HOP:  # longer than its scene: no click where it is cut
                heard = heard.copy()
                count = min(_CUT, len(heard))
                heard[len(heard) - count :] *= np.linspace(1, 0, count, dtype=np.float32)[:, None]
            yield heard
            place += len(heard)
            if place >= speech.stop:
                break
    yield from _silence(total - place)


def _silence(count: int) -> Iterator[Samples]:
    while count > 0:
        yield np.zeros((min(count, BLOCK), 2), np.float32)
        count -= BLOCK


def ducking(peaks: Curve) -> Curve:
    """
    The music's factor per ms, from the peaks per ms of the narrations: down before a phrase, up after it.

    Pauses shorter than the glides are bridged.
    """
    # a spoken ms counts from _EARLY before it to _LATE after it
    count = np.concatenate([[0], np.cumsum(peaks > _AUDIBLE)])
    at = np.arange(-_GLIDE, len(peaks) + _GLIDE)
    last = len(peaks)
    near = count[np.clip(at + _EARLY + 1, 0, last)] > count[np.clip(at - _LATE, 0, last)]
    window = np.hanning(2 * _GLIDE + 3)[1:-1]
    smooth = np.convolve(near.astype(np.float64), window / window.sum(), "valid")
    return 1.0 - (1.0 - _DUCKED) * smooth


def mixed(
    speech: Iterator[Samples], music: Iterator[Samples] | None, *, total: int, volume: float, curve: Curve
) -> Iterator[Samples]:
    """
    Narrations and music together, `total` samples in blocks of `BLOCK`.

    music: in blocks of `BLOCK`; silence after its end. volume: linear. curve: from `ducking`.
    """
    place = 0
    fade = min(_FADE_OUT * RATE, total / 3)
    entries = np.arange(len(curve))
    for block in speech:
        under = next(music, None) if music else None
        if under is not None:
            under = np.concatenate([under, np.zeros_like(block)])[: len(block)]
            at = np.arange(place, place + len(block))
            factor = np.interp((at - HOP / 2) / HOP, entries, curve) * volume
            factor *= np.clip((total - at) / fade, 0.0, 1.0)
            yield np.add(block, under * factor.astype(np.float32)[:, None], dtype=np.float32)
        else:
            yield block
        place += len(block)

"""Turns sound down for a moment, smoothly and ahead of time, so that no peak is above a ceiling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from svc_render.sound.curves import stretched
from svc_render.sound.peaks import MS, TruePeaks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    Samples = NDArray[np.float32]
    Curve = NDArray[np.float64]

__all__ = ["foreseen", "limited"]

_REACH = 20
"""Milliseconds over which the limiter moves; slow enough not to be heard as distortion."""
_HELD = _REACH + 2  # one ms more for the interpolation, one for the peak filter's delay
_CONTEXT = _REACH + _HELD + 1  # one ms more for the interpolation into the next block
_COARSE = 2  # the same in steps of 10 ms


def limited(sound: Iterable[Samples], top: float) -> Iterator[Samples]:
    """
    The same samples, float32 [2, n], no true peak above `top` (linear).

    sound: in blocks that are, but for the last, a multiple of `MS` and longer than 50 ms.
    """
    peaks = TruePeaks(above=top)
    held: Samples | None = None
    known = np.ones(_CONTEXT)  # what every ms allows: of the past, of the block held back, of what follows it
    for block in sound:
        allowed = np.minimum(1.0, top / np.maximum(peaks.feed(block), 1e-9))
        if held is not None:
            yield _turned(held, np.concatenate([known, allowed[:_CONTEXT]]))
            known = known[-_CONTEXT:]
        known = np.concatenate([known, allowed])
        held = block
    if held is not None:
        yield _turned(held, known)


def _turned(block: Samples, allowed: Curve) -> Samples:
    """allowed: per ms, from `_CONTEXT` before the block to as much after it; beyond its end everything is allowed."""
    if allowed.min() >= 1.0:
        return block
    count = -(-block.shape[1] // MS)
    around = np.concatenate([allowed, np.ones(max(0, count + 2 * _CONTEXT - len(allowed)))])
    curve = _smooth(_lowest(around, _HELD), _REACH)[: count + 2]
    return block * stretched(curve, block.shape[1], MS)


def foreseen(peaks: NDArray[np.floating], top: float) -> Curve:
    """What the limiter will multiply with, roughly, from the peaks (linear) of every 10 ms."""
    allowed = np.minimum(1.0, top / np.maximum(np.asarray(peaks, dtype=np.float64), 1e-9))
    if allowed.min(initial=1.0) >= 1.0:
        return allowed
    return _smooth(_lowest(np.pad(allowed, 2 * _COARSE, constant_values=1.0), _COARSE), _COARSE)


def _smooth(curve: Curve, reach: int) -> Curve:
    """Averages over `reach` entries on either side; as much shorter at both ends."""
    window = np.hanning(2 * reach + 3)[1:-1]
    return np.asarray(np.convolve(curve, window / window.sum(), "valid"), dtype=np.float64)


def _lowest(curve: Curve, reach: int) -> Curve:
    """The lowest value within `reach` entries on either side; as much shorter at both ends."""
    width = 2 * reach + 1
    done = 1
    while done < width:
        step = min(done, width - done)
        curve = np.minimum(curve[:-step], curve[step:])
        done += step
    return curve

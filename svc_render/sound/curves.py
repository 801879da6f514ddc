"""Levels that change slowly: one entry per short while, made into one factor per sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Curve = NDArray[np.float64]

__all__ = ["RAMP", "ramped", "stretched"]

RAMP = 480
"""Samples over which a sound that is cut begins and ends: 10 ms."""


def stretched(entries: Curve, count: int, hop: int) -> NDArray[np.float32]:
    """
    `count` factors, straight lines between the entries; each entry stands at the middle of its `hop` samples.

    entries: the one before the first hop, those of the hops, the one after the last.
    """
    points = entries.astype(np.float32)
    slope = (np.arange(hop, dtype=np.float32) + 0.5) / hop
    lines = np.asarray(points[:-1, None] + np.diff(points)[:, None] * slope, dtype=np.float32)
    return lines.ravel()[hop // 2 : hop // 2 + count]


def ramped(sound: NDArray[np.float32], *, rise: bool = False, fall: bool = False) -> NDArray[np.float32]:
    """A copy of float32 [2, n] that rises from nothing in its first `RAMP` samples or falls to it in its last."""
    sound = sound.copy()
    count = min(RAMP, sound.shape[1])
    slope = np.linspace(0.0, 1.0, count, dtype=np.float32)
    if rise:
        sound[:, :count] *= slope
    if fall:
        sound[:, sound.shape[1] - count :] *= slope[::-1]
    return sound

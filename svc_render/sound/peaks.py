"""True peaks (ITU-R BS.1770-4, annex 2), looked for only where the samples leave room for one."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from pixelle.runtime.blas import one_blas_thread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

__all__ = ["MS", "TruePeaks"]

MS = 48
"""Samples per entry of a curve of peaks: 1 ms."""

_PHASES = 4
_TAPS = 16


class TruePeaks:
    """Listens to float32 [2, n] blocks at 48 kHz, each but the last a multiple of `MS` long."""

    def __init__(self, above: float | None = None) -> None:
        """above: linear; lower peaks need not be exact. None: only the highest of all must be."""
        self._above = above
        self._before = np.zeros((2, _TAPS), np.float32)
        self.highest = 0.0
        """Highest true peak so far, linear."""

    def feed(self, block: Samples) -> Samples:
        """
        Hear a block. Returns the highest peak of each ms, linear.

        Exact above `above`, or above everything before; elsewhere the highest sample stands for it.
        """
        over = -block.shape[1] % MS
        joined = np.concatenate([self._before, block, np.zeros((2, over), np.float32)], axis=1)
        self._before = joined[:, joined.shape[1] - over - _TAPS : joined.shape[1] - over]
        size = np.abs(joined[:, _TAPS:])
        peaks = np.maximum(size[0], size[1]).reshape(-1, MS).max(axis=1)
        lead = float(np.abs(joined[:, :_TAPS]).max())
        # no point between samples is higher than the highest of its neighbours times the filter's absolute sum
        near = np.maximum(peaks, np.concatenate([[lead], peaks[:-1]])) * _overshoot()
        self.highest = max(self.highest, float(peaks.max(initial=0.0)))
        found = np.flatnonzero(near > (self.highest if self._above is None else self._above))
        if found.size:
            rows = joined[:, found[:, None] * MS + np.arange(_TAPS + MS)].reshape(-1, _TAPS + MS)
            with one_blas_thread():
                points = rows @ _interpolator()
            between = np.abs(points).max(axis=1).reshape(2, -1).max(axis=0)
            peaks[found] = np.maximum(peaks[found], between)
            self.highest = max(self.highest, float(between.max()))
        return peaks


@cache
def _filters() -> tuple[NDArray[np.float64], ...]:
    """Windowed-sinc filters for the three points between two samples."""
    found: list[NDArray[np.float64]] = []
    for phase in range(1, _PHASES):
        at = np.arange(_TAPS) - (_TAPS // 2 - 1) - phase / _PHASES
        taps = np.sinc(at) * np.cos(np.pi * at / (_TAPS + 1)) ** 2
        found.append(taps / taps.sum())
    return tuple(found)


@cache
def _overshoot() -> float:
    return max(float(np.abs(taps).sum()) for taps in _filters())


@cache
def _interpolator() -> Samples:
    """From `MS` samples and the `_TAPS` before them to the three points before each of the `MS`."""
    matrix = np.zeros((_TAPS + MS, (_PHASES - 1) * MS), np.float32)
    for number, taps in enumerate(_filters()):
        for place in range(MS):
            matrix[place + 1 : place + 1 + _TAPS, number * MS + place] = taps[::-1]
    return matrix

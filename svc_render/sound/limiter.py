"""How much to turn a mix up, and where to turn it down for a moment so that no peak is too high."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from svc_render.sound.loudness import HOP, SILENCE, integrated

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Curve = NDArray[np.float64]

__all__ = ["Level", "level"]

_REACH = 20
"""Milliseconds over which the limiter moves; slow enough not to be heard as distortion."""
_ROUNDS = 12


@dataclass(frozen=True)
class Level:
    """What to multiply a mix with."""

    gain: float
    """Linear, the same throughout."""
    curve: Curve
    """Limiter, linear, one entry per ms."""

    def at(self, start: int, count: int) -> NDArray[np.float32]:
        """The factors of `count` samples from sample `start`, shape [count, 1]."""
        place = (np.arange(start, start + count) - HOP / 2) / HOP
        return (np.interp(place, np.arange(len(self.curve)), self.curve) * self.gain).astype(np.float32)[:, None]


def level(energies: Curve, peaks: Curve, *, target: float, ceiling: float, most: float) -> Level:
    """
    The level that brings a measured mix to a loudness.

    energies, peaks: of the mix, per ms, as `Meter` gives them. target: LUFS. ceiling: dBTP.
    most: highest gain, dB. A silent mix is left as it is.
    """
    top = 10.0 ** (ceiling / 20.0)
    gain = 1.0
    curve = _limiter(peaks, gain, top)
    if integrated(energies) <= SILENCE:
        return Level(gain, curve)
    for _ in range(_ROUNDS):
        # what the limiter takes away is given back, as far as it goes
        missing = target - integrated(energies * (gain * curve) ** 2)
        gain = min(gain * 10.0 ** (missing / 20.0), 10.0 ** (most / 20.0))
        curve = _limiter(peaks, gain, top)
        if abs(missing) < 0.01:
            break
    return Level(gain, curve)


def _limiter(peaks: Curve, gain: float, top: float) -> Curve:
    """Never above what each ms allows: the lowest factor nearby, smoothed over the same neighbourhood."""
    allowed = np.minimum(1.0, top / np.maximum(peaks * gain, 1e-9))
    if allowed.min(initial=1.0) >= 1.0:
        return allowed
    held = _lowest(allowed, _REACH + 2)  # one ms more for the interpolation, one for the peak filter's delay
    window = np.hanning(2 * _REACH + 3)[1:-1]
    padded = np.pad(held, _REACH, mode="edge")
    return np.asarray(np.convolve(padded, window / window.sum(), "valid"), dtype=np.float64)


def _lowest(curve: Curve, reach: int) -> Curve:
    """The lowest value within `reach` entries on either side."""
    padded = np.pad(curve, reach, constant_values=1.0)
    width = 2 * reach + 1
    done = 1
    while done < width:
        step = min(done, width - done)
        padded = np.minimum(padded[:-step], padded[step:])
        done += step
    return padded

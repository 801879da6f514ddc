"""Loudness (ITU-R BS.1770-4) of sound that streams by."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from svc_render.sound.peaks import TruePeaks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]
    Curve = NDArray[np.float64]

__all__ = ["HOP", "SILENCE", "Meter", "Weighting", "decibels", "energy", "integrated", "steps"]

HOP = 480
"""Samples per entry of the energy curves: 10 ms."""
SILENCE = -70.0
"""LUFS of a track on which nothing is louder than the absolute gate."""

_STEP = 10  # entries between two gating windows: 100 ms
_TAIL = 8192
_SPAN = 57_600  # a length that transforms fast, and holds a second and the tail

# BS.1770-4, tables 1 and 2: (b0, b1, b2, a1, a2) at 48 kHz
_SHELF = (1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585)
_HIGH_PASS = (1.0, -2.0, 1.0, -1.99004745483398, 0.99007225036621)


class Weighting:
    """The K-weighting filter over float32 [2, n] blocks, each at least `_TAIL` long but the last."""

    def __init__(self) -> None:
        self._ring = np.zeros((1, _TAIL), np.float32)

    def __call__(self, block: Samples) -> Samples:
        """The block as the ear weighs it, [2, n]."""
        ring = self._ring
        # the same on both sides, as speech is: once is enough
        if len(ring) == 1 and np.array_equal(block[0], block[1]):
            sound = block[:1]
        else:
            sound, ring = block, np.broadcast_to(ring, (2, _TAIL))
        count = block.shape[1]
        size = -(-(count + _TAIL) // _SPAN) * _SPAN
        if sound.any():
            heard = np.fft.irfft(np.fft.rfft(sound, size) * _response(size), size)
            full = np.asarray(heard[:, : count + _TAIL], dtype=np.float32)
        else:
            full = np.zeros((len(sound), count + _TAIL), np.float32)
        full[:, :_TAIL] += ring
        self._ring = full[: 1 if np.array_equal(full[0, count:], full[-1, count:]) else 2, count:].copy()
        return np.broadcast_to(full[:, :count], (2, count))


class Meter:
    """Listens to float32 [2, n] blocks at 48 kHz, each but the last a multiple of `HOP` long and a second or more."""

    def __init__(self) -> None:
        self._weighting = Weighting()
        self._peaks = TruePeaks()
        self._energies: list[Samples] = []

    def feed(self, block: Samples) -> None:
        """Hear a block."""
        weighted = self._weighting(block)
        self._energies.append(energy(weighted, weighted))
        self._peaks.feed(block)

    @property
    def loudness(self) -> float:
        """Integrated loudness, LUFS."""
        return integrated(steps(np.concatenate(self._energies))) if self._energies else SILENCE

    @property
    def true_peak(self) -> float:
        """Highest true peak, dBTP."""
        return decibels(self._peaks.highest)


def energy(one: Samples, other: Samples) -> Samples:
    """Mean product of two weighted blocks per `HOP`, both channels added; of a block with itself its energy."""
    over = -one.shape[1] % HOP
    if over:
        one, other = (np.pad(each, ((0, 0), (0, over))) for each in (one, other))
    product = np.vecdot(one.reshape(2, -1, HOP), other.reshape(2, -1, HOP))
    return np.asarray((product[0] + product[1]) / HOP, dtype=np.float32)


def decibels(linear: float) -> float:
    """20 log10, and -120 for nothing."""
    return 20.0 * float(np.log10(max(linear, 1e-6)))


def steps(energies: NDArray[np.floating]) -> Curve:
    """Energies per 100 ms from energies per `HOP`; what is left at the end is dropped."""
    return energies[: len(energies) // _STEP * _STEP].reshape(-1, _STEP).mean(axis=1, dtype=np.float64)


def integrated(energies: Curve) -> float:
    """Integrated loudness in LUFS of energies per 100 ms, gated as BS.1770-4 says; at least `SILENCE`."""
    if len(energies) < 4:
        return SILENCE
    windows = np.convolve(energies, np.full(4, 0.25), "valid")
    loud = windows[_lufs(windows) > SILENCE]
    if not loud.size:
        return SILENCE
    loud = loud[_lufs(loud) > _lufs(loud.mean()) - 10.0]
    return float(_lufs(loud.mean()))


def _lufs(energies: Curve | np.floating) -> Curve:
    return np.asarray(-0.691 + 10.0 * np.log10(np.maximum(energies, 1e-12)))


@cache
def _response(size: int) -> NDArray[np.complex64]:
    """Spectrum of the K-weighting filter's impulse response, which has died away after `_TAIL` samples."""
    sound = np.zeros(_TAIL)
    sound[0] = 1.0
    for b0, b1, b2, a1, a2 in (_SHELF, _HIGH_PASS):
        heard: list[float] = []
        x1 = x2 = y1 = y2 = 0.0
        for x in sound.tolist():
            y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
            x1, x2, y1, y2 = x, x1, y, y1
            heard.append(y)
        sound = np.array(heard)
    return np.fft.rfft(sound, size).astype(np.complex64)

"""Loudness and true peak (ITU-R BS.1770-4), measured while the sound streams by."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]
    Curve = NDArray[np.float64]

__all__ = ["HOP", "SILENCE", "Meter", "decibels", "integrated"]

HOP = 48
"""Samples per entry of the energy and peak curves: 1 ms."""
SILENCE = -70.0
"""LUFS of a track on which nothing is louder than the absolute gate."""

_STEP = 100  # ms between two gating windows
_TAIL = 8192
_PHASES = 4
_TAPS = 16

# BS.1770-4, tables 1 and 2: (b0, b1, b2, a1, a2) at 48 kHz
_SHELF = (1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585)
_HIGH_PASS = (1.0, -2.0, 1.0, -1.99004745483398, 0.99007225036621)


class Meter:
    """Listens to float32 [n, 2] blocks at 48 kHz, each but the last a multiple of `HOP` long."""

    def __init__(self, *, oversampled: bool = True) -> None:
        """oversampled: find peaks between samples too; leave it off where only the loudness counts."""
        self._interpolators = _interpolators() if oversampled else []
        self._ring = np.zeros((_TAIL, 2))
        self._before = np.zeros((_TAPS - 1, 2), np.float32)
        self._energies: list[Curve] = []
        self._peaks: list[Curve] = []

    def feed(self, block: Samples) -> None:
        """Hear a block."""
        weighted = self._weighted(block)
        padded = np.pad(weighted, ((0, -len(weighted) % HOP), (0, 0)))
        self._energies.append((padded**2).reshape(-1, HOP, 2).mean(axis=1).sum(axis=1))
        self._peaks.append(self._true_peaks(block))

    @property
    def energies(self) -> Curve:
        """K-weighted energy of each ms, both channels added."""
        return np.concatenate(self._energies) if self._energies else np.zeros(0)

    @property
    def peaks(self) -> Curve:
        """Highest true peak of each ms, linear."""
        return np.concatenate(self._peaks) if self._peaks else np.zeros(0)

    @property
    def loudness(self) -> float:
        """Integrated loudness, LUFS."""
        return integrated(self.energies)

    @property
    def true_peak(self) -> float:
        """Highest true peak, dBTP."""
        return decibels(float(self.peaks.max(initial=0.0)))

    def _weighted(self, block: Samples) -> Curve:
        size = 1 << (len(block) + _TAIL - 1).bit_length()
        spectrum = np.fft.rfft(block, size, axis=0) * _response(size)[:, None]
        full = np.fft.irfft(spectrum, size, axis=0)[: len(block) + _TAIL]
        full[:_TAIL] += self._ring
        self._ring = full[len(block) :]
        return full[: len(block)]

    def _true_peaks(self, block: Samples) -> Curve:
        joined = np.concatenate([self._before, block])
        self._before = joined[-(_TAPS - 1) :]
        highest = np.abs(block).max(axis=1)
        for taps in self._interpolators:
            for channel in range(2):
                between = np.abs(np.convolve(joined[:, channel], taps, "valid"))
                np.maximum(highest, between, out=highest)
        padded = np.pad(highest, (0, -len(highest) % HOP))
        return padded.reshape(-1, HOP).max(axis=1).astype(np.float64)


def decibels(linear: float) -> float:
    """20 log10, and -120 for nothing."""
    return 20.0 * float(np.log10(max(linear, 1e-6)))


def integrated(energies: Curve) -> float:
    """Integrated loudness in LUFS of a curve of energies per ms, gated as BS.1770-4 says; at least `SILENCE`."""
    steps = energies[: len(energies) // _STEP * _STEP].reshape(-1, _STEP).mean(axis=1)
    if len(steps) < 4:
        return SILENCE
    windows = np.convolve(steps, np.full(4, 0.25), "valid")
    loud = windows[_lufs(windows) > SILENCE]
    if not loud.size:
        return SILENCE
    loud = loud[_lufs(loud) > _lufs(loud.mean()) - 10.0]
    return float(_lufs(loud.mean()))


def _lufs(energy: Curve | np.floating) -> Curve:
    return np.asarray(-0.691 + 10.0 * np.log10(np.maximum(energy, 1e-12)))


@cache
def _response(size: int) -> NDArray[np.complex128]:
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
    return np.fft.rfft(sound, size)


@cache
def _interpolators() -> list[Samples]:
    """Windowed-sinc filters for the three points between two samples."""
    found: list[Samples] = []
    for phase in range(1, _PHASES):
        at = np.arange(_TAPS) - (_TAPS // 2 - 1) - phase / _PHASES
        taps = np.sinc(at) * np.cos(np.pi * at / (_TAPS + 1)) ** 2
        found.append((taps / taps.sum()).astype(np.float32))
    return found

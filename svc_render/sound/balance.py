"""How loud everything becomes: the narrations at the target, what lies under them where the target allows it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import numpy as np

from svc_render.sound.limiter import foreseen
from svc_render.sound.loudness import HOP, SILENCE, Weighting, energy, integrated, steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Samples = NDArray[np.float32]
    Curve = NDArray[np.float64]

__all__ = ["MOST_GAIN", "Balance", "Stems", "balanced"]

MOST_GAIN = 30.0
"""Decibels that a sound is turned up by at most: noise in a quiet recording is not turned into a waterfall."""

_ROUNDS = 12
_MOST = 10.0 ** (MOST_GAIN / 20.0)
_NEAR = 0.3  # LU
_STEP = 10.0 ** (-0.25 / 20.0)
_ROOM = 1.0, 1.06, 1.12
_LOWEST = 10.0 ** (-60.0 / 20.0)


class Stems:
    """Listens to several sounds side by side and keeps per `HOP` what the loudness of any mix of them follows from."""

    def __init__(self, count: int) -> None:
        """count: of the sounds; the first one is the narrations."""
        self._weightings = [Weighting() for _ in range(count)]
        self._pairs = list(combinations_with_replacement(range(count), 2))
        self._energies: list[list[Samples]] = [[] for _ in self._pairs]
        self._peaks: list[list[Samples]] = [[] for _ in range(count)]

    def feed(self, parts: Sequence[Samples]) -> None:
        """Hear a block of each, float32 [2, n], n the same for all and but for the last a multiple of `HOP`."""
        weighted = [weighting(part) for weighting, part in zip(self._weightings, parts, strict=True)]
        for (one, other), found in zip(self._pairs, self._energies, strict=True):
            found.append(energy(weighted[one], weighted[other]))
        over = -parts[0].shape[1] % HOP
        for part, peaks in zip(parts, self._peaks, strict=True):
            size = np.maximum(np.abs(part[0]), np.abs(part[1]))
            peaks.append(np.pad(size, (0, over)).reshape(-1, HOP).max(axis=1))

    def peaks(self, stem: int) -> Samples:
        """The highest sample of a stem in each `HOP`, linear."""
        return np.concatenate(self._peaks[stem])

    def loudness(self, stem: int) -> float:
        """Integrated loudness of a stem alone, LUFS."""
        return integrated(steps(self.energy(stem, stem)))

    def energy(self, one: int, other: int) -> Samples:
        """Weighted product of two stems per `HOP`."""
        return np.concatenate(self._energies[self._pairs.index((one, other))])


@dataclass(frozen=True)
class Balance:
    """What to multiply the stems with."""

    gain: float
    """Of the narrations, linear."""
    bed: float
    """Of all that lies under them, linear: 1, or less where it had to be turned down."""
    capped: bool
    """The narrations are silent, or too quiet to be brought to the target."""


def balanced(stems: Stems, under: Sequence[Curve], *, target: float, top: float, most: float = 1.0) -> Balance:
    """
    The level of the narrations that brings them, alone, to a loudness, and of the rest so that the mix stays there.

    under: for each stem but the first its factor per `HOP` as it was asked for. target: LUFS.
    top: linear, where the limiter begins. most: highest factor of what lies under the narrations.
    Silent narrations and what is under them are left as they are.
    """
    voice = stems.energy(0, 0)
    if integrated(steps(voice)) <= SILENCE:
        return Balance(1.0, 1.0, capped=True)
    bed_peaks = sum((level * stems.peaks(number) for number, level in enumerate(under, 1)), np.zeros(len(voice)))
    gain, bed = _gain(voice, stems.peaks(0), np.zeros(len(voice)), target, top), most
    if under:
        # what the limiter takes from the voice because of the bed is given back, so the two depend on each other
        for _ in range(2):
            bed = _bed(stems, under, gain, top, most=most)
            gain = _gain(voice, stems.peaks(0), bed * bed_peaks, target, top)
    return Balance(gain, bed, capped=gain >= 0.99 * _MOST)


def _gain(voice: Samples, peaks: Samples, others: Curve, target: float, top: float) -> float:
    gain = 1.0
    for _ in range(_ROUNDS):
        held = foreseen(_together(peaks * gain, others), top)
        missing = target - integrated(steps(voice * (gain * held) ** 2))
        gain = min(gain * 10.0 ** (missing / 20.0), _MOST)
        if abs(missing) < 0.01:
            break
    return gain


def _bed(stems: Stems, under: Sequence[Curve], gain: float, top: float, *, most: float) -> float:
    """
    The highest factor up to `most` with which the mix is as loud as the narrations alone.

    Music in long pauses counts as soon as it is less than 10 LU below the whole (BS.1770-4): a little less, and the
    loudness is that of the narrations; a little more, and it drops by some LU. So a dB of room is kept to that edge.
    """
    voice = stems.energy(0, 0) * gain**2
    held = foreseen(stems.peaks(0) * gain, top) ** 2
    cross, alone = np.zeros(len(voice)), np.zeros(len(voice))
    for number, level in enumerate(under, 1):
        cross += 2 * gain * level * stems.energy(0, number)
    for (one, first), (other, second) in combinations_with_replacement(enumerate(under, 1), 2):
        alone += (1 if one == other else 2) * first * second * stems.energy(one, other)
    voice, cross, alone = (steps(each * held) for each in (voice, cross, alone))
    wanted = integrated(voice)

    def off(bed: float) -> float:
        return integrated(voice + bed * cross + bed**2 * alone) - wanted

    bed = most
    while bed > _LOWEST and (off(bed) > _NEAR or min(off(bed * room) for room in _ROOM) < -_NEAR):
        bed *= _STEP
    return bed


def _together(one: NDArray[np.floating], other: NDArray[np.floating]) -> Curve:
    """The likely peak of two sounds that know nothing of each other, from the peaks of each."""
    return np.asarray(np.hypot(one, other), dtype=np.float64)

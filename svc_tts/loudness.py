"""How loud a piece of speech is to the ear (ITU-R BS.1770-4), at any sample rate."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["SILENCE", "loudness"]

SILENCE = -70.0
"""LUFS of what is not heard."""

_WINDOW, _HOP = 0.4, 0.1
_EDGE = 0.3
"""Seconds of silence thought around a piece: a word alone is measured as it will stand in its scene."""
# BS.1770-4, tables 1 and 2: (b0, b1, b2, a1, a2) at 48 kHz
_SHELF = (1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585)
_HIGH_PASS = (1.0, -2.0, 1.0, -1.99004745483398, 0.99007225036621)


def loudness(samples: NDArray[np.float32], rate: int) -> float:
    """
    Integrated loudness in LUFS of mono samples played on both sides of a pair; at least `SILENCE`.

    Gated as the standard says, over the piece with `_EDGE` seconds of silence before and after.
    """
    import numpy as np

    edge = np.zeros(round(_EDGE * rate), np.float64)
    sound = np.concatenate([edge, samples.astype(np.float64), edge])
    size = 1 << (len(sound) + rate).bit_length()
    weighted = np.fft.irfft(np.fft.rfft(sound, size) * _weights(size, rate), size)[: len(sound)]
    hop, count = round(_HOP * rate), round(_WINDOW / _HOP)
    steps = np.add.reduceat(weighted**2, np.arange(0, len(weighted), hop)) / hop
    windows = 2 * np.convolve(steps, np.full(count, 1 / count), "valid")
    loud = windows[_lufs(windows) > SILENCE]
    if not loud.size:
        return SILENCE
    kept = loud[_lufs(loud) > _lufs(loud.mean()) - 10]
    return float(_lufs(kept.mean()))


def _lufs(energy: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    return -0.691 + 10 * np.log10(np.maximum(energy, 1e-12))


@lru_cache(maxsize=4)
def _weights(size: int, rate: int) -> NDArray[np.complex128]:
    """Response of the two filters at the frequencies of a real transform of `size` samples at `rate`."""
    import numpy as np

    z = np.exp(-2j * np.pi * np.fft.rfftfreq(size, 1 / rate) / 48_000)
    response = np.ones(len(z), np.complex128)
    for b0, b1, b2, a1, a2 in (_SHELF, _HIGH_PASS):
        response *= (b0 + b1 * z + b2 * z**2) / (1 + a1 * z + a2 * z**2)
    return response

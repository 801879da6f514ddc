"""Plain operations on samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["fade", "frame_levels", "joined", "resampled"]

_FADE = 0.005
"""Seconds in which a sound comes and goes where it is cut."""


def frame_levels(samples: NDArray[np.float32], frame: int) -> NDArray[np.float64]:
    """RMS of each frame of `frame` samples; the last may be shorter."""
    import numpy as np

    padded = np.pad(samples.astype(np.float64), (0, -len(samples) % frame))
    return np.sqrt(np.mean(padded.reshape(-1, frame) ** 2, axis=1))


def resampled(samples: NDArray[np.float32], rate: int, to: int) -> NDArray[np.float32]:
    """
    Samples at `to` per second, free of aliases: a spectrum cut short or drawn out.

    For listening and aligning; it takes memory for the whole piece, so give it a sentence or a minute.
    """
    import numpy as np

    if rate == to or not len(samples):
        return samples
    count = round(len(samples) * to / rate)
    spectrum = np.fft.rfft(samples)
    bins = count // 2 + 1
    fitted = np.zeros(bins, np.complex128)
    shared = min(bins, len(spectrum))
    fitted[:shared] = spectrum[:shared]
    return (np.fft.irfft(fitted, count) * (count / len(samples))).astype(np.float32)


def fade(sound: NDArray[np.float32], rate: int) -> None:
    """Take the click off both ends, in place."""
    import numpy as np

    length = min(round(rate * _FADE), len(sound) // 2)
    ramp = np.linspace(0.0, 1.0, length, dtype=np.float32)
    sound[:length] *= ramp
    sound[len(sound) - length :] *= ramp[::-1]


def joined(sounds: Sequence[NDArray[np.float32]], rate: int, *, gap: float = 0.0) -> NDArray[np.float32]:
    """Sounds after one another, without clicks, `gap` seconds of silence between them; one alone as it is."""
    import numpy as np

    if len(sounds) == 1:
        return sounds[0]
    silence = np.zeros(round(gap * rate), np.float32)
    parts: list[NDArray[np.float32]] = []
    for sound in sounds:
        soft = sound.copy()
        fade(soft, rate)
        parts += [silence, soft] if parts else [soft]
    return np.concatenate(parts)

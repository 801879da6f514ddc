"""Plain operations on samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["frame_levels", "resampled"]


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

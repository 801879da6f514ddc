"""What hosted engines share: their refusals, and their sound as samples."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import Unavailable
from pixelle.vendors.refusals import refusal, unreachable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["decoded", "rate_of", "refusal", "unreachable"]


def decoded(vendor: str, data: bytes, *, rate: int = 24_000) -> NDArray[np.float32]:
    """
    Mono samples at `rate` of a sound file of any usual kind.

    Raises Unavailable (VENDOR_ANSWER) when it is none: what should have been sound is then often half of it.
    """
    import av
    import av.error
    import numpy as np

    parts: list[NDArray[np.float32]] = []
    try:
        with av.open(io.BytesIO(data), "r") as container:
            stream: Any = container.streams.audio[0]
            resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
            for frame in container.decode(stream):
                parts += [part.to_ndarray().reshape(-1).astype(np.float32) for part in resampler.resample(frame)]
            parts += [part.to_ndarray().reshape(-1).astype(np.float32) for part in resampler.resample(None)]
    except (av.error.FFmpegError, ValueError, IndexError) as error:
        raise _no_sound(vendor, data) from error
    samples = np.concatenate(parts) if parts else np.zeros(0, np.float32)
    if not len(samples):
        raise _no_sound(vendor, data)
    return samples


def rate_of(vendor: str, data: bytes) -> int:
    """Samples per second of a sound file, 48,000 at most. Raises Unavailable (VENDOR_ANSWER)."""
    import av
    import av.error

    try:
        with av.open(io.BytesIO(data), "r") as container:
            return min(48_000, container.streams.audio[0].rate)
    except (av.error.FFmpegError, ValueError, IndexError) as error:
        raise _no_sound(vendor, data) from error


def _no_sound(vendor: str, data: bytes) -> Unavailable:
    return Unavailable(
        f"{vendor} answered with {len(data)} bytes that are no sound ({data[:16]!r}). Try again.",
        reason="VENDOR_ANSWER",
    )

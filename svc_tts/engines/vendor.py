"""What hosted engines share: their answers as errors of ours, their sound as samples."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import (
    FailedPrecondition,
    InvalidArgument,
    PixelleError,
    ResourceExhausted,
    Unavailable,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["decoded", "rate_of", "refusal", "unreachable"]

_SHOWN = 300


def refusal(vendor: str, status: int, headers: Mapping[str, str], text: str) -> PixelleError:
    """The error for an HTTP answer that is none of 2xx; `text` is what the vendor said about it."""
    said = " ".join(text.split())[:_SHOWN] or "nothing"
    if status in {401, 403}:
        return FailedPrecondition(
            f"{vendor} refused the key ({status}: {said}). Set another one.", reason="VENDOR_KEY_REFUSED"
        )
    if status == 429:
        wait = headers.get("retry-after", "")
        delay = float(wait) if wait.replace(".", "", 1).isdecimal() else 5.0
        return ResourceExhausted(
            f"{vendor} is asked too much (429: {said}). Try again in {delay:g} s.", reason="QUOTA", retry_after=delay
        )
    if status >= 500:
        return Unavailable(f"{vendor} has a fault ({status}: {said}). Try again later.", reason="VENDOR_DOWN")
    kind = InvalidArgument if status in {400, 413, 422} else FailedPrecondition
    return kind(f"{vendor} refused the request ({status}: {said}).", reason="VENDOR_REFUSED")


def unreachable(vendor: str, error: Exception) -> Unavailable:
    """The error for no answer at all."""
    return Unavailable(
        f"{vendor} did not answer ({type(error).__name__}). Check the address and the network, then try again.",
        reason="VENDOR_UNREACHABLE",
    )


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

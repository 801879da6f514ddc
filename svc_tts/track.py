"""Pieces of speech joined into one track of even level, with set silence around and between them."""

from __future__ import annotations

import io
import wave
from typing import TYPE_CHECKING

from svc_tts.engines.base import SpokenWord
from svc_tts.loudness import SILENCE, loudness
from svc_tts.sound import fade, frame_levels

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from svc_tts.engines.base import Speech

__all__ = ["LEAD", "LEVEL", "TRAIL", "Track", "wav"]

LEAD = 0.15
"""Seconds of silence before the first word."""
TRAIL = 0.35
"""Seconds of silence after the last word."""

LEVEL = -21.5
"""Loudness of every piece, LUFS."""
_PEAK = 10 ** (-1.5 / 20)
"""Largest sample, -1.5 dBFS: room for the resampling that follows."""
_MOST_GAIN = 10 ** (26 / 20)
"""What a whisper needs; more would make the noise of what is no speech loud."""
_FRAME = 0.02
_SILENCE_DB = 45.0
"""Frames this far below the loudest one are cut off at both ends."""
_MARGIN = 0.03
"""Seconds kept around what is audible."""
_SHORTEST = 0.04
"""Seconds that a word has at least, also one that the engine gave none or put where nothing is heard."""


class Track:
    """Takes pieces in order, gives their PCM at once, and knows the words when all are in."""

    def __init__(self, *, lead: float = 0.0, tail: float = 0.0) -> None:
        """lead, tail: seconds of silence before and after the usual ones."""
        self.sample_rate = 0
        """Samples per second; 0 before the first piece."""
        self.sample_count = 0
        """Samples given out so far."""
        self.words: list[SpokenWord] = []
        """Times from the start of the track, in seconds."""
        self._pause = LEAD + lead
        self._trail = TRAIL + tail
        self._quiet = 0
        """Samples at the end of the last piece in which nothing is heard: a part of the pause."""

    def add(self, piece: Speech, words: Sequence[SpokenWord] | None = None) -> bytes:
        """
        PCM (mono, 16 bit little endian) of the silence due and of the piece, trimmed and levelled.

        words: with times from the start of the piece; those of the piece when None.
        """
        import numpy as np

        rate = self.sample_rate = piece.sample_rate
        samples = np.asarray(piece.samples, np.float32)
        levels = frame_levels(samples, round(rate * _FRAME))
        begin_heard, end_heard = _audible(levels, len(samples), rate)
        margin = round(rate * _MARGIN)
        first, last = max(0, begin_heard - margin), min(len(samples), end_heard + margin)
        silence = max(0, round(self._pause * rate) - self._quiet - (begin_heard - first))
        self._quiet = last - end_heard
        sound = samples[first:last] * np.float32(_gain(samples[first:last], rate))
        fade(sound, rate)
        shift = (self.sample_count + silence - first) / rate
        begin, end = (self.sample_count + silence) / rate, (self.sample_count + silence + last - first) / rate
        self.words += _placed(piece.words if words is None else words, shift, begin, end)
        self.sample_count += silence + len(sound)
        self._pause = piece.pause
        return bytes(2 * silence) + np.rint(sound * 32767).astype("<i2").tobytes()

    def finish(self) -> bytes:
        """PCM of the silence at the end."""
        silence = max(0, round(self._trail * self.sample_rate) - self._quiet)
        self.sample_count += silence
        return bytes(2 * silence)


def wav(pcm: bytes, sample_rate: int) -> bytes:
    """A WAV file of mono 16 bit PCM."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(sample_rate)
        out.writeframes(pcm)
    return file.getvalue()


def _audible(levels: NDArray[np.float64], count: int, rate: int) -> tuple[int, int]:
    """First and end sample of what can be heard; all of it when nothing can."""
    import numpy as np

    loudest = float(levels.max(initial=0.0))
    if loudest <= 0.0:
        return 0, count
    heard = np.flatnonzero(levels > loudest * 10 ** (-_SILENCE_DB / 20))
    frame = round(rate * _FRAME)
    return int(heard[0]) * frame, min(count, (int(heard[-1]) + 1) * frame)


def _placed(words: Sequence[SpokenWord], shift: float, begin: float, end: float) -> list[SpokenWord]:
    """Words moved by `shift` seconds to between `begin` and `end`, none without a time of its own."""
    least = min(_SHORTEST, (end - begin) / 2 / max(len(words), 1))
    edges: list[tuple[float, float]] = []
    until = end
    for word in reversed(words):
        stop = min(word.end + shift, until)
        until = min(max(word.start + shift, begin), stop - least)
        edges.append((until, stop))
    placed: list[SpokenWord] = []
    at = begin
    for word, (start, stop) in zip(words, reversed(edges), strict=True):
        begun = max(start, at)
        at = max(stop, begun + least)
        placed.append(SpokenWord(word.text, begun, at))
    return placed


def _gain(samples: NDArray[np.float32], rate: int) -> float:
    """What brings speech to the loudness all pieces share, without clipping."""
    import numpy as np

    found = loudness(samples, rate)
    if found <= SILENCE:
        return 1.0
    return min(10 ** ((LEVEL - found) / 20), _PEAK / float(np.abs(samples).max()), _MOST_GAIN)

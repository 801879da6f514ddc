"""Pieces of speech joined into one track of even level, with set silence around and between them."""

from __future__ import annotations

import io
import wave
from typing import TYPE_CHECKING

from svc_tts.engines.base import SpokenWord

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from svc_tts.engines.base import Speech

__all__ = ["Track", "wav"]

LEAD = 0.15
"""Seconds of silence before the first word."""
TRAIL = 0.35
"""Seconds of silence after the last word."""

_LEVEL_DB = -23.0
"""Speech level in dBFS: RMS over the frames in which somebody speaks."""
_PEAK = 10 ** (-1.5 / 20)
"""Largest sample, -1.5 dBFS: room for the resampling that follows."""
_MOST_GAIN = 10 ** (18 / 20)
_FRAME = 0.02
_SPEECH_DB = 25.0
"""Frames this far below the loudest one do not count as speech."""
_SILENCE_DB = 45.0
"""Frames this far below the loudest one are cut off at both ends."""
_MARGIN = 0.03
"""Seconds kept around what is audible."""
_FADE = 0.005


class Track:
    """Takes pieces in order, gives their PCM at once, and knows the words when all are in."""

    def __init__(self) -> None:
        self.sample_rate = 0
        """Samples per second; 0 before the first piece."""
        self.sample_count = 0
        """Samples given out so far."""
        self.words: list[SpokenWord] = []
        """Times from the start of the track, in seconds."""
        self._pause = LEAD

    def add(self, piece: Speech) -> bytes:
        """PCM (mono, 16 bit little endian) of the silence due and of the piece, trimmed and levelled."""
        import numpy as np

        rate = self.sample_rate = piece.sample_rate
        samples = np.asarray(piece.samples, np.float32)
        levels = _levels(samples, round(rate * _FRAME))
        first, last = _audible(levels, len(samples), rate)
        silence = round(self._pause * rate)
        sound = samples[first:last] * _gain(levels, samples[first:last])
        _fade(sound, round(rate * _FADE))
        shift = (self.sample_count + silence - first) / rate
        begin, end = (self.sample_count + silence) / rate, (self.sample_count + silence + last - first) / rate
        for word in piece.words:
            start = min(max(word.start + shift, begin), end)
            self.words.append(SpokenWord(word.text, start, min(max(word.end + shift, start), end)))
        self.sample_count += silence + len(sound)
        self._pause = piece.pause
        return bytes(2 * silence) + np.rint(sound * 32767).astype("<i2").tobytes()

    def finish(self) -> bytes:
        """PCM of the silence at the end."""
        silence = round(TRAIL * self.sample_rate)
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


def _levels(samples: NDArray[np.float32], frame: int) -> NDArray[np.float64]:
    """RMS of each frame of `frame` samples; the last may be shorter."""
    import numpy as np

    padded = np.pad(samples.astype(np.float64), (0, -len(samples) % frame))
    return np.sqrt(np.mean(padded.reshape(-1, frame) ** 2, axis=1))


def _audible(levels: NDArray[np.float64], count: int, rate: int) -> tuple[int, int]:
    """First and end sample of what can be heard, with a margin; all of it when nothing can."""
    import numpy as np

    loudest = float(levels.max(initial=0.0))
    if loudest <= 0.0:
        return 0, count
    heard = np.flatnonzero(levels > loudest * 10 ** (-_SILENCE_DB / 20))
    frame = round(rate * _FRAME)
    margin = round(rate * _MARGIN)
    return max(0, int(heard[0]) * frame - margin), min(count, (int(heard[-1]) + 1) * frame + margin)


def _gain(levels: NDArray[np.float64], samples: NDArray[np.float32]) -> float:
    """What brings speech to the level all scenes share, without clipping."""
    import numpy as np

    loudest = float(levels.max(initial=0.0))
    if loudest <= 0.0:
        return 1.0
    speech = levels[levels > loudest * 10 ** (-_SPEECH_DB / 20)]
    level = float(np.sqrt(np.mean(speech**2)))
    peak = float(np.abs(samples).max())
    return min(10 ** (_LEVEL_DB / 20) / level, _PEAK / peak, _MOST_GAIN)


def _fade(sound: NDArray[np.float32], length: int) -> None:
    """Take the click off both ends, in place."""
    import numpy as np

    length = min(length, len(sound) // 2)
    ramp = np.linspace(0.0, 1.0, length, dtype=np.float32)
    sound[:length] *= ramp
    sound[len(sound) - length :] *= ramp[::-1]

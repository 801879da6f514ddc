"""The test engine: each word is a tone of its own pitch, with exact times, in any language."""

from __future__ import annotations

import hashlib
import zlib
from typing import TYPE_CHECKING

from pixelle.runtime.engines import Features
from svc_tts.engines.base import Line, Speech, SpokenWord, VoiceInfo, VoiceSpec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pixelle.runtime.work import Tick

__all__ = ["ToneEngine"]

_RATE = 24_000
_PER_CHARACTER = 0.055
_PER_GROUPED_CHARACTER = 0.2
_SHORTEST = 0.16
_GAP = 0.04
_LOWEST_HZ = {"low": 110.0, "high": 220.0}


class ToneEngine:
    """Deterministic tones as long as speech would be."""

    version = "1"
    summary = "Tones instead of speech, exact and repeatable, for tests and previews"
    features = Features(
        cloning=True, word_timings=True, min_speed=0.5, max_speed=2.0, deterministic=True, for_tests=True
    )

    def missing(self) -> str | None:
        """Nothing is ever missing."""
        return None

    def load(self, device: str) -> None:
        """Nothing to load."""

    def close(self) -> None:
        """Nothing to let go of."""

    def voices(self) -> tuple[VoiceInfo, ...]:
        """Two registers, both for any language."""
        return (VoiceInfo("low", "Low tones"), VoiceInfo("high", "High tones"))

    def fingerprint(self, voice: str) -> str:
        """The voice's name: there is no file."""
        return hashlib.sha256(voice.encode()).hexdigest()

    def learn(self, recording: bytes, *, tick: Tick) -> bytes:
        """The pitch of a voice: the lag at which its loudest half second is most like itself."""
        import numpy as np

        samples = np.frombuffer(recording[44:], "<i2").astype(np.float64)
        span = _RATE // 2
        tick(0.0, "listening")
        loudest = max(
            range(0, len(samples) - span, span), key=lambda at: float(np.square(samples[at : at + span]).sum())
        )
        part = samples[loudest : loudest + span]
        alike = np.fft.irfft(np.abs(np.fft.rfft(part, 2 * span)) ** 2)
        shortest, longest = _RATE // 400, _RATE // 60
        lag = shortest + int(np.argmax(alike[shortest:longest]))
        return f"{_RATE / lag:.3f}".encode()

    def synthesize(
        self, lines: Sequence[Line], voice: VoiceSpec, *, speed: float, tick: Tick, seed: int = 0
    ) -> Iterator[Speech]:
        """Speak sentence by sentence; the pitch of a word follows from its letters."""
        import numpy as np

        lowest = float(voice.learned) if voice.learned else _LOWEST_HZ[voice.name]
        for position, line in enumerate(lines):
            sounds: list[np.ndarray[tuple[int], np.dtype[np.float32]]] = []
            words: list[SpokenWord] = []
            at = 0
            for unit in line.units:
                word = " ".join(unit.said)
                count = round(_RATE * _seconds(word) / speed)
                gap = round(_RATE * _GAP / speed)
                # 24 quarter-tone steps above the voice's lowest pitch
                pitch = lowest * 2 ** (zlib.crc32(word.lower().encode()) % 24 / 24)
                time = np.arange(count, dtype=np.float64) / _RATE
                tone = np.sin(2 * np.pi * pitch * time) + 0.3 * np.sin(4 * np.pi * pitch * time)
                edge = np.minimum(1.0, np.minimum(np.arange(count), np.arange(count)[::-1]) / (0.008 * _RATE))
                sounds += [(0.25 * tone * edge).astype(np.float32), np.zeros(gap, np.float32)]
                words.append(SpokenWord(unit.written, at / _RATE, (at + count) / _RATE))
                at += count + gap
            yield Speech(np.concatenate(sounds), _RATE, tuple(words), line.pause)
            tick((position + 1) / len(lines), "speaking")


def _seconds(word: str) -> float:
    """How long a word takes at speed 1: by its letters, CJK and other syllabic characters counting more."""
    letters = [c for c in word if c.isalnum()]
    wide = sum(1 for c in letters if ord(c) >= 0x0E00)
    return max(_SHORTEST, wide * _PER_GROUPED_CHARACTER + (len(letters) - wide) * _PER_CHARACTER)

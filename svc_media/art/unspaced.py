"""Words found in texts that are written without spaces, Japanese and Thai."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["found_in", "is_japanese", "is_thai"]

_KANA = re.compile(r"[\u3040-\u30ff]")
_THAI = re.compile(r"[\u0e00-\u0e7f]")
_RUN = re.compile(r"[\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+|[\u0e00-\u0e7f]+")
_KANJI = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_KATAKANA = re.compile(r"[\u30a1-\u30ff]")
_HIRAGANA = re.compile(r"[\u3041-\u309f]")
_MONTH = re.compile(r"[0-9\uff10-\uff19]+\s*\u6708")
# vowels and tones that belong to the consonant before, and vowels that belong to the one after
_THAI_LATER = re.compile(r"[\u0e30-\u0e3a\u0e45\u0e47-\u0e4e]")
_THAI_BEFORE = re.compile(r"[\u0e40-\u0e44]")


def is_japanese(text: str) -> bool:
    """True for text with a Japanese syllable."""
    return _KANA.search(text) is not None


def is_thai(text: str) -> bool:
    """True when half of the letters or more are Thai."""
    letters = sum(char.isalpha() for char in text)
    return letters > 0 and sum(char.isalpha() for char in "".join(_THAI.findall(text))) >= 0.5 * letters


def found_in(text: str, meant: Mapping[str, str], silent: Collection[str]) -> list[str]:
    """The English of the words of a text, in its order: at each place of the longest that is known."""
    longest = max(map(len, (*meant, *silent)))
    found: list[str] = []
    for run in _RUN.findall(_MONTH.sub(" ", text)):
        place = 0
        while place < len(run):
            size = next(
                (
                    size
                    for size in range(min(longest, len(run) - place), 0, -1)
                    if (run[place : place + size] in meant or run[place : place + size] in silent)
                    and _apart(run, place, place + size)
                ),
                0,
            )
            if size and (english := meant.get(run[place : place + size])) and run[place : place + size] not in silent:
                found.append(english)
            place += size or 1
    return found


def _apart(run: str, start: int, end: int) -> bool:
    """Whether a word can begin and end there, so that it is none inside another."""
    before, after = run[start - 1 : start], run[end : end + 1]
    word = run[start:end]
    if _THAI.match(word):
        return not _THAI_LATER.match(after) and not _THAI_LATER.match(word) and not _THAI_BEFORE.match(before)
    if len(word) == 1 and _KANJI.match(word):
        return not _KANJI.match(before) and not _KANJI.match(after)
    if _KATAKANA.match(word) and len(word) < 4:
        return not _KATAKANA.match(before) and not _KATAKANA.match(after)
    # ねこ in ねころぶ: short words in the script of endings cannot be told from these
    return not (len(word) < 3 and _HIRAGANA.match(word) and before and _HIRAGANA.match(before))

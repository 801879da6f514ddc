"""Reads CC-CEDICT, the free Chinese-English dictionary (https://cc-cedict.org/wiki/format:syntax)."""

from __future__ import annotations

import gzip
import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ChineseDictionary"]

_ASIDE = re.compile(r"\([^()]*\)|\[[^\]]*\]|[\u3400-\u9fff|]+")
_NO_SENSE = re.compile(
    r"CL:|surname |(?:old |archaic |erhua )*variant |see |used in |also (?:written|pr)|abbr\.|Taiwan pr|classifier|"
    r"(?:interj|aux|prefix|suffix)"
)
_LEAD = re.compile(r"^(?:to be|to|a|an|the|one's|sb's) ")
_WORDS = 6
"""So many words of a sense say what it is; longer ones explain."""


class ChineseDictionary:
    """
    The English of Chinese words of two to eight characters, simplified or traditional.

    A word is looked up when it is asked for, the file is held as it is: 10 MB, and 25 MB for where each word stands.
    """

    def __init__(self, file: Path) -> None:
        """file: `cedict_1_0_ts_utf-8_mdbg.txt.gz`. Takes half a second."""
        self._lines = gzip.decompress(file.read_bytes()).decode().splitlines()
        self._places: dict[str, int] = {}
        self.simplified: dict[int, str] = {}
        """Simplified characters by the code points of traditional ones that have no other use."""
        kept: set[str] = set()
        for place, line in enumerate(self._lines):
            if line[0] in "#%":
                continue
            traditional, simple, reading = line.split(" ", 2)
            known = self._places.get(simple)
            # of what is written alike, the name comes first: the word is asked for
            if 2 <= len(simple) <= 8 and (known is None or (self._named(known) and not reading[1].isupper())):
                self._places[simple] = place
            for old, new in zip(traditional, simple, strict=False):
                if old == new:
                    kept.add(old)
                else:
                    self.simplified.setdefault(ord(old), new)
        for char in kept:
            self.simplified.pop(ord(char), None)

    @staticmethod
    @lru_cache(1)
    def shared(file: Path) -> ChineseDictionary:
        """The dictionary of a file, opened once in a process."""
        return ChineseDictionary(file)

    def __contains__(self, word: str) -> bool:
        """Whether it has an entry for a word in simplified characters."""
        return word in self._places

    def meaning(self, word: str) -> str:
        """The first sense, in at most six English words; "" for words without one. Raises KeyError."""
        place = self._places[word]
        senses = self._lines[place].split("/")[1:-1]
        # of a name it says who or what that is: "Li Bai (701-762), famous Tang Dynasty poet"
        return next(filter(None, (_plain(sense, named=self._named(place)) for sense in senses)), "")

    def _named(self, place: int) -> bool:
        return self._lines[place].split("[", 1)[1][:1].isupper()


def _plain(sense: str, *, named: bool) -> str:
    if _NO_SENSE.match(sense):
        return ""
    while (shorter := _ASIDE.sub("", sense)) != sense:
        sense = shorter
    first, _, rest = sense.split(";")[0].partition(",")
    told = named and rest.strip() and not re.match(r" (?:or |also |\d)", rest)
    chosen = (rest if told else first).split(",")[0]
    return " ".join(_LEAD.sub("", chosen.strip()).split()[:_WORDS])

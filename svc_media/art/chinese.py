"""Chinese text as the English words that say what it is about."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from svc_media.art.words import content_words

if TYPE_CHECKING:
    from svc_media.art.cedict import ChineseDictionary

__all__ = ["in_english", "is_chinese"]

_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_OWN, _LISTED, _OWN_CHARACTER, _UNKNOWN = 1.0, 1.2, 1.4, 1.5
"""
What a word costs a reading of the text: the cheapest reading is taken, so the one of the fewest words, and of two with
as many the one of the words that are listed here.
"""
_LONGEST = 8


@cache
def _words() -> tuple[dict[str, str], dict[int, str]]:
    """English by Chinese word ("" for those that say nothing), simplified characters by traditional ones."""
    tables: dict[str, str] = tomllib.loads(files("svc_media.art").joinpath("chinese.toml").read_text("utf-8"))
    meant = dict.fromkeys(tables["silent"].split(), "")
    for entry in filter(None, (entry.strip() for entry in re.split(r"[,\n]", tables["words"]))):
        word, _, english = entry.partition("=")
        meant[word] = english
    return meant, {ord(pair[0]): pair[1] for pair in tables["traditional"].split()}


def is_chinese(text: str) -> bool:
    """True when most letters are Chinese and none is Japanese or Korean."""
    if re.search(r"[\u3040-\u30ff\uac00-\ud7af]", text):
        return False
    han = sum(len(run) for run in _RUN.findall(text))
    return han > 0 and han >= 0.5 * sum(char.isalpha() for char in text)


def in_english(text: str, dictionary: ChineseDictionary | None = None) -> str:
    """
    The words of a Chinese text that we know, in English and in its order; "" when there are none.

    dictionary: what knows the words that are not listed here, of which there are a thousand that can be drawn.
    """
    meant, simplified = _words()
    if dictionary:
        text = text.translate(dictionary.simplified)
    found: list[str] = []
    for run in _RUN.findall(text.translate(simplified)):
        for word in _read(run, dictionary):
            if word in meant:
                found.append(meant[word])
            elif dictionary and word in dictionary and content_words(english := dictionary.meaning(word)):
                found.append(english)
    return ", ".join(dict.fromkeys(filter(None, found)))


def _read(run: str, dictionary: ChineseDictionary | None) -> list[str]:
    """Characters without a space between them, cut into words."""
    meant = _words()[0]

    def cost(word: str) -> float | None:
        if word in meant:
            return _OWN if len(word) > 1 else _OWN_CHARACTER
        if len(word) == 1:
            return _UNKNOWN
        return _LISTED if dictionary and word in dictionary else None

    # cheapest[end]: what the text up to there costs, and where its last word begins
    cheapest: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(run) + 1):
        starts = range(max(0, end - _LONGEST), end)
        cheapest.append(
            min((cheapest[start][0] + paid, start) for start in starts if (paid := cost(run[start:end])) is not None)
        )
    words: list[str] = []
    end = len(run)
    while end:
        start = cheapest[end][1]
        words.append(run[start:end])
        end = start
    return words[::-1]

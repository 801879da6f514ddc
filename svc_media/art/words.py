"""Which words of a sentence say what it is about."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files

__all__ = ["Word", "content_words", "is_english", "is_silent", "stem"]

_LISTS = tomllib.loads(files("svc_media.art").joinpath("words.toml").read_text("utf-8"))
_SILENT, _WEAK, _PLAIN = (frozenset(str(_LISTS[name]).split()) for name in ("silent", "weak", "plain"))
_IRREGULAR: dict[str, str] = _LISTS["irregular"]


@dataclass(frozen=True)
class Word:
    """A word that can decide what is shown."""

    text: str
    stem: str
    weight: float
    """0 to 1: how much it may decide."""


def stem(word: str) -> str:
    """The word without its ending, the same for "reading", "reads" and "read"."""
    word = word.lower().removesuffix("'s")
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    # shorter bases are mostly words of their own: wing, spring, flower, corner
    for ending, shortest in (("ing", 3), ("ers", 5), ("ed", 4), ("er", 5)):
        base = word.removesuffix(ending)
        if base != word and len(base) >= shortest and re.search("[aeiouy]", base):
            if len(base) > 3 and base[-1] == base[-2] and base[-1] not in "sl":
                base = base[:-1]
            return base.removesuffix("e")
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 4 else word


def content_words(text: str) -> list[Word]:
    """The words of a sentence that carry its subject, in order, each stem once; weak ones weigh less."""
    found: dict[str, Word] = {}
    for match in re.finditer(r"[^\W\d_][^\W\d_'-]*", text):
        word = match.group().lower().replace("\u2019", "'")
        if len(word) < 2 or word in _SILENT or stem(word) in found:
            continue
        found[stem(word)] = Word(word, stem(word), 0.3 if word in _WEAK or stem(word) in _WEAK else 1.0)
    return list(found.values())


def is_silent(word: str) -> bool:
    """True for an English word that alone never says what is shown; in small letters."""
    return word in _SILENT or word in _WEAK or word in _PLAIN


def is_english(text: str) -> bool:
    """True for text the encoder can read; short text without function words is given the benefit of the doubt."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    if not words or sum(word.isascii() for word in words) < 0.95 * len(words):
        return False
    share = sum(word in _PLAIN for word in words) / len(words)
    return share >= 0.12 or len(words) <= 4

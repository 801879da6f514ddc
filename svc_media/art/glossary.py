"""Words of other languages and what they say in English, as the files in languages/ list them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files

from svc_media.art.wordforms import COMPOUNDING, bases, folded, tail
from svc_media.art.words import stem

__all__ = ["APOSTROPHES", "LANGUAGES", "Tongue", "english_stems", "listed", "meaning", "spelt", "tables", "tongues"]

LANGUAGES = (
    *("es", "pt", "it", "fr", "de", "nl", "sv", "da", "ru", "uk", "pl"),
    *("ja", "ko", "tr", "id", "vi", "ar", "hi", "th"),
)
"""Those that words are listed of, besides Chinese; "da" is Norwegian, too."""
_FILES = ("romance", "germanic", "slavic", "asian", "latin", "southern")
APOSTROPHES = re.compile("['\u2019\u02bc]")
_SCRIPTS = {"ko": ("\uac00", "\ud7a3"), "hi": ("\u0900", "\u0963")}
_WHO = frozenset("يتنأ")
"""Who does something stands before an Arabic verb."""
_ENDING = {"tr": 10, "ko": 5, "ar": 3}
"""So many letters at most may follow a stem; 7 in others."""
_LONGEST = 60
"""Nobody writes longer words, and to look for others in them takes long."""


@dataclass(frozen=True)
class Tongue:
    """What is listed of a language."""

    name: str
    letters: frozenset[str]
    """Those beyond a to z."""
    silent: frozenset[str]
    meant: dict[str, str] = field(default_factory=dict[str, str])
    """English by word, folded; "" for phrases that say nothing."""
    stems: dict[str, str] = field(default_factory=dict[str, str])
    whole: set[str] = field(default_factory=set[str])
    """Words that take no ending."""
    nouns: set[str] = field(default_factory=set[str])
    """German words that begin with a capital."""
    heads: set[str] = field(default_factory=set[str])
    """First words of phrases."""


@cache
def tables() -> dict[str, list[list[str]]]:
    """
    The rows of the files in languages/: by file, cells by column.

    The first row names the languages, the second ("+") has the letters they use beyond a to z, the third ("-") small
    words that say nothing one can draw, by which a language is known. In the others stand English and the words that
    mean it, between "/": a word stands for its regular forms, too (`svc_media.art.wordforms`), one with "-" at its end
    for all that begin so, one with "." at its end for itself alone; German nouns have a capital.
    """
    folder = files("svc_media.art").joinpath("languages")
    return {
        name: [
            [cell.strip() for cell in line.split("|")]
            for line in folder.joinpath(f"{name}.txt").read_text("utf-8").splitlines()
            if line[:1] not in {"", "#"}
        ]
        for name in _FILES
    }


@cache
def english_stems() -> frozenset[str]:
    """Stems of the English words of all rows: enough to tell English from what looks like it."""
    return frozenset(stem(word) for rows in tables().values() for row in rows[3:] for word in row[0].split())


@cache
def tongues() -> dict[str, Tongue]:
    """Every language of the files, by its name."""
    found: dict[str, Tongue] = {}
    for head, letters, small, *rows in tables().values():
        for column, name in enumerate(head[1:], 1):
            first, last = _SCRIPTS.get(name, ("", ""))
            script = map(chr, range(ord(first), ord(last) + 1)) if first else letters[column]
            silent = {spelt(word, name) for word in small[column].split("/")}
            tongue = found[name] = Tongue(name, frozenset(script), frozenset(silent))
            for row in rows:
                for word in filter(None, row[column].split("/")):
                    _list(word.strip(), row[0], tongue)
            for word in silent:
                if " " in word:
                    tongue.heads.add(word.split()[0])
    return found


def _list(word: str, english: str, tongue: Tongue) -> None:
    written, word = word, spelt(word, tongue.name)
    if word.endswith("-"):
        tongue.stems.setdefault(word[:-1], english)
        return
    if word.endswith("."):
        word = word[:-1]
        tongue.whole.add(word)
    tongue.meant.setdefault(word, english)
    if tongue.name == "de" and written[:1].isupper():
        tongue.nouns.add(word)
    if " " in word:
        tongue.heads.add(word.split()[0])


def spelt(word: str, tongue: str) -> str:
    """A word as it is compared: an apostrophe parts words, but in Ukrainian."""
    return APOSTROPHES.sub("" if tongue == "uk" else " ", folded(word, tongue)).strip()


@lru_cache(100_000)
def meaning(written: str, name: str) -> str:
    """What a word says, found under one of its forms, or in compounds by its end, which is what they are."""
    tongue = tongues()[name]
    word = spelt(written, name)
    capital = written[:1].isupper()
    if len(word) > _LONGEST:
        return ""
    if found := listed(word, tongue, capital=capital):
        return found[1]
    if "-" in word:
        parts = [meaning(part, name) for part in written.split("-") if spelt(part, name) not in tongue.silent]
        return ", ".join(dict.fromkeys(filter(None, reversed(parts) if name in COMPOUNDING else parts)))
    return _compound(word, tongue) if name in COMPOUNDING and (capital or name != "de") else ""


def listed(word: str, tongue: Tongue, *, capital: bool = True) -> tuple[str, str] | None:
    """The entry that a word is a form of, and its English; a German noun only with a `capital`."""
    for base in bases(word, tongue.name):
        known = base in tongue.meant and (capital or base not in tongue.nouns)
        if known and (base not in tongue.whole or word.endswith(base)):
            return base, tongue.meant[base]
    start = _beginning(word, tongue)
    if start is None and tongue.name == "ar" and word[:1] in _WHO:
        sizes = range(len(word), max(2, len(word) - 3), -1)
        start = next((word[1:size] for size in sizes if word[1:size] in tongue.stems), None)
    if start is None:
        return None
    return start, tongue.stems.get(start) or tongue.meant[start]


def _beginning(word: str, tongue: Tongue) -> str | None:
    """The longest entry that a word begins with and that what follows can be an ending of."""
    ending, most = tail(tongue.name), _ENDING.get(tongue.name, 7)
    for size in range(len(word), 0 if tongue.name == "ko" else 1, -1):
        start, rest = word[:size], word[size:]
        if start in tongue.stems and len(rest) <= most:
            return start
        if start in tongue.meant and start not in tongue.whole:
            # nouns stand together in Korean
            joined = tongue.name == "ko" and size > 1 and len(rest) <= 4
            if joined or (ending and ending.fullmatch(rest)):
                return start
    return None


def _compound(word: str, tongue: Tongue) -> str:
    """What the last part of a word says, and then the first."""
    first = last = ""
    for size in range(len(word) - 3, 3, -1):
        found = listed(word[:size], tongue)
        if found and len(found[0]) > 3:
            first = found[1]
            break
    for start in range(3, len(word) - 3):
        found = listed(word[start:], tongue)
        # four letters at the end may be anything, unless they follow a word
        if found and len(found[0]) > (3 if first else 4) and word[start:].startswith(found[0][:3]):
            last = found[1]
            break
    return " ".join(dict.fromkeys(f"{last} {first}".split()))

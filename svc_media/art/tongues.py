"""What a text in any language that we know some words of speaks of, in English words."""

# ruff: noqa: SIM905 - long lists read better as running text

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from svc_media.art.chinese import in_english as of_chinese
from svc_media.art.chinese import is_chinese
from svc_media.art.words import is_silent, stem

if TYPE_CHECKING:
    from collections.abc import Collection

    from svc_media.art.chinese import Dictionary

__all__ = ["echoes", "language_of", "said_in_english"]

_KANA = re.compile(r"[\u3040-\u30ff]")
_JAPANESE = re.compile(r"[\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+")
_WORDS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# an address says nothing that can be drawn, nor does what stands for a word in it
_ADDRESS = re.compile(r"\S+@\S+|@\w+|(?:https?://|www\.)\S+", re.IGNORECASE)
_STEMS: dict[str, tuple[int, int, frozenset[str]]] = {
    "es": (4, 4, frozenset({"s", "es"})),
    "pt": (4, 4, frozenset({"s", "es"})),
    "fr": (4, 4, frozenset({"s", "x"})),
    "it": (4, 4, frozenset()),
    "ru": (
        4,
        5,
        frozenset("а я о е ё и й ы у ю ь ой ом ем ей ам ям ах ях ов ев ий ый ая ое ые ать ить ет ит ла ли".split()),
    ),
    "ko": (2, 4, frozenset("은는이가을를의에도로와과만")),
    "ar": (3, 3, frozenset("اةهيك")),
}
"""
By language: from so many letters on a word of the list stands for longer ones too, by so many more letters at most (its
plural, its cases, what a verb takes on); shorter ones only before these endings. Others: 4, 4 and `_PLURALS`.
"""
_ARTICLE = re.compile(r"^[وفبلك]?ال(?=..)|^[وف](?=...)")
_VOWELS = re.compile(r"[\u0610-\u061a\u064b-\u065f\u0670]")
"""Signs over Arabic letters, which a text may have or not."""
_PLURALS = frozenset({"s", "es", "e", "en", "er", "n"})
_FEW = 0.2
"""With less than this share of words known, the language is not one that we know."""
_COMPOUNDING = frozenset({"de", "nl"})


@dataclass(frozen=True)
class _Tongue:
    name: str
    silent: frozenset[str]
    meant: dict[str, str]
    """English by word, all in small letters."""


@cache
def _tongues() -> dict[str, _Tongue]:
    text = files("svc_media.art").joinpath("tongues.txt").read_text("utf-8")
    found: dict[str, _Tongue] = {}
    for table in text.split("\n\n"):
        head, small, *rows = (
            [cell.strip() for cell in line.split("|")] for line in table.splitlines() if line[:1] != "#"
        )
        for column, name in enumerate(head[1:], 1):
            meant: dict[str, str] = {}
            for row in rows:
                for word in filter(None, row[column].lower().split("/")):
                    meant.setdefault(word, row[0])
            found[name] = _Tongue(name, frozenset(small[column].split("/")), meant)
    return found


def echoes(prompt: str, narration: str) -> bool:
    """True when the prompt is the narration with words around it, as one made by rule is, not a description of it."""
    said, shown = _units(narration), _units(prompt)
    if not said or not shown:
        return False
    # of a long narration the prompt has only the beginning
    return _share(said, shown) >= 0.8 or _share(shown, said) >= 0.6


def _share(some: list[str], others: list[str]) -> float:
    known = set(others)
    return sum(unit in known for unit in some) / len(some)


def _units(text: str) -> list[str]:
    """Words; where none stand apart, characters."""
    text = unicodedata.normalize("NFKC", text).casefold()
    units: list[str] = []
    for word in re.findall(r"[^\W_]+", text):
        units += list(word) if re.search(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]", word) else [word]
    return units


def language_of(text: str, known: Collection[str]) -> str:
    """
    "en", or one of the languages that we know words of: "zh", "ja", "es", ...; "" for another, or for no words at all.

    known: stems of English words that can be drawn.
    """
    text = _plain(text)
    if _KANA.search(text):
        return "ja"
    if is_chinese(text):
        return "zh"
    words = [word.lower() for word in _WORDS.findall(text)]
    best, most = "en", float(sum(is_silent(word) or stem(word) in known for word in words))
    for tongue in _tongues().values():
        # a small word is a surer sign of its language than the name of a thing, which may be the same in many
        score = sum(1.0 if word in tongue.silent else 0.9 if _meaning(word, tongue.name) else 0.0 for word in words)
        if score > most:
            best, most = tongue.name, score
    return best if words and most >= _FEW * len(words) else ""


def said_in_english(text: str, known: Collection[str], chinese: Dictionary | None = None) -> str:
    """
    The text without addresses when it is English, else what we know of it as English words in its order; or "".

    chinese: knows more words of that language than are listed here.
    """
    language, text = language_of(text, known), _plain(text)
    if language == "en":
        return text.strip()
    if language == "zh":
        return of_chinese(text, chinese)
    if language == "ja":
        return _japanese(text, _tongues()["ja"].meant)
    if not language:
        return ""
    silent = _tongues()[language].silent
    words = [word.lower() for word in _WORDS.findall(text)]
    found = [meaning for word in words if word not in silent and (meaning := _meaning(word, language))]
    return ", ".join(dict.fromkeys(found))


def _plain(text: str) -> str:
    return _VOWELS.sub("", unicodedata.normalize("NFC", _ADDRESS.sub(" ", text)))


@lru_cache(20_000)
def _meaning(word: str, tongue: str) -> str:
    """What a word says, found by its beginning, or in compounds by its end, which is what they are."""
    meant = _tongues()[tongue].meant
    if tongue == "ar" and (bare := _ARTICLE.sub("", word)) != word:
        return meant.get(word) or _meaning(bare, tongue)
    if word in meant:
        return meant[word]
    # a syllable alone is a word in Korean, and a particle follows
    least, most, endings = _STEMS.get(tongue, (4, 4, _PLURALS))
    for size in range(len(word) - 1, 0, -1):
        # more letters after a short word make another word of it
        if word[:size] in meant and ((size >= least and len(word) - size <= most) or word[size:] in endings):
            return meant[word[:size]]
    if tongue not in _COMPOUNDING:
        return ""
    ends = (
        word[start:end]
        for start in range(1, len(word) - 3)
        for end in range(len(word), max(start, len(word) - 6) + 3, -1)
    )
    last = next((meant[part] for part in ends if part in meant), "")
    first = next((meant[word[:size]] for size in range(len(word) - 1, 3, -1) if word[:size] in meant), "")
    return " ".join(dict.fromkeys(f"{last} {first}".split()))


def _japanese(text: str, meant: dict[str, str]) -> str:
    """As `chinese.in_english`: at each place the longest known word."""
    longest = max(map(len, meant))
    found: list[str] = []
    for run in _JAPANESE.findall(text):
        place = 0
        while place < len(run):
            size = next((n for n in range(min(longest, len(run) - place), 0, -1) if run[place : place + n] in meant), 0)
            if size:
                found.append(meant[run[place : place + size]])
            place += size or 1
    return ", ".join(dict.fromkeys(found))

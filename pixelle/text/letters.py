"""The letters that texts are written in, and those that languages are written with."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from pixelle.text.tags import primary

__all__ = ["scripts_in", "scripts_of"]

_BY_SCRIPT = {
    "LATIN": "af ca cs da de en es et fi fr gl hr hu id it lt lv ms nb nl nn no pl pt ro sk sl sv sw tr vi",
    "CYRILLIC": "be bg mk ru uk",
    "ARABIC": "ar arz fa ur",
    "DEVANAGARI": "hi mai mr ne",
    "CJK": "cmn nan wuu yue zh",
    "CJK HIRAGANA KATAKANA": "ja",
    "CJK HANGUL": "ko",
    "BENGALI": "bn",
    "GREEK": "el",
    "HEBREW": "he",
    "THAI": "th",
}
_SCRIPTS = {
    language: frozenset(scripts.split()) for scripts, languages in _BY_SCRIPT.items() for language in languages.split()
}
_SIGN = re.compile(r"(?<![^\W\d_])[\u0370-\u03ff](?![^\W\d_])")
"""A Greek letter alone, which is a sign in texts of every language."""


def scripts_of(language: str) -> frozenset[str]:
    """
    What a language is written in, by the names that Unicode has for scripts: {"LATIN"}, {"CJK", "HANGUL"}.

    language: BCP 47 tag. Empty for languages of several scripts (Serbian) and for those nobody told us of.
    """
    return _SCRIPTS.get(primary(language), frozenset())


def scripts_in(text: str) -> Counter[str]:
    """How many letters of a text belong to which script; "𝐇" and "Ｈ" are letters too."""
    counted = Counter[str]()
    for char in _SIGN.sub(" ", unicodedata.normalize("NFKC", text)):
        if char.isascii():
            counted["LATIN"] += char.isalpha()
        elif char.isalpha():
            counted[_script(char)] += 1
    return +counted


def _script(char: str) -> str:
    first = re.split("[ -]", unicodedata.name(char, ""))[0]
    return "CJK" if first == "IDEOGRAPHIC" else first

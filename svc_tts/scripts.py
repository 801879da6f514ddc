"""Whether a text is written in the letters of its language."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from pixelle.runtime.errors import InvalidArgument
from pixelle.runtime.language import without_pauses

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["must_be_written_in"]

_HAN, _KANA = frozenset({"CJK"}), frozenset({"CJK", "HIRAGANA", "KATAKANA"})
_LATIN = frozenset[str]()
"""Nothing but Latin letters, which stand in texts of every language."""
_CYRILLIC, _ARABIC = frozenset({"CYRILLIC"}), frozenset({"ARABIC"})
_DEVANAGARI = frozenset({"DEVANAGARI"})
_BY_SCRIPT = (
    (_LATIN, "ca cs da de en es et fi fr hr hu id it lt lv nb nl no pl pt ro sk sl sv sw tr vi"),
    (_CYRILLIC, "be bg mk ru uk"),
    (_ARABIC, "ar fa ur"),
    (_DEVANAGARI, "hi mr ne"),
    (_HAN, "zh"),
    (_KANA, "ja"),
    (frozenset({"HANGUL", "CJK"}), "ko"),
    (frozenset({"BENGALI"}), "bn"),
    (frozenset({"GREEK"}), "el"),
    (frozenset({"HEBREW"}), "he"),
    (frozenset({"THAI"}), "th"),
)
_SCRIPTS = {language: script for script, languages in _BY_SCRIPT for language in languages.split()}
"""What a language is written in besides Latin letters, by the first word of Unicode's names for them."""
_SIGN = re.compile(r"(?<![^\W\d_])[\u0370-\u03ff](?![^\W\d_])")
_NAMES = {"CJK": "Chinese"}


def must_be_written_in(language: str, text: str) -> None:
    """
    Raises InvalidArgument (LANGUAGE_MISMATCH) when most letters of a text belong to scripts of other languages.

    language: BCP 47 tag, as the caller said it; one that no script is known for is believed.
    """
    own = _SCRIPTS.get(language.partition("-")[0].lower())
    if own is None:
        return
    found = Counter(_scripts_of(without_pauses(text)))
    strange = Counter({script: count for script, count in found.items() if script != "LATIN" and script not in own})
    if 2 * strange.total() > found.total():
        most = strange.most_common(1)[0][0]
        name = _NAMES.get(most, most.title())
        raise InvalidArgument(
            f"The language is said to be {language!r}, but most letters of the text are {name}: "
            f"{text.strip()[:40]!r}. Leave `language` out, or send that of the text and a voice that speaks it.",
            reason="LANGUAGE_MISMATCH",
            details={"language": language},
        )


def _scripts_of(text: str) -> Iterator[str]:
    # "𝐇" and "Ｈ" are Latin letters in another dress, "π" and "Δ" alone are signs of every language
    for char in _SIGN.sub(" ", unicodedata.normalize("NFKC", text)):
        if char.isalpha():
            yield "LATIN" if char.isascii() else unicodedata.name(char, "").partition(" ")[0]

"""Which language a text is in."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

__all__ = ["PAUSE", "detect_language", "speaks", "without_pauses"]

_SAMPLE = 2_000
PAUSE = re.compile(r"\[\s*pause\b([^\]\n]{0,40})\]", re.IGNORECASE)
"""A silence asked for inside a text, "[pause 0.5s]": neither read nor shown. Its group is what follows the word."""


# fmt: off
_LANGUAGES = (
    "ARABIC", "BENGALI", "BOKMAL", "BULGARIAN", "CATALAN", "CHINESE", "CROATIAN", "CZECH", "DANISH", "DUTCH",
    "ENGLISH", "FINNISH", "FRENCH", "GERMAN", "GREEK", "HEBREW", "HINDI", "HUNGARIAN", "INDONESIAN",
    "ITALIAN", "JAPANESE", "KOREAN", "PERSIAN", "POLISH", "PORTUGUESE", "ROMANIAN", "RUSSIAN", "SLOVAK",
    "SPANISH", "SWEDISH", "THAI", "TURKISH", "UKRAINIAN", "VIETNAMESE",
)
# fmt: on
_SHORT = 40
"""Below this many letters of Latin script, only a clear verdict counts: a topic of three words fits many languages."""


@lru_cache(maxsize=1)
def _detector() -> Any:
    from lingua import Language, LanguageDetectorBuilder

    known = [getattr(Language, name) for name in _LANGUAGES]
    # the exact mode takes ten times the memory and time, and our texts are seldom one word
    return LanguageDetectorBuilder.from_languages(*known).with_low_accuracy_mode().build()


def detect_language(text: str) -> str:
    """
    BCP 47 tag of the text's language, such as "en" or "zh"; "" when it cannot be told.

    Looks at the first 2,000 characters (library: lingua). Knows 34 languages.
    """
    sample = text[:_SAMPLE]
    letters = sum(char.isalpha() for char in sample)
    if not letters:
        return ""
    best = _detector().compute_language_confidence_values(sample)[0]
    latin = all(char < "\u0250" for char in sample if char.isalpha())
    if best.value < (0.7 if latin and letters < _SHORT else 0.3):
        return ""
    return str(best.language.iso_code_639_1.name).lower()


def speaks(languages: tuple[str, ...] | list[str], wanted: str) -> bool:
    """Whether one of the tags covers the wanted one ("en" covers "en-GB"); an empty list covers all."""
    primary = wanted.partition("-")[0].lower()
    return not languages or not primary or any(tag.partition("-")[0].lower() == primary for tag in languages)


def without_pauses(text: str) -> str:
    """The text as it is shown: without its pause marks and the space they took."""
    return re.sub(r"[ \t]+(?=\n|$)|(?<=[ \t])[ \t]+", "", PAUSE.sub("", text)).strip() if "[" in text else text

"""Which language a text is in."""

# ruff: noqa: SIM905 - a long list of words reads better as running text

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from pixelle.text.frequent_words import LANGUAGES_OF
from pixelle.text.pauses import PAUSE

__all__ = ["detect_language"]

_SAMPLE = 2_000


# fmt: off
_LANGUAGES = (
    "ARABIC", "BENGALI", "BOKMAL", "BULGARIAN", "CATALAN", "CHINESE", "CROATIAN", "CZECH", "DANISH", "DUTCH",
    "ENGLISH", "FINNISH", "FRENCH", "GERMAN", "GREEK", "HEBREW", "HINDI", "HUNGARIAN", "INDONESIAN",
    "ITALIAN", "JAPANESE", "KOREAN", "PERSIAN", "POLISH", "PORTUGUESE", "ROMANIAN", "RUSSIAN", "SLOVAK",
    "SPANISH", "SWEDISH", "THAI", "TURKISH", "UKRAINIAN", "VIETNAMESE",
)
# fmt: on
_UNSAID = re.compile(
    rf"{PAUSE.pattern}|<(?:script|style)\b.*?</(?:script|style)>|<[^<>]{{1,300}}>|https?://\S+",
    re.DOTALL | re.IGNORECASE,
)
"""What a text holds that is no word of its language."""
_WORD = re.compile(r"[^\W\d_]+")
_LONG = 120
"""From this many letters on, what letters follow each other tells enough."""
_SHORT = 40
"""Below this many, only a very clear verdict counts: a topic of three words fits many languages."""
_SENTENCE = 4
"""From so many words on, capital letters do not make a name."""
_CLEAR, _VERY_CLEAR = 0.3, 0.7
_FOREIGN = 0.01
"""How likely a language has a word that is frequent elsewhere and not in it."""
_UNLIKELY = 0.03
"""The least that a language is given, so that frequent words can still decide for it."""
_OFTEN = {"en": 3.0, "ru": 3.0}
"""How much likelier than another of its script a language is before anything is read."""
_IN_NAMES = frozenset("al bin da de del di du el en la las le les los o são van von".split())
"""Frequent words that stand in names of people and places too, whatever the language around them."""


@lru_cache(maxsize=1)
def _detector() -> Any:
    from lingua import Language, LanguageDetectorBuilder

    known = [getattr(Language, name) for name in _LANGUAGES]
    # the exact mode takes ten times the memory and time, and our texts are seldom one word
    return LanguageDetectorBuilder.from_languages(*known).with_low_accuracy_mode().build()


def detect_language(text: str) -> str:
    """
    BCP 47 tag of the text's language, such as "en" or "zh"; "" when it cannot be told.

    Looks at 2,000 characters (library: lingua). Knows 34 languages. Of a title or topic it takes more than
    letters that follow each other as in some language: "Ancient Egypt" would be French by them.
    """
    sample = _UNSAID.sub(" ", _sampled(text))
    letters = [char for char in sample.lower() if char.isalpha()]
    if not letters:
        return ""
    likely = {
        each.language.iso_code_639_1.name.lower(): each.value
        for each in _detector().compute_language_confidence_values(sample)
    }
    latin = all(char < "\u0300" or "\u1e00" <= char < "\u1f00" for char in letters)
    if len(letters) >= _LONG or not (latin or any("\u0400" <= char < "\u0530" for char in letters)):
        best = max(likely, key=likely.__getitem__)
        return best if likely[best] >= _CLEAR else ""
    words = _WORD.findall(sample.lower())
    frequent = [LANGUAGES_OF[word] for word in words if word in LANGUAGES_OF]
    weights = {
        tag: max(value, _UNLIKELY) * _OFTEN.get(tag, 1.0) * _FOREIGN ** sum(tag not in each for each in frequent)
        for tag, value in likely.items()
    }
    best = max(weights, key=weights.__getitem__)
    if latin and best != "en" and _only_names(sample):
        return ""
    sure = weights[best] / sum(weights.values())
    return best if not latin or sure >= (_VERY_CLEAR if len(letters) < _SHORT else _CLEAR) else ""


def _sampled(text: str) -> str:
    """Its begin, middle and end: a book may begin with a notice in another language."""
    if len(text) <= _SAMPLE:
        return text
    piece = _SAMPLE // 3
    middle = (len(text) - piece) // 2
    return "\n".join((text[:piece], text[middle : middle + piece], text[-piece:]))


def _only_names(sample: str) -> bool:
    """Whether a short text could be names alone, or words that many languages borrowed: "Leonardo da Vinci"."""
    words = _WORD.findall(sample)
    frequent = {word.lower() for word in words} & LANGUAGES_OF.keys()
    if len(words) == 1 or (sample.isascii() and not frequent):
        return True
    return len(words) < _SENTENCE and frequent <= _IN_NAMES and all(w[0].isupper() or w in _IN_NAMES for w in words)

"""Numbers as languages write and say them, with num2words."""

from __future__ import annotations

import re
from functools import lru_cache

from svc_tts.reading import hindi
from svc_tts.reading.tables import TABLES

__all__ = ["ascii_number", "digits", "in_words", "number_pattern", "ordinal", "year"]

_PARTED_BY_SPACE = frozenset({"cs", "fr", "hu", "pl", "ru"})
_LONGEST_NUMBER = 15
"""Digits; a longer number is read digit by digit."""


def number_pattern(language: str) -> str:
    """A pattern for a number as the language writes it; a decimal dot is understood everywhere."""
    comma = TABLES[language].comma
    group = r"[.\u00a0\u202f]" if comma else ","
    if language in _PARTED_BY_SPACE:
        group = r"[. \u00a0\u202f]"
    if language == "hi":  # twelve lakh is 12,00,000
        return r"(?:\d{1,2}(?:,\d{2})*,\d{3}(?!\d)|\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
    decimal = r"(?:,\d+|\.(?!\d{3}(?!\d))\d+)?" if comma else r"(?:\.\d+)?"
    return rf"(?:\d{{1,3}}(?:{group}\d{{3}})+(?!\d)|\d+){decimal}"


def ascii_number(number: str, language: str) -> str:
    """Digits with at most one dot, from a number as the language writes it."""
    if TABLES[language].comma:
        number = re.sub(r"[.\s\u00a0\u202f](?=\d{3}(?!\d))", "", number)
        return number.replace(",", ".")
    return number.replace(",", "")


@lru_cache(maxsize=4096)
def in_words(number: str, language: str, *, noun: bool = False) -> str:
    """A number (digits, at most one dot) in words; as it is where nobody knows the language's."""
    from num2words import num2words

    table = TABLES[language]
    whole, _, part = number.partition(".")
    if len(whole) > _LONGEST_NUMBER or (len(whole) > 1 and whole.startswith("0")):
        return digits(number, language)
    if noun and number == "1" and table.one:
        return table.one
    try:
        if part and table.point:
            return f"{in_words(whole, language)} {table.point} {digits(part, language)}"
        if language == "hi":
            return hindi.in_words(int(whole))
        return str(num2words(float(number) if part else int(whole), lang=language))
    except NotImplementedError:
        return number


def digits(number: str, language: str) -> str:
    """Each digit for itself."""
    return " ".join(in_words(c, language) for c in number if c.isdecimal())


def year(number: int, language: str) -> str:
    """A year in words."""
    from num2words import num2words

    if language == "hi":
        return hindi.year(number)
    if language in {"de", "nl"}:
        return str(num2words(number, lang=language, to="year"))
    return in_words(str(number), language)


def ordinal(number: int, language: str, *, dative: bool = False) -> str:
    """An ordinal in words; the number where nobody knows the language's."""
    from num2words import num2words

    try:
        said = str(num2words(number, lang=language, to="ordinal"))
    except NotImplementedError:
        return in_words(str(number), language)
    return f"{said}n" if dative and language == "de" else said

"""Numbers that belong together: ranges, versions, telephone numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from svc_tts.reading.numbers import ascii_number, digits, in_words, number_pattern
from svc_tts.reading.symbols import LETTER
from svc_tts.reading.tables import TABLES
from svc_tts.reading.telephones import telephones

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ranges", "telephone_numbers", "versions"]

_VERSION = re.compile(r"(?<![\d.,])\d{1,3}(?:\.\d{1,3}){2,}(?![\d.,]*\d)")
_PAIRS = re.compile(r"\+\d{2,3}(?: \(0\))?(?: \d)?(?: \d\d)+")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+")


def telephone_numbers(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Digit by digit; a number with its country comes before the same without."""
    for match in telephones(text, language):
        if language.startswith("fr") and _PAIRS.fullmatch(match[0]):
            continue  # read as numbers: "douze, trente-quatre"
        plus = f"{TABLES[language].signs['+']} " if match[0].startswith("+") else ""
        yield match.start(), match.end(), plus + _in_digits(match[0], language)


def _in_digits(number: str, language: str) -> str:
    said = digits(number, language)
    return said.replace("영", "공") if language == "ko" else said  # as Koreans say the zero of a telephone number


def ranges(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """The dash between two values of which the second is larger: a score and a row of numbers keep theirs."""
    to = TABLES[language].to
    number = number_pattern(language)
    low_end = rf"(?<!{LETTER})(?<![\d.,:/–—-])(?P<low>{number}(?:[:h][0-5]\d)?)"
    values = rf"{low_end}(?P<unit>\s?[%€$℃°A-Za-z²³]{{1,4}})?\s?[-–—~〜～]\s?"
    for match in re.finditer(rf"{values}(?=[€$]?(?P<high>{number})(?![\d.]*[-–—/]))", text) if to else ():
        low, high = (float(ascii_number(re.split("[:h]", match[name])[0], language)) for name in ("low", "high"))
        if low < high:
            yield match.end("unit") if match["unit"] else match.end("low"), match.end(), to


def versions(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Three numbers or more with dots between them that are not one number."""
    point = f" {TABLES[language].signs['.']} "
    for match in _VERSION.finditer(text):
        if not (TABLES[language].comma and _GROUPED.fullmatch(match[0])):
            joint = " " if text[: match.start()][-1:].isalpha() else ""  # "v2.4.1"
            yield (
                match.start(),
                match.end(),
                joint + point.join(in_words(part, language) for part in match[0].split(".")),
            )

"""Numbers that belong together: times, ranges, fractions, versions, telephone numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from svc_tts.reading import korean
from svc_tts.reading.numbers import ascii_number, digits, in_words, number_pattern
from svc_tts.reading.tables import TABLES
from svc_tts.reading.telephones import telephones

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["clocks", "fractions", "ranges", "telephone_numbers", "versions"]

_CLOCK = re.compile(r"(?<![\d:])(?P<h>[01]?\d|2[0-4])[:h](?P<m>[0-5]\d)(?![\d:])")
_FRACTION = re.compile(r"(?<![A-Za-z\d/.,])(?:(\d+) ?(?=[½⅓⅔¼¾]|\b\d/))??([1-9]/\d{1,2}|[½⅓⅔¼¾])(?![A-Za-z\d/]|[.,]\d)")
_VERSION = re.compile(r"(?<![\d.,])\d{1,3}(?:\.\d{1,3}){2,}(?![\d.,]*\d)")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+")
_ORDINARY_FRACTIONS = (("1/2", "½"), ("1/3", "⅓"), ("2/3", "⅔"), ("1/4", "¼"), ("3/4", "¾"))


def telephone_numbers(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Digit by digit."""
    for match in telephones(text):
        plus = f"{TABLES[language].signs['+']} " if match[0].startswith("+") else ""
        yield match.start(), match.end(), plus + digits(match[0], language)


def clocks(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Times of day."""
    table = TABLES[language]
    hour = table.hour
    for match in _CLOCK.finditer(text):
        end = match.end()
        written = re.match(rf"\s*{hour.split()[0]}(?!\w)", text[end:]) if hour else None
        end += written.end() if written else 0
        hours = match["h"].lstrip("0") or "0"
        said = korean.hour(int(hours)) if language == "ko" else ""
        minutes = in_words(match["m"].lstrip("0"), language) if int(match["m"]) else ""
        middle = hour if minutes else hour.removesuffix(" e")
        parts = [said or in_words(hours, language), middle, minutes, table.minute if minutes else ""]
        yield match.start(), end, ("" if language == "ja" else " ").join(filter(None, parts))


def fractions(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Halves, thirds and quarters, also after a whole number."""
    written = zip(_ORDINARY_FRACTIONS, TABLES[language].fractions, strict=False)
    names = {form: name for forms, name in written for form in forms}
    for match in _FRACTION.finditer(text):
        if match[2] in names:
            whole = f"{in_words(match[1], language)} {TABLES[language].signs['&']} " if match[1] else ""
            yield match.start(), match.end(), whole + names[match[2]]


def ranges(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """The dash between two values of which the second is larger: a score and a row of numbers keep theirs."""
    to = TABLES[language].to
    number = number_pattern(language)
    values = rf"(?<![\w.,:/–—-])(?P<low>{number}(?:[:h][0-5]\d)?)(?P<unit>\s?[%€$℃°A-Za-z²³]{{1,4}})?\s?[-–—~〜～]\s?"
    for match in re.finditer(rf"{values}(?=[€$]?(?P<high>{number})(?![\d.]*[-–—/]))", text) if to else ():
        low, high = (float(ascii_number(re.split("[:h]", match[name])[0], language)) for name in ("low", "high"))
        if low < high:
            yield match.end("unit") if match["unit"] else match.end("low"), match.end(), to


def versions(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Three numbers or more with dots between them that are not one number."""
    point = f" {TABLES[language].signs['.']} "
    for match in _VERSION.finditer(text):
        if not (TABLES[language].comma and _GROUPED.fullmatch(match[0])):
            yield match.start(), match.end(), point.join(in_words(part, language) for part in match[0].split("."))

"""Arabic ordinals with their article, which num2words does not know, and what stands beside numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["eras", "one_thing", "ordinal"]

_ORDINALS = "الأول الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع العاشر".split()  # noqa: SIM905
_TENS = {
    2: "العشرين",
    3: "الثلاثين",
    4: "الأربعين",
    5: "الخمسين",
    6: "الستين",
    7: "السبعين",
    8: "الثمانين",
    9: "التسعين",
}
_ERA = re.compile(r"(?<=\d)\s?(هـ|ه|م)(?![\w²³])")
_ERAS = {"م": "ميلادي", "ه": "هجري", "هـ": "هجري"}
_FEMININE_YEAR = re.compile(r"سنة\s\d+$")
_ONE = re.compile(
    r"(?<![\d.,:/])(?<!\w )(?<!\w)1 (?!(?:في|من|إلى|على|عن|أو|مع|بين|هو|هي|كان|كانت|يناير)(?!\w))"
    r"((?!ال)[\u0621-\u064a]{3,})"
)

_TWO = re.compile(
    r"(?<![\d.,:/])(?<!\w)2 (مليون|مليار|ألف|عام|يوم|شهر|سنة|ساعة|دقيقة|دولار|ريال|درهم|جنيه|دينار|كيلومتر|متر|"
    r"لتر|مرة|كتاب|شخص|لاعب|هدف|نقطة|درجة)(?!\w)"
)


def eras(text: str) -> Iterator[tuple[int, int, str]]:
    """The letters after a year that tell its calendar."""
    for match in _ERA.finditer(text):
        ending = "ة" if _FEMININE_YEAR.search(text[: match.start()]) else ""
        yield match.start(), match.end(), f" {_ERAS[match[1]]}{ending}"


def one_thing(text: str) -> Iterator[tuple[int, int, str]]:
    """One of something, where the number follows its noun, and two, which are a form of the noun."""
    for match in _ONE.finditer(text):
        yield match.start(), match.end(), f"{match[1]} {'واحدة' if match[1].endswith('ة') else 'واحد'}"
    for match in _TWO.finditer(text):
        yield match.start(), match.end(), f"{match[1][:-1]}تان" if match[1].endswith("ة") else f"{match[1]}ان"


def ordinal(number: int, *, feminine: bool = False) -> str:
    """1 to 99, in the genitive as after a preposition."""
    ten, one = divmod(number, 10)
    if number <= 10:
        said = _ORDINALS[max(number, 1) - 1]
        return f"{said}ة" if feminine and number > 1 else "الأولى" if feminine else said
    first = ("الحادي" if one == 1 else _ORDINALS[one - 1]) + ("ة" if feminine and one else "")
    if ten == 1:
        return f"{first} {'عشرة' if feminine else 'عشر'}"
    return f"{first} و{_TENS[ten]}" if one else _TENS[ten]

"""Native Korean numbers, which count hours and things."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["counted", "hour"]

_ONES = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉")
_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")
_COUNTER = r"명|개(?!월|년|국)|살|시(?!즌|리|대|스|월)|마리|권|잔|병|사람|가지|송이|켤레"
_COUNTED = re.compile(rf"(?<![\d.,제-])(\d{{1,2}})(?=\s?(?:{_COUNTER}))")


def hour(number: int) -> str:
    """An hour of the clock; those after twelve are said as other numbers."""
    return _native(number) if 1 <= number <= 12 else ""


def counted(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and words of the numbers before what is counted with native ones."""
    for match in _COUNTED.finditer(text):
        number = int(match[1])
        is_hour = text[match.end() :].lstrip().startswith("시") and not text[match.end() :].lstrip().startswith("시간")
        said = hour(number) if is_hour else _native(number)
        if said:
            yield match.start(), match.end(), f"{said} "


def _native(number: int) -> str:
    """1 to 99, as said before a noun; "" for 0."""
    ten, one = divmod(number, 10)
    return "스무" if number == 20 else _TENS[ten] + _ONES[one]

"""Native Korean numbers, which count hours and things."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["counted", "hour", "months", "ranges"]

_ONES = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉")
_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")
_COUNTER = (
    r"명|개(?!월|년|국)|살|시(?!즌|리|대|스|월)|마리|권|잔|병|사람|가지|송이|켤레|달(?!러)|그루|척|곳|쌍|팀|가구|골(?!든)|칸|벌|채(?!널)|군데|장(?!군|관)|"
    r"줄|방울|스푼|큰술|작은술|컵|조각|봉지|숟가락|알|포기|통(?!계|화|신)|번째|배(?!럴|우|당)"
)
_COUNTED = re.compile(rf"(?<![\d.,제-])(\d{{1,2}})(?=\s?(?:{_COUNTER}))")
_RANGE = re.compile(rf"(?<![\d.,제-])(\d{{1,2}})\s?[~〜～–-]\s?(\d{{1,2}})(?=(\s?)({_COUNTER}))")
_NEXT_TO = ("", "한두", "두세", "서너", "너덧", "대여섯", "예닐곱", "일고여덟", "여덟아홉")
"""A number and the next one, as in "두세 명"."""
_DAY = re.compile(r"(?<![\d.,·])(\d{1,2})·(\d{1,2})(?![\d·])")
_QUARTER = re.compile(r"(?<![\d.,/])([1-4])/4\s?분기")
_EVENT = re.compile(
    r"(?<![\d.,])(3|4|5|6|8|12)\.(1|10|12|15|18|19|25)(?=\s?(?:운동|절|혁명|민주|전쟁|광복|항쟁|사태|참전))"
)
_TO = re.compile(r"(?<=[\uac00-\ud7a3])\s?[~〜～]\s?(?=[\uac00-\ud7a3\d])")
_NEXT_SINO = re.compile(
    r"(?<![\d.,제-])([1-9])\s?[~〜～]\s?([2-9])(?=\s?(?:일(?!본)|년|개월|주(?!년)|분|초|회|인|개국|층|미터|킬로))"
)
_MONTH = re.compile(r"(?<![\d.,])(6|10)(?=월(?!드))")


def hour(number: int) -> str:
    """An hour of the clock; those after twelve are said as other numbers."""
    return _native(number) if 1 <= number <= 12 else ""


def counted(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and words of the numbers before what is counted with native ones."""
    for match in _COUNTED.finditer(text):
        number = int(match[1])
        counter = text[match.end() :].lstrip()
        if (number > 10 and counter.startswith("배")) or (number >= 20 and counter.startswith("시간")):
            continue  # "twenty times" and "24 hours" are said with the other numbers
        is_hour = counter.startswith("시") and not counter.startswith("시간")
        said = hour(number) if is_hour else _native(number)
        if said:
            yield match.start(), match.end(), f"{said} "


def ranges(text: str) -> Iterator[tuple[int, int, str]]:
    """Ranges of what is counted, where they have names of their own."""
    yield from _rows(text)
    for match in _RANGE.finditer(text):
        low, high, counter = int(match[1]), int(match[2]), text[match.end() :].lstrip()
        if (
            not 0 < low < high
            or (counter.startswith("시") and not counter.startswith("시간"))
            or (high > 10 and counter.startswith("배"))
        ):
            continue
        if high == low + 1 and low < len(_NEXT_TO):
            yield match.start(), match.end(), f"{_NEXT_TO[low]} "
        else:
            yield match.start(), match.end(), f"{_native(low)}에서 {_native(high)} "


def _rows(text: str) -> Iterator[tuple[int, int, str]]:
    """Days and events that are told by their digits, quarters, and "two, three days"."""
    for match in _QUARTER.finditer(text):
        yield match.start(), match.end(), f"{_sino(match[1])}사분기"
    for match in _EVENT.finditer(text):
        day = _sino(match[2]) if match[2].endswith("0") else "".join(map(_sino, match[2]))
        yield match.start(), match.end(), _sino(match[1]) + day
    for match in _TO.finditer(text):
        yield match.start(), match.end(), "에서 "
    for match in _NEXT_SINO.finditer(text):
        if int(match[2]) == int(match[1]) + 1:
            yield match.start(), match.end(), _sino(match[1]) + _sino(match[2])


def months(text: str) -> Iterator[tuple[int, int, str]]:
    """June and October, which are not said as their numbers; days are named by theirs, as in "3·1"."""
    for match in _DAY.finditer(text):
        said = _sino(match[2]) if match[2].endswith("0") else "".join(map(_sino, match[2]))
        yield match.start(), match.end(), _sino(match[1]) + said
    for match in _MONTH.finditer(text):
        yield match.start(), match.end(), "유" if match[1] == "6" else "시"


def _sino(number: str) -> str:
    from svc_tts.reading.numbers import in_words

    return in_words(number, "ko")


def _native(number: int) -> str:
    """1 to 99, as said before a noun; "" for 0."""
    ten, one = divmod(number, 10)
    return "스무" if number == 20 else _TENS[ten] + _ONES[one]

"""Vietnamese numbers in words, as num2words leaves out the empty hundreds that people say, and short dates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["as_date", "dates", "in_words"]

_ONES = "không một hai ba bốn năm sáu bảy tám chín".split()  # noqa: SIM905 - one a word
_SCALES = ((10**9, "tỷ"), (10**6, "triệu"), (10**3, "nghìn"))

_APRIL = 4
_DAY = re.compile(r"(?<=[Nn]gày )(\d{1,2})[/-](\d{1,2})(?![\d/-])")
_HEIGHT = re.compile(r"(?<![\w.,])(\d)m(\d{1,2})(?!\w)")
_OUT_OF = re.compile(r"(?<=\d)/(?=100?(?![\d/]))(?<=,\d/)")
_QUARTER = re.compile(r"(?<=[Qq]uý )(IV|I{1,3})(?!\w)")
_CITY = re.compile(r"(?<!\w)TP\.(?=\w)(?!HCM)")
_MONTH = re.compile(r"(?:(?<=[Tt]háng )|(?<=[Qq]uý ))(\d{1,2})[/-](\d{4})(?![\d/-])")
_FOURTH = re.compile(r"(?:(?<=[Tt]háng )|(?<=[Tt]hứ ))4(?![\d/-]|[.,]\d)")
_DISTRICT = re.compile(r"(?<!\w)([QP])\.\s?(?=\d)")


def in_words(number: int) -> str:
    """A number from 0 to 10**15 - 1."""
    return _ONES[0] if number == 0 else _parts(number, led=False)


def dates(text: str) -> Iterator[tuple[int, int, str]]:
    """ "ngày 2/9", "tháng 4/2024" and "thứ 4", whose four has a name of its own; districts with their number."""
    for match in _DAY.finditer(text):
        yield *match.span(), f"{in_words(int(match[1]))} {_month(int(match[2]))}"
    for match in _MONTH.finditer(text):
        month = _month(int(match[1])).removeprefix("tháng ")
        yield *match.span(), f"{month} năm {in_words(int(match[2]))}"
    for match in _FOURTH.finditer(text):
        yield *match.span(), "tư"
    for match in _HEIGHT.finditer(text):
        yield *match.span(), f"{in_words(int(match[1]))} mét {in_words(int(match[2]))}"
    for match in _OUT_OF.finditer(text):
        yield *match.span(), " trên "
    for match in _QUARTER.finditer(text):
        yield *match.span(), {"I": "một", "II": "hai", "III": "ba", "IV": "tư"}[match[1]]
    for match in _CITY.finditer(text):
        yield *match.span(), "thành phố "
    for match in _DISTRICT.finditer(text):
        yield *match.span(), "quận " if match[1] == "Q" else "phường "


def as_date(said: str, before: str) -> str:
    """A date in words, without the word for day where it is written before."""
    said = said.replace("tháng bốn", "tháng tư")
    return said.removeprefix("ngày ") if before.lower().endswith("ngày ") else said


def _month(number: int) -> str:
    return "tháng tư" if number == _APRIL else f"tháng {in_words(number)}"


def _parts(number: int, *, led: bool) -> str:
    """led: something larger stands before, so that empty hundreds are told."""
    for size, name in _SCALES:
        if number >= size:
            count, rest = divmod(number, size)
            head = f"{_parts(count, led=led)} {name}"
            return f"{head} {_parts(rest, led=True)}" if rest else head
    hundreds, rest = divmod(number, 100)
    head = [_ONES[hundreds], "trăm"] if hundreds or led else []
    return " ".join([*head, *_below_100(rest, led=bool(head))])


def _below_100(number: int, *, led: bool) -> list[str]:
    ten, one = divmod(number, 10)
    if not ten:
        return (["lẻ"] if led else []) + [_ONES[one]] if one else []
    head = ["mười"] if ten == 1 else [_ONES[ten], "mươi"]
    last = {0: "", 1: "mốt" if ten > 1 else "một", 5: "lăm"}.get(one, _ONES[one])
    return [*head, last] if last else head

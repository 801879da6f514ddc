"""Hebrew prefixes before numbers, ordinals, fractions, and the one that follows its noun."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PREFIXED", "before_noun", "construct", "fraction", "hyphens", "one_last", "one_thing", "ordinals"]

_WORD = "א-ת"
_PREFIX = "[ובכלמהש]"
PREFIXED = re.compile(rf"(?:(?<=(?<![{_WORD}]){_PREFIX})|(?<=(?<![{_WORD}]){_PREFIX}{_PREFIX}))[-–](?=[\d$€£₪])")
"""The hyphen between a letter that belongs to a number and the number, as in "ב-5"."""
_ORDINALS = {
    1: ("ראשון", "ראשונה"), 2: ("שני", "שנייה"), 3: ("שלישי", "שלישית"), 4: ("רביעי", "רביעית"),
    5: ("חמישי", "חמישית"), 6: ("שישי", "שישית"), 7: ("שביעי", "שביעית"), 8: ("שמיני", "שמינית"),
    9: ("תשיעי", "תשיעית"), 10: ("עשירי", "עשירית"),
}  # fmt: skip
_PLACED = re.compile(
    r"(?<![א-ת])[ובכלמש]?(?:ה|ב|ל)([א-ת]{2,}) (?P<it>ה·(?P<number>10|[1-9])(?![\d:/%]|[.,]\d)(?! ב?[א-ת]+ים))"
)
"""A noun with its article and a number with one are the third of something, not three."""
_FEMININE = re.compile(r"(?:.*[הת]|דרך|ארץ|עיר|רוח|אבן|כף|פעם|כוס|נפש|יד|רגל|עין)")
_MASCULINE = re.compile(r"(?:בית|שבת|צוות|משרת|לקוח|מחנה|שדה|מורה|מקרה|מחזה|מבנה|מטה|קצה|שנת)")
_PARTS = {5: "חמישית", 6: "שישית", 7: "שביעית", 8: "שמינית", 9: "תשיעית", 10: "עשירית"}
_CONSTRUCT = {
    "שלושה": "שלושת", "ארבעה": "ארבעת", "חמישה": "חמשת", "שישה": "ששת", "שבעה": "שבעת", "שמונה": "שמונת",
    "תשעה": "תשעת", "עשרה": "עשרת",
}  # fmt: skip
_DEFINITE = re.compile(r"\sה[א-ת]+ים (?:ה[א-ת]+|של)")
_ONE = re.compile(r"^(מינוס )?(אחד|אחת) ([א-ת\"'׳״]+(?: חדש)?)")


_ONE_THING = re.compile(
    r"(?<![\w.,:/·-])1 (שעה|דקה|שנייה|יום|שבוע|חודש|שנה|פעם|שקל|דולר|אחוז|קילו|מטר|כוס|כף|כפית|ליטר|גרם|ילד|"
    r"ילדה|איש|אדם|חבילה|יחידה|ביצה)(?!\w)"
)


def hyphens(text: str) -> Iterator[tuple[int, int, str]]:
    """The hyphens of prefixes, which stand in the text as "·"."""
    for match in re.finditer(r"(?<=[ובכלמהש])·(?=[\d$€£₪])", text):
        yield *match.span(), ""


def ordinals(text: str) -> Iterator[tuple[int, int, str]]:
    """ "המקום ה-3", up to ten; larger ones are said as cardinals."""
    for match in _PLACED.finditer(text):
        feminine = _FEMININE.fullmatch(match[1]) is not None and not _MASCULINE.fullmatch(match[1])
        feminine = feminine or text[: match.start()].endswith("מלחמת ")
        yield *match.span("it"), f"ה{_ORDINALS[int(match['number'])][feminine]}"


def one_thing(text: str) -> Iterator[tuple[int, int, str]]:
    """ "1 שעה", where the number follows its noun."""
    for match in _ONE_THING.finditer(text):
        feminine = _FEMININE.fullmatch(match[1]) or match[1] in {"פעם", "כוס", "כף"}
        yield *match.span(), f"{match[1]} {'אחת' if feminine else 'אחד'}"


def before_noun(said: str, after: str) -> str:
    """Three quarters before what they are of."""
    return "שלושת רבעי" if said == "שלושה רבעים" and re.match(r"\s(?!מ|ה)[א-ת]", after) else said


def construct(said: str, after: str) -> str:
    """Three to ten before what has its article: "חמשת הטיפים הטובים"."""
    return _CONSTRUCT.get(said, said) if _DEFINITE.match(after) else said


def one_last(said: str) -> str:
    """One follows its noun: "שקל אחד"."""
    return _ONE.sub(lambda m: f"{m[1] or ''}{m[3]} {m[2]}", said)


def fraction(above: int, below: int, count: str) -> str:
    """One fifth to nine tenths; "" for others. count: the upper number in words, feminine."""
    name = _PARTS.get(below, "")
    if not name:
        return ""
    return name if above == 1 else f"{'שתי' if above == 2 else count} {name[:-1]}ות"

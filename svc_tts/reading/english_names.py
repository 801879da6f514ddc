"""Numbers and short forms in English names: kings, chapters, dates, streets, flights."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from svc_tts.reading.english_numbers import digits
from svc_tts.reading.tables import ROMAN

if TYPE_CHECKING:
    from collections.abc import Callable

    Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]

__all__ = ["RULES"]

_OFTEN_LETTERS = frozenset({"IV", "XX"})
"""Roman numbers that are also short for something: numbers after a name only."""
_NO_NAMES = frozenset(
    "A An And As At But By For From Her His If In It My No Of On Or Our The Their This To With Your".split()  # noqa: SIM905
)
_KINGS = (
    "Alexander|Benedict|Catherine|Charles|Edward|Elizabeth|Francis|Frederick|George|Gregory|Gustav|Henry|Isabella|"
    "James|John|Leo|Leopold|Louis|Mary|Napoleon|Nicholas|Paul|Peter|Philip|Pius|Ramesses|Richard|Victoria|Wilhelm|"
    "William"
)
"""Whose number is an ordinal: "Henry the 8th"."""
_KING = re.compile(_KINGS)
_AFTER_FIRST = (
    r"(?=[.,;:!?)]|$|['’]s|\s(?:of|and|was|is|had|ruled|reigned|died|became|in|who|as|came|would|did|took|made)\b)"
)
"""What follows "Elizabeth I" where the last word is no pronoun."""
_PARTS = "Act|Article|Book|Chapter|Class|Episode|Part|Phase|Section|Type|Volume|World War"
_STREET_NAME = re.compile(r"(?:[A-Z][a-z]+|\d+(?:st|nd|rd|th))$")
_STREETS = {"Ave": "Avenue", "Blvd": "Boulevard", "Rd": "Road", "Hwy": "Highway"}
_NAMED_BY_NUMBER = (
    "Airbus|Apartment|Boeing|Bus|Channel|Ferrari|Flight|Highway|Interstate|Peugeot|Porsche|Room|Route|Suite|flight|room"
)
"""Whose three digits are said as one and two: "Boeing 7 47"."""
_LETTERED = (
    r"Apartment|Apt\.|Area|Block|Building|Bus|Exit|Figure|Fig\.|Flat|Gate|Platform|Room|Row|Seat|Section|Suite|Table|Unit|"
    r"gate|platform|room|row|seat"
)
"""Whose numbers have letters."""
_PARTED = "Africa|America|Asia|Carolina|Dakota|Europe|Ireland|Korea|Sudan|Virginia"
_WINDS = {"N.": "North", "S.": "South", "E.": "East", "W.": "West"}
_MONTHS = {
    "Jan": "January", "Feb": "February", "Mar": "March", "Apr": "April", "Jun": "June", "Jul": "July", "Aug": "August",
    "Sep": "September", "Sept": "September", "Oct": "October", "Nov": "November", "Dec": "December",
}  # fmt: skip
_DAYS = {
    "Mon": "Monday", "Tue": "Tuesday", "Tues": "Tuesday", "Wed": "Wednesday", "Thu": "Thursday", "Thur": "Thursday",
    "Thurs": "Thursday", "Fri": "Friday", "Sat": "Saturday", "Sun": "Sunday",
}  # fmt: skip
_SHORT = {**_MONTHS, **_DAYS, "May": "May"}
_SHORT_MONTH, _SHORT_ANY = ("|".join(sorted(names, key=len, reverse=True)) for names in (_MONTHS, _SHORT))
_MONTH = "|".join([*_MONTHS.values(), "May", *(rf"{name}\.?" for name in _MONTHS)])
_LONG_MONTH = "|".join(_MONTHS.values())
_ALONE = r"(?<![\w/.,:-])"
_AFTER_DAY = (
    r"(?=[.,;:!?)]|$|\s(?:[12]\d{3}\b|(?:and|to|at|in|on|the|was|is|through|until|when|as|for|by|we|he|she|they|I)\b))"
)
"""What follows the day of a month, and not the number of something in that month."""


def _before(match: re.Match[str]) -> str:
    """The word before."""
    return match.string[: match.start()].rstrip().rpartition(" ")[2]


def _roman(match: re.Match[str]) -> str:
    before, number = _before(match), ROMAN.get(match[0])
    if number is None:
        return ""
    if _KING.fullmatch(before):
        return f"the {_placed(number)}"
    named = before[:1].isupper() and before.isalpha() and before not in _NO_NAMES
    return str(number) if named or match[0] not in _OFTEN_LETTERS else ""


def _large_roman(match: re.Match[str]) -> str:
    values = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}[c] for c in match["it"]]
    return str(sum(-v if v < after else v for v, after in zip(values, [*values[1:], 0], strict=True)))


def _placed(number: int) -> str:
    teen = 10 < number % 100 < 20
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _day(match: re.Match[str]) -> str:
    return _placed(int(match["it"])) if 0 < int(match["it"]) <= 31 else ""


def _day_first(match: re.Match[str]) -> str:
    """ "5 March", which is said with two little words."""
    if not 0 < int(match["day"]) <= 31:
        return ""
    the = "" if re.search(r"\b(?:the|The)\s$", match.string[: match.start()]) else "the "
    month = match["month"].removesuffix(".")
    return f"{the}{_placed(int(match['day']))} of {_SHORT.get(month, month)}"


def _three_digits(match: re.Match[str]) -> str:
    first, *last = match["it"]
    if last == ["0", "0"]:
        return ""
    return f"{first} {'oh ' + last[1] if last[0] == '0' else ''.join(last)}"


def _saint_or_street(match: re.Match[str]) -> str:
    before = _before(match)
    following = match.string[match.end() :].lstrip()[:1]
    return "Street" if not following.isupper() and _STREET_NAME.search(before) else "Saint"


RULES: tuple[Rule, ...] = (
    (re.compile(r"\bSt\.(?!\w)"), _saint_or_street),
    (re.compile(rf"(?<!\w)(?P<it>[NSEW]\.)(?= (?:{_PARTED})\b)"),
     lambda m: _WINDS[m["it"]]),
    (re.compile(rf"(?<=[a-z] )(?P<it>{'|'.join(_STREETS)})\b(?!\.)"), lambda m: _STREETS[m["it"]]),
    (re.compile(r"(?<![\w.,])(\d{1,4})([A-D])(?= [A-Z][a-z]+ (?:St|Street|Ave|Avenue|Rd|Road|Lane|Drive|Blvd)\b)"),
     lambda m: f"{m[1]} {m[2]}{'.' if m[2] == 'A' else ''}"),
    (re.compile(rf"\b(?:{_LETTERED}) (?P<it>(\d{{1,4}})([A-Z]))(?!\w)"),
     lambda m: f"{m[2]} {m[3]}{'.' if m[3] == 'A' else ''}"),
    (re.compile(r"(?<=[, ][A-Z]{2} )\d{5}(?![\d,]|-?\w)"), lambda m: digits(m[0])),
    (re.compile(rf"\b(?:{_NAMED_BY_NUMBER}) (?P<it>\d{{3}})(?![\w,.]*\d|[A-Za-z])"), _three_digits),
    (re.compile(rf"(?<!\w)({_SHORT_ANY})\.?\s?[-–—]\s?({_SHORT_ANY})(?!\w)"),
     lambda m: f"{_SHORT[m[1]]} to {_SHORT[m[2]]}"),
    (re.compile(rf"{_ALONE}(?P<day>\d{{1,2}}) (?P<month>{_LONG_MONTH}|(?:May|{_SHORT_MONTH})\.?(?= \d{{4}}))(?!\w)"),
     _day_first),
    (re.compile(rf"(?<!\w)(?:{_MONTH}) (?P<it>\d{{1,2}}){_AFTER_DAY}"), _day),
    (re.compile(rf"(?<!\w)(?P<it>{_SHORT_MONTH})(?= \d{{1,4}}\b)"), lambda m: _MONTHS[m["it"]]),
    (re.compile(rf"(?<=\d )(?P<it>{_SHORT_MONTH})(?= \d{{4}}\b)"), lambda m: _MONTHS[m["it"]]),
    (re.compile(rf"\b(?:{_KINGS}) (?P<it>V|X|I{_AFTER_FIRST})(?![\w-])"), lambda m: f"the {_placed(ROMAN[m['it']])}"),
    (re.compile(r"\b(?P<it>(?=M[MDCLXVI]{3})M{1,2}(?:C[MD]|D?C{0,3})(?:X[CL]|L?X{0,3})(?:I[XV]|V?I{0,3}))\b"),
     _large_roman),
    (re.compile(r"\bSuper Bowl (?P<it>[IVXL]+)\b"), _large_roman),
    (re.compile(r"(?<![\w.'’-])[IVX]{2,6}(?!\w|-|['’](?!s\b))"), _roman),
    (re.compile(rf"\b(?:{_PARTS}) (?P<it>[IVX])(?![\w'’-])"), lambda m: str(ROMAN[m["it"]])),
)  # fmt: skip
"""A pattern, whose group "it" is what is said otherwise where it has one, and how that is said; "" for as it is."""

"""What of written English is said in a way that depends on more than one word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from svc_tts.reading.english_numbers import COUNTED, UNITS, digits, number_said
from svc_tts.reading.tables import ROMAN
from svc_tts.reading.telephones import telephones

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["phrases"]

_UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_ONE = r"\d[\d,]*(?:\.\d+)?"
_LARGE = r"(?:thousand|million|billion|trillion)"
_COUNTED_IN_MILLIONS = (
    "people|users|views|subscribers|followers|downloads|copies|jobs|homes|households|viewers|customers|children|adults|"
    "workers|deaths|cases|tonnes|barrels|votes|voters|players|members|refugees|visitors|passengers|tourists|residents"
)
"""Before these "1.5m" is no length."""
_OFTEN_LETTERS = frozenset({"IV", "XX"})
"""Roman numbers that are also short for something: numbers after a name only."""
_NO_NAMES = frozenset(
    "A An And As At But By For From Her His If In It My No Of On Or Our The Their This To With Your".split()  # noqa: SIM905
)
_KINGS = re.compile(
    "Alexander|Benedict|Catherine|Charles|Edward|Elizabeth|Francis|Frederick|George|Gregory|Gustav|Henry|Isabella|"
    "James|John|Leo|Leopold|Louis|Mary|Napoleon|Nicholas|Paul|Peter|Philip|Pius|Ramesses|Richard|Victoria|Wilhelm|"
    "William"
)
"""Whose number is an ordinal: "Henry the 8th"."""
_STREET_NAME = re.compile(r"(?:[A-Z][a-z]+|\d+(?:st|nd|rd|th))$")


def phrases(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and what is said instead; the first of two that overlap counts."""
    del language
    for match in telephones(text):
        yield match.start(), match.end(), ("plus " if match[0][0] == "+" else "") + digits(match[0])
    for pattern, rule in _RULES:
        for match in pattern.finditer(text):
            said = rule(match)
            if said:
                yield match.start(), match.end(), said


def _before(match: re.Match[str]) -> str:
    """The word before."""
    return match.string[: match.start()].rstrip().rpartition(" ")[2]


def _roman(match: re.Match[str]) -> str:
    before, number = _before(match), ROMAN.get(match[0])
    if number is None:
        return ""
    named = before[:1].isupper() and before.isalpha() and before not in _NO_NAMES
    if _KINGS.fullmatch(before):
        return f"the {number}{_ending(number)}"
    return str(number) if named or match[0] not in _OFTEN_LETTERS else ""


def _ending(number: int) -> str:
    return "th" if 10 < number < 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _mixed(match: re.Match[str]) -> str:
    """ "2 1/2", when the second is less than one."""
    return f"{match[1]} and {number_said(match[2])}" if int(match[3]) < int(match[4]) else ""


def _saint_or_street(match: re.Match[str]) -> str:
    before = _before(match)
    following = match.string[match.end() :].lstrip()[:1]
    return "Street" if not following.isupper() and _STREET_NAME.search(before) else "Saint"


_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(rf"(?<![\w.,])({_ONE})m(?= (?:{_COUNTED_IN_MILLIONS})\b)"), lambda m: f"{m[1]} million"),
    (re.compile(rf"(?<![\w.,/:$€£-])[-−]?(?:{_ONE}[-–—])?{_ONE} (?:{_UNIT})(?![\w²³/])(?:\.(?= [a-z]))?"),
     lambda m: number_said(m[0].rstrip(".").replace(" ", "")) or ""),
    (re.compile(rf"(?<= )({_LARGE}) ({_UNIT})(?![\w²³/])"), lambda m: f"{m[1]} {UNITS[m[2]]}" if len(m[2]) > 1 else ""),
    (re.compile(r"(?<![\w.,/])(\d{1,2}/\d{1,2})-(?=[a-z])"), lambda m: f"{number_said(m[1])} "),
    (re.compile(r"(?<![\w:.,])(\d{1,2}):00(?=\s[AaPp]\.?[Mm]\b)"), lambda m: m[1]),
    (re.compile(r"(?<![\w/.,])(\d+) (([1-9])/(2|3|4|5|6|8|16))(?![\w/])"), _mixed),
    (re.compile(r"(?<![\w.,])\d{1,3}(?: \d{3}){2,}(?![\w.,]*\d)"), lambda m: m[0].replace(" ", "")),
    (re.compile(r"\b(?:[Nn]o|[Ff]ig|[Vv]ol|pp?|ca?)\.(?=\s?\d)"), lambda m: f"{COUNTED[m[0].lower()]} "),
    (re.compile(r"\bSt\.(?!\w)"), _saint_or_street),
    (re.compile(r"(?<![\w.'’-])[IVX]{2,6}(?!\w|-|['’](?!s\b))"), _roman),
    (re.compile(r"\b((?:Act|Article|Book|Chapter|Class|Part|Phase|Section|Type|Volume|World War) )([IVX])(?![\w'’-])"),
     lambda m: f"{m[1]}{ROMAN[m[2]]}"),
)  # fmt: skip

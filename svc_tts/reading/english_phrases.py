"""What of written English is said in a way that depends on more than one word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from svc_tts.reading import english_names
from svc_tts.reading.english_money import NUMBER, money
from svc_tts.reading.english_numbers import COUNTED, UNITS, digits, each, number_said
from svc_tts.reading.english_web import addresses
from svc_tts.reading.telephones import telephones

if TYPE_CHECKING:
    from collections.abc import Iterator

    from svc_tts.reading.english_names import Rule

__all__ = ["phrases"]

_UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_LARGE = r"(?:thousand|million|billion|trillion)"
_COUNTED_IN_MILLIONS = (
    "people|users|views|subscribers|followers|downloads|copies|jobs|homes|households|viewers|customers|children|adults|"
    "workers|deaths|cases|tonnes|barrels|votes|voters|players|members|refugees|visitors|passengers|tourists|residents|subs"
)
"""Before these "1.5m" is no length."""
_BOUGHT = (
    "bills?|bonus|budget|car|check|cheque|coin|contract|deal|donation|fee|fine|fund|home|house|industry|investment|jackpot|"
    "laptop|lawsuit|loan|market|mortgage|notes?|package|phone|plan|prize|question|salary|tax|tickets?|watch"
)
"""What a price stands before, without its plural: "$100 bills"."""
_LARGE_SHORT = {"mn": "million", "bn": "billion", "tn": "trillion"}
_START = r"(?<![\w.,])"


def phrases(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and what is said instead; the first of two that overlap counts."""
    del language
    for match in telephones(text):
        yield match.start(), match.end(), ("plus " if match[0][0] == "+" else "") + digits(match[0])
    yield from addresses(text)
    yield from money(text)
    for pattern, rule in (*_RULES, *english_names.RULES):
        for match in pattern.finditer(text):
            said = rule(match)
            if said:
                yield *match.span("it" if "it" in pattern.groupindex else 0), said


def _mixed(match: re.Match[str]) -> str:
    """ "2 1/2", when the second is less than one."""
    return f"{match[1]} and {number_said(match[2])}" if int(match[3]) < int(match[4]) else ""


def _height(match: re.Match[str]) -> str:
    inches = " inches" if match[3][0] == "i" else ""
    return f"{match[1]} {'foot' if match[1] == '1' else 'feet'} {match[2]}{inches}"


def _inches(match: re.Match[str]) -> str:
    """ "27" monitor", unless the mark closes a quotation."""
    mark = match["mark"]
    quoted = mark == '"' and match.string[: match.start()].count('"') % 2
    return "" if quoted else f"{match['number']} inch"


def _price(match: re.Match[str]) -> str:
    said = number_said(match[0]) or ""
    return re.sub(r"s$", "", said) if "and" not in said else ""


def _letters(run: str) -> str:
    return " ".join(f"{c}." if c == "A" else c for c in run)


_RULES: tuple[Rule, ...] = (
    (re.compile(r"(?<=\d )x(?= \d)"), lambda m: "times" if "=" in m.string[m.end() :] else "by"),
    (re.compile(rf"{_START}({NUMBER})m(?= (?:{_COUNTED_IN_MILLIONS})\b)"), lambda m: f"{m[1]} million"),
    (re.compile(rf"{_START}(\d{{1,2}}) ?(?:ft|feet|['′])\.? ?(\d{{1,2}}) ?(in\b\.?|inch(?:es)?\b|[″\"])"), _height),
    (re.compile(rf"{_START}({NUMBER})[\"″] ?[x×] ?({NUMBER})[\"″](?: ?[x×] ?({NUMBER})[\"″])?"),
     lambda m: f"{' by '.join(filter(None, m.groups()))} inches"),
    (re.compile(rf"{_START}((?:{NUMBER}[-–])?{NUMBER} (?:{_UNIT}))/([a-z]{{2,}})\b"),
     lambda m: f"{number_said(m[1].replace(' ', '', 1))} per {each(m[2])}"),
    (re.compile(rf"{_START}({NUMBER}) in\.(?= [a-z])"), lambda m: f"{m[1]} inches"),
    (re.compile(rf"(?<![\w.,'′])(?P<number>{NUMBER})(?:-in|(?P<mark>[\"″]))(?= [a-zA-Z])"), _inches),
    (re.compile(rf"(?<![\w.,/:$€£-])[-−]?(?:{NUMBER}[-–—])?{NUMBER} (?:{_UNIT})(?![\w²³/])(?:\.(?= [a-z]))?"),
     lambda m: number_said(m[0].replace(" ", "", 1).removesuffix(".")) or ""),
    (re.compile(rf"(?<= )({_LARGE}) ({_UNIT})(?![\w²³/])"), lambda m: f"{m[1]} {UNITS[m[2]]}" if len(m[2]) > 1 else ""),
    (re.compile(r"(?<![\w.,/])(\d{1,2}/\d{1,2})-(?=[a-z])"), lambda m: f"{number_said(m[1])} "),
    (re.compile(r"(?<![\w:.,])(\d{1,2}):00(?=\s[ap]\.m\b)"), lambda m: m[1]),
    (re.compile(r"(?<![\w:.,])(\d{1,2}(?::[0-5]\d)?) ([AaPp][Mm])\b"),
     lambda m: number_said(m[1] + m[2].lower()) or ""),
    (re.compile(r"(?<![\w/.,])(\d+) (([1-9])/(2|3|4|5|6|8|16))(?![\w/])"), _mixed),
    (re.compile(r"(?<![\w.,])\d{1,3}(?: \d{3}){2,}(?![\w.,]*\d)"), lambda m: m[0].replace(" ", "")),
    (re.compile(r"(?<![\w.,/])(\d(?:\.\d)?)/(5|20|50)(?=[ -](?:stars?|points?|rating)\b)"),
     lambda m: f"{m[1]} out of {m[2]}"),
    (re.compile(r"(?<![\w.,/])([2-9])/10(?= of (?:an?|the|all|my|our|your|his|her|their)\b)"),
     lambda m: f"{m[1]} tenths"),
    (re.compile(r"\b(?:[Nn]os?|[Ff]igs?|[Vv]ols?|[Cc]hs?|[Cc]hap|[Ee]q|pp?|ca?)\.(?=\s?\d)"),
     lambda m: f"{COUNTED[m[0].lower()]} "),
    (re.compile(r"(?<!\w)w/(?:o\b|in\b|(?=[\s\w]))"),
     lambda m: {"w/o": "without", "w/in": "within"}.get(m[0], "with ")),
    (re.compile(r"\bN(?:o|r)\.(?= of\b)"), lambda m: "Number"),
    (re.compile(rf"(?<![\w.,])(?:\$|£|€)[\d.,]*\d(?:k|K|M|m|bn|B)?(?= (?:{_BOUGHT})\b)"), _price),
    (re.compile(r"(?<![\w:.,])(\d{1,2})\.([0-5]\d) ?([ap])\.?m\b"),
     lambda m: number_said(f"{m[1]}:{m[2]}{m[3]}m") or ""),
    (re.compile(r"(?<!\w)b/c(?!\w)"), lambda m: "because"),
    (re.compile(r"(?<=\d) [-−–] (?=\d[\d.,]*\s*=)"), lambda m: " minus "),
    (re.compile(r"(?<=\d) [/÷] (?=\d)"), lambda m: " divided by "),
    (re.compile(rf"{_START}({NUMBER}) ([mbt]n)(?!\w)"), lambda m: f"{m[1]} {_LARGE_SHORT[m[2]]}"),
    (re.compile(rf"{_START}({NUMBER}) s(?=[.,;:)\s]|$)"), lambda m: f"{m[1]} second{'' if m[1] == '1' else 's'}"),
    (re.compile(r"(?<![\w-])([A-FO]|AB)([+-])(?=[\s,.;:!?)]|$)"),
     lambda m: f"{_letters(m[1])} {'plus' if m[2] == '+' else 'minus'}"),
    (re.compile(r"(?<![\w.,])(\d+)x(?= [+=−–-] )"), lambda m: f"{m[1]} x"),
    (re.compile(r"(?<![\w-])\d+(?:-\d+){3,}(?![\w-])"), lambda m: digits(m[0])),
    (re.compile(r"\b(?:ZIP|PIN|[Zz]ip code|ZIP code|passcode|extension|[Cc]ode) (?P<it>\d{3,6})(?![\d.,]*\d)"),
     lambda m: digits(m["it"])),
    (re.compile(r"\bmc²"), lambda m: "M C squared"),
    (re.compile(r"(?<!\w)([A-Z]{1,3})&([A-Z]{1,3})(?!\w)"), lambda m: f"{_letters(m[1])} and {_letters(m[2])}"),
    (re.compile(r"\b(?:call|dial|phone|Call|Dial|Phone) (?P<it>911|999|112|988|411)\b"), lambda m: digits(m["it"])),
)  # fmt: skip

"""How written English is said: numbers, short forms, signs and foreign letters as plain words."""

from __future__ import annotations

import re
import unicodedata
from importlib.util import find_spec
from typing import TYPE_CHECKING

from svc_tts.reading.english_capitals import letters, spoken_case
from svc_tts.reading.english_numbers import LARGE, UNITS, number_said, one_of_many, scaled_amount
from svc_tts.reading.english_web import address_said

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["in_full", "said"]

_SIGNS = {
    "=": " equals ", "×": " times ", "÷": " divided by ", "±": " plus or minus ", "~": " about ", "≈": " about ",
    "≠": " is not ", "≤": " at most ", "≥": " at least ", "<": " less than ", ">": " greater than ", "→": " to ",
    "°": " degrees ", "²": " squared ", "³": " cubed ", "½": " one half ", "¼": " one quarter ",
    "¾": " three quarters ", "⅓": " one third ", "⅔": " two thirds ", "^": " to the power of ", "§": " section ",
    "√": " root ", "∞": " infinity ", "−": " minus ", "_": " ", "€": " euros ",
    "£": " pounds ", "¥": " yen ",
    "₹": " rupees ", "&": " and ", "%": " percent ", "+": " plus ", "@": " at ", "#": " number ",
    "№": " number ", "$": " dollars ",
}  # fmt: skip
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "Ae", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "þ": "th", "Þ": "Th",
     "ð": "th", "œ": "oe", "Œ": "Oe", "ı": "i", "’": "'", "‘": "'", "ʼ": "'", "`": "'"}
)  # fmt: skip
_SHORT_FORMS = {
    "vs": "versus", "vs.": "versus", "e.g.": "for example", "i.e.": "that is",
    "Mon.": "Monday", "Tue.": "Tuesday", "Tues.": "Tuesday", "Wed.": "Wednesday", "Thu.": "Thursday",
    "Thurs.": "Thursday", "Fri.": "Friday", "Sat.": "Saturday",
    "Jan.": "January", "Feb.": "February", "Mar.": "March", "Apr.": "April", "Jun.": "June", "Jul.": "July",
    "Aug.": "August", "Apt.": "Apartment", "Sept.": "September", "Sep.": "September",
    "Oct.": "October", "Nov.": "November", "Dec.": "December",
    "Gen.": "General", "Col.": "Colonel", "Capt.": "Captain", "Lt.": "Lieutenant", "Sgt.": "Sergeant",
    "Gov.": "Governor", "Pres.": "President", "Adm.": "Admiral", "Maj.": "Major",
    "Sen.": "Senator", "Rev.": "Reverend", "Prof.": "Professor", "Jr.": "Junior", "Sr.": "Senior",
    "St.": "Saint",
    "Mt.": "Mount", "Ft.": "Fort", "Ave.": "Avenue", "Blvd.": "Boulevard", "Rd.": "Road", "Inc.": "Incorporated",
    "Ltd.": "Limited", "Corp.": "Corporation", "Co.": "Company", "dept.": "department", "approx.": "approximately",
    "cf.": "compare", "viz.": "namely",
    "lb.": "pounds", "lbs.": "pounds", "oz.": "ounces", "ft.": "feet", "hrs.": "hours", "mins.": "minutes",
    "secs.": "seconds", "max.": "maximum", "avg.": "average", "PhD": "P H D", "tsp": "teaspoon",
    "tsp.": "teaspoon", "tbsp.": "tablespoon",
    "tbsp": "tablespoon", "WWI": "World War 1", "WWII": "World War 2", "Ph.D.": "P H D",
    "PhDs": "P H Ds", "YoY": "year over year", "YTD": "year to date", "QoQ": "quarter over quarter", "lb": "pounds",
}  # fmt: skip
_LEAD = re.compile(r"^[^\w$€£¥₹₩₽₿#@&%+\-−=~≈±<>√½¼¾⅓⅔°×÷∞→№§^.]*")
_TAIL = re.compile(r"[^\w$€£¥₹₩₽₿%°¢℃+#²³½¼¾⅓⅔∞=&@>×]*$")
_ARTICLES = frozenset({"a", "an"})
_BEFORE_NAMES = frozenset({"the", "this", "that", "our", "my", "his", "her", "its", "their"})
_MEASURES = frozenset(UNITS.values()) - {"percent"} | {"dollars", "euros", "pounds", "US dollars"}
_INITIALS = {"zh": "j", "ch": "ch", "x": "sh", "q": "ch", "c": "ts", "z": "dz"}
"""Beginnings of pinyin syllables that English would read otherwise, the long ones first."""
_LONGEST_RUN = 24
"""Letters read in one go; a longer run of letters is cut, because the time to read one grows with its square."""


def said(words: Sequence[str]) -> list[list[str]]:
    """
    For each written word the plain words that say it, white space free; at least one each.

    "$3.14", "million" become ["3.14"], ["million", "dollars"]. Trailing punctuation is left out, the dots of
    abbreviations are kept.
    """
    spoken: list[list[str]] = []
    owed = ""
    counted_since = -1
    cased = spoken_case(words)
    for position, word in enumerate(cased):
        before, following = [*cased, "", ""][position - 1], [*cased, ""][position + 1]
        before = before if position else ""
        core = _TAIL.sub("", _LEAD.sub("", word)) or word
        scaled = scaled_amount(core) if _TAIL.sub("", following).lower() in LARGE else None
        if scaled:
            spoken.append(_plain(scaled[0]))
            owed, counted_since = scaled[1], position
            continue
        spelled = letters(core, before, word, following)
        # the final dot decides whether an abbreviation is recognised
        dotted = core + "." if re.search(re.escape(core) + r"\.", word) and _dotted(core) else core
        plain = spelled.split() if spelled else _plain(dotted)
        plain = [*plain, owed] if owed else plain
        first = counted_since if owed else position
        if _is_before_noun(cased[first - 1] if first else "", following):
            plain = _as_one(plain)
        spoken.append(plain)
        owed = ""
    return spoken


def in_full(word: str) -> bool:
    """True for a short form that `said` says in full: its full stop then ends nothing."""
    core = _TAIL.sub("", _LEAD.sub("", word))
    return bool(re.search(re.escape(core) + r"\.", word)) and (
        f"{core}." in _SHORT_FORMS or f"{core.lower()}." in _SHORT_FORMS
    )


def _is_before_noun(article: str, following: str) -> bool:
    """Whether what is measured stands between an article and a noun, as in "a 5 km run", "the $99 Echo"."""
    word = article.lower()
    return (word in _ARTICLES and following[:1].islower()) or (
        word in _ARTICLES | _BEFORE_NAMES and following[:1].isupper()
    )


def _as_one(plain: list[str]) -> list[str]:
    """With the unit at the end of a measure or a sum as before a noun: "5 kilometer"."""
    if not plain[1:] or not (plain[0][0].isdigit() or plain[0] in LARGE):
        return plain
    name = next((" ".join(plain[-n:]) for n in (3, 2, 1) if " ".join(plain[-n:]) in _MEASURES), "")
    return [*plain[: len(plain) - len(name.split())], *one_of_many(name).split()] if name else plain


def _dotted(core: str) -> bool:
    if "@" in core or "/" in core or core.startswith("www."):
        return False  # an address: its dots are said
    if f"{core}." in _SHORT_FORMS or core.endswith(" A"):
        return True
    if number_said(core) is not None:
        return False  # the dot of "2.5kg" is a decimal one
    return ("." in core and any(c.isalpha() for c in core)) or core.lower() in {
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "jr",
        "sr",
        "etc",
        "vs",
    }


def _plain(core: str) -> list[str]:
    """Plain words of one written word."""
    short = _SHORT_FORMS.get(core) or _SHORT_FORMS.get(core.lower(), "")
    if short:
        return short.split()
    number = number_said(core)
    if number is not None:
        return _tidy(number)
    if "://" in core or core.startswith("www.") or re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", core):
        core = address_said(core)
    signed = re.fullmatch(r"([~≈<>≤≥±])(.*\d.*)", core)
    if signed and (rest := number_said(signed[2])) is not None:
        return [*_SIGNS[signed[1]].split(), *_tidy(rest)]
    parts = core.split("/")
    if parts[1:] and all(parts) and any(map(str.isdigit, core)):
        return [said for part in parts for said in _plain(part.rstrip(".,"))]
    if core in {"C#", "F#"}:
        return [core[0], "sharp"]
    if core.startswith("#") and not core[1:2].isdigit():
        core = core[1:] or core
    return _tidy(core)


def _tidy(text: str) -> list[str]:
    """Signs as words, letters in ASCII, runs cut to a readable length; never empty."""
    text = re.sub(r"(?<=\d)(?=[½¼¾⅓⅔])", " and ", text)
    for sign, name in _SIGNS.items():
        # the dictionaries read these four better by themselves inside a number or name
        if sign in text and not (sign in "$£€%" and re.search(r"\d", text) and sign != "%"):
            text = text.replace(sign, name)
    # dashes, dots and quotes between two words part them, brackets also beside a number
    text = re.sub(r"[()\[\]{}“”\"]+", " ", text)
    text = re.sub(r"(?<=[^\W\d])(?:[—–…!?;:,|\\•·]|\.\.+|--+)+(?=\w)", " ", text)
    text = re.sub(r"(?<=\d)[–—](?=\d)", " to ", text)
    text = re.sub(r"(?<=\d)[!?;|\\•]+(?=\w)", " ", text)
    # the dictionaries lose a number that an unknown word is glued to
    text = re.sub(r"(?<=\d)(?!(?:st|nd|rd|th)s?\b)(?=[A-Za-z]{2})", " ", text)
    text = re.sub(r"(?<=[A-Za-z]{3})(?=\d)|(?<=[A-Za-z]{2})-(?=\d)", " ", text)
    text = re.sub(r"\d{16,}", lambda m: " ".join(m[0]), text)
    text = "".join(map(_ascii, text.translate(_LETTERS)))
    text = re.sub(rf"([^\W\d_]{{{_LONGEST_RUN}}}|\S{{{2 * _LONGEST_RUN}}})(?=\S)", r"\1 ", text)
    plain = [part for part in text.split() if any(c.isalnum() for c in part)]
    return plain or ["mark"]


def _syllable(char: str) -> str:
    """How a Chinese character sounds, in letters that English reads alike; "character" where nobody knows."""
    if find_spec("pypinyin") is None:
        return "character"
    from pypinyin import lazy_pinyin

    sound = lazy_pinyin(char)[0]
    if not sound.isascii():
        return "character"
    start = next((latin for latin in _INITIALS if sound.startswith(latin)), "")
    return _INITIALS.get(start, "") + sound[len(start) :]


def _ascii(char: str) -> str:
    """A letter or digit as English can read it: without its accent, or by the name Unicode gives its sound."""
    if char.isascii() or char in "€£":
        return char
    if unicodedata.category(char).startswith("M"):
        return ""  # an accent written after its letter
    base = unicodedata.normalize("NFKD", char)
    folded = "".join(c for c in base if c.isascii())
    if folded or not char.isalnum():
        return folded or " "
    name = unicodedata.name(char, "")
    if name.startswith("CJK"):
        return f" {_syllable(char)} "
    return f" {name.rsplit(' ', 1)[-1].lower()} " if name else " letter "

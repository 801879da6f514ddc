"""How written English is said: numbers with units, money, times, signs and foreign letters as plain words."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["in_full", "said"]

_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_CURRENCIES = {
    "$": "dollars",
    "€": "euros",
    "£": "pounds",
    "¥": "yen",
    "₹": "rupees",
    "₩": "won",
    "₽": "rubles",
}
_SCALES = {
    "k": "thousand",
    "K": "thousand",
    "m": "million",
    "M": "million",
    "bn": "billion",
    "B": "billion",
    "T": "trillion",
}
_SCALE_WORDS = frozenset({"hundred", "thousand", "million", "billion", "trillion"})
_UNITS = {
    "km/h": "kilometers per hour", "mph": "miles per hour", "m/s": "meters per second",
    "km": "kilometers", "cm": "centimeters", "mm": "millimeters", "nm": "nanometers", "m": "meters", "ft": "feet",
    "kg": "kilograms", "mg": "milligrams", "g": "grams", "lb": "pounds", "lbs": "pounds", "oz": "ounces",
    "ml": "milliliters", "mL": "milliliters", "L": "liters", "l": "liters",
    "ms": "milliseconds", "min": "minutes", "h": "hours", "hrs": "hours",
    "GB": "gigabytes", "MB": "megabytes", "KB": "kilobytes", "kB": "kilobytes", "TB": "terabytes",
    "GHz": "gigahertz", "MHz": "megahertz", "kHz": "kilohertz", "Hz": "hertz",
    "kWh": "kilowatt hours", "kW": "kilowatts", "MW": "megawatts", "W": "watts", "V": "volts", "dB": "decibels",
    "°C": "degrees Celsius", "°F": "degrees Fahrenheit", "°": "degrees", "%": "percent", "x": "times",
    "am": "a.m.", "pm": "p.m.", "AM": "a.m.", "PM": "p.m.",
}  # fmt: skip
_FRACTIONS = {"2": "half", "3": "third", "4": "quarter", "5": "fifth", "8": "eighth", "10": "tenth"}
_SIGNS = {
    "=": " equals ", "×": " times ", "÷": " divided by ", "±": " plus or minus ", "~": " about ", "≈": " about ",
    "≠": " is not ", "≤": " at most ", "≥": " at least ", "<": " less than ", ">": " greater than ", "→": " to ",
    "°": " degrees ", "²": " squared ", "³": " cubed ", "½": " one half ", "¼": " one quarter ",
    "¾": " three quarters ", "√": " root ", "∞": " infinity ", "−": " minus ", "_": " ", "€": " euros ",
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
    "Jan.": "January", "Feb.": "February", "Aug.": "August", "Sept.": "September", "Sep.": "September",
    "Oct.": "October", "Nov.": "November", "Dec.": "December",
}  # fmt: skip
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_LEAD = re.compile(r"^[^\w$€£¥₹₩₽#@&%+\-−=~≈±<>√½¼¾°×÷∞→№.]*")
_TAIL = re.compile(r"[^\w$€£¥₹₩₽%°+#²³½¼¾∞=&@>]*$")
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
    for position, word in enumerate(words):
        following = words[position + 1] if position + 1 < len(words) else ""
        core = _TAIL.sub("", _LEAD.sub("", word)) or word
        scaled = _money_before_scale(core, following)
        if scaled:
            spoken.append([scaled[0]])
            owed = scaled[1]
            continue
        # the final dot decides whether an abbreviation is recognised
        dotted = core + "." if re.search(re.escape(core) + r"\.", word) and _dotted(core) else core
        plain = _plain(dotted)
        spoken.append([*plain, owed] if owed else plain)
        owed = ""
    return spoken


def in_full(word: str) -> bool:
    """True for a short form that `said` says in full: its full stop then ends nothing."""
    core = _TAIL.sub("", _LEAD.sub("", word))
    return bool(re.search(re.escape(core) + r"\.", word)) and (
        f"{core}." in _SHORT_FORMS or f"{core.lower()}." in _SHORT_FORMS
    )


def _dotted(core: str) -> bool:
    if "@" in core or "/" in core or core.startswith("www."):
        return False  # an address: its dots are said
    if f"{core}." in _SHORT_FORMS:
        return True
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


def _money_before_scale(core: str, following: str) -> tuple[str, str] | None:
    """("3.14", "dollars") for "$3.14" before "million"."""
    match = re.fullmatch(rf"([$€£¥₹₩₽])({_NUMBER})", core)
    if match and _TAIL.sub("", following).lower() in _SCALE_WORDS:
        return match[2], _CURRENCIES[match[1]]
    return None


def _plain(core: str) -> list[str]:
    """Plain words of one written word; the first rule that fits says it."""
    short = _SHORT_FORMS.get(core) or _SHORT_FORMS.get(core.lower(), "")
    if short:
        return short.split()
    for pattern, rule in _RULES:
        match = pattern.fullmatch(core)
        if match:
            return _tidy(rule(match))
    if "://" in core or core.startswith("www.") or re.fullmatch(r"\S+@\S+\.\S+", core):
        core = re.sub(r"^\w+://", "", core).replace(".", " dot ").replace("/", " slash ")
    if core in {"C#", "F#"}:
        return [core[0], "sharp"]
    if core.startswith("#") and not core[1:2].isdigit():
        core = core[1:] or core
    return _tidy(core)


def _tidy(text: str) -> list[str]:
    """Signs as words, letters in ASCII, runs cut to a readable length; never empty."""
    for sign, name in _SIGNS.items():
        # the dictionaries read these four better by themselves inside a number or name
        if sign in text and not (sign in "$£€%" and re.search(r"\d", text) and sign != "%"):
            text = text.replace(sign, name)
    # dashes, dots and quotes between two words part them
    text = re.sub(r"(?<=[^\W\d])(?:[—–…!?;:,\"“”()\[\]{}|\\•·]|\.\.+|--+)+(?=\w)", " ", text)
    text = re.sub(r"(?<=\d)[–—](?=\d)", " to ", text)
    text = re.sub(r"\d{16,}", lambda m: " ".join(m[0]), text)
    text = "".join(map(_ascii, text.translate(_LETTERS)))
    text = re.sub(rf"([^\W\d_]{{{_LONGEST_RUN}}}|\S{{{2 * _LONGEST_RUN}}})(?=\S)", r"\1 ", text)
    plain = [part for part in text.split() if any(c.isalnum() for c in part)]
    return plain or ["mark"]


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
        return " character "
    return f" {name.rsplit(' ', 1)[-1].lower()} " if name else " letter "


def _amount(match: re.Match[str]) -> str:
    sign, number, scale = match["sign"], match["number"], match["scale"] or ""
    if not scale and sign in "$£€" and match["sign"] == match[0][0]:
        return match[0]  # the dictionaries say dollars and cents
    one = number == "1" and not scale
    unit = _CURRENCIES[sign].removesuffix("s") if one else _CURRENCIES[sign]
    return f"{number} {_SCALES.get(scale, '')} {unit}"


def _clock(match: re.Match[str]) -> str:
    hour, minute, half = int(match["hour"]), int(match["minute"]), (match["half"] or "").lower()
    spoken = "o'clock" if minute == 0 and not half else f"oh {minute}" if 0 < minute < 10 else f"{minute or ''}"
    return f"{hour} {spoken} {'.'.join(half) + '.' if half else ''}"


def _fraction(match: re.Match[str]) -> str:
    above, below = match["above"], match["below"]
    if below not in _FRACTIONS or int(above) >= int(below):
        return f"{above} {below}"
    part = _FRACTIONS[below]
    return f"{above} {part if above == '1' else 'halves' if part == 'half' else part + 's'}"


def _quantity(match: re.Match[str]) -> str:
    unit = _UNITS[match["unit"]]
    if match["number"] == "1" and not unit.startswith("degrees") and unit.split(maxsplit=1)[0].endswith("s"):
        head, _, rest = unit.partition(" ")
        unit = f"{head[:-1]} {rest}"
    elif match["number"] == "1":
        unit = unit.replace("degrees", "degree").replace("feet", "foot")
    return f"{'minus ' if match['minus'] else ''}{match['number']} {unit}"


def _date(match: re.Match[str]) -> str:
    """Of the two orders the one that can be; where both can, the numbers."""
    one, other = int(match[1]), int(match[2])
    if 12 < one <= 31 and 1 <= other <= 12:
        one, other = other, one
    if not (1 <= one <= 12 < other <= 31):
        return f"{match[1]} {match[2]} {match[3]}"
    return f"{_MONTHS[one - 1]} {other} {match[3]}"


def _ranged(match: re.Match[str]) -> str:
    """From one number to the other; digits where they are those of a telephone."""
    low, high, unit = match[1], match[2], match[3] or ""
    if not unit and len(low) == 3 and len(high) == 4 and (high[0] == "0" or (low[-1] != "0" and high[-1] != "0")):
        return " ".join(f"{low}{high}")
    return f"{low} to {high} {_UNITS.get(unit, '')}"


_ONE_OF_UNITS = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_ONE_OF_SIGNS = "[" + "".join(_CURRENCIES) + "]"
_ONE_OF_SCALES = "|".join(_SCALES)
_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(rf"(?P<sign>{_ONE_OF_SIGNS})(?P<number>{_NUMBER})(?P<scale>{_ONE_OF_SCALES})?"), _amount),
    (re.compile(rf"(?P<number>{_NUMBER})(?P<scale>{_ONE_OF_SCALES})?(?P<sign>{_ONE_OF_SIGNS})"), _amount),
    (re.compile(r"(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)(?P<half>am|pm|AM|PM)?"), _clock),
    (re.compile(rf"(?P<minus>[−-])?(?P<number>{_NUMBER})-?(?P<unit>{_ONE_OF_UNITS})"), _quantity),
    (re.compile(rf"(\d{{1,4}})[-–—](\d{{1,4}})({_ONE_OF_UNITS})?"), _ranged),
    (re.compile(r"\+?(\d{1,3}-)?\d{3}-\d{3}-\d{4}"), lambda m: " ".join(re.sub(r"\D", "", m[0]))),
    (re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})"), _date),
    (re.compile(r"(?P<above>\d{1,3})/(?P<below>\d{1,3})"), _fraction),
    (re.compile(rf"[−-]({_NUMBER})"), lambda m: f"minus {m[1]}"),
    (re.compile(r"(\d+(?:\.\d+){2,})"), lambda m: " point ".join(m[1].split("."))),
    (re.compile(r"#(\d+)"), lambda m: f"number {m[1]}"),
)

"""How English numbers are said: with units, money and times, in ranges, fractions and versions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from svc_tts.reading.english_money import CURRENCIES, NUMBER, SCALES, sum_said

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["COUNTED", "LARGE", "UNITS", "digits", "each", "number_said", "one_of_many", "scaled_amount"]

LARGE = frozenset({"hundred", "thousand", "million", "billion", "trillion"})
"""Words that belong to the number before them."""
UNITS = {
    "km/h": "kilometers per hour", "mph": "miles per hour", "m/s": "meters per second",
    "km/s": "kilometers per second",
    "m/s²": "meters per second squared",
    "km": "kilometers", "cm": "centimeters", "mm": "millimeters", "nm": "nanometers", "m": "meters", "ft": "feet",
    "km²": "square kilometers", "m²": "square meters", "cm²": "square centimeters", "m³": "cubic meters",
    "km2": "square kilometers", "m2": "square meters",
    "ha": "hectares", "kg": "kilograms", "mg": "milligrams", "g": "grams", "lb": "pounds", "lbs": "pounds",
    "oz": "ounces", "t": "tonnes",
    "ml": "milliliters", "mL": "milliliters", "L": "liters", "l": "liters",
    "ms": "milliseconds", "sec": "seconds", "secs": "seconds", "min": "minutes", "mins": "minutes", "h": "hours",
    "hr": "hours", "hrs": "hours", "yr": "years", "yrs": "years", "yd": "yards", "yds": "yards", "mi": "miles",
    "sq ft": "square feet", "kcal": "kilocalories", "rpm": "revolutions per minute", "ppm": "parts per million",
    "µm": "micrometers", "μm": "micrometers",
    "pts": "points", "bps": "basis points",
    "GB": "gigabytes", "MB": "megabytes", "KB": "kilobytes", "kB": "kilobytes", "TB": "terabytes",
    "Gbps": "gigabits per second", "Mbps": "megabits per second",
    "GB/s": "gigabytes per second", "MB/s": "megabytes per second", "TB/s": "terabytes per second",
    "Gb/s": "gigabits per second", "Mb/s": "megabits per second",
    "GHz": "gigahertz", "MHz": "megahertz", "kHz": "kilohertz", "Hz": "hertz",
    "kWh": "kilowatt hours", "kW": "kilowatts", "MW": "megawatts", "GW": "gigawatts",
    "MWh": "megawatt hours", "GWh": "gigawatt hours", "TWh": "terawatt hours", "W": "watts", "V": "volts",
    "dB": "decibels",
    "°C": "degrees Celsius", "℃": "degrees Celsius", "°F": "degrees Fahrenheit", "°": "degrees", "%": "percent",
    "x": "times", "×": "times", "tbsp": "tablespoons", "Tbsp": "tablespoons", "tsp": "teaspoons",
    "fps": "frames per second", "mAh": "milliampere hours", "¢": "cents",
    "am": "a.m.", "pm": "p.m.", "AM": "a.m.", "PM": "p.m.",
}  # fmt: skip
"""Symbol to name, for more than one."""
COUNTED = {
    "no.": "number",
    "c.": "circa",
    "ca.": "circa",
    "ch.": "chapter",
    "chap.": "chapter",
    "chs.": "chapters",
    "eq.": "equation",
    "fig.": "figure",
    "figs.": "figures",
    "nos.": "numbers",
    "vol.": "volume",
    "vols.": "volumes",
    "p.": "page",
    "pp.": "pages",
}
"""Short forms before a number; some are words elsewhere."""
_LAST_CENTURY = 40
"""Short years from here on are of the last century."""
_FRACTIONS = {
    "2": "half", "3": "third", "4": "quarter", "5": "fifth", "6": "sixth", "8": "eighth", "10": "tenth",
    "16": "sixteenth",
}  # fmt: skip
_EACH = {"mo": "month", "wk": "week"}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def number_said(core: str) -> str | None:
    """How a written word with a number is said; None where no rule is needed. The first rule that fits says it."""
    for pattern, rule in _RULES:
        match = pattern.fullmatch(core)
        if match:
            return rule(match)
    return None


def scaled_amount(core: str) -> tuple[str, str] | None:
    """("3.14", "dollars") for "$3.14", which stands before "million"."""
    match = re.fullmatch(rf"({_ONE_OF_SIGNS})({NUMBER}(?:[-–—]{NUMBER})?)", core)
    return (match[2], CURRENCIES[match[1]]) if match else None


def digits(number: str) -> str:
    """Each digit for itself; everything else is left out."""
    return " ".join(re.sub(r"\D", "", number))


def _amount(match: re.Match[str]) -> str:
    return sum_said(match["number"], match["sign"], match["scale"] or "")


def _scaled(match: re.Match[str]) -> str:
    number, scale = (part for part in match.groups() if part)
    return f"{number} {SCALES[scale]}"


def _clock(match: re.Match[str]) -> str:
    hour, minute, half = int(match["hour"]), int(match["minute"]), (match["half"] or "").lower()
    spoken = "o'clock" if minute == 0 and not half else f"oh {minute}" if 0 < minute < 10 else f"{minute or ''}"
    return f"{hour} {spoken} {'.'.join(half) + '.' if half else ''}"


def _fraction(match: re.Match[str]) -> str:
    above, below = match["above"], match["below"]
    if "." in above or below == "100" or (below == "10" and above != "1"):
        return f"{above} out of {below}"
    if below not in _FRACTIONS or float(above) >= int(below):
        return f"{above} {below}"
    part = _FRACTIONS[below]
    return f"{above} {part if above == '1' else 'halves' if part == 'half' else part + 's'}"


def one_of_many(name: str) -> str:
    """A name of `UNITS` for one, or before a noun: "kilometer", "square foot"."""
    name = name.replace("feet", "foot").replace("inches", "inch")
    if name.endswith("hertz") or "." in name:
        return name
    # the first word of "kilometers per hour", the last of "square meters"
    return re.sub(r"s(?= per|$| [A-Z])", "", name, count=1)


def _quantity(match: re.Match[str]) -> str:
    unit = UNITS[match["unit"]]
    if match["number"] == "1" or match["joint"]:
        unit = one_of_many(unit)
    return f"{'minus ' if match['minus'] else ''}{match['number']} {unit}"


def _date(match: re.Match[str]) -> str:
    """Of the two orders the one that can be; where both can, the numbers, but for a short year: the month first."""
    one, other, year = int(match[1]), int(match[2]), match[3]
    short = len(year) == len("06")
    if 12 < one <= 31 and 1 <= other <= 12:
        one, other = other, one
    if not (1 <= one <= 12 and (1 if short else 13) <= other <= 31):
        return f"{match[1]} {match[2]} {year}"
    century = ("20" if int(year) < _LAST_CENTURY else "19") if short else ""
    return f"{_MONTHS[one - 1]} {other} {century}{year}"


def _ranged(match: re.Match[str]) -> str:
    """From one number to the other; digits where they are those of a telephone."""
    low, high, unit = match[1], match[2], match[3] or ""
    if not unit and len(low) == 3 and len(high) == 4 and (high[0] == "0" or (low[-1] != "0" and high[-1] != "0")):
        return digits(f"{low}{high}")
    if not unit and (low == high or (len(low), len(high)) == (3, 1)):
        return f"{low} {high}"  # "50-50", and "787-9" is a name
    return f"{low} to {high} {UNITS.get(unit, '')}"


def each(unit: str) -> str:
    """What a rate is for one of."""
    return _EACH.get(unit) or (one_of_many(UNITS[unit]) if unit in UNITS else unit)


def _from_to(match: re.Match[str]) -> str:
    """From "$3", "9:00" or "5%" to another; a currency that only the first one has is said after the second."""
    low, high = match["low"], match["high"]
    if low[0] in CURRENCIES and not set(high) & set(CURRENCIES):
        low, high = low[1:], low[0] + high
    return f"{number_said(low) or low} to {number_said(high) or high}"


_ONE_OF_UNITS = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_ONE_OF_SIGNS = "[" + "".join(CURRENCIES) + "]"
_ONE_OF_SCALES = "|".join(SCALES)
_VALUE = (
    rf"(?:\d{{1,2}}:[0-5]\d(?:am|pm|AM|PM)?|{_ONE_OF_SIGNS}?{NUMBER}(?:{_ONE_OF_SCALES})?(?:{_ONE_OF_SIGNS})?"
    rf"|{NUMBER}(?:{_ONE_OF_UNITS}))"
)
_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"0([1-9])"), lambda m: f"oh {m[1]}"),
    (re.compile(r"0\d+"), lambda m: digits(m[0])),
    (re.compile(rf"(?P<sign>{_ONE_OF_SIGNS})(?P<number>{NUMBER})(?P<scale>{_ONE_OF_SCALES})?"), _amount),
    (re.compile(rf"(?P<number>{NUMBER})(?P<scale>{_ONE_OF_SCALES})?(?P<sign>{_ONE_OF_SIGNS})"), _amount),
    (re.compile(r"(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)(?P<half>am|pm|AM|PM)?"), _clock),
    (re.compile(r"(?P<hour>\d{1,2})\.(?P<minute>[0-5]\d)(?P<half>am|pm|AM|PM)"), _clock),
    (re.compile(r"([12])m(\d\d)"), lambda m: f"{m[1]} meter{'' if m[1] == '1' else 's'} {m[2]}"),
    (re.compile(r"(\d+\.\d+)s"), lambda m: f"{m[1]} seconds"),
    (re.compile(r"(\d+)[x×](\d+)"), lambda m: f"{m[1]} by {m[2]}"),
    (re.compile(r"401\(k\)?"), lambda m: "4 oh 1 K"),
    (re.compile(r"(\d{1,4}):(\d{1,4})"), lambda m: f"{m[1]} to {m[2]}"),
    (re.compile(rf"(?P<minus>[−-])?(?P<number>{NUMBER})(?P<joint>-?)(?P<unit>{_ONE_OF_UNITS})"), _quantity),
    (re.compile(rf"({NUMBER})(M|bn)|(\d+(?:,\d+)*\.\d+)([BKkT])|(\d{{2,}})(B)|(\d+(?:,\d+)*)(k)"
                rf"|(?!(?:10|12|16)K)(\d{{2,}}|\d{{1,3}},\d{{3}})(K)"),
     _scaled),
    (re.compile(rf"(\d{{1,4}})[-–—](\d{{1,4}})({_ONE_OF_UNITS})?"), _ranged),
    (re.compile(rf"(?P<low>{_VALUE})[-–—](?P<high>{_VALUE})"), _from_to),
    (re.compile(rf"(?P<much>{_VALUE})/(?P<each>[a-z]{{2,}})"),
     lambda m: f"{number_said(m['much']) or m['much']} per {each(m['each'])}"),
    (re.compile(r"\+?(\d{1,3}-)?\d{3}-\d{3}-\d{4}"), lambda m: digits(m[0])),
    (re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d\d)"), _date),
    (re.compile(r"(0?[1-9]|1[0-2])/((?:19|20)\d\d)"), lambda m: f"{_MONTHS[int(m[1]) - 1]} {m[2]}"),
    (re.compile(r"(?P<above>\d{1,3}(?:\.\d)?)/(?P<below>\d{1,3})"), _fraction),
    (re.compile(rf"[−-]({NUMBER})"), lambda m: f"minus {m[1]}"),
    (re.compile(r"(\d+(?:\.\d+){2,})"), lambda m: " point ".join(m[1].split("."))),
    (re.compile(r"[vV](\d+(?:\.\d+)*)"), lambda m: f"version {m[1].replace('.', ' point ')}"),
    (re.compile(r"([^\W\d_]+)[-–]?(\d+\.\d+)"), lambda m: f"{m[1]} {m[2]}"),
    # carbon dioxide is no company
    (re.compile(r"([CNS])O([2-4₂-₄])"), lambda m: f"{m[1]} O {m[2]}"),
    (re.compile(r"#(\d+)"), lambda m: f"number {m[1]}"),
    (re.compile(r"(\d{1,2})['′](\d{1,2})"), lambda m: f"{m[1]} {'foot' if m[1] == '1' else 'feet'} {m[2]}"),
)  # fmt: skip

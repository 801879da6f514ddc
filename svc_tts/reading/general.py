"""How numbers, dates, money, units, addresses and short forms are said, with num2words and the Unicode CLDR (Babel)."""

from __future__ import annotations

import datetime as dt
import re
from functools import partial
from typing import TYPE_CHECKING

from svc_tts.reading import korean
from svc_tts.reading.english_phrases import phrases
from svc_tts.reading.numbers import ascii_number, digits, in_words, number_pattern, ordinal, year
from svc_tts.reading.several import clocks, fractions, ranges, telephone_numbers, versions
from svc_tts.reading.tables import ACRONYMS_READ_AS_WORDS, CURRENCIES, DOTTED_ORDINALS, ROMAN, TABLES, UNITS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["LANGUAGES", "rewritten"]

LANGUAGES = frozenset(TABLES) - {"zh"}
"""Those with rules here."""

_DATIVE = re.compile(r"\b(?:am|vom|zum|dem|den|bis|ab|seit|beim)\s+$", re.IGNORECASE)
_TAIL = r"[^\s<>\"”»]*[^\s<>\"”».,;:!?)]"
_ENDINGS = "com|org|net|io|de|fr|es|it|pt|pl|ru|nl|cz|hu|jp|kr|in|tr|eu|uk|ai|dev"
_URL = re.compile(rf"(?:https?://|www\.){_TAIL}|(?<![\w@.])[\w-]+(?:\.[\w-]+)*\.(?:{_ENDINGS})(?:/{_TAIL})?(?!\w)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ISO_DATE = re.compile(r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(?P<d>\d{1,2})(?P<sep>[./])(?P<m>\d{1,2})(?P=sep)(?P<y>\d{4})(?!\d)")
_DAY_AND_MONTH = re.compile(r"(?<![\w.])(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})(?:\.(?!\d|\s*$)|(?=\.\s*$))")
_MONTH_FIRST = re.compile(r"(?<!\d)(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})(?!\d)")
_LETTER = r"[A-Za-z\u00c0-\u02af\u0370-\u06ff\u0900-\u0dff]"
"""A letter of a script with spaces: a word or a unit does not end before one."""
_ACRONYM = re.compile(rf"(?<!{_LETTER})(?<!\d)[A-Z]{{2,6}}(?!{_LETTER})")
_DOTTED = re.compile(r"(?<![\d.,])(\d{1,3})\.(?=\s+\w)")
_ORDINALS = {
    "cs": _DOTTED,
    "de": _DOTTED,
    "hu": _DOTTED,
    "pl": _DOTTED,
    "tr": _DOTTED,
    "es": re.compile(r"(?<!\d)(\d{1,3})\.?[ºª]"),
    "fr": re.compile(r"(?<!\d)(\d{1,3})(?:er|ère|re|e|ème)(?!\w)"),
    "it": re.compile(r"(?<!\d)(\d{1,3})[º°ª](?!C)"),
    "nl": re.compile(r"(?<!\d)(\d{1,3})(?:e|ste|de)(?!\w)"),
    "pt": re.compile(r"(?<!\d)(\d{1,3})\.?[ºª]"),
    "ru": re.compile(r"(?<!\d)(\d{1,3})-(?:й|я|е|го|му)(?!\w)"),
}

_ROMAN = {**ROMAN, "I": 1, "V": 5, "X": 10}
_ROMAN_ORDINALS = {
    "fr": re.compile(rf"(?<!{_LETTER})([IVX]+)(?:er|ère|re|e|ème)(?!{_LETTER})"),
    "nl": re.compile(rf"(?<!{_LETTER})([IVX]+)e(?!{_LETTER})"),
    "it": re.compile(r"(?<!\w)([IVX]+)(?=\s+secolo)"),
    "pl": re.compile(r"(?<!\w)([IVX]+)(?=\s+wiek\b)"),
    "ru": re.compile(r"(?<!\w)([IVX]+)(?=\s+век\b)"),
}

Span = tuple[int, int, str]


def rewritten(text: str, language: str) -> list[Span]:
    """
    Start, end and what is said instead, for every stretch that is not said as it is written; they do not overlap.

    language: one of `LANGUAGES`. English has here what depends on more than one word; the rest is `reading.english`.
    """
    found: list[Span] = []
    taken = bytearray(len(text))
    for rule in (_dates, phrases) if language == "en" else _RULES:
        for start, end, said in rule(text, language):
            if any(taken[start:end]):
                continue
            taken[start:end] = b"\1" * (end - start)
            found.append((start, end, said))
    return sorted(found)


def _addresses(text: str, language: str) -> Iterator[Span]:
    signs = TABLES[language].signs
    for pattern in (_EMAIL, _URL):
        for match in pattern.finditer(text):
            plain = re.sub(r"^https?://(?:www\.)?|^www\.", "", match[0]).rstrip("/")
            said = "".join(f" {signs[c]} " if c in "./-_@+=" and c in signs else c for c in plain)
            said = re.sub(r"[?&#:%~]", " ", said)
            said = re.sub(r"\d+", lambda m: f" {digits(m[0], language)} ", said)
            yield match.start(), match.end(), " ".join(said.split())


def _dates(text: str, language: str) -> Iterator[Span]:
    from babel.dates import format_date

    patterns = [_ISO_DATE, _MONTH_FIRST if language == "en" else _DAY_FIRST]
    for pattern in [*patterns, _YEAR_FIRST] if language in {"en", "ja", "ko", "hu"} else patterns:
        for match in pattern.finditer(text):
            try:
                day = dt.date(int(match["y"]), int(match["m"]), int(match["d"]))
            except ValueError:
                continue  # 31.2.2024 is no date; its numbers are read by themselves
            said = format_date(day, "long", locale=language)
            if language != "en":
                said = re.sub(r"\d{4}", lambda m: year(int(m[0]), language), said).removesuffix("\u202fг.")
                read = partial(_day, language=language, dative=bool(_DATIVE.search(text[: match.start()])))
                said = re.sub(r"\d{1,2}\.?", read, said)
            yield match.start(), match.end(), said


def _days(text: str, language: str) -> Iterator[Span]:
    """Those without a year, as in "am 24.12."; without such a word it may be a version."""
    from babel.dates import format_skeleton

    for match in _DAY_AND_MONTH.finditer(text) if language == "de" else ():
        try:
            day = dt.date(2024, int(match["m"]), int(match["d"]))  # a leap year
        except ValueError:
            continue
        if not _DATIVE.search(text[: match.start()]):
            continue
        read = partial(_day, language=language, dative=True)
        yield match.start(), match.end(), re.sub(r"\d{1,2}\.?", read, format_skeleton("MMMMd", day, locale=language))


def _money(text: str, language: str) -> Iterator[Span]:
    from babel.numbers import get_currency_name

    table = TABLES[language]
    number, sign = number_pattern(language), "|".join(map(re.escape, CURRENCIES))
    scale = "|".join(map(re.escape, sorted(table.scales, key=len, reverse=True))) or r"(?!)"
    for pattern in (
        rf"(?P<sign>{sign})\s?(?P<number>{number})(?:,[-–—]+)?(?:\s?(?P<scale>{scale})(?!\w))?",
        rf"(?P<number>{number})(?:,[-–—]+)?\s?(?P<scale>{scale})?\s?(?P<sign>{sign})(?!\w)",
    ):
        for match in re.finditer(rf"(?<![\w]){pattern}", text):
            value = ascii_number(match["number"], language)
            whole, _, part = value.partition(".")
            cents = part.ljust(2, "0") if len(part) <= 2 and part.strip("0") and not match["scale"] else ""
            count = int(whole) if cents or not part.strip("0") else float(value)
            name = get_currency_name(CURRENCIES[match["sign"]], count=count, locale=language)
            amount = in_words(whole if cents or not part.strip("0") else value, language, noun=True)
            if match["scale"]:
                name = f"{table.scales[match['scale']]} {name}".replace("' ", "'")
            said = f"{amount} {name} {in_words(str(int(cents)), language) if cents else ''}"
            yield match.start(), match.end(), " ".join(said.split())


def _units(text: str, language: str) -> Iterator[Span]:
    from babel.units import format_unit

    own = TABLES[language].units
    symbols = "|".join(map(re.escape, sorted([*UNITS, *own], key=len, reverse=True)))
    number = rf"(?<!{_LETTER})(?<![\d.,])(?P<minus>(?<![\d%€$°])[-−])?(?P<number>{number_pattern(language)})"
    after = rf"{number}\s?(?P<unit>{symbols})(?!{_LETTER}|[\d²³/])"
    before = (
        rf"(?<![\w])(?P<unit>%)\s?{number}" if language in {"ar", "tr"} else r"(?!)(?P<minus>)(?P<number>)(?P<unit>)"
    )
    for match in [*re.finditer(before, text), *re.finditer(after, text)]:
        unit = UNITS[own.get(match["unit"], match["unit"])]
        value = ascii_number(match["number"], language)
        count = float(value) if "." in value else int(value)
        named = " ".join(format_unit(count, unit, length="long", locale=language).split())
        if unit in named or "٪" in named:  # the CLDR has no name for it
            named = f"{value} {_UNNAMED.get((language, match['unit']), match['unit'])}"
        minus = f"{TABLES[language].signs['−']} " if match["minus"] else ""
        amount = in_words(value, language, noun=True)
        yield match.start(), match.end(), minus + re.sub(r"\d(?:[\d.,\s\u00a0\u202f]*\d)?", amount, named, count=1)


_UNNAMED = {("ar", "%"): "بالمئة", ("ko", "%"): "퍼센트", ("ko", "‰"): "퍼밀"}


def _ordinals(text: str, language: str) -> Iterator[Span]:
    for match in _ROMAN_ORDINALS[language].finditer(text) if language in _ROMAN_ORDINALS else ():
        if match[1] in _ROMAN:
            yield match.start(), match.end(), ordinal(_ROMAN[match[1]], language)
    if language not in _ORDINALS:
        return
    for match in _ORDINALS[language].finditer(text):
        dative = bool(_DATIVE.search(text[: match.start()]))
        yield match.start(), match.end(), ordinal(int(match[1]), language, dative=dative)


def _short_forms(text: str, language: str) -> Iterator[Span]:
    short = TABLES[language].short
    for form in sorted(short, key=len, reverse=True):
        # a dot that also ends the sentence stays a pause mark: it is read from the written word
        for match in re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", text):
            yield match.start(), match.end(), short[form]


def _acronyms(text: str, language: str) -> Iterator[Span]:
    letters = [c for c in text if c.isalpha()]
    if letters and sum(c.isupper() for c in letters) > 0.6 * len(letters) > 3:
        return  # a shouted sentence, not a row of acronyms
    for match in _ACRONYM.finditer(text):
        if match[0] in ROMAN:
            dotted = language in DOTTED_ORDINALS and text[match.end() : match.end() + 2] == ". "
            number = ROMAN[match[0]]
            said = ordinal(number, language) if dotted else in_words(str(number), language)
            yield match.start(), match.end() + dotted, said
        elif match[0] not in ACRONYMS_READ_AS_WORDS and len(match[0]) <= 5:
            yield match.start(), match.end(), " ".join(match[0])


def _counts(text: str, language: str) -> Iterator[Span]:
    return korean.counted(text) if language == "ko" else iter(())


def _numbers(text: str, language: str) -> Iterator[Span]:
    minus = TABLES[language].signs["−"]
    for match in re.finditer(
        rf"(?:(?<=\s)|(?<=^)|(?<=\())(?P<minus>[-−])?(?<![\d])(?P<number>{number_pattern(language)})", text
    ):
        yield match.start(), match.end(), (f"{minus} " if match["minus"] else "") + _read(match["number"], language)
    for match in re.finditer(rf"(?<![\d]){number_pattern(language)}", text):
        said = _read(match[0], language)
        # a number inside a word, as in "B2B" or "第5名", is parted from it
        before = " " if text[: match.start()][-1:].isalpha() and text[match.start() - 1] < "\u2e80" else ""
        after = " " if text[match.end() : match.end() + 1].isalpha() and text[match.end()] < "\u2e80" else ""
        yield match.start(), match.end(), f"{before}{said}{after}"


def _read(number: str, language: str) -> str:
    plain = ascii_number(number, language)
    is_year = len(number) == 4 and number.isdecimal() and 1100 <= int(number) < 2100
    return year(int(plain), language) if is_year else in_words(plain, language)


def _day(found: re.Match[str], *, language: str, dative: bool) -> str:
    number = found[0].rstrip(".")
    return ordinal(int(number), language, dative=dative) if found[0].endswith(".") else in_words(number, language)


def _signs(text: str, language: str) -> Iterator[Span]:
    for sign in "&+=#@×":
        name = TABLES[language].signs.get(sign, "")
        for match in re.finditer(rf"(?<!\w)\{sign}(?=\d)|(?<=\s)\{sign}(?=\s)|(?<=\d)\{sign}(?=\d)", text):
            yield match.start(), match.end(), f" {name} "


_RULES: tuple[Callable[[str, str], Iterator[Span]], ...] = (
    _addresses, telephone_numbers, _dates, _days, clocks, fractions, ranges, versions, _money, _units, _ordinals,
    _short_forms, _acronyms, _counts, _numbers, _signs
)  # fmt: skip

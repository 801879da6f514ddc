"""How numbers, dates, money, units, addresses and short forms are said, with num2words and the Unicode CLDR (Babel)."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from svc_tts.reading import hindi
from svc_tts.reading.english_phrases import phrases
from svc_tts.reading.tables import ACRONYMS_READ_AS_WORDS, CURRENCIES, DOTTED_ORDINALS, ROMAN, TABLES, UNITS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["LANGUAGES", "rewritten"]

LANGUAGES = frozenset(TABLES) - {"zh"}
"""Those with rules here."""

_PARTED_BY_SPACE = frozenset({"cs", "fr", "hu", "pl", "ru"})
_LONGEST_NUMBER = 15
"""Digits; a longer number is read digit by digit."""
_DATIVE = re.compile(r"\b(?:am|vom|zum|dem|den|bis|ab|seit|beim)\s+$", re.IGNORECASE)
_TAIL = r"[^\s<>\"”»]*[^\s<>\"”».,;:!?)]"
_ENDINGS = "com|org|net|io|de|fr|es|it|pt|pl|ru|nl|cz|hu|jp|kr|in|tr|eu|uk|ai|dev"
_URL = re.compile(rf"(?:https?://|www\.){_TAIL}|(?<![\w@.])[\w-]+(?:\.[\w-]+)*\.(?:{_ENDINGS})(?:/{_TAIL})?(?!\w)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ISO_DATE = re.compile(r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(?P<d>\d{1,2})(?P<sep>[./])(?P<m>\d{1,2})(?P=sep)(?P<y>\d{4})(?!\d)")
_MONTH_FIRST = re.compile(r"(?<!\d)(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})(?!\d)")
_CLOCK = re.compile(r"(?<![\d:])(?P<h>[01]?\d|2[0-4])[:h](?P<m>[0-5]\d)(?![\d:])")
_LETTER = r"[A-Za-z\u00c0-\u02af\u0370-\u06ff\u0900-\u0dff]"
"""A letter of a script with spaces: a word or a unit does not end before one."""
_ACRONYM = re.compile(rf"(?<!{_LETTER})(?<!\d)[A-Z]{{2,6}}(?!{_LETTER}|\d)")
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
            said = re.sub(r"\d+", lambda m: f" {_digits(m[0], language)} ", said)
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
                said = re.sub(r"\d{4}", lambda m: _year(int(m[0]), language), said).removesuffix(" г.")
                read = partial(_day, language=language, dative=bool(_DATIVE.search(text[: match.start()])))
                said = re.sub(r"\d{1,2}\.?", read, said)
            yield match.start(), match.end(), said


def _clock(text: str, language: str) -> Iterator[Span]:
    hour = TABLES[language].hour
    for match in _CLOCK.finditer(text):
        end = match.end()
        written = re.match(rf"\s*{hour.split()[0]}\b", text[end:]) if hour else None
        end += written.end() if written else 0
        minutes = _words(match["m"].lstrip("0"), language) if int(match["m"]) else ""
        middle = hour if minutes else hour.removesuffix(" e")
        yield (
            match.start(),
            end,
            " ".join(f"{_words(match['h'].lstrip('0') or '0', language)} {middle} {minutes}".split()),
        )


def _money(text: str, language: str) -> Iterator[Span]:
    from babel.numbers import get_currency_name

    table = TABLES[language]
    number, sign = _number(language), "|".join(map(re.escape, CURRENCIES))
    scale = "|".join(map(re.escape, sorted(table.scales, key=len, reverse=True))) or r"(?!)"
    for pattern in (
        rf"(?P<sign>{sign})\s?(?P<number>{number})(?:\s?(?P<scale>{scale})(?!\w))?",
        rf"(?P<number>{number})\s?(?P<scale>{scale})?\s?(?P<sign>{sign})(?!\w)",
    ):
        for match in re.finditer(rf"(?<![\w]){pattern}", text):
            value = _plain(match["number"], language)
            whole, _, part = value.partition(".")
            cents = part.ljust(2, "0") if len(part) <= 2 and part.strip("0") and not match["scale"] else ""
            count = int(whole) if cents or not part.strip("0") else float(value)
            name = get_currency_name(CURRENCIES[match["sign"]], count=count, locale=language)
            amount = _words(whole if cents or not part.strip("0") else value, language, noun=True)
            if match["scale"]:
                name = f"{table.scales[match['scale']]} {name}".replace("' ", "'")
            said = f"{amount} {name} {_words(str(int(cents)), language) if cents else ''}"
            yield match.start(), match.end(), " ".join(said.split())


def _units(text: str, language: str) -> Iterator[Span]:
    from babel.units import format_unit

    own = TABLES[language].units
    symbols = "|".join(map(re.escape, sorted([*UNITS, *own], key=len, reverse=True)))
    number = rf"(?<!{_LETTER})(?<![\d.,])(?P<minus>[-−])?(?P<number>{_number(language)})"
    after = rf"{number}\s?(?P<unit>{symbols})(?!{_LETTER}|[\d²³/])"
    before = rf"(?<![\w])(?P<unit>%)\s?{number}" if language == "tr" else r"(?!)(?P<minus>)(?P<number>)(?P<unit>)"
    for match in [*re.finditer(before, text), *re.finditer(after, text)]:
        unit = UNITS[own.get(match["unit"], match["unit"])]
        value = _plain(match["number"], language)
        count = float(value) if "." in value else int(value)
        named = " ".join(format_unit(count, unit, length="long", locale=language).split())
        if unit in named:  # the CLDR has no name for it
            named = f"{value} {_UNNAMED.get((language, match['unit']), match['unit'])}"
        minus = f"{TABLES[language].signs['−']} " if match["minus"] else ""
        amount = _words(value, language, noun=True)
        yield match.start(), match.end(), minus + re.sub(r"\d(?:[\d.,\s\u00a0\u202f]*\d)?", amount, named, count=1)


_UNNAMED = {("ko", "%"): "퍼센트", ("ko", "‰"): "퍼밀"}


def _ordinals(text: str, language: str) -> Iterator[Span]:
    if language not in _ORDINALS:
        return
    for match in _ORDINALS[language].finditer(text):
        dative = bool(_DATIVE.search(text[: match.start()]))
        yield match.start(), match.end(), _ordinal(int(match[1]), language, dative=dative)


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
            said = _ordinal(number, language) if dotted else _words(str(number), language)
            yield match.start(), match.end() + dotted, said
        elif match[0] not in ACRONYMS_READ_AS_WORDS and len(match[0]) <= 5:
            yield match.start(), match.end(), " ".join(match[0])


def _numbers(text: str, language: str) -> Iterator[Span]:
    minus = TABLES[language].signs["−"]
    for match in re.finditer(
        rf"(?:(?<=\s)|(?<=^)|(?<=\())(?P<minus>[-−])?(?<![\d])(?P<number>{_number(language)})", text
    ):
        yield match.start(), match.end(), (f"{minus} " if match["minus"] else "") + _read(match["number"], language)
    for match in re.finditer(rf"(?<![\d]){_number(language)}", text):
        said = _read(match[0], language)
        # a number inside a word, as in "B2B" or "第5名", is parted from it
        before = " " if text[: match.start()][-1:].isalpha() and text[match.start() - 1] < "\u2e80" else ""
        after = " " if text[match.end() : match.end() + 1].isalpha() and text[match.end()] < "\u2e80" else ""
        yield match.start(), match.end(), f"{before}{said}{after}"


def _read(number: str, language: str) -> str:
    plain = _plain(number, language)
    is_year = len(number) == 4 and number.isdecimal() and 1100 <= int(number) < 2100
    return _year(int(plain), language) if is_year else _words(plain, language)


def _signs(text: str, language: str) -> Iterator[Span]:
    for sign in "&+=#@":
        name = TABLES[language].signs[sign]
        for match in re.finditer(rf"(?<!\w)\{sign}(?=\d)|(?<=\s)\{sign}(?=\s)|(?<=\d)\{sign}(?=\d)", text):
            yield match.start(), match.end(), f" {name} "


_RULES: tuple[Callable[[str, str], Iterator[Span]], ...] = (
    _addresses, _dates, _clock, _money, _units, _ordinals, _short_forms, _acronyms, _numbers, _signs
)  # fmt: skip


def _number(language: str) -> str:
    """A pattern for a number as the language writes it; a decimal dot is understood everywhere."""
    comma = TABLES[language].comma
    group = r"[.\u00a0\u202f]" if comma else ","
    if language in _PARTED_BY_SPACE:
        group = r"[. \u00a0\u202f]"
    if language == "hi":  # twelve lakh is 12,00,000
        return r"(?:\d{1,2}(?:,\d{2})*,\d{3}(?!\d)|\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
    decimal = r"(?:,\d+|\.(?!\d{3}(?!\d))\d+)?" if comma else r"(?:\.\d+)?"
    return rf"(?:\d{{1,3}}(?:{group}\d{{3}})+(?!\d)|\d+){decimal}"


def _plain(number: str, language: str) -> str:
    """Digits with at most one dot, from a number as the language writes it."""
    if TABLES[language].comma:
        number = re.sub(r"[.\s\u00a0\u202f](?=\d{3}(?!\d))", "", number)
        return number.replace(",", ".")
    return number.replace(",", "")


@lru_cache(maxsize=4096)
def _words(number: str, language: str, *, noun: bool = False) -> str:
    """A number (digits, at most one dot) in words; as it is where nobody knows the language's."""
    from num2words import num2words

    table = TABLES[language]
    whole, _, part = number.partition(".")
    if len(whole) > _LONGEST_NUMBER or (len(whole) > 1 and whole.startswith("0")):
        return _digits(number, language)
    if noun and number == "1" and table.one:
        return table.one
    try:
        if part and table.point:
            return f"{_words(whole, language)} {table.point} {_digits(part, language)}"
        if language == "hi":
            return hindi.in_words(int(whole))
        return str(num2words(float(number) if part else int(whole), lang=language))
    except NotImplementedError:
        return number


def _digits(number: str, language: str) -> str:
    """Each digit for itself."""
    return " ".join(_words(c, language) for c in number if c.isdecimal())


def _year(year: int, language: str) -> str:
    from num2words import num2words

    if language == "hi":
        return hindi.year(year)
    return str(num2words(year, lang=language, to="year")) if language in {"de", "nl"} else _words(str(year), language)


def _day(found: re.Match[str], *, language: str, dative: bool) -> str:
    number = found[0].rstrip(".")
    return _ordinal(int(number), language, dative=dative) if found[0].endswith(".") else _words(number, language)


def _ordinal(number: int, language: str, *, dative: bool = False) -> str:
    from num2words import num2words

    try:
        said = str(num2words(number, lang=language, to="ordinal"))
    except NotImplementedError:
        return _words(str(number), language)
    return f"{said}n" if dative and language == "de" else said

"""How numbers, dates, money, units, addresses and short forms are said, with num2words and the Unicode CLDR (Babel)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from svc_tts.reading import arabic, finnish_endings, greek, hebrew, korean, scandinavian, thai
from svc_tts.reading.agreement import counted, one_of
from svc_tts.reading.amounts import large_money, measure, money, scaled, units, units_of_many
from svc_tts.reading.clocks import clocks
from svc_tts.reading.dates import dates, days, written_dates, years
from svc_tts.reading.english_phrases import phrases
from svc_tts.reading.fractions import fractions, ratios
from svc_tts.reading.numbers import ascii_number, digits, number_pattern, year
from svc_tts.reading.ordinals import ordinals, roman_numbers
from svc_tts.reading.rates import heights, millions, rates
from svc_tts.reading.several import ranges, telephone_numbers, versions
from svc_tts.reading.suffixes import compounds, suffixes
from svc_tts.reading.symbols import ACRONYMS_READ_AS_WORDS
from svc_tts.reading.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["LANGUAGES", "rewritten"]

LANGUAGES = frozenset(TABLES) - {"zh"}
"""Those with rules here."""

_TAIL = r"[^\s<>\"”»]*[^\s<>\"”».,;:!?)]"
_ENDINGS = (
    "com|org|net|io|de|fr|es|it|pt|pl|ru|nl|cz|hu|jp|kr|in|tr|eu|uk|ai|dev|ua|vn|gr|br|ch|dk|fi|no|ro|se|info|app|tv|"
    "edu|gov|"
    r"(?:co|ac|or|go)\.(?:id|th|il|nz|za)"
)
_PREFIXED = re.compile(r"(?<!\w)[وبلفك](?=[\d$€£¥]|أ?\.?\s?د\.|[مأ]\.)")
"""As they stand before a number, the sign of a currency or a title."""
_LATTER = re.compile(r"\d[\d.,]* ·$")
"""Before the second of two numbers of the same case."""
_URL = re.compile(rf"(?:https?://|www\.){_TAIL}|(?<![\w@.])[\w-]+(?:\.[\w-]+)*\.(?:{_ENDINGS})(?:/{_TAIL})?(?!\w)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LATIN = r"[A-Za-z\u00c0-\u024f]"
_ACRONYM = re.compile(rf"(?<!{_LATIN})(?<!\d)(?<!\b[A-Z]-)[A-Z]{{2,6}}(?!{_LATIN})")
Span = tuple[int, int, str]


def rewritten(text: str, language: str) -> list[Span]:
    """
    Start, end and what is said instead, for every stretch that is not said as it is written; they do not overlap.

    language: one of `LANGUAGES`. English has here what depends on more than one word; the rest is `reading.english`.
    """
    found: list[Span] = []
    taken = bytearray(len(text))
    text = _clear_of_prefixes(text, language)
    for rule in (dates, phrases) if language == "en" else _RULES:
        for start, end, said in rule(text, language):
            if any(taken[start:end]):
                continue
            taken[start:end] = b"\1" * (end - start)
            found.append((start, end, said))
    return sorted(found)


def _clear_of_prefixes(text: str, language: str) -> str:
    """Arabic and Hebrew words of one letter are written together with a number: "و5" is "and five"."""
    if language == "he":
        return hebrew.PREFIXED.sub("·", text)
    return _PREFIXED.sub("·", text) if language == "ar" else text


def _addresses(text: str, language: str) -> Iterator[Span]:
    signs = TABLES[language].signs
    for pattern in (_EMAIL, _URL):
        for match in pattern.finditer(text):
            if f"{match[0]}." in TABLES[language].short:
                continue
            plain = re.sub(r"^https?://(?:www\.)?|^www\.", "", match[0]).rstrip("/")
            said = "".join(f" {signs[c]} " if c in "./-_@+=" and c in signs else c for c in plain)
            said = re.sub(r"[?&#:%~]", " ", said)
            said = re.sub(r"\d+", lambda m: f" {digits(m[0], language)} ", said)
            yield match.start(), match.end(), " ".join(said.split())


def _fixed(text: str, language: str) -> Iterator[Span]:
    """Short forms that look like other numbers."""
    for form, said in TABLES[language].short.items():
        for match in re.finditer(rf"(?<![\w/]){re.escape(form)}(?![\w/])", text) if form[0].isdecimal() else ():
            yield match.start(), match.end(), said
    for match in re.finditer(r"(?<!\w)['’](?=\d\d(?!\d))", text):
        yield match.start(), match.end(), ""


def _short_forms(text: str, language: str) -> Iterator[Span]:
    for pattern, said, sign in _short_patterns(language):
        for match in pattern.finditer(text):
            joint = " " if sign and text[match.end() :][:1].isalnum() else ""  # "№12"
            yield match.start(), match.end(), said + joint


@lru_cache(maxsize=64)
def _short_patterns(language: str) -> tuple[tuple[re.Pattern[str], str, bool], ...]:
    """Pattern of every short form, the longest first, what is said for it, and whether it ends in a sign."""
    short = TABLES[language].short
    found: list[tuple[re.Pattern[str], str, bool]] = []
    for form in sorted(short, key=len, reverse=True):
        first = f"[{form[0]}{form[0].upper()}]" if form[0].islower() and len(form) > 2 else re.escape(form[0])
        # "vitamina D." ends a sentence, "D. Pedro" is a name
        after = r"(?=\s[\dA-ZÀ-Ý])" if len(form) == 2 and form[0].isupper() and form[1] == "." else ""
        after = _ALSO_WORDS.get((language, form), after)
        sign = not (form[-1].isalnum() or form[-1] == ".")
        end = "" if sign or (language == "th" and form[-1] == ".") else r"(?!\w)"
        # a dot that also ends the sentence stays a pause mark: it is read from the written word
        pattern = re.compile(rf"{_START.get(language, _NO_WORD)}{first}{re.escape(form[1:])}{end}{after}")
        found.append((pattern, short[form], sign))
    return tuple(found)


def _acronyms(text: str, language: str) -> Iterator[Span]:
    letters = [c for c in text if c.isalpha()] if language not in _OTHER_SCRIPTS else []
    # in a shouted sentence, what can be a word is one
    shouted = bool(letters) and sum(c.isupper() for c in letters) > 0.6 * len(letters) > 3
    for match in _ACRONYM.finditer(text):
        if shouted and _VOWEL.search(match[0]):
            continue
        if match[0] not in ACRONYMS_READ_AS_WORDS and len(match[0]) <= 5:
            yield match.start(), match.end(), " ".join(match[0])


_NO_WORD = r"(?<![\w/])"
_START = {"he": rf"(?:{_NO_WORD}|(?<={_NO_WORD}[ובכלמהש]))", "th": r"(?<![\w/.])"}
"""What does not stand before a short form; Hebrew prefixes may, and Thai ones are told as a whole."""
_RUSSIAN_NAME = r"(?!Она|Тогда|Когда|Сначала|Вчера|Иногда)[А-ЯЁ]\w*(?:а|я|го|их|ых|ой|ы|и)(?!\w)"
_UKRAINIAN_NAME = r"(?!Вона|Тоді|Коли|Спочатку)[А-ЯІЇЄҐ]\w*(?:а|я|го|их|ої|и|і)(?!\w)"
_ALSO_WORDS = {
    ("ru", "рис."): r"(?=\s?\d)",
    ("uk", "рис."): r"(?=\s?\d)",
    ("ru", "им."): rf"(?=\s(?:[А-ЯЁ]\.\s?)*{_RUSSIAN_NAME})",
    ("uk", "ім."): rf"(?=\s(?:[А-ЯІЇЄҐ]\.\s?)*{_UKRAINIAN_NAME})",
}
"""Short forms that are words as well, rice and "them", and what stands around them where they are none."""
_VOWEL = re.compile("[AEIOUY]")
_OTHER_SCRIPTS = frozenset({"ar", "el", "he", "hi", "ja", "ko", "ru", "th", "uk"})
"""Languages whose own words are no Latin capitals."""


def _counts(text: str, language: str) -> Iterator[Span]:
    if language == "el":
        yield from greek.numerals(text)
    if language == "ar":
        yield from arabic.eras(text)
        yield from arabic.one_thing(text)
    if language == "he":
        yield from hebrew.ordinals(text)
        yield from hebrew.one_thing(text)
        yield from hebrew.hyphens(text)
    if language == "ko":
        yield from korean.months(text)
        yield from korean.counted(text)
    if language == "th":
        yield from thai.repeated(text)
        yield from thai.schools_and_reigns(text)


def _native_ranges(text: str, language: str) -> Iterator[Span]:
    yield from (
        korean.ranges(text) if language == "ko" else finnish_endings.ranges(text, measure) if language == "fi" else ()
    )


def _numbers(text: str, language: str) -> Iterator[Span]:
    minus = TABLES[language].signs["−"]
    number = number_pattern(language)
    for match in re.finditer(rf"(?:(?:(?<=\s)|(?<=^)|(?<=\())(?P<minus>[-−]))?(?<!\d)(?P<number>{number})", text):
        before, after = text[: match.start()], text[match.end() :]
        before = _LATTER.sub("", before) if language == "ar" else before
        said = _read(match["number"], before, after, language)
        # a number inside a word, as in "B2B" or "第5名", is parted from it
        parted = language != "th" and before[-1:].isalpha() and before[-1] < "\u2e80" and before[-1] != "ـ"
        space_before = " " if parted else ""
        ending = _WRITTEN_ON.get(language)
        word_follows = after[:1].isalpha() and after[0] < "\u2e80"
        space_after = " " if word_follows and not (ending and ending.match(after)) else ""
        said = f"{space_before}{said}{space_after}"
        yield match.start(), match.end(), f"{minus} {said}" if match["minus"] else said
        # where another rule has taken its sign or its first digits, the rest is a number still
        if match["minus"]:
            yield *match.span("number"), said
        for part in re.finditer(r"\d+", match["number"]) if not match["number"].isdecimal() else ():
            start, end = (match.start("number") + at for at in part.span())
            yield start, end, _read(part[0], "", after if end == match.end() else "", language)


def _read(number: str, before: str, after: str, language: str) -> str:
    plain = ascii_number(number, language)
    is_year = len(number) == 4 and number.isdecimal() and 1100 <= int(number) < 2100
    if language == "nb" and is_year and scandinavian.is_counted(before, after):
        return counted(plain, language, before=before, after=after)
    if is_year and language not in _BENT_YEARS:
        return counted(plain, language, before=before) if language == "ar" else year(int(plain), language)
    if is_year and _YEAR_BEFORE.search(before):
        return counted(plain, language, before=before)
    return counted(plain, language, before=before, after=after)


def _durations(text: str, language: str) -> Iterator[Span]:
    """The colons of hours, minutes and seconds."""
    for match in re.finditer(r"(?<![\d:])(\d{1,2})(:)([0-5]\d)(:)([0-5]\d)(?![\d:])", text):
        yield match.start(2), match.end(2), " "
        yield match.start(4), match.end(4), " "


def _signs(text: str, language: str) -> Iterator[Span]:
    table = TABLES[language]
    for match in re.finditer(r"(?<=\d)\s?[×xX]\s?(?=\d)", text):
        score = language.startswith("pt") and re.search(
            r"(?<![\d.,])\dx\d(?!\d)", text[max(0, match.start() - 2) : match.end() + 2]
        )
        yield match.start(), match.end(), f" {table.ratio if score else table.signs['×']} "
    for match in re.finditer(rf"(?<![\w.,])({number_pattern(language)})\s?[×x](?![\w-])", text) if table.times else ():
        value = ascii_number(match[1], language)
        noun = one_of(table.times, value, language)
        yield match.start(), match.end(), f"{counted(value, language, after=f' {noun}')} {noun}"
    for match in re.finditer(r"(?<=\d)\+(?=[\s.,;:!?)]|$)", text):
        yield match.start(), match.end(), f" {table.signs['+']}"
    for match in re.finditer(r"(?<!\w)±\s?(?=\d)", text):
        yield match.start(), match.end(), f"{table.signs['+']} {table.signs['−']} "
    for match in re.finditer(r"(?<!\w)[~≈]\s?(?=\d)", text) if table.about else ():
        yield match.start(), match.end(), f"{table.about} "
    for match in re.finditer(r"(?<=\w)=(?=\d)", text):
        yield match.start(), match.end(), f"{'' if language == 'ko' else ' '}{table.signs['=']} "
    for sign in "&+=#@×":
        name = table.signs.get(sign, "")
        for match in re.finditer(rf"(?<!\w)\{sign}(?=\d)|(?<=\s)\{sign}(?=\s)|(?<=\d)\{sign}(?=\d)", text):
            before = "" if text[: match.start()][-1:] in " (" else " "
            after = "" if text[match.end() : match.end() + 1].isspace() else " "
            yield match.start(), match.end(), f"{before}{name}{after}".removeprefix("" if match.start() else " ")


_WRITTEN_ON = {
    "de": re.compile(r"(?:er[ns]?|fach\w*|mal|jährig\w*|prozentig\w*)(?!\w)"),
    "hi": re.compile(r"(?:वीं|वां|वाँ|वा|वें|वे)"),
    "hu": re.compile(r"[a-zá-ű]"),
    "tr": re.compile(r"[a-zç-ş]"),
    "sv": re.compile(r"talet|tal|årig\w*|års\w*|procentig\w*"),
    "ja": re.compile(r"."),
    "th": re.compile(r"[\u0e00-\u0e7f]"),
}
"""What belongs to the number that it follows without a space."""
_YEAR_BEFORE = re.compile(r"\b(?:en|em|de|desde|hasta|até|año|ano|entre|del|do)\s+$", re.IGNORECASE)
"""Spanish and Portuguese words after which four digits are a year."""
_BENT_YEARS = frozenset({"es", "pl", "pt", "pt_PT", "ru", "uk"})
"""Numbers of four digits are bent too: a year has no noun after it."""
_RULES: tuple[Callable[[str, str], Iterator[Span]], ...] = (
    _addresses, _fixed, telephone_numbers, dates, days, written_dates, suffixes, clocks, years, _native_ranges,
    fractions, ranges,
    versions, _durations, heights, millions, rates, large_money, money, ordinals, scaled, units, units_of_many,
    compounds, roman_numbers, _short_forms, _acronyms, ratios, _counts, _signs, _numbers,
)  # fmt: skip

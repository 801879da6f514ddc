"""How dates and years are said; their names are the Unicode CLDR's (Babel)."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from svc_tts.reading import arabic, vietnamese
from svc_tts.reading.agreement import ordinal_form, placed
from svc_tts.reading.numbers import full_stop, in_words, ordinal, year

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["dates", "days", "written_dates", "years"]

_ISO = re.compile(r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(?P<d>\d{1,2})(?P<sep>[./-])\s?(?P<m>\d{1,2})(?P=sep)\s?(?P<y>\d{4})(?!\d)")
_DAY_AND_MONTH = re.compile(r"(?<![\w.])(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})(?:\.(?!\d|\s*$)|(?=\.\s*$))")
_MONTH_FIRST = re.compile(r"(?<!\d)(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})(?!\d)")
_YEAR_FIRST_SLASHED = re.compile(r"(?<![\d/])(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})(?![\d/])")
_YEAR_FIRST = re.compile(r"(?<!\d)(?P<y>\d{4})(?P<sep>[./])\s?(?P<m>\d{1,2})(?P=sep)\s?(?P<d>\d{1,2})(?!\d)\.?")
_DATIVE = re.compile(r"\b(?:am|vom|zum|dem|den|bis|ab|seit|beim)\s+$", re.IGNORECASE)

_JOINED_DAYS = re.compile(r"(?:\d{1,2}\.(?:\d{1,2}\.)?\s(?:und|oder|bis|/)\s)+$")
"""Days before another of the same case."""
_NO_DAY_BEFORE = re.compile(
    r"\b(?:kl\.?|klo|klokk[ae]n?|kello|versjon|version|versio|kapit\w+|kap\.|punkt|luku|luvussa|kohta)\s$",
    re.IGNORECASE,
)
_DAY_BEFORE = re.compile(r"\b(?:den|d\.|fra|til|før|ma|ti|ke|to|pe|la|su)\s$", re.IGNORECASE)
_GOES_ON_SMALL = re.compile(r"\s[a-zåäöæø]|\s?[,;)–-]")
"""What stands beside a day and its month in Danish, Finnish and Norwegian, and beside other numbers like them."""
_AFTER_ARTICLE = re.compile(r"\bder\s+$", re.IGNORECASE)
_GOES_ON = re.compile(r"\s(?!bis\s\d+\.\d+(?!\.))[a-zäöü]|\s?[,–-]")
"""What follows a day and month, and no decimal at the end of a sentence."""

_YEARS_WRITTEN = {
    "ru": r"\s?(?P<word>года|г\.|г(?=[\s,.;:!?)]|$))",
    "pl": r"\s?(?P<word>roku|r\.|r(?=[\s,.;:!?)]|$))",
    "uk": r"\s?(?P<word>року|р\.|р(?=[\s,.;:!?)]|$))",
    "cs": r"(?P<word>)(?!\S)",
    "sk": r"(?P<word>)(?!\S)",
}
"""What may stand after the year of a date whose day is an ordinal in the genitive."""
_DAYS = {"ru": {"к": "md", "ко": "md", "на": "n", "по": "n"}}
"""The form of a day after these words; else it is in the genitive."""
_YEAR_IN_DATE = {"ru": " года", "pl": " roku", "uk": " року"}
_LONG = {"th": "d MMMM y", "vi": "'ngày' d 'tháng' M 'năm' y"}
"""Patterns of the CLDR's, where its own is not what is said."""
_NORTHERN_DAY = re.compile(
    r"(?<![\d/])(?:(?<=[Dd]en )|(?<=\b[Dd]\. )|(?=\d{1,2}/\d{1,2}[ -]\d{4}(?!\d)))(?P<d>\d{1,2})/(?P<m>\d{1,2})"
    r"(?:[ -](?P<y>\d{4})(?!\d))?(?![\d/])"
)
"""A day before its month, which a fraction could be as well but for the words beside it."""
_FIRST_DAYS = {"ca": "primer", "ro": "întâi", "it": "primo", "pt": "primeiro", "es": "primero", "fr": "premier"}
_YEARS = {
    # the word after a year, and the form it asks of it; a shortened one is said as the word before the year asks
    "ru": {"году": "ml", "годах": "ml", "года": "mg", "годов": "mg", "годом": "mi", "год": "m", "годы": "m"},
    "pl": {"roku": "mg", "rok": "m", "rokiem": "mi"},
    "uk": {"році": "ml", "роках": "pg", "року": "mg", "років": "pg", "роком": "mi", "рік": "m", "роки": "p"},
}
_PREPOSITIONS = {
    "ru": {"в": "ml", "во": "ml", "о": "ml", "с": "mg", "до": "mg", "от": "mg", "после": "mg", "к": "md", "по": "m",
           "из": "mg", "около": "mg", "начала": "mg", "конца": "mg", "осени": "mg", "летом": "mg", "весной": "mg",
           "зимой": "mg", "осенью": "mg"},
    "pl": {"w": "ml", "we": "ml", "po": "ml", "o": "ml", "od": "mg", "do": "mg", "z": "mg", "przed": "mi"},
    "uk": {"у": "ml", "в": "ml", "з": "mg", "із": "mg", "до": "mg", "від": "mg", "після": "mg", "на": "m", "по": "m",
           "навесні": "mg", "восени": "mg", "влітку": "mg", "взимку": "mg", "початку": "mg", "кінця": "mg"},
}  # fmt: skip
_SHORT_YEARS = {
    "ru": {
        "г": {"ml": "году", "mg": "года", "md": "году", "": "год"},
        "гг": {"ml": "годах", "mg": "годов", "": "годы"},
    },
    "pl": {"r": {"ml": "roku", "": "roku"}},
    "uk": {"р": {"ml": "році", "mg": "року", "": "рік"}, "рр": {"ml": "роках", "mg": "років", "": "роки"}},
}
_LONGEST_MONTH = 31
_YEAR = r"1[1-9]\d\d|20\d\d"


def dates(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Those in digits, with a year."""
    from babel.dates import format_date

    patterns = [_ISO, _MONTH_FIRST if language == "en" else _DAY_FIRST]
    patterns.append(_YEAR_FIRST if language in {"en", "ja", "ko", "hu"} else _YEAR_FIRST_SLASHED)
    for pattern in patterns:
        for match in pattern.finditer(text):
            try:
                day = dt.date(int(match["y"]), int(match["m"]), int(match["d"]))
            except ValueError:
                continue  # 31.2.2024 is no date; its numbers are read by themselves
            said = format_date(day, _LONG.get(language, "long"), locale=language)
            said = re.sub(r"[\s\u202f][гр]\.$", "", said)
            if language != "en":
                said = _in_words(said, language, dative=bool(_DATIVE.search(text[: match.start()])))
            end = match.end()
            if written := re.compile(_YEARS_WRITTEN.get(language, r"(?!)")).match(text, end):
                end = written.end()
                said += full_stop(text, match.start(), end, language)
            if language == "vi":
                said = vietnamese.as_date(said, text[: match.start()])
            yield match.start(), end, said


def days(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Those without a year, as in "am 24.12."; without such a word it may be a number."""
    from babel.dates import format_skeleton

    if language in {"da", "nb", "sv"}:
        yield from _northern_days(text, language)
    if language == "vi":
        yield from vietnamese.dates(text)
    for match in _DAY_AND_MONTH.finditer(text) if language in {"da", "de", "fi", "nb"} else ():
        try:
            day = dt.date(2024, int(match["m"]), int(match["d"]))  # a leap year
        except ValueError:
            continue
        if language != "de":
            before, after = text[: match.start()], text[match.end() :]
            dotted = match[0].endswith(".") and (_GOES_ON_SMALL.match(after) or _DAY_BEFORE.search(before))
            if (dotted or (language == "fi" and after.strip() == ".")) and not _NO_DAY_BEFORE.search(before):
                said = _in_words(format_skeleton("MMMMd", day, locale=language), language, dative=False)
                yield match.start(), match.end(), said
            continue
        before = _JOINED_DAYS.sub("", text[: match.start()])
        dative = _DATIVE.search(before) is not None
        if dative or (match[0].endswith(".") and _GOES_ON.match(text, match.end())):
            said = _in_words(format_skeleton("MMMMd", day, locale=language), language, dative=dative)
            said = re.sub(r"^(\w+te)r\b", r"\1", said) if _AFTER_ARTICLE.search(before) else said
            yield match.start(), match.end(), said


def _northern_days(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """ "12/5 2023" and "den 12/5"."""
    from babel.dates import get_month_names

    months = get_month_names("wide", "format", locale=language)
    for match in _NORTHERN_DAY.finditer(text):
        month = int(match["m"])
        if month in months and 1 <= int(match["d"]) <= _LONGEST_MONTH:
            told = f"{ordinal(int(match['d']), language)} {months[month]}"
            yield match.start(), match.end(), f"{told} {year(int(match['y']), language)}" if match["y"] else told


def written_dates(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Days before the name of a month, where they are ordinals."""
    if language == "hu":
        yield from _hungarian(text)
    if language.partition("_")[0] in _FIRST_DAYS:
        for match in _first_day(language).finditer(text):
            yield match.start(), match.end(), _FIRST_DAYS[language.partition("_")[0]]
    if language in {"ar", "sv"}:
        yield from _plain_days(text, language)
    if language in _YEARS_WRITTEN:
        yield from _days_and_years(text, language)


def _plain_days(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Ordinals of one form, whose year is as everywhere."""
    for match in _day_of_month(language).finditer(text):
        if language == "ar":
            yield *match.span("d"), f"{arabic.ordinal(int(match['d']))} من"
            continue
        for name in ("first", "d"):
            if match[name]:
                yield *match.span(name), ordinal(int(match[name]), language)


def _days_and_years(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    for match in _day_of_month(language).finditer(text):
        preceding = re.search(r"(\w+)\s+$", text[: match.start()])
        form = _DAYS.get(language, {}).get(preceding[1].lower() if preceding else "", "mg")
        for name in ("first", "d"):
            if match[name]:
                yield match.start(name), match.end(name), placed(int(match[name].rstrip(".")), language, form)
        if match["y"] and language in {"cs", "sk"}:
            yield match.start("y"), match.end("y"), year(int(match["y"]), language)
        elif match["y"]:
            said = placed(int(match["y"]), language, "mg") + _YEAR_IN_DATE[language]
            said += full_stop(text, match.start(), match.end(), language) if match["word"] else ""
            yield match.start("y"), match.end("word") if match["word"] else match.end("y"), said


def years(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Years as ordinals, where a language says them so."""
    if language not in _YEARS:
        return
    words, before = _YEARS[language], _PREPOSITIONS[language]
    short = _SHORT_YEARS[language]
    in_full, shortened = ("|".join(sorted(forms, key=len, reverse=True)) for forms in (words, short))
    pattern = (
        rf"(?<![\w.,/–—-])(?:(?P<first>{_YEAR})\s?[-–—]\s?)?(?P<year>{_YEAR}|\d{{3}}(?=\s(?:году|roku)(?!\w))|"
        r"\d{1,3}(?=\sг(?:од|\.)\s(?:до\s)?н(?:ашей|\.)))(?!-\w)"
        rf"(?:\s?(?P<word>{in_full})(?!\w)|\s?(?P<short>{shortened})"
        r"(?:\.|(?=[\s,;:!?)])|$))?(?![\w%°$€₽])"
    )
    for match in re.finditer(pattern, text):
        preceding = re.search(r"(\w+)\.?\s+$", text[: match.start()])
        asked = before.get(preceding[1].lower(), "") if preceding else ""
        if not _is_year(text, match, asked, language):
            continue
        form = words.get(match["word"] or "", asked)
        form = asked if asked and match["word"] in {"roku", "году"} else form
        if match["short"] and not asked and preceding:
            form = "mg"
        for name in ("first", "year"):
            if match[name]:
                yield match.start(name), match.end(name), placed(int(match[name]), language, form or "m")
        if match["short"]:
            forms = short[match["short"]]
            stop = full_stop(text, match.start(), match.end(), language)
            yield match.end("year"), match.end(), f" {forms.get(form, forms[''])}{stop}"


def _is_year(text: str, match: re.Match[str], asked: str, language: str) -> bool:
    """Whether it is no quantity: a word says so, or it stands alone."""
    if match["word"] or match["short"]:
        return language in {"ru", "uk"} or not match["first"]
    alone = re.match(r"[.,;:!?)»”]|$|\s(?:по|до|и|do|i|oraz|[-–—])(?!\w)", text[match.end() :])
    if not alone or language == "pl":
        return bool(alone and asked)
    return bool(match["first"] or asked or (text[: match.start()].endswith("(") and text[match.end() :][:1] == ")"))


@lru_cache(maxsize=32)
def _months(language: str) -> str:
    from babel.dates import get_month_names

    names = (re.escape(str(name)) for name in get_month_names("wide", "format", locale=language).values())
    return "|".join(names).replace("’", "['’]")


@lru_cache(maxsize=8)
def _day_of_month(language: str) -> re.Pattern[str]:
    dot = r"\.?" if language in {"cs", "pl", "sk"} else ""
    after_year = _YEARS_WRITTEN.get(language, "")
    return re.compile(
        rf"(?<![\w.,:])(?:(?P<first>\d{{1,2}}{dot})\s?[-–—]\s?)?(?P<d>\d{{1,2}}{dot})\s(?:{_months(language)})(?!\w)"
        rf"(?:\s(?P<y>\d{{4}})(?!\d|-\w)(?:{after_year})?)?",
        re.IGNORECASE,
    )


@lru_cache(maxsize=8)
def _first_day(language: str) -> re.Pattern[str]:
    of = r"\s(?:de\s)?" if language.startswith(("es", "pt")) else r"\s"
    return re.compile(rf"(?<![\w.,:'’])1[°º]?(?={of}(?:{_months(language)})(?!\w))", re.IGNORECASE)


def _hungarian(text: str) -> Iterator[tuple[int, int, str]]:
    """ "2024. május 5-én": the day is an ordinal that belongs to its month."""
    pattern = (
        rf"(?:(?<!\d)(?P<y>\d{{4}})\.\s)?(?<!\w)(?P<month>{_months('hu')})\s(?P<d>\d{{1,2}})"
        r"(?:-(?P<ending>j?[a-záéíóöőúüű]+)|\.|(?!\d))"
    )
    for match in re.finditer(pattern, text, re.IGNORECASE):
        number = int(match["d"])
        stem = "elsej" if number == 1 else ordinal(number, "hu")
        ending = (match["ending"] or "").removeprefix("j")
        vowel = "a" if re.search(r"[oa]dik$", stem) else "e"
        if not ending or ending[0] in "bctkrnlih":
            joint = vowel if not ending else {"a": "á", "e": "é"}[vowel]
            ending = joint + ending
        if match["y"]:
            yield match.start("y"), match.end("y") + 1, year(int(match["y"]), "hu")
        yield match.start("d"), match.end(), stem + ending


def _in_words(said: str, language: str, *, dative: bool) -> str:
    """A date as the CLDR writes it, its numbers in words."""
    for rule in (written_dates, years):
        for start, end, new in sorted(rule(said, language), reverse=True):
            said = said[:start] + new + said[end:]
    said = re.sub(r"\d{4}", lambda m: year(int(m[0]), language), said)
    return re.sub(r"\d{1,2}\.?", lambda m: _day(m[0], language, dative=dative), said)


def _day(found: str, language: str, *, dative: bool) -> str:
    number = found.rstrip(".")
    if not found.endswith("."):
        return in_words(number, language, "m" if language == "he" else "")
    before = "am " if dative else ""
    return placed(
        int(number), language, ordinal_form(language, before=before, after=" Mai" if language == "de" else "")
    )

"""Numbers as languages write and say them, with num2words."""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from svc_tts.reading import catalan, czech, finnish, greek, hindi, romanian, scandinavian, slovak, ukrainian, vietnamese
from svc_tts.reading.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ascii_number", "digits", "full_stop", "in_words", "number_pattern", "ordinal", "year"]

_PARTED_BY_SPACE = frozenset(
    {"cs", "es", "fi", "fr", "fr_BE", "fr_CH", "hu", "nb", "pl", "pt_PT", "ru", "sk", "sv", "uk"}
)
_SCANDINAVIAN = frozenset({"da", "nb"})
_OWN = {
    **{language: partial(scandinavian.in_words, language=language) for language in _SCANDINAVIAN},
    "el": greek.in_words,
    "fi": finnish.in_words,
    "hi": hindi.in_words,
    "vi": vietnamese.in_words,
}
_OWN_ORDINALS: dict[str, Callable[[int], str]] = {
    **{language: partial(scandinavian.ordinal, language=language) for language in _SCANDINAVIAN},
    "el": partial(greek.ordinal, ending="ος"),
    "fi": finnish.ordinal,
    "ro": partial(romanian.ordinal_of, article="al"),
}
"""Numbers that num2words does not know, or says otherwise than people do."""
_NEXT_WORD = re.compile(r"\s+[«\"„“]?([^\W\d_])")
_GERMAN_START = re.compile(
    r"\s+(?:Dann|Der|Die|Das|Es|Er|Sie|Wir|Ich|Doch|Aber|In|Im|Am|Und|Danach|Dort|Heute|Jetzt|Nun|Bei|Mit|Auf|So|Als|Wenn|"
    r"Ein|Eine|Auch|Damit|Für|Nach|Von|Zum)\b"
)
"""Words that begin a sentence more often than they are names."""
_OPENING = 2
"""Words before which nothing can have ended."""
_ORDINAL_BEFORE = {"id": ("pertama", "ke"), "vi": ("thứ nhất", "thứ ")}
"""First, and what makes an ordinal of a cardinal."""
_LONGEST_NUMBER = 15
"""Digits; a longer number is read digit by digit."""
_LONGEST_PART = {"hu": 3, "uk": 3}
"""Decimals that have names; longer ones are read digit by digit, after these words."""
_POINT_OF_LONG = {"hu": "egész", "uk": "кома"}
_VARIETIES = {"pt": "pt_BR", "pt_PT": "pt"}
"""Those that num2words calls otherwise."""
_RUSSIAN = {"g": "g", "d": "d", "a": "a", "i": "i", "l": "p"}
_SWEDISH_HUNDREDS = 1100
"""The first year that is told in hundreds."""
_TURKISH = re.compile(
    "milyar|milyon|trilyon|yirmi|otuz|kırk|elli|altmış|yetmiş|seksen|doksan|sıfır|yüz|bin|bir|iki|üç|dört|beş|altı|"
    "yedi|dörd|sekiz|dokuz|on"
)
_ARABIC_FEW = "ثلاثة|أربعة|خمسة|ستة|سبعة|ثمانية|تسعة|عشرة"
_MENDED: dict[str, tuple[tuple[str, str], ...]] = {
    "ar": (
        (r" و (?=\w)", " و"),
        (r"(ألف|مئت|مليون)ا$", r"\1ان"),
        # after a hundred as alone: "مائة وتسعة ملايين"
        (rf"(?<= و)({_ARABIC_FEW}) (?:ألفاً|ألف)(?!\w)", r"\1 آلاف"),
        (rf"(?<= و)({_ARABIC_FEW}) (?:مليوناً|مليون)(?!\w)", r"\1 ملايين"),
        (rf"(?<= و)({_ARABIC_FEW}) (?:ملياراً|مليار)(?!\w)", r"\1 مليارات"),
    ),
    "cs": ((r"(dvě)stě", r"\1 stě"), (r"(tři|čtyři)sta", r"\1 sta"), (r"(pět|šest|sedm|osm|devět)set", r"\1 set")),
    "es": ((r"veintiuno (?=mil)", "veintiún "), (r"\buno (?=mil)", "un ")),
    "hu": ((r"kettő(?=ezer|száz|mill)", "két"),),
    "nl": ((r" honderd ?", "honderd"),),
    "pt": ((",", ""),),
    "ro": (
        (r"\bunu de mii", "una de mii"),
        (r"\bdoi (?=milioane|miliarde)", "două "),
        (r"((?:zeci(?: și \w+)?|sut[eă]|mii)) (?=milioane|miliarde)", r"\1 de "),
    ),
    "ru": ((r"^одн\w+ (?=тысяч)", ""),),
    "sk": ((r"(?<=\w)tisíc", " tisíc"), (r"(tisíc|sto|milióny?|miliónov)(?=\w)(?!ov|y)", r"\1 ")),
    "sv": ((r"(?<=tusen) (?=\w+hundra)", ""), (r"^etttusen", "ettusen")),
    "uk": ((r"^одна (?=тисяч)", ""), (r"[ʼ’]", "'")),
}
"""What num2words says otherwise than people do."""


def number_pattern(language: str) -> str:
    """A pattern for a number as the language writes it; a decimal dot is understood everywhere."""
    comma = TABLES[language].comma
    group = r"[.\u00a0\u202f]" if comma else ","
    if language in _PARTED_BY_SPACE:
        group = r"[. \u00a0\u202f]"
    if language == "hi":  # twelve lakh is 12,00,000
        return r"(?:\d{1,2}(?:,\d{2})*,\d{3}(?!\d)|\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
    decimal = r"(?:,\d+|\.(?!\d{3}(?!\d))\d+)?" if comma else r"(?:\.\d+)?"
    # "iPhone 15 128 GB" has two numbers
    return rf"(?:\d{{1,3}}(?:{group}\d{{3}})+(?!\d|\s?(?:GB|Go|ГБ|MP|Hz|Гц))|\d+){decimal}"


def ascii_number(number: str, language: str) -> str:
    """Digits with at most one dot, from a number as the language writes it."""
    if TABLES[language].comma:
        number = re.sub(r"[.\s\u00a0\u202f](?=\d{3}(?!\d))", "", number)
        return number.replace(",", ".")
    return number.replace(",", "")


@lru_cache(maxsize=4096)
def in_words(number: str, language: str, form: str = "") -> str:
    """
    A number (digits, at most one dot) in words; as it is where nobody knows the language's.

    form: of `grammars.base`; Russian and Hebrew numbers alone are bent here, the others in `agreement`.
    """
    whole, _, part = number.partition(".")
    if len(whole) > _LONGEST_NUMBER or (len(whole) > 1 and whole.startswith("0")):
        return digits(number, language)
    try:
        decimal = _decimal(whole, part, language) if part else ""
        if decimal:
            return decimal
        if language in _OWN:
            return _OWN[language](int(whole))
        return _said(float(number) if part else int(whole), language, "cardinal", form)
    except NotImplementedError:
        return number


def _decimal(whole: str, part: str, language: str) -> str:
    """A decimal as the language says it; "" where num2words knows better."""
    if language == "sk":
        return slovak.decimal(in_words(whole, language), _each_or_all(part, language), int(whole))
    if language == "cs":
        return czech.decimal(in_words(whole, language), _each_or_all(part, language), int(whole))
    point = TABLES[language].point
    if language == "th":
        return f"{in_words(whole, language)}{point}{digits(part, language).replace(' ', '')}"
    if language == "da":
        return scandinavian.decimal(f"{in_words(whole, language)} {point} {digits(part, language)}")
    if len(part) > _LONGEST_PART.get(language, len(part)):
        point = _POINT_OF_LONG[language]
    elif language == "uk":
        return ukrainian.decimal(in_words(whole, language), in_words(str(int(part)), language), part)
    return f"{in_words(whole, language)} {point} {digits(part, language)}" if point else ""


def full_stop(text: str, start: int, end: int, language: str) -> str:
    """
    The full stop of a short form that is said in full, where it ends a sentence as well.

    start, end: where the form stands in the text. A form that a sentence begins with ends none; nor does one before a
    noun in German.
    """
    if language == "th":
        return ""
    if text[end - 1] != "." or not text[end:].strip():
        return "." if text[end - 1] == "." else ""
    begins = len(text[:start].split()) < _OPENING
    following = _NEXT_WORD.match(text, end)
    ends = _GERMAN_START.match(text, end) if language == "de" else following and not following[1].islower()
    return "." if ends and not begins else ""


def digits(number: str, language: str) -> str:
    """Each digit for itself."""
    return " ".join(in_words(c, language) for c in number if c.isdecimal())


def year(number: int, language: str) -> str:
    """A year in words."""
    if language == "hi":
        return hindi.year(number)
    if language in {"de", "nl"}:
        return _said(number, language, "year")
    if language in _SCANDINAVIAN:
        return scandinavian.year(number, language)
    if language == "sv" and (_SWEDISH_HUNDREDS <= number < 2000 or 2010 <= number < 2100):
        hundreds, rest = divmod(number, 100)
        return f"{in_words(str(hundreds), language)}hundra{in_words(str(rest), language) if rest else ''}"
    return in_words(str(number), language)


@lru_cache(maxsize=1024)
def ordinal(number: int, language: str, form: str = "") -> str:
    """An ordinal in words, masculine where there is a choice; the number where nobody knows the language's."""
    if language == "sk":
        return slovak.ordinal(number, in_words(str(number), language))
    if language in {"ca", "cs"}:
        return (catalan if language == "ca" else czech).ordinal(in_words(str(number), language))
    if language in _OWN_ORDINALS:
        return _OWN_ORDINALS[language](number)
    if language in _ORDINAL_BEFORE:
        first, word = _ORDINAL_BEFORE[language]
        return first if number == 1 else word + in_words(str(number), language)
    try:
        return _said(number, language, "ordinal", form)
    except (NotImplementedError, LookupError):  # num2words knows no Polish "zeroth" and few Korean ones
        return in_words(str(number), language)


def _said(number: float, language: str, kind: str, form: str = "") -> str:
    from num2words import num2words

    more: dict[str, Any] = {}
    if language == "ru" and form:
        gender, case = form[:1], form[1:]
        if gender in _RUSSIAN:
            gender, case = "", gender
        more = {"case": _RUSSIAN.get(case, "n"), "gender": gender if gender in {"f", "n"} else "m", "animate": False}
        more |= {"plural": gender == "p"} if kind == "ordinal" else {}
    if language == "he" and form == "m":
        more = {"gender": "m"}
    said = str(num2words(number, lang=_VARIETIES.get(language, language), to=kind, **more))
    for pattern, new in _MENDED.get(language.partition("_")[0], ()):
        said = re.sub(pattern, new, said)
    return _parted(said) if language == "tr" else said


def _parted(said: str) -> str:
    """The words of a Turkish number, which num2words writes in one."""
    parts = _TURKISH.findall(said)
    return (
        " ".join(parts)
        if "".join(parts) == said
        else re.sub(rf"({_TURKISH.pattern})(?={_TURKISH.pattern})", r"\1 ", said)
    )


def _each_or_all(part: str, language: str) -> str:
    return digits(part, language) if part.startswith("0") else in_words(part, language)

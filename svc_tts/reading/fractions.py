"""Fractions, and other pairs of numbers: ratios, scores."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from svc_tts.reading import greek, hebrew, romanian, ukrainian
from svc_tts.reading.agreement import before_noun, counted, one_of, placed
from svc_tts.reading.amounts import measure
from svc_tts.reading.numbers import in_words, ordinal
from svc_tts.reading.symbols import LETTER
from svc_tts.reading.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["fractions", "ratios"]

_FRACTION = re.compile(
    r"(?<![A-Za-z\d/.,])(?:(\d+) ?(?=[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒]|\b\d/))??(\d{1,2}/\d{1,3}|"
    r"[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒])(?![A-Za-z\d/]|[.,]\d)"
)
_SIGNS = MappingProxyType(
    {"½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5),
     "⅘": (4, 5),
     "⅙": (1, 6), "⅚": (5, 6), "⅐": (1, 7), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8), "⅑": (1, 9),
     "⅒": (1, 10)}
)  # fmt: skip
_ORDINARY = ((1, 2), (1, 3), (2, 3), (1, 4), (3, 4))
"""Those that `Table.fractions` names."""
_LARGEST = 100
_WHOLE = {
    "ar": "خمس|سدس|سبع|ثمن|تسع|عشر", "hu": "ötöd|hatod|heted|nyolcad|kilenced|tized",
    "sk": "pätina|šestina|sedmina|osmina|devätina|desatina",
    "ro": "cincime|șesime|șeptime|optime|noime|zecime",
    "tr": "beşte|altıda|yedide|sekizde|dokuzda|onda", "cs": "pětina|šestina|sedmina|osmina|devítina|desetina",
}  # fmt: skip
"""One fifth to one tenth, where it is no ordinal; for Turkish "of five" to "of ten"."""
_MANY = {"ar": "أخماس|أسداس|أسباع|أثمان|أتساع|أعشار"}
_PAIRS = {"hi": "{count} बटा {part}", "ja": "{part}分の{count}", "ko": "{part} 분의 {count}",
          "id": "{count} per {part}", "th": "เศษ{count}ส่วน{part}", "vi": "{count} phần {part}"}  # fmt: skip
_AND_A_HALF = {"de": "{}einhalb", "fi": "{} ja puoli", "fr": "{} et demi", "he": "{} וחצי", "hu": "{} és fél",
               "ro": "{} și jumătate", "ru": "{} с половиной", "sk": "{} a pol", "tr": "{} buçuk",
               "uk": "{} з половиною"}  # fmt: skip
_ONE_AND_A_HALF = {"da": "halvanden", "nb": "halvannen", "nl": "anderhalf", "fi": "puolitoista"}
_RATIO = re.compile(rf"(?<!{LETTER})(?<![\d.,:/-])(\d{{1,4}})\s?:\s?(\d{{1,4}})(?!{LETTER}|[\d:/]|-\d|[.,]\d)")
_SCORE = re.compile(rf"(?<!{LETTER})(?<![\d.,:/–—-])(\d{{1,3}})[-–](\d{{1,3}})(?!{LETTER}|[\d:/–—-]|[.,]\d)")
_SLASH = re.compile(rf"(?<!{LETTER})(?<![\d.,:/-])(\d{{1,4}})/(\d{{1,4}})(?!{LETTER}|[\d:/-]|[.,]\d)")


def fractions(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Parts of a whole, also after a whole number."""
    for match in _FRACTION.finditer(text):
        above, below = _SIGNS.get(match[2]) or map(int, match[2].split("/"))
        said = _fraction(above, below, language) if 0 < above < below <= _LARGEST else ""
        if not said:
            continue
        before, after = text[: match.start()], text[match.end() :]
        unit, end = measure(after, language)
        after = f" {unit}" if unit else after
        if match[1] == "1" and (above, below) == (1, 2) and language in _ONE_AND_A_HALF:
            said = before_noun(_ONE_AND_A_HALF[language], language, before=before, after=after)
        elif match[1] and (above, below) == (1, 2) and language in _AND_A_HALF:
            said = _AND_A_HALF[language].format(counted(match[1], language, after="" if language == "he" else after))
            if language == "ro" and unit:  # "două ore și jumătate"
                unit, said = "", f"{counted(match[1], language, after=after)} {unit} și jumătate"
        elif match[1]:
            said = before_noun(said, language, before=before, after=after, many=int(match[1]) > 1)
            said = f"{counted(match[1], language, after=after)} {TABLES[language].signs['&']} {said}"
        else:
            said = before_noun(said, language, before=before, after=after)
            said = romanian.with_of(said, after) if language == "ro" else said
            said = hebrew.before_noun(said, after) if language == "he" else said
        yield match.start(), match.end() + end, f"{said} {unit}" if unit else said


def ratios(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """ "16:9", and two numbers with a dash or a slash between them that are neither a range nor a fraction."""
    to = TABLES[language].ratio
    stroke = TABLES[language].signs["/"] if language == "th" else ""  # of a house
    for pattern, between in ((_RATIO, to), (_SCORE, to), (_SLASH, stroke)):
        for match in pattern.finditer(text):
            if pattern is _SCORE and int(match[1]) < int(match[2]):
                continue
            joint = f" {between} " if between else " "
            one, other = (in_words(match[k].lstrip("0") or "0", language) for k in (1, 2))
            yield (
                match.start(),
                match.end(),
                f"{one}{joint}{other}" if language != "ja" or not between else f"{one}{between}{other}",
            )


def _fraction(above: int, below: int, language: str) -> str:
    """A fraction below one; "" where the language's is not known."""
    named = TABLES[language].fractions
    if (above, below) in _ORDINARY and named:
        return named[_ORDINARY.index((above, below))]
    base = language.partition("_")[0]
    if base in _PARTS:
        return _PARTS[base](above, below, language)
    if base in _WHOLE and 5 <= below <= 10:
        return _of_names(above, _WHOLE[base].split("|")[below - 5], below, base)
    count, part = in_words(str(above), language), in_words(str(below), language)
    if base == "he":
        return hebrew.fraction(above, below, count)
    return _PAIRS.get(base, "").format(count=count, part=part)


def _of_names(above: int, name: str, below: int, language: str) -> str:
    """A fraction whose parts have names of their own."""
    count = in_words(str(above), language)
    if language == "tr":
        return f"{name} {count}"
    if language in {"cs", "sk"}:
        many = name[:-1] if language == "cs" else f"{name[:-3]}ín"
        parts = one_of(f"{name}|{name[:-1]}y|{many}", str(above), language)
        return f"{counted(str(above), language, after=f' {parts}')} {parts}"
    if language == "ro":
        return f"o {name}" if above == 1 else f"{counted(str(above), 'ro', after=' părți')} {name[:-1]}i"
    if language == "hu":
        return {1: f"egy{name}", 2: f"két{name}"}.get(above, f"{count} {name}")
    return {1: name, 2: f"{name}ان"}.get(above, f"{count} {_MANY['ar'].split('|')[below - 5]}")


def _german(above: int, below: int, language: str) -> str:
    part = ordinal(below, language).removesuffix("e")
    return f"{'ein' if above == 1 else in_words(str(above), language)} {part.capitalize()}el"


def _dutch(above: int, below: int, language: str) -> str:
    return f"{'een' if above == 1 else in_words(str(above), language)} {ordinal(below, language)}"


def _romance(above: int, below: int, language: str) -> str:
    base = language.partition("_")[0]
    part = ordinal(below, language)
    if below > 10 and base in {"es", "pt"}:
        part = in_words(str(below), language) + (" avo" if base == "pt" else "avo")
    if above > 1:
        part = f"{part[:-1]}i" if base == "it" else f"{part}s"
    return f"{counted(str(above), language, after=f' {part}') if above == 1 else in_words(str(above), language)} {part}"


def _slavic(above: int, below: int, language: str) -> str:
    """The parts are feminine ordinals; five and more of them stand in the genitive, in Russian two as well."""
    one = above == 1
    form = (
        "f" if one else "pg" if language in {"ru", "uk"} or not 2 <= above % 10 <= 4 or above in {12, 13, 14} else "p"
    )
    count = (
        in_words(str(above), language, "f")
        if language == "ru"
        else counted(str(above), language, after=" година" if language == "uk" else " godzina")
    )
    count = ukrainian.feminine(count) if language == "uk" else count
    count = "dwie" if language == "pl" and above == 2 else count
    return f"{count} {placed(below, language, form)}"


def _greek(above: int, below: int, language: str) -> str:
    return f"{in_words(str(above), language)} {greek.ordinal(below, 'ο' if above == 1 else 'α')}"


def _finnish(above: int, below: int, language: str) -> str:
    return f"{in_words(str(above), language)} {ordinal(below, language)}osa{'a' * (above > 1)}"


def _scandinavian(above: int, below: int, language: str) -> str:
    count = "en" if above == 1 else in_words(str(above), language)
    return f"{count} {ordinal(below, language)}del{_PLURALS[language] if above > 1 else ''}"


_PLURALS = {"da": "e", "nb": "er", "sv": "ar"}
_PARTS: Mapping[str, Callable[[int, int, str], str]] = MappingProxyType(
    {"de": _german, "es": _romance, "fr": _romance, "it": _romance, "nl": _dutch, "pl": _slavic, "pt": _romance,
     "ru": _slavic, "el": _greek, "uk": _slavic, "fi": _finnish, "ca": _romance,
     **dict.fromkeys(_PLURALS, _scandinavian)}
)  # fmt: skip

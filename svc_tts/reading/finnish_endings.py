"""Finnish endings written after a number, a unit or letters, and numbers that are part of a word."""

# ruff: noqa: SIM905 - a list of words reads better as running text

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from svc_tts.reading.finnish import LABELS, in_words, inflected, ordinal
from svc_tts.reading.symbols import ACRONYMS_READ_AS_WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["compounds", "inflected_units", "letters", "ranges"]

_UNITS = {
    # name, stem of most cases, stem of the essive and the illative, vowel of the endings
    "%": "prosentti prosenti prosentti a", "€": "euro euro euro a", "km": "kilometri kilometri kilometri ä",
    "m": "metri metri metri ä", "cm": "senttimetri senttimetri senttimetri ä",
    "mm": "millimetri millimetri millimetri ä",
    "kg": "kilogramma kilogramma kilogramma a", "g": "gramma gramma gramma a", "l": "litra litra litra a",
    "h": "tunti tunni tunti a", "min": "minuutti minuuti minuutti a", "t": "tonni tonni tonni a",
    "ha": "hehtaari hehtaari hehtaari a", "°C": "celsiusaste celsiusastee celsiusastee a", "°": "aste astee astee a",
    "W": "watti wati watti a", "kW": "kilowatti kilowati kilowatti a", "MW": "megawatti megawati megawatti a",
    "GB": "gigatavu gigatavu gigatavu a", "kpl": "kappale kappalee kappalee a",
    "m²": "neliömetri neliömetri neliömetri ä",
    "kk": "kuukausi kuukaude kuukaute a",
}  # fmt: skip
_WRITTEN = (
    ("ine", r"ss[aä]"), ("ela", r"st[aä]"), ("ade", r"ll[aä]"), ("abl", r"lt[aä]"), ("all", r"lle"), ("ess", r"n[aä]"),
    ("tra", r"ksi"), ("gen", r"n"), ("ill", r"(?:h?[aeiouyäö]{1,2}|see)n"), ("par", r"(?:t[aä]|[aä]|t?t[aä])"),
)  # fmt: skip
"""Endings written after a colon."""
_UNIT = re.compile(
    rf"(?<![\w.,])(?P<number>\d{{1,3}}(?:[ \u00a0\u202f.]\d{{3}})+(?!\d)|"
    rf"\d+)(?P<part>,\d+)?\s?(?:(?P<scale>milj|mrd)\.?\s)?"
    rf"(?P<unit>{'|'.join(map(re.escape, sorted(_UNITS, key=len, reverse=True)))}):(?P<ending>[a-zäö]{{1,4}})(?!\w)"
)
_NUMBER = re.compile(
    r"(?<![\w.,:])(?P<number>\d{1,3}(?:[ \u00a0\u202f.]\d{3})+(?!\d)|\d+):(?P<ending>[a-zäö]{1,4})(?!\w)"
)
_ROMAN = re.compile(r"(?<![\w.])(?P<number>[IVX]+):(?P<ending>[a-zäö]{1,4})(?!\w)")
_ORDINAL_ENDING = re.compile(r"s|nen|nne\w+|nte\w+")
_LETTERS: dict[str, str] = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖ", (
    "aa bee see dee ee äffä gee hoo ii jii koo ällä ämmä ännä oo pee kuu ärrä ässä tee uu vee kaksoisvee äksä yy tseta "
    "oo ää öö").split(), strict=True))  # fmt: skip
_ACRONYM = re.compile(r"(?<!\w)([A-ZÅÄÖ]{2,6}):(?=([a-zäö]{1,4})(?!\w))")

_RANGE = re.compile(r"(?<![\w.,:/–-])(\d{1,3})\s?[–-]\s?(\d{1,3})(?![\d:/–-]|[.,]\d|-\w)")
_SCORE_BEFORE = re.compile(
    r"\b(?:luvuin|voitti|hävisi|päättyi|tappio|voitto|maalein|tulos|tasapeli|johti|klo \d\d?\.)\W*$"
)
_CLOCK_BEFORE = re.compile(r"\b(?:klo|kello)\s+$", re.IGNORECASE)
_COMPOUND = re.compile(r"(?<![\w.,:–-])(\d{1,2})-(kert|kerroks|vuoti|vuotis|henk|osai|päiväi|pyörä|jalk|ovi)")
_TIMES: dict[str, str] = dict(
    zip("2 3 4 5 6 7 10".split(), "kaksin kolmin nelin viisin kuusin seitsen kymmen".split(), strict=True)
)
_SHORT = {"3": "kolmi", "4": "neli", "10": "kymmen"}
_SCALES = {"milj": 10**6, "mrd": 10**9}
_LONGEST = 15
"""Digits; a longer number is read digit by digit."""


def inflected_units(text: str) -> Iterator[tuple[int, int, str]]:
    """ "20 %:n", "5:stä", "II:n": the number, and the unit, in the case that is written."""
    for match in _UNIT.finditer(text):
        case, number = _case_of(match["ending"]), re.sub(r"\D", "", match["number"])
        if not case or not _is_read_whole(number):
            continue
        name, weak, strong, vowel = _UNITS[match["unit"]].split()
        scale = f" {in_words(_SCALES[match['scale']], case)}" if match["scale"] else ""
        unit = inflected((name, _partitive(name, vowel), weak, strong, _illative(strong), vowel), case)
        if match["part"]:
            part = " ".join(in_words(int(digit)) for digit in match["part"][1:])
            yield *match.span(), f"{in_words(int(number))} pilkku {part}{scale} {unit}"
        else:
            yield *match.span(), f"{in_words(int(number), case)}{scale} {unit}"
    for match in _NUMBER.finditer(text):
        written = re.sub(r"\D", "", match["number"])
        if not _is_read_whole(written):
            continue
        number = int(written)
        if _ORDINAL_ENDING.fullmatch(match["ending"]):
            yield (
                *match.span(),
                ordinal(number, _case_of(match["ending"][3:]) if len(match["ending"]) > 3 else ""),
            )
        elif case := _case_of(match["ending"]):
            yield *match.span(), in_words(number, case)
    for match in _ROMAN.finditer(text):
        from svc_tts.reading.tables import ROMAN

        if match["number"] in ROMAN and (case := _case_of(match["ending"])):
            yield *match.span(), ordinal(ROMAN[match["number"]], case)


def compounds(text: str) -> Iterator[tuple[int, int, str]]:
    """ "3-kertainen" and "4-kerroksinen", whose numbers are short or bent inside the word."""
    for match in _COMPOUND.finditer(text):
        names = _TIMES if match[2].startswith("kert") else _SHORT
        if match[1] in names:
            yield match.start(), match.end(1) + 1, names[match[1]]


def ranges(text: str, measure: Callable[[str, str], tuple[str, int]]) -> Iterator[tuple[int, int, str]]:
    """
    "10–15 minuuttia" is "kymmenestä viiteentoista minuuttia"; years are left to the dash.

    measure: finds the unit that a text begins with, as it is said, and where it ends.
    """
    for match in _RANGE.finditer(text):
        low, high = int(match[1]), int(match[2])
        before = text[: match.start()]
        page = LABELS.search(before) and not _CLOCK_BEFORE.search(before)
        if low < high and not page and not _SCORE_BEFORE.search(before):
            unit, end = measure(text[match.end() :], "fi")
            said = f"{in_words(low, 'ela')} {in_words(high, 'ill')} {unit}".rstrip()
            yield match.start(), match.end() + end, said


def letters(text: str) -> Iterator[tuple[int, int, str]]:
    """Letters with an ending, "EU:n": the last of them is named, so that the ending can be said with it."""
    for match in _ACRONYM.finditer(text):
        if match[1] in ACRONYMS_READ_AS_WORDS:
            yield match.start(), match.end(), match[1]
            continue
        *head, last = match[1]
        name = _LETTERS[last]
        name = name[:-1] if name[-2:] == f"{name[-2]}ä" and name[-2] != "ä" and match[2].startswith("ä") else name
        yield match.start(), match.end(), " ".join([*head, name])


def _case_of(ending: str) -> str:
    """The case of an ending that is written after a colon, as "ssa"; "" for none."""
    return next((case for case, pattern in _WRITTEN if re.fullmatch(pattern, ending)), "")


def _is_read_whole(number: str) -> bool:
    """Whether digits are a number and no row of them, which is read one by one."""
    return len(number) <= _LONGEST and (number == "0" or number[0] != "0")


def _partitive(name: str, vowel: str) -> str:
    if name == "kuukausi":
        return "kuukautta"
    return f"{name}tt{vowel}" if name.endswith("e") else name + vowel


def _illative(stem: str) -> str:
    return f"{stem}seen" if stem.endswith("ee") else f"{stem}{stem[-1]}n"

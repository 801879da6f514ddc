"""Romanian ordinals in both genders, and the "de" after parts."""

# ruff: noqa: SIM905 - a list of words reads better as running text

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from svc_tts.reading.symbols import LETTER
from svc_tts.reading.tables import ROMAN

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ordinal", "ordinal_of", "roman_ordinals", "with_ending", "with_of"]

_MASCULINE = ("zero întâi doi trei patru cinci șase șapte opt nouă zece unsprezece doisprezece treisprezece "
              "paisprezece cincisprezece șaisprezece șaptesprezece optsprezece nouăsprezece").split()  # fmt: skip
_FEMININE = ("zero întâia doua treia patra cincea șasea șaptea opta noua zecea unsprezecea douăsprezecea treisprezecea "
             "paisprezecea cincisprezecea șaisprezecea șaptesprezecea optsprezecea nouăsprezecea").split()  # fmt: skip
_TENS = ("", "zece", "douăzeci", "treizeci", "patruzeci", "cincizeci", "șaizeci", "șaptezeci", "optzeci", "nouăzeci")
_ROMAN = re.compile(rf"(?<!{LETTER})([IVX]+)-(lea|a)(?!{LETTER})")
_LAST = {1: ("unulea", "una"), 2: ("doilea", "doua"), 8: ("optulea", "opta")}
_PART = re.compile(
    r"\s(?!(?:de|din|și|sau|la|în|pe|cu|a|al|ale|este|e|sunt|era|au|nu|ori|dintre|până)(?!\w))[a-zăâîșț]"
)
"""A noun that is a part of something."""


def ordinal(number: int, *, feminine: bool = False) -> str:
    """1 to 100 without its article, as after "al" and "a": "doilea", "doua"; a cardinal has no other form beyond."""
    if number == 100:
        return "o suta" if feminine else "o sutălea"
    ten, one = divmod(number, 10)
    if number == 1:
        return "întâia" if feminine else "întâi"
    if number < 20:
        return _FEMININE[number] if feminine else _joined(_MASCULINE[number])
    if not one:
        return f"{_TENS[ten].removesuffix('i')}ea" if feminine else f"{_TENS[ten]}lea"
    last = _LAST.get(one, (_joined(_MASCULINE[one]), _FEMININE[one]))[feminine]
    return f"{_TENS[ten]} și {last}"


def ordinal_of(number: int, article: str) -> str:
    """With its article where none is written, as "al doilea"."""
    if number == 1:
        return "întâi"
    return ordinal(number, feminine=article == "a") if article else f"al {ordinal(number)}"


def with_ending(number: int, match: re.Match[str]) -> str:
    """ "al 5-lea", "a XX-a": the article is said where none is written. match: its second group is the ending."""
    feminine = match[2] == "a"
    article = re.search(r"\b(al|a)\s$", match.string[: match.start()])
    said = ordinal(number, feminine=feminine)
    return said if article or number == 1 else f"{'a' if feminine else 'al'} {said}"


def roman_ordinals(text: str) -> Iterator[tuple[int, int, str]]:
    """ "secolul al XIX-lea"."""
    for match in _ROMAN.finditer(text):
        if match[1] in ROMAN:
            yield *match.span(), with_ending(ROMAN[match[1]], match)


def with_of(said: str, after: str) -> str:
    """A half or a quarter before what it is a part of: "o jumătate de litru"."""
    return f"{said} de" if _PART.match(after) else said


def _joined(name: str) -> str:
    return name + ("ulea" if name[-1] in "t" else "lea")

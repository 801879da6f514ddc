"""Czech ordinals and decimals, from the cardinals: num2words does not know them."""

from __future__ import annotations

import re

__all__ = ["decimal", "ordinal"]

_IRREGULAR = {
    "jedna": "první", "dva": "druhý", "tři": "třetí", "čtyři": "čtvrtý", "pět": "pátý", "devět": "devátý",
    "deset": "desátý", "sto": "stý", "tisíc": "tisící",
}  # fmt: skip
_ONES = {"jedna": "jedna", "dva": "dvě"}


def ordinal(cardinal: str) -> str:
    """Masculine ordinal of a cardinal in words: tens and ones change, larger parts stay."""
    *head, last = cardinal.split()
    if head and head[-1].endswith(("cet", "desát")) and last in {*_IRREGULAR, "šest", "sedm", "osm"}:
        head[-1] = _placed(head[-1])
    return " ".join([*head, _placed(last)])


def decimal(whole: str, part: str, first: int) -> str:
    """A decimal from the words of its two sides; the whole ones are feminine, and `first` is how many there are."""
    *head, last = whole.split()
    wholes = "celá" if first == 1 else "celé" if 2 <= first <= 4 else "celých"
    return " ".join([*head, _ONES.get(last, last), wholes, part])


def _placed(word: str) -> str:
    return _IRREGULAR.get(word) or re.sub(r"cet$", "cát", word) + "ý"

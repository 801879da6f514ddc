"""Slovak ordinals and decimals, from num2words' cardinals."""

# ruff: noqa: SIM905 - a list of words reads better as running text

from __future__ import annotations

import re

__all__ = ["decimal", "ordinal"]

_BELOW_20 = (
    "nultý prvý druhý tretí štvrtý piaty šiesty siedmy ôsmy deviaty desiaty jedenásty dvanásty trinásty štrnásty "
    "pätnásty šestnásty sedemnásty osemnásty devätnásty"
).split()
_TENS = ("", "desiaty", "dvadsiaty", "tridsiaty", "štyridsiaty", "päťdesiaty", "šesťdesiaty", "sedemdesiaty",
         "osemdesiaty", "deväťdesiaty")  # fmt: skip
_FEMININE = {"jeden": "jedna", "dva": "dve"}


def ordinal(number: int, cardinal: str) -> str:
    """Masculine ordinal; cardinal: the number in words, of which the hundreds stay as they are."""
    hundreds, rest = divmod(number, 100)
    ten, one = divmod(rest, 10)
    if hundreds and not rest:
        return re.sub(r"sto$", "stý", re.sub(r"tisíc$", "tisíci", cardinal))
    head = [cardinal.rsplit(" ", 1)[0]] if hundreds else []
    last = [_BELOW_20[rest]] if rest < 20 else [_TENS[ten], *([_BELOW_20[one]] if one else [])]
    return " ".join([*head, *last])


def decimal(whole: str, part: str, first: int) -> str:
    """A decimal from the words of its two sides; the whole ones are feminine, and `first` is how many there are."""
    wholes = "celá" if first == 1 else "celé" if 2 <= first <= 4 else "celých"
    return f"{_FEMININE.get(whole, whole)} {wholes} {part}"

"""What a language's table has."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Table", "signs"]


@dataclass(frozen=True)
class Table:
    """One language."""

    signs: Mapping[str, str]
    """Sign to its name. "." "/" "-" "_" count in addresses only."""
    short: Mapping[str, str] = field(default_factory=dict[str, str])
    """Abbreviation, its dot included, to what it stands for."""
    scales: Mapping[str, str] = field(default_factory=dict[str, str])
    """
    Shortened large number, as in "5 Mio. €", to its word: for one, for few, for many and for a part, divided by "|";
    fewer where the last ones are alike.
    """
    comma: bool = True
    """The decimal sign is a comma and thousands are parted by dots; else the other way round."""
    hour: str = ""
    """Word between hours and minutes."""
    minute: str = ""
    """Word after minutes."""
    to: str = ""
    """Between the ends of a range, spaces included; nothing where its dash is not said."""
    fractions: tuple[str, ...] = ()
    """A half, one third, two thirds, one quarter and three quarters, as said before a noun."""
    ratio: str = ""
    """Between the numbers of a ratio or a score, where a word is said there."""
    times: str = ""
    """How often: the noun after a number, its forms as `scales`."""
    about: str = ""
    """Before a number that is not exact."""
    cents: str = ""
    """Between whole and hundredth parts of money, space included."""
    coin: str = ""
    """Pattern of what is not said of the CLDR's names of currencies: whose they are."""
    coins: tuple[tuple[str, str], ...] = ()
    """ISO 4217 code and name, its forms as `scales`, where the CLDR's is another."""
    currencies: Mapping[str, str] = field(default_factory=dict[str, str])
    """Signs of currencies beyond those of all languages, to ISO 4217 codes."""
    units: Mapping[str, str] = field(default_factory=dict[str, str])
    """Unit symbols of its own script to those of `UNITS`."""
    point: str = ""
    """Name of the decimal sign where num2words reads decimals wrongly."""


def signs(names: str) -> Mapping[str, str]:
    """In the order . @ / - _ & + − = # × ; "|" between them."""
    return MappingProxyType(dict(zip(".@/-_&+−=#×", names.split("|"), strict=True)))

"""What a language's table says about numbers and the words around them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LOOK_FURTHER", "Bent", "Forms", "Grammar", "words"]

Forms = tuple[tuple[str, str], ...]
"""Form and the pattern of the words that ask for it; the first whose pattern fits the whole counts."""
Bent = tuple[tuple[str, str], ...]
"""Pattern and what stands in its place, for `re.sub`."""

LOOK_FURTHER = "?"
"""The form of a word that tells nothing: the one after it is looked at."""


@dataclass(frozen=True)
class Grammar:
    """
    One language.

    A form is a gender and a case: "m", "f", "n", then "g" genitive, "d" dative, "a" accusative, "i" instrumental, "l"
    locative; either may be missing. Others are a table's own affair.

    A count is told by one character: "1" one, "x" others that end in one (21), "2" two to four, "y" others that end
    so (22), "5" the rest, "." a decimal.
    """

    nouns: Forms = ()
    """Fit count and case, then a space and the noun: "2g минут"."""
    cased: bool = False
    """Nouns are looked at as written, not in small letters."""
    stops: str = ""
    """Words after a number that are not counted by it."""
    labels: str = ""
    """Words before a number that is their name, as in "chapter 1"."""
    cases: Forms = ()
    """Fit the word before the number."""
    bent: Mapping[str, Bent] = field(default_factory=dict[str, Bent])
    """What becomes of a number's words in a form."""
    ordinal_nouns: Forms = ()
    """As `nouns`, without a count, for ordinals; after another space follow the two words before the number."""
    ordinals: Mapping[str, Bent] = field(default_factory=dict[str, Bent])
    """What becomes of the last two words of an ordinal in a form."""
    genitive: tuple[float, float] | None = None
    """Counts with which the CLDR writes a unit as it is in the genitive, singular and plural."""


def words(pairs: str) -> Bent:
    """From "dwa dwóch trzy trzech": each word whole, and what stands in its place."""
    parts = pairs.split()
    return tuple((rf"\b{old}\b", new) for old, new in zip(parts[::2], parts[1::2], strict=True))

"""Finds telephone numbers, which are read digit by digit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["telephones"]

_FEWEST = 7
"""Digits of a telephone number; fewer are a month and year, or a score."""
_TELEPHONE = re.compile(
    r"(?<![A-Za-z\d.,+/-])(?:"
    r"\+\d{1,3}(?:[ -]?\(\d{1,5}\))?(?:[ -]?\d{1,12}){1,6}"
    r"|(?:1[ -])?\(\d{2,5}\)[ -]?\d{3,8}(?:[ -]\d{2,8})*"
    r"|0(?!00)\d{1,4}[ /-]\d{3,8}(?:[ -]\d{2,8})*"
    r"|\d{3}-\d{4}-\d{4}"
    r"|[08] \(?\d{3}\)?[ -]\d{3}[ -]\d{2}[ -]?\d{2}"
    r"|(?:(?<=el\. )|(?<=el: )|(?<=ел\. )|(?<=ел: ))\d{2,4}(?:[ -]\d{2,4}){1,5}"
    r")(?![A-Za-z\d]|[-/:]\d|[.,]\d)"
)


_OWN = {
    "el": re.compile(r"(?<![\w.,+/-])(?:2\d{2,3}|69\d)[ -]?\d{3}[ -]?\d{3,4}(?![\w/]|-\d|[.,]\d)"),
    "nb": re.compile(r"(?<![\w.,+/-])[489]\d\d \d\d \d{3}(?![\w/]|-\d|[.,]\d| \d)"),
    "hi": re.compile(r"(?<![\w.,+/-])[6-9]\d{4}[ -]?\d{5}(?![\w/]|-\d|[.,]\d)"),
}
"""Numbers of a country that begin with no nought: Greek ones, Norwegian mobile ones, Indian mobile ones in "
  "five and five digits or in ten."""


def telephones(text: str, language: str = "") -> Iterator[re.Match[str]]:
    """Where telephone numbers stand in a text; groups of two alone are left to be read as numbers."""
    for match in _TELEPHONE.finditer(text):
        if sum(c.isdecimal() for c in match[0]) >= _FEWEST:
            yield match
    if language in _OWN:
        yield from _OWN[language].finditer(text)

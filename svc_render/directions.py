"""In which direction a text is written."""

from __future__ import annotations

import unicodedata
from typing import Literal

from pixelle.text.tags import primary

__all__ = ["direction", "led"]

_RTL = frozenset({"ar", "he", "fa", "ur", "yi", "ps", "sd", "ug", "dv", "ckb"})
_RIGHT = frozenset({"R", "AL"})
_RIGHT_TO_LEFT_MARK = "\u200f"


def direction(text: str, language: str) -> Literal["rtl", "ltr"]:
    """
    Of a text in a language written from right to left that one, if it has a letter of it: a sentence may begin with a
    foreign name. Else that of the first letter that has one (UAX 9, P2), else the language's.

    language: BCP 47 tag, "" when unknown.
    """
    kinds = [kind for char in text if (kind := unicodedata.bidirectional(char)) in {"L", *_RIGHT}]
    own = primary(language) in _RTL
    if own and not _RIGHT.isdisjoint(kinds):
        return "rtl"
    return "rtl" if (kinds[0] in _RIGHT if kinds else own) else "ltr"


def led(line: str, language: str) -> str:
    """A line of subtitles so that players, which go by its first letter, show it in its own direction."""
    turned = direction(line, language) == "rtl" and direction(line, "") == "ltr"
    return _RIGHT_TO_LEFT_MARK + line if turned else line

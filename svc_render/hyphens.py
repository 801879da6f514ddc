"""Where a hyphen ends no line: before a number, as in GPT-4, and after a single letter, as in e-mail."""

from __future__ import annotations

import re
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["kept", "kept_in_parts"]

_JOINER = "\u2060"
_PLACE = re.compile(r"(?<=[^\W_]-)(?=\d{1,4}(?!\w))|(?<=(?<![\w-])[^\W\d_]-)(?=\w)")


def kept(text: str) -> str:
    """The text with word joiners (U+2060), which nothing is seen of, where browsers would end a line (UAX 14, HY)."""
    return _PLACE.sub(_JOINER, text)


def kept_in_parts(parts: Sequence[str]) -> list[str]:
    """The same of a text that is cut into parts, where a number may be a part of its own."""
    text = "".join(parts)
    places = {found.start() for found in _PLACE.finditer(text)}
    edges = [0, *accumulate(map(len, parts))]
    return ["".join(_JOINER * (at in places) + text[at] for at in range(*edge)) for edge in pairwise(edges)]

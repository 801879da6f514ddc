"""Silences asked for inside a text."""

from __future__ import annotations

import re

__all__ = ["PAUSE", "signs_first", "without_pauses"]

PAUSE = re.compile(r"\[\s*pause\b([^\]\n]{0,40})\]", re.IGNORECASE)
"""A silence asked for inside a text, "[pause 0.5s]": neither read nor shown. Its group is what follows the word."""
_BEFORE_SIGN = re.compile(rf"(?<![ \t])[ \t]*+({PAUSE.pattern})([.,;:!?…]+(?=\s|$)|[。，！？、；：]+)", re.IGNORECASE)


def signs_first(text: str) -> str:
    """The text with signs that end something before the pause and not after it: "One [pause 1s]. Two" is "One. Two"."""
    return _BEFORE_SIGN.sub(r"\3\1", text) if "[" in text else text


def without_pauses(text: str) -> str:
    """The text as it is shown: without its pause marks and the space they took."""
    if "[" not in text:
        return text
    return re.sub(r"[ \t]+(?=\n|$)|(?<=[ \t])[ \t]+", "", PAUSE.sub("", signs_first(text))).strip()

"""Pauses that a text asks for: `[pause 0.5s]`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pixelle.runtime.errors import InvalidArgument
from pixelle.text.pauses import PAUSE, signs_first

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LONGEST_PAUSE", "cut_at_pauses"]

LONGEST_PAUSE = 10.0
"""Seconds that one pause may last."""

_LENGTH = re.compile(r"\s*:?\s*(\d+(?:\.\d+)?|\.\d+)\s*(ms|s|sec|seconds?)?\s*", re.IGNORECASE)
_UNSAID = 0.5
"""Seconds of `[pause]`."""


def cut_at_pauses(text: str) -> Iterator[tuple[str, float | None]]:
    """
    Stretches of the text and the seconds of silence after each; None: no pause was asked for there.

    Raises InvalidArgument (PAUSE_INVALID).
    """
    at, text = 0, signs_first(text)
    for found in PAUSE.finditer(text):
        yield text[at : found.start()], _seconds(found[0], found[1])
        at = found.end()
    yield text[at:], None


def _seconds(written: str, inside: str) -> float:
    if not inside.strip():
        return _UNSAID
    length = _LENGTH.fullmatch(inside)
    seconds = float(length[1]) / (1000 if (length[2] or "s").lower() == "ms" else 1) if length else -1.0
    if not 0 <= seconds <= LONGEST_PAUSE:
        raise InvalidArgument(
            f"{written!r} is no pause. Write seconds from 0 to {LONGEST_PAUSE:g}, for example [pause 0.5s].",
            reason="PAUSE_INVALID",
        )
    return seconds

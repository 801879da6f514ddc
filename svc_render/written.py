"""Words of a narration in its text as it is written: where each of them stands, and when it is spoken."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["APART", "LETTER", "OPENING", "UNITS", "UNSPOKEN", "Place", "SpokenWord", "placed", "shared_out"]

APART = r"\u2e80-\u312f\u3190-\ua4cf\uf900-\ufaff\uff00-\uff60\U00020000-\U0003fffd"
"""Scripts that write no blanks and may break a line anywhere, as in a set of characters."""
OPENING = r"“‘„«¿¡(\[{「『（《〈【〔"
"""Signs that go along with the word after them, as in a set of characters."""
_CLOSING = rf"(?:[^\w\s{OPENING}]|[{OPENING}](?!\w))*"
_NO_START = "ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々〻ゝゞヽヾ"
UNITS = re.compile(rf"\s*[{OPENING}]*(?:[\u30a1-\u30ff]+|[{APART}][{_NO_START}]*|[^\s{APART}]+){_CLOSING}|\s*\S")
"""What a line may end after: a word, or a character of scripts without blanks, each with the signs beside it."""
LETTER = re.compile(rf"[^\W{APART}\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Of scripts with blanks between words."""
UNSPOKEN = re.compile(rf"{_CLOSING}(?:\s+[^\w\s]+(?=\s|$))*\s*")
"""After a word: its signs, and what stands alone: dashes, emoji."""
_BESIDE = re.compile(rf"(?:{UNITS.pattern})(?:\s+[^\w\s]+(?=\s|$))*")
_ALIKE = str.maketrans("’‘ʼ‐‑\u00a0\u202f", "'''--  ")
_FAR = 40, 20
"""Characters that a word may stand beyond the one before it, and for each word between them that was not found."""


@dataclass(frozen=True)
class SpokenWord:
    """A word and its time in seconds from the start of its scene."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Place:
    """A piece of a text, and when it is spoken."""

    begin: int
    """Number of its first character."""
    stop: int
    """Number of the character after its last one."""
    start: float
    """Seconds."""
    end: float
    """Seconds."""


def placed(text: str, words: Sequence[SpokenWord]) -> list[Place]:
    """
    The words where they stand in the text, in order.

    Capital letters and the shape of apostrophes do not matter. Words that were spoken otherwise than written ("20" as
    "twenty") share out their time over what stands between their neighbours; where nothing does, they have no place.
    """
    plain = _plain(text)
    bare = [_plain(word.text.strip()) for word in words]
    found: list[Place] = []
    unfound: list[SpokenWord] = []
    done = 0
    for word, sought, following in zip(words, bare, [*bare[1:], ""], strict=True):
        at, length = _found(plain, sought, following, done, _FAR[0] + _FAR[1] * len(unfound))
        if at < 0:
            unfound.append(word)
            continue
        found += _between(text, done, at, unfound)
        unfound.clear()
        done = at + length
        found.append(Place(at, done, word.start, word.end))
    return found + _between(text, done, len(text), unfound)


def _plain(text: str) -> str:
    """The text in small letters, as long as it was."""
    return "".join(low if len(low := char.lower()) == 1 else char for char in text).translate(_ALIKE)


def _found(plain: str, word: str, following: str, done: int, far: int) -> tuple[int, int]:
    """
    Where a word stands from `done` on, and its length; -1 and 0 where it does not, or only as a part of another one.

    following: the word after it, which may be the rest of the same one.
    """
    for sought in dict.fromkeys((word, word.strip("\"'.,;:!?…-–—()[]"))):
        last = done + far + len(sought)
        at = plain.find(sought, done, last) if sought else -1
        while at >= 0:
            stop = at + len(sought)
            begins = at == done or not _joined(plain, at)
            if begins and (not _joined(plain, stop) or (following and plain.startswith(following, stop))):
                return at, len(sought)
            at = plain.find(sought, at + 1, last)
    return -1, 0


def _joined(plain: str, at: int) -> bool:
    """Whether letters of one word stand on both sides of `at`."""
    return bool(0 < at < len(plain) and LETTER.match(plain[at - 1]) and LETTER.match(plain[at]))


def _between(text: str, begin: int, stop: int, spoken: Sequence[SpokenWord]) -> list[Place]:
    """What stands between two words that were found, shared out over the time of those that were not."""
    written = text[begin:stop]
    if not spoken or not any(char.isalnum() for char in written):
        return []
    places: list[Place] = []
    first = spoken[0].start
    place = begin
    for unit in shared_out(written.rstrip(), max(0.0, spoken[-1].end - first)):
        after = place + len(unit.text)
        blanks = len(unit.text) - len(unit.text.lstrip())
        places.append(Place(place + blanks, after, first + unit.start, first + unit.end))
        place = after
    return places


def shared_out(text: str, length: float) -> list[SpokenWord]:
    """The units of a text without times: `length` seconds shared out by their numbers of characters."""
    parts = _BESIDE.findall(text) or ([text] if text.strip() else [])
    whole = sum(map(len, parts)) or 1
    found: list[SpokenWord] = []
    done = 0
    for part in parts:
        start, done = done, done + len(part)
        found.append(SpokenWord(part, length * start / whole, length * done / whole))
    return found

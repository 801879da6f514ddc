"""What captions in the picture show, and when: from a narration's words to marks on a page and frames of a clip."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from svc_render.captions import phrases
from svc_render.written import placed, shared_out

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from svc_render.written import SpokenWord

__all__ = ["NOTHING", "CaptionKind", "Spoken", "by_phrase", "by_word"]

CaptionKind = Literal["word", "line"]

NOTHING = -1
"""Number of what changes nothing: blanks, the time before the first word, the phrase that the page is drawn with."""


@dataclass(frozen=True)
class Spoken:
    """The captions of a scene."""

    kind: CaptionKind
    parts: tuple[tuple[str, int], ...]
    """
    Texts with their numbers. "word": the whole text in order, numbered words and what stands between them (NOTHING).
    "line": the phrases, one of which is shown at a time.
    """
    changes: tuple[tuple[float, int], ...]
    """When which number begins, in seconds of the scene, in order."""

    def timeline(self, *, count: int, fps: int, shown: Collection[int]) -> list[tuple[int, int]]:
        """
        Numbers and how many of the clip's `count` frames each is shown; no number follows itself.

        A change falls on the frame nearest to its time. shown: the numbers that differ from the page as it is. The
        first phrase does not, so it is NOTHING; words that an ellipsis cut away leave the one before them.
        """
        at = [0, *(min(max(round(seconds * fps), 0), count) for seconds, _ in self.changes), count]
        numbers = [NOTHING]
        for _, number in self.changes:
            numbers.append(number if number in shown else numbers[-1] if self.kind == "word" else NOTHING)
        states: list[tuple[int, int]] = []
        for number, (begin, end) in zip(numbers, pairwise(at), strict=True):
            if end <= begin:
                continue
            if states and states[-1][0] == number:
                states[-1] = number, states[-1][1] + end - begin
            else:
                states.append((number, end - begin))
        return states


def by_word(text: str, words: Sequence[SpokenWord], *, length: float) -> Spoken:
    """
    The text with its words found in it, in order; without times, shares of `length` seconds.

    Words that were spoken otherwise than written ("20" as "twenty") share what stands between their neighbours.
    """
    parts: list[tuple[str, int]] = []
    changes: list[tuple[float, int]] = []
    done = 0
    for number, place in enumerate(placed(text, words or shared_out(text, length))):
        parts += (text[done : place.begin], NOTHING), (text[place.begin : place.stop], number)
        changes.append((max(place.start, changes[-1][0] if changes else 0.0), number))
        done = place.stop
    parts.append((text[done:], NOTHING))
    return Spoken("word", tuple(part for part in parts if part[0]), tuple(changes))


def by_phrase(text: str, words: Sequence[SpokenWord], *, length: float) -> Spoken:
    """The phrases that the subtitle files have too; each is shown until the next begins, the first from the start."""
    found = phrases(text, words, length=length)
    starts = [0.0, *(phrase.start for phrase in found[1:])]
    return Spoken(
        "line",
        tuple((phrase.text, number) for number, phrase in enumerate(found)),
        tuple((max(starts[: number + 1]), number) for number in range(len(found))),
    )

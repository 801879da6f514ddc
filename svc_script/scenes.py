"""Laying sentences out over scenes, and the seed of each scene."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from svc_script.wording import CJK, count_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from svc_script.engines.base import WordRange

__all__ = ["Line", "arrange", "joined", "measured", "scene_seed", "shared"]


_JOINED = 4
"""Sentences that one scene is made of at most."""


@dataclass(frozen=True)
class Line:
    """Ways to say the same line; one that fits is used."""

    choices: Sequence[str]


def scene_seed(seed: int, index: int) -> int:
    """The seed of a scene's picture, 1 to 2**32 - 1, from the video's seed and the scene's position."""
    digest = hashlib.sha256(f"{seed}/{index}".encode()).digest()
    return int.from_bytes(digest[:4], "big") or 1


def joined(texts: Iterable[str]) -> str:
    """Sentences one behind the other: with a space, or with nothing where words are not spaced."""
    made = ""
    for text in texts:
        made += ("" if not made or re.match(rf"[{CJK}。！？」』”]", made[-1]) else " ") + text
    return made


def shared(sentences: Sequence[str], count: int) -> list[str]:
    """The sentences in their order, shared out over `count` scenes of about the same length; not fewer than `count`."""
    left = [count_words(sentence) for sentence in sentences]
    scenes: list[str] = []
    start = 0
    for scene in range(count, 0, -1):
        each, size, end = sum(left[start:]) / scene, left[start], start + 1
        while len(left) - end >= scene and (scene == 1 or abs(size + left[end] - each) <= abs(size - each)):
            size, end = size + left[end], end + 1
        scenes.append(joined(sentences[start:end]))
        start = end
    return scenes


def measured(frame: tuple[Line, Line], body: Sequence[str], total: WordRange, *, least: int) -> list[str] | None:
    """
    An opening, sentences of the body in order, a closing, of as many words as asked for; None while there are too few.

    Closing, then opening are left out where the whole would be too long. least: sentences there must be.
    """
    for opened, closed in ((True, True), (True, False), (False, False)):
        for first in frame[0].choices if opened else ("",):
            for last in frame[1].choices if closed else ("",):
                size = count_words(first) + count_words(last)
                taken: list[str] = []
                for sentence in body:
                    if size >= total.low and len(taken) + opened + closed >= least:
                        break
                    if size + count_words(sentence) <= total.high:
                        taken.append(sentence)
                        size += count_words(sentence)
                lines = [line for line in (first, *taken, last) if line]
                if size in total and len(lines) >= least and taken:
                    return lines
    return None


def arrange(frame: tuple[Line, Line], body: Sequence[str], count: int, words: WordRange) -> list[str] | None:
    """
    `count` narrations within the range: an opening, the body in order, a closing; None while the body is too short.

    frame: opening and closing; used when there are at least two (opening) and three (closing) scenes, and left out
    where none of them fits with what there is. Where one sentence is shorter than the range, others join it.
    """
    framings = [(count >= 2, count >= 3), (count >= 2, False), (False, False)]
    for opened, closed in dict.fromkeys(framings):
        left = list(body)
        first = _framed(frame[0], left, words) if opened else ""
        last = _framed(frame[1], left, words, before=True) if closed else ""
        if first is None or last is None:
            continue
        made = [_fill("", left, words) for _ in range(count - opened - closed)]
        scenes = [scene for scene in made if scene]
        if len(scenes) == len(made):
            return [*([first] if first else []), *scenes, *([last] if last else [])]
    return None


def _framed(line: Line, left: list[str], words: WordRange, *, before: bool = False) -> str | None:
    """The first of the line's choices that makes a scene; None when none does."""
    return next((scene for text in line.choices if (scene := _fill(text, left, words, before=before))), None)


def _fill(text: str, left: list[str], words: WordRange, *, before: bool = False) -> str | None:
    """`text` joined with the fewest, earliest sentences of `left` that bring it into the range; None when none do."""
    total = count_words(text)
    sizes = [count_words(sentence) for sentence in left]
    for many in range(0 if text else 1, _JOINED + 1):
        for chosen in combinations(range(len(left)), many):
            if total + sum(sizes[index] for index in chosen) in words:
                taken = [left[index] for index in chosen]
                left[:] = [sentence for index, sentence in enumerate(left) if index not in chosen]
                return " ".join([*taken, text] if before and text else [text, *taken] if text else taken)
    return _gathered(text, left, words, before=before)


def _gathered(text: str, left: list[str], words: WordRange, *, before: bool) -> str | None:
    """`text` joined with the first sentences of `left` that bring a long scene into the range."""
    total, taken = count_words(text), list[str]()
    for sentence in left:
        if total in words:
            break
        if total + count_words(sentence) <= words.high:
            taken.append(sentence)
            total += count_words(sentence)
    if total not in words:
        return None
    left[:] = [sentence for sentence in left if sentence not in taken]
    return " ".join([*taken, text] if before and text else [text, *taken] if text else taken)

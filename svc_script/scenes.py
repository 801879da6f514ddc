"""Laying sentences out over scenes, and the seed of each scene."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from svc_script.wording import count_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from svc_script.engines.base import WordRange

__all__ = ["Line", "arrange", "scene_seed"]


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
    return None

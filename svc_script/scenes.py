"""Laying sentences out over scenes, and the seed of each scene."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from svc_script.wording import count_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from svc_script.engines.base import WordRange

__all__ = ["Line", "arrange", "scene_seed"]


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

    frame: opening and closing; used when there are at least two (opening) and three (closing) scenes.
    Where one sentence is shorter than the range, following ones join it.
    """
    left = list(body)
    made: list[str] = []
    closing = ""
    if count >= 3:
        closing = next((text for text in frame[1].choices if count_words(text) <= words.high), "")
    if count >= 2:
        opening = next((text for text in frame[0].choices if count_words(text) <= words.high), "")
        if opening:
            scene = _fill(opening, left, words)
            if scene is None:
                return None
            made.append(scene)
    while len(made) < count - bool(closing):
        scene = _fill("", left, words)
        if scene is None:
            return None
        made.append(scene)
    if closing:
        scene = _fill(closing, left, words, before=True)
        if scene is None:
            return None
        made.append(scene)
    return made


def _fill(text: str, left: list[str], words: WordRange, *, before: bool = False) -> str | None:
    """`text` joined with as many sentences taken from `left` as the range asks for; None when they do not do."""
    chosen: list[str] = []
    total = count_words(text)
    for sentence in list(left):
        if total >= words.low and total:
            break
        size = count_words(sentence)
        if total + size <= words.high:
            chosen.append(sentence)
            total += size
    if total not in words:
        return None
    for sentence in chosen:
        left.remove(sentence)
    parts = [*chosen, text] if before else [text, *chosen]
    return " ".join(part for part in parts if part)

"""The caller's own pictures and clips, and which scene shows which."""

# ruff: noqa: SIM905 - long word lists read better as running text

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pixelle.core.v1 import core_pb2
    from pixelle.script.v1 import script_pb2

__all__ = ["Asset", "Match", "by_caption", "place", "words_of"]

Match = Literal["order", "caption", "given"]
"""How scenes get their assets: in their order, by what they are of, or as the storyboard says."""

_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_ENDINGS = re.compile(r"(?<=[a-z]{3})(?:ing|ers?|ed|e?s|e|y)$")
_SMALL = frozenset(
    """
    a an the and or but of to in on at by for with from as into onto over under after before is are was were be been
    has have had do does did it its this that these those there here then than when where what which who how not no
    but all one out off up down about again more very just also so i me my we us our you your he him his she her they
    them their am um im zum zur vom der die das den dem des ein eine einen einem einer und oder mit von auf aus bei zu
    ist sind war wir ihr sie er es ich le la les un une du de et en à au aux sur avec pour dans est el los las y con
    por para del al se su il lo gli di che per
    img image photo picture pic video clip whatsapp screenshot dsc pxl vid foto bild
    """.split()
)
"""Words that speak of nothing: in a caption and a scene they are there by chance."""


@dataclass(frozen=True)
class Asset:
    """A checked picture or clip."""

    visual: core_pb2.Visual
    material: script_pb2.Material
    """What is known of it: name, caption, a small picture."""


def place(board: core_pb2.Storyboard, assets: Sequence[Asset], match: Match) -> None:
    """
    Say in every scene which asset it shows; each is shown once. Scenes for which none is left keep 0.

    By caption, an asset goes to the scene that speaks of the same things; those that nothing speaks of fill the
    scenes that are left, in order.
    """
    if match == "given":
        return
    found: dict[int, int] = {}
    if match == "caption":
        scenes = [f"{scene.narration} {scene.image_prompt}" for scene in board.scenes]
        found = by_caption([f"{each.material.caption} {_spoken(each.material.name)}" for each in assets], scenes)
    placed = set(found.values())
    left = [number for number in range(len(assets)) if number not in placed]
    for index, scene in enumerate(board.scenes):
        if index not in found and left:
            found[index] = left.pop(0)
        scene.asset = found[index] + 1 if index in found else 0


def by_caption(captions: Sequence[str], scenes: Sequence[str]) -> dict[int, int]:
    """
    Position of the caption for each scene with which it shares words, by the scene's position.

    The best pair first; a word counts for more the fewer scenes have it, and nothing when all have it.
    """
    said = [set(words_of(text)) for text in scenes]
    frequency = Counter(word for words in said for word in words)
    weights = {word: math.log(len(scenes) / count) for word, count in frequency.items()} if len(scenes) > 1 else {}
    pairs: list[tuple[float, int, int]] = []
    for number, caption in enumerate(captions):
        mine = set(words_of(caption))
        for index, words in enumerate(said):
            if (score := sum(weights.get(word, 0.0) for word in mine & words)) > 0:
                pairs.append((-score, number, index))
    found: dict[int, int] = {}
    for _, number, index in sorted(pairs):
        if index not in found and number not in found.values():
            found[index] = number
    return found


def words_of(text: str) -> list[str]:
    """
    Words that speak of something, without their English endings; of scripts without spaces every two signs that follow
    each other.
    """
    found: list[str] = []
    for word in _WORD.findall(text.casefold()):
        if _UNSPACED.search(word):
            found += [word[at : at + 2] for at in range(max(1, len(word) - 1))]
        elif not word.isdecimal() and word not in _SMALL:
            found.append(_ENDINGS.sub("", word))
    return found


def _spoken(name: str) -> str:
    """A file name as words, without its ending: "BeachAtNoon_02.jpg" is "Beach At Noon 02"."""
    stem = name.rpartition(".")[0] or name
    return " ".join(_parts(stem))


def _parts(stem: str) -> Iterable[str]:
    for piece in _WORD.findall(stem):
        yield from re.findall(r"[A-Z]?[^A-Z\d]+|[A-Z]+(?![^A-Z\d])|\d+", piece) or [piece]

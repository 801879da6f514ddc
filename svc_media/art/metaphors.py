"""What sentences about ideas are shown as: pictures for families of ideas, where nothing is named that can be drawn."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from svc_media.art.chance import stream
from svc_media.art.emphasis import denied
from svc_media.art.words import content_words, stem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from svc_media.art.index import ArtIndex, Encoder

__all__ = ["imagined"]

_NEAR = 0.3
"""Cosine from which on a sentence without a word of any family is about one all the same."""
_ANYBODY = frozenset({"man", "old", "person", "stand", "woman"})
"""What drawings of people are called whoever they are."""
_OPEN, _HELPING = "open", "helping"


@dataclass(frozen=True)
class _Family:
    """Ideas that are shown alike."""

    name: str
    meaning: str
    """Its words, for the encoder."""
    pattern: re.Pattern[str]
    pictures: tuple[tuple[str, ...], ...]
    """Drawings, the hero first."""


@cache
def _families() -> dict[str, _Family]:
    raw = tomllib.loads(files("svc_media.art").joinpath("metaphors.toml").read_text("utf-8"))
    return {
        name: _Family(
            name,
            re.sub(r"\*|_", " ", str(facts["words"])),
            re.compile(rf"\b(?:{_alternatives(str(facts['words']))})(?!['’-]?\w)", re.IGNORECASE),
            tuple(tuple(picture.split()) for picture in facts.get("pictures", [])),
        )
        for name, facts in raw.items()
    }


def _alternatives(words: str) -> str:
    forms = sorted(words.split(), key=len, reverse=True)
    return "|".join(re.escape(form).replace(r"\*", r"\w*").replace("_", r"\s+") for form in forms) or "(?!)"


@cache
def _meanings(encoder: Encoder) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """Names of the families and their vectors [families, size]."""
    told = [family for family in _families().values() if family.name not in {_OPEN, _HELPING}]
    return tuple(family.name for family in told), encoder.encode([family.meaning for family in told])


def imagined(text: str, index: ArtIndex, encoder: Encoder, *, seed: int, turn: int, vague: bool) -> tuple[str, ...]:
    """
    The drawings for a sentence that speaks of ideas alone, the hero first; empty where it names what can be drawn.

    turn: position in the video: an idea that comes again is shown in another way.
    vague: nothing in the sentence could be drawn well: the nearest idea is taken, and where none is near a picture
    that fits any thought.
    """
    named = _named(text)
    if not _abstract(text, index, named):
        return ()
    if not named and vague:
        names, vectors = _meanings(encoder)
        fits = vectors @ encoder.encode([text])[0]
        named = [names[int(fits.argmax())]] if fits.max() >= _NEAR else []
        if not named:
            return _for_anything(text, index, encoder, turn=turn)
    if not named:
        return ()
    shown = [_picture(name, seed=seed, turn=turn) for name in named[:2]]
    # beside the first idea stands what the second is known by
    return tuple(dict.fromkeys([shown[0][0], *(other[0] for other in shown[1:]), *shown[0][1:]]))[:3]


def _named(text: str) -> list[str]:
    """The families of which the text has a word, in its order, those that it denies last."""
    refused = denied(text)
    found: list[tuple[bool, int, int, str]] = []
    for family in _families().values():
        if family.name in {_OPEN, _HELPING}:
            continue
        if match := family.pattern.search(text):
            words = {stem(word) for word in match.group().split()}
            found.append((words <= refused, match.start(), -len(match.group()), family.name))
    seen: set[int] = set()
    names: list[str] = []
    for _, start, _, name in sorted(found):
        if start not in seen:  # of two families the one with the longer phrase
            names.append(name)
        seen.add(start)
    return names


def _abstract(text: str, index: ArtIndex, named: Sequence[str]) -> bool:
    """Whether no word is left that names a drawing, once the ideas are taken out."""
    rest = text
    for name in (*named, _HELPING):
        rest = _families()[name].pattern.sub(" ", rest)
    words = content_words(rest)
    return not any(word.stem in (index.named if word.weight == 1 else index.doings - _ANYBODY) for word in words)


def _picture(name: str, *, seed: int, turn: int) -> tuple[str, ...]:
    pictures = list(_families()[name].pictures)
    stream(seed, "idea", name).shuffle(pictures)
    return pictures[turn % len(pictures)]


def _for_anything(text: str, index: ArtIndex, encoder: Encoder, *, turn: int) -> tuple[str, ...]:
    """Of the pictures that fit any thought one of the nearest."""
    pictures = _families()[_OPEN].pictures
    vectors = index.vectors[[index.place[picture[0]] for picture in pictures]]
    nearest = np.argsort(-(vectors @ encoder.encode([text])[0]))[:4]
    return pictures[int(nearest[turn % len(nearest)])]

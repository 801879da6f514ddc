"""When a scene plays, what the weather is, where it is and how it feels, read from its text."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

from svc_media.art.words import stem

__all__ = ["Hour", "Mood", "Place", "Weather", "aloft", "hour_of", "mood_of", "place_of", "weather_of"]

Hour = Literal["dawn", "day", "dusk", "night"]
Mood = Literal["plain", "calm", "joyful", "sad", "tense"]
Weather = Literal["clear", "rain", "snow", "fog"]
Place = Literal["hills", "mountains", "city", "sea", "desert", "forest", "deep", "space"]
"""What lies at the horizon; deep is under water, space has no horizon of its own."""


_FLIGHT = re.compile(r"\b(astro|cosmo)naut|\borbit|\bin (outer )?space\b", re.IGNORECASE)
_SHIPS = re.compile(r"\b(space)?ships?\b", re.IGNORECASE)


@cache
def _lists() -> dict[str, dict[str, frozenset[str]]]:
    raw: dict[str, dict[str, str]] = tomllib.loads(files("svc_media.art").joinpath("moods.toml").read_text("utf-8"))
    return {
        what: {name: frozenset(stem(word) for word in words.split()) for name, words in lists.items()}
        for what, lists in raw.items()
    }


def _most(what: str, text: str) -> str:
    """The list that most words of the text are on, the first of equals; "" when none is."""
    words = [stem(word) for word in re.findall(r"[^\W\d_]+", text.lower())]
    best, most = "", 0
    for name, listed in _lists()[what].items():
        count = sum(word in listed for word in words)
        if count > most:
            best, most = name, count
    return best


def hour_of(text: str) -> Hour | None:
    """The time of day a text speaks of, if it does."""
    return _most("hour", text) or None  # pyright: ignore[reportReturnType]


def weather_of(text: str) -> Weather:
    """The weather a text speaks of."""
    return _most("weather", text) or "clear"  # pyright: ignore[reportReturnType]


def mood_of(text: str) -> Mood:
    """How a text feels."""
    return _most("mood", text) or "plain"  # pyright: ignore[reportReturnType]


def aloft(text: str) -> str:
    """The text; a ship that flies among the stars is called what it looks like."""
    return _SHIPS.sub("satellite planet", text) if _FLIGHT.search(text) else text


def place_of(text: str) -> Place | None:
    """Where a text plays, if it says so."""
    return _most("place", aloft(text)) or None  # pyright: ignore[reportReturnType]

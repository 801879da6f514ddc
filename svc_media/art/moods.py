"""When a scene plays, what the weather is, where it is and how it feels, read from its text."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

from svc_media.art.words import stem

__all__ = ["Hour", "Mood", "Place", "Weather", "aloft", "hour_of", "long_ago", "mood_of", "place_of", "weather_of"]

Hour = Literal["dawn", "day", "dusk", "night"]
Mood = Literal["plain", "calm", "joyful", "sad", "tense"]
Weather = Literal["clear", "rain", "snow", "fog"]
Place = Literal["hills", "mountains", "city", "sea", "desert", "forest", "deep", "space"]
"""What lies at the horizon; deep is under water, space has no horizon of its own."""


_FLIGHT = re.compile(r"\b(astro|cosmo)naut|\borbit|\bin (outer )?space\b", re.IGNORECASE)
_SHIPS = re.compile(r"\b(space)?ships?\b", re.IGNORECASE)

_PAST = re.compile(
    r"\b(in the year \d{1,3}|1[0-7]\d\d|\d+ (bce?|ad|ce)|ancient|antiquity|medieval|middle ages|renaissance"
    r"|once upon a time|romans?|pompeii|pharaohs?|vikings?|aztecs?|incas?|mayans?|samurai|knights?|castles?|emperors?"
    r"|gladiators?|crusades?"
    r"|pirates?|stone age|bronze age|pyramids?|mumm(y|ies)|sphinx"
    r"|centuries ago|(hundred|thousand)s? (of )?years ago)\b",
    re.IGNORECASE,
)
_TODAY = re.compile(
    r"\b(today|now(adays)?|modern|(19|20)\d\d|this (year|week|month)|visitors?|tourists?)\b", re.IGNORECASE
)


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


def long_ago(text: str, topic: str = "") -> bool:
    """The text, or the video's topic where the text does not speak of today, is of days before there were engines."""
    return bool(_PAST.search(text)) or bool(_PAST.search(topic) and not _TODAY.search(text))


def place_of(text: str, topic: str = "") -> Place | None:
    """Where a text plays, if it says so; towns of long ago have no towers of glass, and lie among hills."""
    place: Place | None = _most("place", aloft(text)) or None  # pyright: ignore[reportAssignmentType]
    return "hills" if place == "city" and long_ago(text, topic) else place

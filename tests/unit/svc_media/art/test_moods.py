"""What a text says of its hour, weather, mood and place, and what that does to the colours."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from svc_media.art.colour import RGB, contrasting, distance, lightness, mix, oklab
from svc_media.art.idioms import plainly
from svc_media.art.light import tones_at
from svc_media.art.moods import hour_of, long_ago, mood_of, place_of, weather_of
from svc_media.art.palettes import PALETTES
from svc_media.art.scene import look_of
from tests.unit.svc_media.art.test_palettes import HEROES

if TYPE_CHECKING:
    from svc_media.art.moods import Hour, Mood
    from svc_media.art.palettes import Palette

HOURS: tuple[Hour, ...] = ("dawn", "day", "dusk", "night")
MOODS: tuple[Mood, ...] = ("plain", "calm", "joyful", "sad", "tense")


@pytest.mark.parametrize(
    ("text", "hour", "weather", "mood", "place"),
    [
        ("Sleep repairs your body at night.", "night", "clear", "calm", None),
        ("Every morning begins with a good breakfast.", "dawn", "clear", "plain", None),
        ("In the evening they walk along the beach.", "dusk", "clear", "plain", "sea"),
        ("A sunny afternoon in the city.", "day", "clear", "plain", "city"),
        ("It rains for weeks in the jungle.", None, "rain", "plain", "forest"),
        ("Snow covers the mountains.", None, "snow", "plain", "mountains"),
        ("Nobody could see the ship in the fog.", None, "fog", "plain", "sea"),
        ("The festival is a day of joy and dancing.", None, "clear", "joyful", None),
        ("Grief after a loss takes time.", None, "clear", "sad", None),
        ("A deadly storm is a danger for every ship.", None, "rain", "tense", "sea"),
        ("Corals are home to thousands of fish.", None, "clear", "plain", "deep"),
        ("The rocket left its orbit around Mars.", None, "clear", "plain", "space"),
        ("The astronaut repairs her ship above the Earth.", "night", "clear", "plain", "space"),
        ("The storm sank three fishing boats.", None, "rain", "tense", "sea"),
        ("spring blossom, quiet calm, lake water", "day", "clear", "calm", "sea"),
        ("The caravan crosses the Sahara.", None, "clear", "plain", "desert"),
        ("It is what it is.", None, "clear", "plain", None),
    ],
)
def test_a_text_is_read(text: str, hour: str | None, weather: str, mood: str, place: str | None) -> None:
    assert (hour_of(text), weather_of(text), mood_of(text), place_of(text)) == (hour, weather, mood, place)


def test_figures_of_speech_are_said_plainly() -> None:
    assert plainly("Light travels faster than sound.") == "light comet lightning than sound."
    assert "umbrella" in plainly("Build a safety net.")
    assert plainly("They felt the lightness.") == "They felt the lightness."


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
def test_every_hour_has_its_own_light(palette: Palette) -> None:
    tones = {hour: tones_at(palette, hour, "plain") for hour in HOURS}
    light = {
        hour: sum(lightness(getattr(found, part)) for part in ("top", "bottom", "ground"))
        for hour, found in tones.items()
    }
    assert light["night"] < light["dusk"] < light["day"]
    assert light["dusk"] < light["dawn"]
    assert (
        distance(tones["dawn"].top, tones["day"].top) > 0.03
        or distance(tones["dawn"].bottom, tones["day"].bottom) > 0.03
    )
    # a dusk is warm at the horizon and cool above
    warm, cool = oklab(tones["dusk"].bottom), oklab(tones["dusk"].top)
    assert warm[2] > cool[2] + 0.05


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
def test_moods_change_the_colours_as_they_feel(palette: Palette) -> None:
    def strength(mood: Mood) -> float:
        tones = tones_at(palette, "day", mood)
        colours: list[RGB] = [
            getattr(tones, field.name) for field in fields(tones) if field.name not in {"dark", "ink"}
        ]
        return sum((oklab(colour)[1] ** 2 + oklab(colour)[2] ** 2) ** 0.5 for colour in colours)

    assert strength("sad") < strength("calm") < strength("plain") < strength("joyful")


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)
def test_every_hero_stands_out_in_every_light(palette: Palette) -> None:
    for hour in HOURS:
        for mood in MOODS:
            tones = tones_at(palette, hour, mood)
            pale = mix(tones.top, (255, 255, 255), 0.65)
            wishes = [tones.shape, tones.bottom, pale, tones.near, mix(tones.ground, tones.ink, 0.5)]
            for name, hero in HEROES.items():
                assert distance(hero, contrasting((hero,), wishes)) > 0.13, (hour, mood, name)


@pytest.mark.parametrize(
    ("text", "topic", "old"),
    [
        ("In the year 79 the city burnt.", "", True),
        ("Bakers left their loaves.", "The Last Day of Pompeii", True),
        ("Today two million visitors walk its streets.", "The Last Day of Pompeii", False),
        ("Four thousand years ago it shone in the sun.", "", True),
        ("Workers dragged the stones.", "Who Built the Pyramids?", True),
        ("Once upon a time there was a town.", "", True),
        ("The market opened in 1987.", "", False),
        ("Offices are empty on Mondays.", "How we work", False),
    ],
)
def test_days_of_long_ago_are_known(text: str, topic: str, *, old: bool) -> None:
    assert long_ago(text, topic) is old
    assert (place_of(f"{text} The city.", topic) == "city") is not old


def test_no_asphalt_and_no_towers_lie_where_knights_ride() -> None:
    looks = [
        look_of("The knights rode through the city.", seed=seed, index=index, topic="The Black Knight")
        for seed in range(6)
        for index in range(20)
    ]
    assert not [look for look in looks if look.layout in {"road", "street"} or look.place == "city"]

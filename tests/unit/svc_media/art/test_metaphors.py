"""Sentences about ideas, on the real packs."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from svc_media.art.metaphors import imagined
from svc_media.art.subjects import choose

if TYPE_CHECKING:
    from tests.unit.svc_media.conftest import Art

SHOWN = {
    "Consistency beats intensity.": r"calendar|droplet|turtle|martial",
    "You are capable of more than you believe.": r"seedling|ladder|mountain|potted-plant",
    "Great things never come from comfort zones.": r"trophy|flag|medal|crown",
    "Be patient with yourself.": r"turtle|seedling|snail|fishing-pole",
    "Every setback is a setup for a comeback.": r"wilted|sailboat|puzzle",
    "Stop waiting for the right moment.": r"turtle|seedling|snail|fishing-pole",
    "Greed and fear move the markets.": r"chart|coin|roller-coaster",
    "Anxiety lives in the future.": r"cloud|flashlight|spider|roller-coaster",
    "Loneliness is not the same as being alone.": r"island|beverage|penguin|chair",
    "Our biases shape what we see.": r"glasses|mirror",
    "What does it mean to be free?": r"bird|kite|eagle|sailboat|unlocked",
    "Time is an illusion.": r"hourglass|clock|watch",
    "Everything changes, nothing remains.": r"butterfly|leaf|chick",
    "Who am I, really?": r"mirror|magnifying",
    "Does life have a meaning?": r"bullseye|lighthouse|compass|telescope",
    "Simplicity is the ultimate sophistication.": r"feather|candle|plant|teacup",
    "Competition forces us to improve.": r"chess|compass",
    "Faith is believing without seeing.": r"candle|dove|hands|lighthouse|sunrise",
    "Goodbyes are never easy.": r"candle|wilted|chair|leaf|wave",
    "The absence never quite goes away.": r"candle|wilted|chair|leaf|wave",
    "Power corrupts.": r"crown|chess|snake",
    "Corruption thrives in silence.": r"crown|chess|snake",
    "Polarization divides families and friends.": r"chess|puzzle|volcano",
    "Culture eats strategy for breakfast.": r"globe|puzzle|crayon",
}
"""Shown before as a drum, a juggler, a couch, a superhero in a hospital, sunglasses, a bus stop, a purse, a meditating
woman, a heart, somebody who shrugs, a dodo, and an egg."""


@pytest.mark.parametrize("sentence", SHOWN)
@pytest.mark.parametrize("turn", [1, 2, 3])
def test_an_idea_is_shown_as_what_stands_for_it(art: Art, sentence: str, turn: int) -> None:
    cast = choose(sentence, art.index, art.encoder, seed=7, turn=turn)
    assert re.search(SHOWN[sentence], cast.hero), cast


@pytest.mark.parametrize(
    "sentence",
    [
        "A good teacher asks more than she answers.",
        "Walking thirty minutes a day lowers stress.",
        "Sorrow comes in waves.",
        "A reading habit keeps your brain young.",
        "Bees trust the dance of their sisters.",
        "The lion is patient before it hunts.",
        "His car failed on the way to the wedding.",
        "The bank raised its interest rate, and debt grew.",
    ],
)
def test_what_can_be_drawn_itself_is_no_idea(art: Art, sentence: str) -> None:
    assert imagined(sentence, art.index, art.encoder, seed=7, turn=1, vague=False) == ()


def test_an_idea_that_comes_again_is_shown_in_another_way(art: Art) -> None:
    heroes = [choose("Trust is earned slowly.", art.index, art.encoder, seed=3, turn=turn).hero for turn in range(4)]
    assert len(set(heroes)) >= 3, heroes


def test_of_two_ideas_the_denied_one_does_not_lead(art: Art) -> None:
    for turn in range(4):
        hero = choose("Not fear but hope carried us.", art.index, art.encoder, seed=5, turn=turn).hero
        assert re.search("sunrise|rainbow|seedling|candle|lighthouse", hero)


def test_the_topic_of_a_video_still_tells_what_a_sentence_does_not(art: Art) -> None:
    cast = choose("It is what it is.", art.index, art.encoder, seed=1, turn=2, topic="Honey bees")
    assert re.search("bee|honey|blossom", cast.hero), cast


def test_every_picture_is_in_the_pack(art: Art) -> None:
    raw = tomllib.loads(files("svc_media.art").joinpath("metaphors.toml").read_text("utf-8"))
    pictures = [(name, picture) for name, facts in raw.items() for picture in facts.get("pictures", [])]
    assert len(pictures) > 150
    for name, picture in pictures:
        assert [one for one in picture.split() if one not in art.index.place] == [], name
        assert len(set(picture.split())) == 3, (name, picture)

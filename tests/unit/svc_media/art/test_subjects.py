"""Sentences and what they are shown as, on the real packs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from svc_media.art.people import Member, trade_of
from svc_media.art.subjects import choose

if TYPE_CHECKING:
    from tests.unit.svc_media.conftest import Art

APT = {
    "Reading every day changes how you think.": r"book|brain",
    "Bees collect nectar from thousands of flowers.": r"bee|flower|blossom|honey",
    "Tea was first grown in China.": r"tea|herb|leafy",
    "Sleep repairs your body.": r"bed|moon",
    "Start small: two pages a night.": r"book|seedling",
    "Your heart will thank you.": r"heart",
    "Money you save today grows while you sleep.": r"money|coin|bank|chart",
    "Cities are getting hotter every summer.": r"city|office|house|sun",
    "The oceans cover most of our planet.": r"fish|whale|wave|globe|coral|dolphin|octopus",
    "Writing code teaches you to break problems into pieces.": r"technologist|keyboard|laptop|computer|puzzle",
    "Good friends make hard days lighter.": r"glasses|handshake|hug|person|friend|hand|balloon|party",
    "Exercise sharpens the mind as much as the muscles.": r"biceps|weights|running|brain",
    "Walking thirty minutes a day lowers stress.": r"walking|lotus|shoe|boot",
    "Your phone steals more attention than you notice.": r"phone|eyes",
    "Breathe slowly and let the tension go.": r"lotus|lungs|wind",
    "The Roman Empire built roads across Europe.": r"classical|motorway|crown|amphora",
    "Dinosaurs ruled the earth for millions of years.": r"sauropod|t-rex",
    "Music can change your mood in seconds.": r"music|guitar|headphone|violin",
    "A good teacher asks more than she answers.": r"teacher|school",
    "Coffee wakes you up by blocking a signal in your brain.": r"beverage|brain|clock",
    "The moon pulls the sea twice a day.": r"moon|wave",
    "Drink water before you feel thirsty.": r"drop|glass|water|cup",
    "Robots are learning to do our chores.": r"robot|broom",
    "Cook at home and you will eat better.": r"cook|pot|fork",
    "Trees clean the air we breathe.": r"tree|lungs|leaf",
    "A dog is happy whenever you come home.": r"dog",
    "Electric cars need fewer moving parts.": r"automobile|car|battery|plug",
    "Volcanoes create new land.": r"volcano",
    "Children learn by playing.": r"kite|child|boy|girl|teddy|toy|school|game|playground",
    "She painted the same hill for forty years.": r"artist|paint|mountain",
}


LOOKED_AT = {
    "The stock market fell sharply on Monday.": r"chart-decreasing",
    "House prices fell last year.": r"chart-decreasing",
    "She missed the last train home.": r"train|railway|locomotive|station",
    "Coffee beans grow on trees in the tropics.": r"tree|beverage|coffee",
    "Nobody believed the earth was round.": r"globe",
    "A leaking tap can waste ten thousand litres a year.": r"drop",
    "Plastic bottles take four hundred years to break down.": r"bottle|wastebasket|recycl",
    "The old fisherman mended his net.": r"fishing-pole",
    "He drove all night to see her.": r"automobile|car|vehicle",
    "A spider caught a fly.": r"spider",
    "The soldiers fought in the mud.": r"shield",
    "He swam across the channel.": r"swimming",
    "If you feel shaking: drop, cover, and hold on.": r"earthquake|shield|handshake|lock",
    "Fold in the flour, gently, until the batter is smooth.": r"bread|pancake|butter",
    "Her team lifted the trophy in the rain.": r"trophy|medal",
    "Start today, because time is the one thing you cannot buy.": r"hourglass|watch|clock",
    "The secret is not luck. Success takes patience.": r"key|trophy|medal|turtle",
    "Choose a cheap index fund.": r"chart|money|coin",
    "Start at the Eiffel Tower before the crowds arrive.": r"eiffel",
    "The pyramids of Giza were built by farmers.": r"pyramids",
    "A strong earthquake shook the town at dawn.": r"earthquake",
    "Cross the old bridge on foot.": r"^bridge$",
    "The river passes villages and fields.": r"^river$|houses",
    "Mount Vesuvius buried the town under ash.": r"volcano",
    "The mug keeps your drink warm.": r"hot-beverage",
    "Train drivers go on strike on Monday.": r"locomotive|railway|train",
    "If you wake at night, do not look at the clock; breathe slowly.": r"lotus|lungs|bed|alarm",
    "The spider plant needs little water.": r"plant|droplet|leaf|water",
    "Let us take a closer look.": r"magnif|microscope|telescope",
    "She ate a bowl of soup.": r"pot|fork|bento|steaming|meal|plate",
}
"""Once shown as something else: a rising chart, a house, a lollipop, a wastebasket, a scroll, books, a bird, pins, a
syringe, a waterdrop, praying hands, an umbrella, shopping bags, a clover, a card index, Tokyo's tower, two eyes."""


@pytest.mark.parametrize("sentence", LOOKED_AT)
def test_what_once_looked_wrong(art: Art, sentence: str) -> None:
    shown = [choose(sentence, art.index, art.encoder, seed=7, turn=turn, topic="True stories").hero for turn in (1, 2)]
    assert all(re.search(LOOKED_AT[sentence], hero) for hero in shown), shown


@pytest.mark.parametrize(
    ("sentence", "silly"),
    [
        ("They rode horses into the desert.", "biking"),
        ("My neighbour plays the violin.", "cartwheel|kite"),
        ("Chess players think ten moves ahead.", "basketball|soccer"),
        ("She ran, she shot, and the net moved.", "syringe"),
        ("You will be glad that you started small.", "airplane"),
        ("Why do we yawn? Nobody knows for sure.", "extinguisher"),
        ("Mosquitoes kill more people than sharks.", "dragon"),
    ],
)
def test_no_prop_is_silly(art: Art, sentence: str, silly: str) -> None:
    cast = choose(sentence, art.index, art.encoder, seed=7, turn=2, topic="True stories")
    assert not re.search(silly, " ".join((cast.hero, *cast.props)))


@pytest.mark.parametrize(
    ("sentence", "somebody"),
    [
        ("Turtles swim across oceans.", False),
        ("Cats climb trees to feel safe.", False),
        ("Horses run before they can see well.", False),
        ("Birds sing at dawn.", False),
        ("Squirrels plant thousands of trees by accident.", False),
        ("She walks her dog every morning.", True),
        ("The farmer counts his sheep.", True),
        ("He swam with the dolphins.", True),
    ],
)
def test_nobody_stands_in_for_an_animal(art: Art, sentence: str, *, somebody: bool) -> None:
    for turn in range(1, 4):
        cast = choose(sentence, art.index, art.encoder, seed=7, turn=turn, topic="How animals live")
        shown = [name for name in (cast.hero, *cast.props) if is_person(art, name)]
        assert bool(shown) is somebody, cast


def test_towns_of_long_ago_have_no_offices_and_no_traffic(art: Art) -> None:
    modern = re.compile(r"office|cityscape|automobile|^bus$|traffic|computer|phone|firefighter|factory|police")
    texts = (
        "The whole city of Pompeii walked its streets.",
        "A Roman officer sailed across the bay to rescue friends.",
    )
    for turn, text in enumerate(texts * 3):
        cast = choose(text, art.index, art.encoder, seed=7, turn=turn, topic="The Last Day of Pompeii")
        assert not [name for name in (cast.hero, *cast.props) if modern.search(name)], cast


def test_what_only_its_own_word_calls_for_is_not_shown_for_another(art: Art) -> None:
    def shown(text: str) -> set[str]:
        casts = [choose(text, art.index, art.encoder, seed=7, turn=t, topic="Pip and the Moon") for t in range(4)]
        return {name for cast in casts for name in (cast.hero, *cast.props)}

    assert "moon-cake" not in shown("Every night the moon rose over the house.")
    assert "moon-cake" in shown("At the festival they shared a moon cake.")


def test_the_hero_of_a_story_is_seen_where_only_she_or_he_is_said(art: Art) -> None:
    pip = Member("Pip", "little hedgehog")
    for turn, text in enumerate(
        ("One evening he climbed the hill.", "Pip looked at the moon.", "They flew over the village.")
    ):
        cast = choose(text, art.index, art.encoder, seed=7, turn=turn, topic="Pip", members=[pip], told=text)
        assert cast.hero == "hedgehog", (text, cast)
    two = [pip, Member("Rusty", "fox")]
    text = "One evening he climbed the hill."
    assert choose(text, art.index, art.encoder, seed=7, turn=1, topic="Pip", members=two, told=text).hero != "hedgehog"


def is_person(art: Art, name: str) -> bool:
    """In whatever skin and hair."""
    return name not in art.index.place or art.index.drawings[art.index.place[name]].person


def test_a_title_of_weak_words_adds_no_prop(art: Art) -> None:
    cast = choose("Every password was stolen.", art.index, art.encoder, seed=7, turn=2, topic="Small stories")
    assert "small-airplane" not in cast.props


def test_a_title_that_says_nothing_adds_nothing(art: Art) -> None:
    sentence = "Diamonds are made of carbon."
    assert choose(sentence, art.index, art.encoder, seed=7, turn=3, topic="Did you know?") == choose(
        sentence, art.index, art.encoder, seed=7, turn=3
    )


def test_heroes_are_apt_at_every_position(art: Art) -> None:
    wrong: list[str] = []
    for sentence, wanted in APT.items():
        for turn in range(4):
            hero = choose(sentence, art.index, art.encoder, seed=11, turn=turn).hero
            if not re.search(wanted, hero):
                wrong.append(f"{sentence} -> {hero}")
    assert not wrong, "\n".join(wrong)


def test_a_cast_has_two_to_four_different_props(art: Art) -> None:
    for turn, sentence in enumerate(APT):
        cast = choose(sentence, art.index, art.encoder, seed=2, turn=turn)
        assert 2 <= len(cast.props) <= 4
        assert len({cast.hero, *cast.props}) == len(cast.props) + 1


def test_people_appear_where_the_text_speaks_of_them(art: Art) -> None:
    people = {drawing.name for drawing in art.index.drawings if drawing.person}
    assert len(people) >= 60
    for turn, sentence in enumerate(s for s in APT if re.search(r"\b(you|your|we|she|children)\b", s, re.IGNORECASE)):
        cast = choose(sentence, art.index, art.encoder, seed=4, turn=turn)
        shown = {trade_of(name) for name in (cast.hero, *cast.props)}
        assert shown & {trade_of(name) for name in people} or {cast.hero, *cast.props} & art.index.variants, sentence
    assert len({choose(s, art.index, art.encoder, seed=4, turn=t).props[0] for t, s in enumerate(APT)}) > 12


def test_the_same_sentence_may_get_another_hero_but_never_by_chance(art: Art) -> None:
    text = "Reading books makes you a better reader of books."
    heroes = [choose(text, art.index, art.encoder, seed=9, turn=turn).hero for turn in range(6)]
    assert heroes == [choose(text, art.index, art.encoder, seed=9, turn=turn).hero for turn in range(6)]
    assert len(set(heroes)) > 1


UNWANTED = (
    "flag-",
    "oclock",
    "button",
    "skin-tone",
    "kiss",
    "middle-finger",
    "bikini",
    "cigarette",
    "poo$",
    "keycap",
    "toilet",
    "^(aries|leo|virgo)$",
    "^grinning",
    "-(light|medium|dark)$",
)


@pytest.mark.parametrize("unwanted", UNWANTED)
def test_unsuitable_drawings_are_not_in_the_index(art: Art, unwanted: str) -> None:
    assert [drawing.name for drawing in art.index.drawings if re.search(unwanted, drawing.name)] == []


def test_text_without_a_subject_still_gets_a_picture(art: Art) -> None:
    cast = choose("It is what it is.", art.index, art.encoder, seed=1, turn=0)
    assert cast.hero in art.index.place


def test_later_scenes_show_what_they_add_to_the_topic(art: Art) -> None:
    topic = "Why develop a reading habit"
    scenes = (
        "Why develop a reading habit? The answer is close to your daily life.",
        "A reading habit keeps your brain young.",
        "Developing a reading habit at the end of the day brings better sleep.",
        "A reading habit is like a compass on a long journey.",
        "Start with a reading habit and a cup of tea.",
    )
    casts = [choose(text, art.index, art.encoder, seed=3, turn=turn, topic=topic) for turn, text in enumerate(scenes)]
    assert "book" in casts[0].hero
    assert len({cast.hero for cast in casts}) == 5
    assert [cast.hero for cast in casts[1:]] != [
        choose(text, art.index, art.encoder, seed=3, turn=turn + 1).hero for turn, text in enumerate(scenes[1:])
    ]


def test_who_cannot_be_drawn_doing_it_has_the_thing_beside_them(art: Art) -> None:
    for turn in range(4):
        cast = choose(
            "Two children race their bicycles through a summer park.", art.index, art.encoder, seed=11, turn=turn
        )
        assert any("bicycle" in name or "biking" in name for name in (cast.hero, *cast.props)), (turn, cast)


def test_ships_do_not_swim_in_space(art: Art) -> None:
    text = "A lonely astronaut repairs her ship at night above the Earth."
    cast = choose(text, art.index, art.encoder, seed=11, turn=3)
    assert "astronaut" in cast.hero
    assert any(re.search("satellite|planet|rocket", name) for name in cast.props), cast
    assert not {"ship", "passenger-ship", "sailboat"} & {cast.hero, *cast.props}


def test_somebody_in_bed_needs_no_second_bed(art: Art) -> None:
    for seed in range(4):
        text = "People sleep for a third of their life in a bed."
        cast = choose(text, art.index, art.encoder, seed=seed, turn=1, topic="The Science of Sleep")
        beds = [name for name in (cast.hero, *cast.props) if "bed" in name.split("-")]
        assert len(beds) <= 1, cast

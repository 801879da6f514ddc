"""Who is seen, and that they stay who they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from svc_media.art.index import TONES
from svc_media.art.people import Figure, Member, figure_of, in_text, mentioned, protagonist, trade_of, unnamed
from svc_media.art.subjects import choose

if TYPE_CHECKING:
    from tests.unit.svc_media.conftest import Art

CAST = (
    Member("Maya", "a young woman with brown hair and a yellow coat"),
    Member("Old Tom", "an elderly man with a white beard"),
    Member("Rusty", "a small red fox with a green scarf"),
    Member("Dr. Lin", "a scientist with black hair, east asian"),
)


@pytest.mark.parametrize(
    ("look", "figure"),
    [
        ("a woman with blonde hair", Figure("woman", "medium-light")),
        ("a man with dark skin and a blue shirt", Figure("man", "dark")),
        ("a girl with black hair", Figure("woman", "light", head="girl")),
        ("a grandmother with brown skin", Figure("woman", "medium-dark", head="old-woman")),
        ("a woman with red hair", Figure("woman", "light", head="woman-red-hair")),
        ("a male astronaut with brown hair", Figure("man", "medium", trade="astronaut")),
        ("a small friendly robot", Figure("man", "light", creature="robot")),
        ("a brown puppy", Figure("man", "light", creature="dog")),
    ],
)
def test_a_look_is_read(art: Art, look: str, figure: Figure) -> None:
    assert figure_of(Member("X", look), art.index, seed=1) == figure


def test_what_a_look_does_not_say_is_drawn_from_the_seed_alone(art: Art) -> None:
    one = [figure_of(Member("Kim", "a person in a coat"), art.index, seed=seed) for seed in range(12)]
    assert one == [figure_of(Member("Kim", "a person in a coat"), art.index, seed=seed) for seed in range(12)]
    assert len({(figure.sex, figure.tone) for figure in one}) > 4


def test_the_second_figure_of_a_video_differs_from_the_first() -> None:
    for seed in range(40):
        one, other = protagonist(seed), protagonist(seed, 1)
        assert one.sex != other.sex
        assert one.tone != other.tone
    assert len({(protagonist(seed).sex, protagonist(seed).tone) for seed in range(60)}) == 2 * len(TONES)


def test_names_are_found_as_words() -> None:
    assert [member.name for member in mentioned(CAST, "Rusty follows MAYA, Mayan ruins behind")] == ["Rusty", "Maya"]
    assert mentioned((Member("小明", "a boy"),), "小明在看书")[0].name == "小明"


def test_names_are_not_what_a_text_is_about() -> None:
    assert unnamed("Maya's garden grows.", CAST).strip() == "garden grows."
    assert unnamed("Maya", CAST) == "Maya"


def test_a_text_says_of_whom_it_speaks() -> None:
    you = Figure("man", "dark")
    assert in_text("She reads a book.", you, turn=0) == Figure("woman", "dark")
    assert in_text("Children learn by playing.", you, turn=1) == Figure("man", "dark", head="boy")
    assert in_text("Your grandmother knew it.", you, turn=0) == Figure("woman", "dark", head="old-woman")
    assert in_text("You can do it.", you, turn=0) == you


SCENES = (
    "Maya wakes up early in the morning.",
    "Maya runs through the park.",
    "At work Maya writes code.",
    "Maya cooks dinner for everybody.",
    "Maya and Rusty sit under a tree.",
    "At night Maya looks at the stars.",
)


def test_a_member_is_the_same_hero_in_every_scene(art: Art) -> None:
    casts = [
        choose(text, art.index, art.encoder, seed=8, turn=turn, topic="A day with Maya", members=CAST, told=text)
        for turn, text in enumerate(SCENES)
    ]
    for text, cast in zip(SCENES, casts, strict=True):
        assert re.fullmatch(r"(woman|person)-[a-z-]+-medium|[a-z]+-medium", cast.hero), f"{text} {cast.hero}"
        assert "dark" not in cast.hero
        assert "light" not in cast.hero
    assert "running" in casts[1].hero
    assert "technologist" in casts[2].hero
    assert "cook" in casts[3].hero
    assert "fox" in casts[4].props
    assert len({cast.hero for cast in casts}) >= 4


def test_without_a_cast_you_are_the_same_person_throughout(art: Art) -> None:
    texts = (
        "You can start today.",
        "Your phone steals your attention.",
        "You sleep better after a walk.",
        "You save money.",
    )
    for seed in (1, 2, 3):
        seen = set[str]()
        for turn, text in enumerate(texts):
            cast = choose(text, art.index, art.encoder, seed=seed, turn=turn)
            drawn = [name for name in (cast.hero, *cast.props) if name in art.index.variants]
            seen |= {name.removeprefix(trade).split(trade_of(name))[-1] for name in drawn for trade in [""]}
        assert seen == {f"-{protagonist(seed).tone}"}


def test_a_crowd_is_more_than_one_and_not_all_alike(art: Art) -> None:
    cast = choose("Friends walk together through the town.", art.index, art.encoder, seed=3, turn=0)
    people = [name for name in (cast.hero, *cast.props) if name in art.index.variants]
    assert len(people) >= 2
    assert len({name.rsplit(trade_of(name), 1)[-1] for name in people}) >= 2

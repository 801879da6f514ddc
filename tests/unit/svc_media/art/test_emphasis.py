"""Words that mislead, and how little they count."""

from __future__ import annotations

import pytest

from svc_media.art.emphasis import in_senses, weighed


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("She ran and she shot.", "shot"),
        ("Fold in the flour.", "fold"),
        ("Then lift the lid.", "lift"),
        ("They will ship the box.", "ship"),
        ("Her team lifted the trophy.", "lifted"),
        ("You can park your car here.", "park"),
    ],
)
def test_verbs_are_not_taken_for_things(text: str, gone: str) -> None:
    assert gone not in in_senses(text).lower().split()


@pytest.mark.parametrize(
    "text",
    [
        "A ship sails, train drivers strike, the park is green.",
        "The doctor gave him a shot.",
        "ships, trains, stars",
        "Stars shine over the sea.",
        "Ship builders of the north.",
        "A drop of rain.",
    ],
)
def test_things_stay_what_they_are(text: str) -> None:
    assert in_senses(text) == text


def weights(text: str, topic: str = "") -> dict[str, float]:
    return {word.text: word.weight for word in weighed(text, topic)}


def test_what_the_sky_shows_gives_way_to_what_stands_under_it() -> None:
    found = weights("The trophy shone in the rain that evening.")
    assert found["trophy"] == 1
    assert found["rain"] < 0.5
    assert found["evening"] < 0.5
    assert weights("Rain, snow and fog.") == {"rain": 1, "snow": 1, "fog": 1}
    assert weights("It will rain all week.")["rain"] == 1


def test_what_is_not_there_gives_way_to_what_is() -> None:
    found = weights("The secret is not luck but patience.")
    assert found["luck"] < found["patience"]
    bought = weights("Time is the one thing you cannot buy.")
    assert bought["time"] > bought["buy"]
    assert weights("There is no bread.")["bread"] == 1, "nothing else is said"


def test_what_something_only_moves_like_gives_way() -> None:
    assert weights("The shuttle flew like a plane.")["plane"] < weights("The shuttle flew like a plane.")["shuttle"]
    assert weights("A habit is like a compass.")["compass"] == 1, "what something is like is how it is best shown"


def test_what_every_scene_says_cannot_tell_them_apart() -> None:
    found = weights("Bees dance for honey.", "The Life of Bees")
    assert found["bees"] < found["honey"]
    assert weights("Bees!", "The life of bees")["bees"] == 1

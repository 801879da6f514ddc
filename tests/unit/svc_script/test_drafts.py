"""What a tiny model may not say."""

from __future__ import annotations

import pytest

from svc_script.drafts import clean
from svc_script.topics import read_topic

VOCABULARY = frozenset(
    """
    is made of leaves and water a warm drink for cold days that people enjoy at home with friends family
    calm brings it us to the in was by can help you rest after long day which also good because from
    garden every
    """.split()  # noqa: SIM905 - reads better as text
)


def cleaned(rest: str, topic: str = "The history of tea", vocabulary: frozenset[str] = VOCABULARY) -> str | None:
    return clean("Tea", rest, read_topic(topic), vocabulary)


def test_a_plain_sentence_is_kept() -> None:
    assert cleaned(" is a warm drink for cold days.") == "Tea is a warm drink for cold days."


@pytest.mark.parametrize(
    "rest",
    [
        " is a warm drink for",
        " is a warm drink for.",
        " was made in ancient china.",
        " was enjoyed by the british.",
        " is enjoyed by millions of people.",
        " can cure every disease.",
        " helps me rest after a long day.",
        " according to research is good for you.",
        " is a warm drink and a warm drink.",
        " is made of zorbleaves and water.",
        " is a good article for you.",
        " is made of 3 leaves.",
        " can help your family, friends.",
        " is a game-changer for your family.",
    ],
)
def test_what_is_refused(rest: str) -> None:
    assert cleaned(rest) is None


def test_a_loose_tail_is_cut_off() -> None:
    assert cleaned(" is a warm drink for cold days, and it is also good.") == "Tea is a warm drink for cold days."


def test_names_and_numbers_of_the_topic_are_allowed() -> None:
    rest = " was enjoyed in china."
    assert cleaned(rest, vocabulary=frozenset()) is None
    assert cleaned(rest, topic="Tea in China", vocabulary=frozenset()) == "Tea was enjoyed in china."

"""What a draft is filled with where the model had too little to say."""

from __future__ import annotations

import re

import pytest

from svc_script.remarks import among, remarks
from svc_script.stems import stems
from svc_script.topics import read_topic
from svc_script.wording import count_words


@pytest.mark.parametrize(
    "topic",
    [
        "Why develop a reading habit",
        "How to bake bread",
        "How honey bees make honey",
        "Why do leaves change color",
        "Benefits of walking",
        "The history of tea",
        "Black holes",
        "Octopuses",
        "Marie Curie",
        "World War II",
        "Is coffee good for you?",
    ],
)
def test_there_are_enough_for_a_long_draft_and_none_begins_as_another_line_does(topic: str) -> None:
    read = read_topic(topic)
    found = remarks(read)
    assert len(found) >= 12
    for line in found:
        assert 7 <= count_words(line) <= 20
        assert line[0].isupper()
        assert line.endswith(".")
        assert not re.search(r"\d|\bthem is\b|\bit are\b", line)
    openings = [tuple(line.lower().split()[:2]) for line in (*found, *stems(read))]
    assert len(set(openings[: len(found)])) == len(found)


def test_what_nobody_does_is_not_to_be_done_in_small_steps() -> None:
    assert not [line for line in remarks(read_topic("Why we dream")) if "small" in line and "thing" in line]


def test_they_stand_spread_between_the_sentences() -> None:
    assert among(["a", "b", "c", "d"], ["1", "2"]) == ["a", "b", "1", "c", "2", "d"]
    assert among(["a"], ["1", "2"]) == ["a", "1", "2"]
    assert among(["a", "b"], []) == ["a", "b"]


def test_nobody_is_called_it() -> None:
    assert not [line for line in remarks(read_topic("Marie Curie")) if " it today" in line or " it with" in line]

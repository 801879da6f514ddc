"""What a topic is about, and the frame of sentences it gets."""

from __future__ import annotations

import pytest

from svc_script.stems import closings, openings, stems
from svc_script.topics import read_topic


@pytest.mark.parametrize(
    ("text", "shape", "subject", "plural"),
    [
        ("Why develop a reading habit", "habit", "developing a reading habit", False),
        ("How honey bees make honey", "process", "honey bees", True),
        ("The history of tea", "history", "tea", False),
        ("Why sleep matters", "benefit", "sleep", False),
        ("How does the heart work?", "process", "the heart", False),
        ("How to bake bread", "advice", "baking bread", False),
        ("Why do leaves change color", "cause", "leaves", True),
        ("Benefits of walking", "benefit", "walking", False),
        ("The Eiffel Tower", "thing", "the Eiffel Tower", False),
        ("Albert Einstein", "thing", "Albert Einstein", False),
        ("Write a video about black holes", "thing", "black holes", True),
        ("5 tips for better sleep", "thing", "better sleep", False),
        ("?", "thing", "?", False),
    ],
)
def test_topics(text: str, shape: str, subject: str, plural: bool) -> None:
    topic = read_topic(text)
    assert (topic.shape, topic.subject, topic.plural) == (shape, subject, plural)


def test_questions_become_clauses() -> None:
    assert read_topic("How does the heart work?").clause == "the heart works"
    assert read_topic("Why do cats purr").clause == "cats purr"


TOPICS = ["Why read", "How birds fly", "The history of tea", "Why sleep matters", "How to swim", "Tea", "Why cats purr"]


@pytest.mark.parametrize("text", TOPICS)
def test_frames(text: str) -> None:
    topic = read_topic(text)
    assert len(set(stems(topic))) >= 12
    assert all(stem[0].isupper() and not stem.endswith((".", " ")) for stem in stems(topic))
    for line in (*openings(topic), *closings(topic)):
        assert line[0].isupper()
        assert line[-1] in ".?"
        assert "  " not in line
        assert 5 <= len(line.split()) <= 20

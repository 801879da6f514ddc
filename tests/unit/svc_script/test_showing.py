from __future__ import annotations

from dataclasses import replace

import pytest

from svc_script.bookends import closings, openings
from svc_script.showing import shown
from svc_script.topics import read_topic


@pytest.mark.parametrize(
    ("narration", "seen"),
    [
        ("Have you ever wondered why cats purr?", "cats purr"),
        ("What makes Paris so special? Let us take a closer look.", "Paris"),
        ("Would you like to bake bread? Here is a good place to start.", "bake bread"),
        ("Now you know a little more about honey bees. Share it with someone who is curious.", "honey bees"),
        ("So the story of tea goes on, and each of us is part of it.", "tea"),
        ("Bees carry nectar home.", "Bees carry nectar home"),
        ("Let us take a closer look.", "take a closer look"),
        ("Dr. Lee came at 9:30. Nobody knew “why”.", "Dr. Lee came at 9:30, Nobody knew why"),
        ("„Ohne Brezel kein Frühstück“, sagt der Bäcker.", "Ohne Brezel kein Frühstück, sagt der Bäcker"),
        ("चाय सुबह आती है।", "चाय सुबह आती है"),
        ("面包是用面粉和水做的。", "面包是用面粉和水做的"),
    ],
)
def test_a_picture_shows_what_is_said_and_not_the_words_that_lead_to_it(narration: str, seen: str) -> None:
    assert shown(narration) == seen


@pytest.mark.parametrize(
    "text", ["tea", "honey bees", "Paris", "The history of tea", "why cats purr", "Benefits of walking"]
)
def test_our_own_first_and_last_lines_show_their_subject(text: str) -> None:
    topic = read_topic(text)
    for line in (*openings(topic), *closings(topic), *closings(replace(topic, asked="Is it good?"))):
        assert topic.subject in shown(line)
        assert len(shown(line).split()) <= 5, line

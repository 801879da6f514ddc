"""One style and the same people in every picture, within the words that were asked for."""

from __future__ import annotations

import pytest

from svc_script.engines.base import Look, Member, WordRange
from svc_script.look import dress, not_english, read_look
from svc_script.wording import count_words

LOOK = Look(
    "flat vector art, teal and orange", (Member("Mia", "girl, red coat, curly hair"), Member("Old Tom", "tall man"))
)
TOLD = "Mia and Old Tom stand at the harbour at dusk, boats behind them, gulls above, long shadows on wet stone"


@pytest.mark.parametrize(
    "words", [WordRange(30, 60), WordRange(10, 12), WordRange(20, 25), WordRange(100, 120)], ids=str
)
@pytest.mark.parametrize("told", [TOLD, "Mia's hand holds a shell", "Gulls", "word " * 200, "Tom " * 3 + "Mia"])
def test_the_range_is_kept_whatever_was_told(told: str, words: WordRange) -> None:
    assert count_words(dress(told, LOOK, words)) in words


def test_looks_follow_the_first_mention_and_the_style_ends_the_prompt() -> None:
    made = dress(f"{TOLD}, Mia waves", LOOK, WordRange(20, 60))
    assert made.startswith("Mia, girl, red coat, curly hair, and Old Tom, tall man, stand")
    assert made.count("red coat") == 1
    assert made.endswith(", Mia waves, flat vector art, teal and orange")


def test_only_who_is_seen_is_described_and_names_are_whole_words() -> None:
    made = dress("A miami beach with atoms and a tomcat", LOOK, WordRange(5, 60))
    assert "red coat" not in made
    assert "tall man" not in made


def test_where_there_is_no_room_the_style_goes_before_the_people() -> None:
    assert "girl, red coat, curly hair" in dress(TOLD, LOOK, WordRange(10, 12))
    assert "teal" not in dress(TOLD, LOOK, WordRange(10, 12))


def test_an_answers_look_is_cut_to_its_share_and_a_given_one_wins() -> None:
    head = {
        "style": "very " * 40,
        "cast": [
            {"name": "Mia", "look": "a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p"},
            {"name": "", "look": "x"},
            5,
        ],
    }
    found = read_look(head, Look(), WordRange(30, 60))
    assert count_words(found.style) <= 14
    assert [member.name for member in found.cast] == ["Mia"]
    assert count_words(found.cast[0].look) <= 12
    assert read_look(head, LOOK, WordRange(30, 60)) == LOOK
    assert read_look({"style": "水彩画风格", "cast": {"Mia": "红衣女孩"}}, Look(), WordRange(30, 60)) == Look()


@pytest.mark.parametrize("text", ["Ein Mann steht am Hafen und schaut lange auf das graue Meer", "一个人", "Море"])
def test_other_languages_are_not_english(text: str) -> None:
    assert not_english(text)


@pytest.mark.parametrize("text", [TOLD, "golden hour", "A café in Zürich at noon, warm light on old façades"])
def test_english_is(text: str) -> None:
    assert not_english(text) == ""

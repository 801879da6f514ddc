"""Which words decide."""

from __future__ import annotations

import pytest

from svc_media.art.words import content_words, is_english, stem


@pytest.mark.parametrize(
    ("forms", "root"),
    [
        (("reading", "reads", "read", "reader", "readers"), "read"),
        (("cities", "city"), "city"),
        (("children", "child"), "child"),
        (("running", "runs", "run"), "run"),
        (("bees", "bee"), "bee"),
        (("walking", "walked", "walks"), "walk"),
    ],
)
def test_forms_of_a_word_share_a_stem(forms: tuple[str, ...], root: str) -> None:
    assert {stem(form) for form in forms} == {root}


def test_stop_words_never_decide_and_abstract_ones_hardly() -> None:
    assert content_words("What is it that we should have been doing there?") == []
    weights = {word.text: word.weight for word in content_words("The best way to change your life is reading books")}
    assert weights["books"] == weights["reading"] == 1.0
    assert weights["change"] < 0.5
    assert weights["life"] < 0.5
    assert "way" not in weights


def test_a_word_counts_once() -> None:
    assert [word.text for word in content_words("Bees love flowers, and flowers love bees.")] == [
        "bees",
        "love",
        "flowers",
    ]


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("Reading every day changes how you think.", True),
        ("Bees collect nectar.", True),
        ("每天阅读会改变你的思维方式。", False),
        ("La lecture quotidienne transforme votre manière de penser.", False),
        ("El té se cultivó por primera vez en China hace mucho tiempo.", False),
        ("", False),
    ],
)
def test_only_english_is_read(text: str, *, english: bool) -> None:
    assert is_english(text) is english

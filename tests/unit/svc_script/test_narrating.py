"""Whether narrations are in the language that was asked for."""

from __future__ import annotations

import pytest

from svc_script.engines.base import WordRange
from svc_script.narrating import Rules, same_language

ENGLISH = "Step by step, old worries loosen and new ideas arrive in the morning."


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "en"),
        (ENGLISH, "en-GB"),
        (ENGLISH, ""),
        (ENGLISH, "sw"),  # not among those that are detected
        ("Schritt für Schritt lösen sich alte Sorgen.", "de"),
        ("Paso a paso se sueltan las viejas preocupaciones y llegan nuevas ideas.", "pt"),  # too near to be told
        ("一步一步，烦恼松开。", "zh-CN"),
        ("OpenAI 和 Google 都在研究人工智能的未来。", "zh"),
        ("東京タワーは1958年に建てられました。", "ja"),
        ("Шаг за шагом тревоги отступают.", "ru"),
        ("C'est la vie, says the old baker every single morning at five.", "en"),
        ("42", "zh"),
    ],
)
def test_right_ones(text: str, language: str) -> None:
    assert same_language(text, language, sure=8)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "de"),
        (ENGLISH, "zh"),
        ("Bees fly.", "ru"),
        ("一步一步。", "en"),
        ("Schritt für Schritt lösen sich alte Sorgen und neue Gedanken kommen.", "en"),
    ],
)
def test_wrong_ones(text: str, language: str) -> None:
    assert not same_language(text, language, sure=8)


def test_a_line_taken_for_foreign_passes_the_second_time_when_the_others_are_right() -> None:
    rules = Rules(WordRange(1, 40), "en")
    odd = "Schritt für Schritt lösen sich alte Sorgen und neue Gedanken kommen."
    others = {0: ENGLISH, 1: "Have you ever wondered why a quiet walk clears a crowded mind and lifts the mood?"}
    assert "not in the language" in rules.fault(odd, 2, others, last=False)
    assert rules.fault(odd, 2, others, last=True) == ""
    assert "not in the language" in rules.fault(odd * 2, 0, {}, last=True)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Bees fly", "Bees fly."),
        ("चाय सबको भाती है", "चाय सबको भाती है।"),
        ("ชาอร่อย", "ชาอร่อย"),
        ("蜜蜂飞", "蜜蜂飞。"),
        ("Go!", "Go!"),
    ],
)
def test_a_line_ends_with_the_mark_of_its_script(line: str, said: str) -> None:
    assert Rules(WordRange(1, 9)).clean(line, 0, last=False) == said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Visit https://www.bees.com today.", "Visit bees.com today."),
        ("It takes 10 ~ 20 minutes.", "It takes 10–20 minutes."),
        ("真好吃~快来吧", "真好吃 快来吧。"),
        ("The #1 mistake is haste.", "The No. 1 mistake is haste."),
        ("We love C# at www.x.org.", "We love C# at x.org."),
    ],
)
def test_signs_on_which_a_model_insists_are_mended_the_second_time(line: str, said: str) -> None:
    rules = Rules(WordRange(1, 20))
    assert "which is not spoken" in rules.fault(rules.clean(line, 0, last=False), 0, {}, last=False)
    assert rules.clean(line, 0, last=True) == said
    assert rules.fault(said, 0, {}, last=True) == ""


def test_the_same_line_twice_is_never_taken() -> None:
    assert Rules(WordRange(1, 20)).fault("Bees fly.", 1, {0: "bees fly."}, last=True, alike=True)
    assert not Rules(WordRange(1, 20)).fault("Bees fly far.", 1, {0: "Bees fly."}, last=True, alike=True)

"""Which letters a text has, and which a language is written in."""

from __future__ import annotations

import pytest

from pixelle.text.letters import scripts_in, scripts_of


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Tea, 3 cups!", {"LATIN": 7}),
        ("コーヒー", {"KATAKANA": 4}),
        ("ｺｰﾋｰ", {"KATAKANA": 4}),
        ("時々 tea", {"CJK": 2, "LATIN": 3}),
        ("𝐇Ｈé", {"LATIN": 3}),
        ("the angle π is not Πλάτων", {"LATIN": 13, "GREEK": 6}),
        ("1234 ...", {}),
    ],
)
def test_letters_are_counted_by_script(text: str, found: dict[str, int]) -> None:
    assert scripts_in(text) == found


@pytest.mark.parametrize(
    ("language", "scripts"),
    [("en", {"LATIN"}), ("zh-Hant-TW", {"CJK"}), ("JA", {"CJK", "HIRAGANA", "KATAKANA"}), ("sr", set()), ("", set())],
)
def test_a_language_has_its_scripts(language: str, scripts: set[str]) -> None:
    assert scripts_of(language) == scripts

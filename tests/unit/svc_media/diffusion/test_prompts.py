"""Prompts cut into pieces: nothing is lost, nothing is too long."""

from __future__ import annotations

import pytest

from svc_media.diffusion.prompts import pieces


def letters(text: str, *, add_special_tokens: bool) -> dict[str, list[int]]:
    """A tokenizer whose tokens are letters, without the spaces."""
    assert not add_special_tokens
    return {"input_ids": [ord(letter) for letter in text if not letter.isspace()]}


def words(text: str, *, add_special_tokens: bool) -> dict[str, list[int]]:
    del add_special_tokens
    return {"input_ids": [0] * len(text.split())}


@pytest.mark.parametrize(
    "text", ["", "short", "a " * 500, "one two three " * 40, "夜" * 300, "x" * 200 + " end", " \n spaces \t"]
)
def test_pieces_hold_all_of_the_text_and_fit(text: str) -> None:
    made = pieces(text, [letters, words], 20)
    assert made
    assert all(len(letters(piece, add_special_tokens=False)["input_ids"]) <= 20 for piece in made)
    assert "".join("".join(made).split()) == "".join(text.split())


def test_words_stay_whole_where_they_can() -> None:
    assert pieces("aaaa bbbb cccc dddd", [letters], 8) == ["aaaa bbbb", "cccc dddd"]
    assert pieces("one two three four", [letters, words], 1000) == ["one two three four"]


def test_the_strictest_tokenizer_counts() -> None:
    assert pieces("one two three four", [letters, words], 9) == ["one two", "three four"]

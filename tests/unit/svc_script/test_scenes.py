"""Sentences put together to scenes of the right length."""

from __future__ import annotations

import pytest

from svc_script.engines.base import WordRange
from svc_script.scenes import Line, arrange, measured, shared
from svc_script.wording import count_words


def said(words: int, name: str) -> str:
    return " ".join([name] * words) + "."


OPENING = Line((said(12, "open"), said(6, "start")))
CLOSING = Line((said(14, "close"), said(5, "end")))


def test_first_and_last_lines_frame_the_sentences_in_their_order() -> None:
    body = [said(9, name) for name in "abc"]
    assert arrange((OPENING, CLOSING), body, 5, WordRange(5, 20)) == [OPENING.choices[0], *body, CLOSING.choices[0]]


def test_what_is_too_short_is_joined_with_what_fits_rather_than_with_what_comes_next() -> None:
    made = arrange((OPENING, CLOSING), [said(13, "a"), said(11, "b"), said(7, "c"), said(8, "d")], 2, WordRange(15, 22))
    assert made == [f"{OPENING.choices[0]} {said(7, 'c')}", f"{said(13, 'a')} {said(8, 'd')}"]


def test_another_first_line_is_taken_where_the_first_one_has_no_partner() -> None:
    made = arrange((OPENING, CLOSING), [said(11, "a"), said(11, "b"), said(11, "c")], 2, WordRange(15, 22))
    assert made == [f"{OPENING.choices[1]} {said(11, 'a')}", f"{said(11, 'b')} {said(11, 'c')}"]


def test_where_no_frame_fits_there_is_none() -> None:
    made = arrange(
        (Line((said(30, "x"),)), Line((said(30, "y"),))), [said(9, name) for name in "abc"], 3, WordRange(5, 20)
    )
    assert made == [said(9, name) for name in "abc"]


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_every_scene_is_in_the_range_and_none_is_said_twice(count: int) -> None:
    body = [said(size, f"w{size}") for size in (8, 9, 10, 11, 12, 13, 14, 15)]
    made = arrange((OPENING, CLOSING), body, count, WordRange(15, 22)) or []
    assert len(made) == count
    assert all(15 <= count_words(scene) <= 22 for scene in made)
    words = [scene.split()[0] for scene in made]
    assert len(set(words)) == count


def test_too_few_sentences_are_not_enough() -> None:
    assert arrange((OPENING, CLOSING), [said(9, "a")], 4, WordRange(5, 20)) is None


def test_a_long_scene_is_made_of_as_many_sentences_as_it_takes() -> None:
    made = arrange((OPENING, CLOSING), [said(10, name) for name in "abcdefghijklmn"], 2, WordRange(60, 80)) or []
    assert [60 <= count_words(scene) <= 80 for scene in made] == [True, True]


def test_a_length_is_reached_with_no_more_sentences_than_it_takes() -> None:
    body = [said(10, name) for name in "abcdefgh"]
    made = measured((OPENING, CLOSING), body, WordRange(60, 80), least=1) or []
    assert made == [OPENING.choices[0], *body[:4], CLOSING.choices[0]]
    assert measured((OPENING, CLOSING), body[:2], WordRange(60, 80), least=1) is None


def test_a_short_length_has_no_room_for_a_frame() -> None:
    assert measured((OPENING, CLOSING), [said(10, "a")], WordRange(8, 11), least=1) == [said(10, "a")]


@pytest.mark.parametrize("count", [1, 3, 5, 8])
def test_sentences_are_shared_out_evenly_and_in_their_order(count: int) -> None:
    body = [said(size, f"w{size}") for size in (8, 14, 9, 20, 11, 12, 13, 7)]
    made = shared(body, count)
    assert " ".join(made) == " ".join(body)
    assert len(made) == count
    sizes = [count_words(scene) for scene in made]
    assert max(sizes) - min(sizes) <= 20

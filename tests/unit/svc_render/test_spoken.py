"""What captions show and when: every word found as written, every change on the frame nearest to its time."""

from __future__ import annotations

import pytest

from svc_render.spoken import NOTHING, by_phrase, by_word
from svc_render.written import SpokenWord


def timed(*words: str, step: float = 0.5, begin: float = 0.2) -> list[SpokenWord]:
    return [SpokenWord(word, begin + n * step, begin + (n + 0.8) * step) for n, word in enumerate(words)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("  Read  every\nday. ", ["Read", "every", "day."]),
        ("每天读十页书，一年就是十几本。", ["每天", "读", "十页", "书，", "一年", "就是", "十几", "本。"]),
        ("ไม่มีช่องว่าง", ["ไม่มี", "ช่อง", "ว่าง"]),
        ("كل كتاب باب إلى عالم آخر، 42 pages.", ["كل", "كتاب", "باب", "إلى", "عالم", "آخر،", "42", "pages."]),
        ("Go 👩‍👩‍👧‍👦 now 🇩🇪!", ["Go", "👩‍👩‍👧‍👦", "now", "🇩🇪!"]),
        ("the cat, the <b>cat</b> {{text}}", ["the", "cat,", "the", "<b>cat</b>", "{{text}}"]),
    ],
)
def test_the_text_stays_and_every_word_is_found(text: str, words: list[str]) -> None:
    found = by_word(text, timed(*words), length=9)
    assert "".join(part for part, _ in found.parts) == text
    assert [part for part, number in found.parts if number != NOTHING] == words
    assert [number for _, number in found.changes] == list(range(len(words)))


def test_words_read_otherwise_than_written_share_what_is_written() -> None:
    found = by_word("Read 20 pages, e.g. today", timed("Read", "twenty", "pages,", "for", "example", "today"), length=9)
    assert [part for part, number in found.parts if number >= 0] == ["Read", "20", "pages,", "e.g.", "today"]
    assert [start for start, _ in found.changes] == pytest.approx([0.2, 0.7, 1.2, 1.7, 2.7])


def test_words_without_times_share_the_time() -> None:
    found = by_word("one two three", [], length=13)
    assert [part for part, number in found.parts if number >= 0] == ["one", "two", "three"]
    assert found.changes[0][0] == 0
    assert len(found.timeline(count=390, fps=30, shown=range(3))) == 3


@pytest.mark.parametrize("fps", [15, 24, 30, 60])
def test_boundaries_are_the_nearest_frames(fps: int) -> None:
    words = timed(*[f"w{n}" for n in range(18)], step=0.317, begin=0.123)
    count = 6 * fps
    found = by_word(" ".join(word.text for word in words), words, length=6)
    states = found.timeline(count=count, fps=fps, shown=range(18))
    assert [number for number, _ in states] == [NOTHING, *range(18)]
    assert sum(length for _, length in states) == count
    frame = 0
    for (_, length), word in zip(states, words, strict=False):
        frame += length
        assert abs(frame / fps - word.start) <= 0.5 / fps + 1e-9


def test_words_too_short_for_a_frame_and_words_cut_away_make_no_state() -> None:
    words = timed("a", "b", "c", "d", step=0.001, begin=0.0)
    found = by_word("a b c d", words, length=1)
    assert found.timeline(count=30, fps=30, shown=range(4)) == [(3, 30)]
    found = by_word("a b c d", timed("a", "b", "c", "d"), length=3)
    states = found.timeline(count=90, fps=30, shown=range(2))
    assert states == [(NOTHING, 6), (0, 15), (1, 69)]


def test_times_out_of_order_or_out_of_the_clip_are_held_in_it() -> None:
    words = [SpokenWord("a", -1, 0), SpokenWord("b", 2, 3), SpokenWord("c", 1, 2), SpokenWord("d", 99, 100)]
    states = by_word("a b c d", words, length=3).timeline(count=90, fps=30, shown=range(4))
    assert states == [(0, 60), (2, 30)]
    assert by_word("x", [], length=0).timeline(count=1, fps=30, shown=[0]) == [(0, 1)]


def test_phrases_follow_each_other_without_a_gap() -> None:
    text = "One short sentence. Then a second sentence comes, rather longer. And the last."
    found = by_phrase(text, timed(*text.split(), begin=0.4), length=8)
    assert [part for part, _ in found.parts] == [
        "One short sentence.",
        "Then a second sentence comes, rather longer.",
        "And the last.",
    ]
    # the page itself shows the first one
    states = found.timeline(count=240, fps=30, shown=[1, 2])
    assert states == [(NOTHING, 57), (1, 105), (2, 78)]

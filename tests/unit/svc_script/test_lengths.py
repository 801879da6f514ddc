"""From seconds to words."""

from __future__ import annotations

from typing import Any

import pytest

from pixelle.runtime.errors import InvalidArgument
from pixelle.script.v1 import script_pb2
from svc_script.engines.base import WordRange
from svc_script.lengths import brief_of, per_second, planned, widened
from svc_script.requests import check_plan


def asked(seconds: float, count: int, low: int = 0, high: int = 0, language: str = "en") -> tuple[int, WordRange]:
    words = script_pb2.WordRange(min=low, max=high)
    plan = script_pb2.NarrationPlan(text="x", target_seconds=seconds, scene_count=count, words=words)
    return planned(plan, check_plan(plan), language)


@pytest.mark.parametrize(
    ("seconds", "count", "language"),
    [(60, 5, "en"), (60, 0, "en"), (600, 0, "de"), (60, 8, "zh-CN"), (5, 1, "ja"), (9, 3, "")],
)
def test_any_speech_within_the_range_is_within_a_fifth(seconds: float, count: int, language: str) -> None:
    scenes, words = asked(seconds, count, language=language)
    assert count in {0, scenes}
    assert 1 <= scenes <= 20
    for each in (words.low, words.high):
        assert scenes * each / per_second(language) == pytest.approx(seconds, rel=0.25)


def test_a_given_range_is_kept_to_and_decides_the_number_of_scenes() -> None:
    scenes, words = asked(60, 0, 8, 12)
    assert scenes == 15
    assert 8 <= words.low <= words.high <= 12


def test_without_a_target_nothing_changes() -> None:
    assert asked(0, 7, 5, 20) == (7, WordRange(5, 20))


@pytest.mark.parametrize(("seconds", "count", "low", "high"), [(300, 5, 5, 20), (5, 20, 5, 20), (1800, 1, 0, 0)])
def test_what_cannot_be_is_refused_with_a_way_out(seconds: float, count: int, low: int, high: int) -> None:
    with pytest.raises(InvalidArgument, match=r"would need about \d+ words each.*Ask for \d+ to \d+ scenes") as caught:
        asked(seconds, count, low, high)
    assert caught.value.reason == "TARGET_UNREACHABLE"


def test_where_only_a_length_is_asked_for_only_the_whole_is_promised() -> None:
    def total(**fields: Any) -> WordRange | None:
        plan = script_pb2.NarrationPlan(text="x", **fields)
        return brief_of(plan, (5, WordRange(5, 20)), "en", seed=0, model="").total

    assert total(target_seconds=60) == WordRange(120, 180)
    assert total(target_seconds=60, words=script_pb2.WordRange(min=8, max=12)) is None
    assert total(scene_count=5) is None


def test_a_sentence_of_a_text_may_have_more_characters_than_words() -> None:
    assert widened(WordRange(5, 20), "ja") == WordRange(5, 45)
    assert widened(WordRange(5, 20), "de") == WordRange(5, 20)
    assert widened(WordRange(5, 25), "zh-CN") == WordRange(5, 25)

"""What is learned from past steps, and what shares of a task it makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gateway.workflow.brief import Brief
from gateway.workflow.database import Database
from gateway.workflow.durations import Durations, Learned, Observed, Past
from gateway.workflow.outlook import STAGES, Outlook, weight_of
from pixelle.core.v1 import core_pb2

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _brief(scenes: int = 4) -> Brief:
    brief = Brief()
    brief.write.plan.scene_count = scenes
    brief.write.plan.words.min, brief.write.plan.words.max = 5, 15
    brief.speak.workflow = "local/tone"
    brief.clip.page.template = "1080x1920/static_default.html"
    return brief


def _done(*steps: str) -> Callable[[str, int | None], float]:
    return lambda step, scene: 1.0 if step in steps else 0.0


async def test_a_mean_of_the_recent_ones_is_kept(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'tasks.db'}")
    durations = Durations(database)
    await durations.learn([Observed("clip", "a", 4.0, 10.0), Observed("clip", "b", 1.0, 10.0)])
    for _ in range(30):
        await durations.learn([Observed("clip", "a", 2.0, 10.0)])
    database.close()
    database = Database(f"sqlite:///{tmp_path / 'tasks.db'}")
    learned = await Durations(database).read()
    database.close()
    past = learned.past("clip", "a")
    assert past
    assert past.seconds == pytest.approx(2.0, rel=0.01)
    assert past.expected(20.0) == pytest.approx(4.0, rel=0.01)
    assert (past.count, past.cached) == (31, 0)
    assert learned.past("clip", "unknown") == past, "the step with other engines is nearer than nothing"
    assert learned.past("narrate", "a") is None


def test_what_came_out_of_a_cache_is_counted_apart() -> None:
    past = Past(5, 10.0, 10.0)
    for _ in range(10):
        past = past.and_then(Observed("clip", "a", 0.01, 10.0))
    assert (past.count, past.seconds, past.cached) == (5, 10.0, 10)
    past = past.and_then(Observed("clip", "a", 10.0, 10.0))
    assert (past.count, past.quick) == (6, 0)
    for _ in range(20):
        past = past.and_then(Observed("clip", "a", 0.5, 10.0))
    assert past.seconds == 0.5, "twenty in a row are no cache, but a faster machine"


def test_a_script_that_waited_for_another_once_is_not_expected_to_wait_for_ever() -> None:
    past = Past(3, 0.01, 10.0).and_then(Observed("storyboard", "a", 16.0, 10.0, fresh=True))
    assert past.seconds > 3
    for _ in range(10):
        past = past.and_then(Observed("storyboard", "a", 0.01, 10.0, fresh=True))
    assert past.seconds < 0.3
    observed, cached = Outlook(_brief()).observed("storyboard", None, 0.01)
    assert (observed.fresh, cached) == (True, False)


def test_shares_are_fixed_until_something_is_learned_and_then_follow_it() -> None:
    fixed = Outlook(_brief())
    fixed.planned([10.0] * 4, ("narrate", "clip"))
    assert fixed.total is None
    assert fixed.reached(_done("storyboard")) == pytest.approx(0.10)

    rows = {("storyboard", "x"): Past(3, 30.0, 40.0), ("scenes", "x"): Past(3, 50.0, 40.0)}
    rows |= {("assemble", "x"): Past(3, 9.0, 40.0), ("publish", "x"): Past(3, 1.0, 0.0)}
    rows |= {("narrate", "x"): Past(9, 1.0, 10.0), ("clip", "x"): Past(9, 4.0, 10.0)}
    learned = Outlook(_brief(), Learned(rows))
    assert learned.total == pytest.approx(90.0)
    assert learned.reached(_done("storyboard")) == pytest.approx(30 / 90)
    learned.planned([10.0] * 4, ("narrate", "clip"))
    assert learned.reached(_done("storyboard", "narrate")) == pytest.approx(40 / 90)
    assert learned.reached(_done(*STAGES, "narrate", "clip")) == pytest.approx(1.0)
    learned.took("storyboard", 0.0)
    assert learned.total == pytest.approx(60.0)
    assert learned.reached(_done("storyboard", "narrate")) == pytest.approx(10 / 60)
    # twice as many words are twice as much to film and to join
    longer = Outlook(_brief(8), Learned(rows))
    assert longer.total == pytest.approx(60 + 100 + 18 + 1)


def test_words_of_scripts_without_spaces() -> None:
    assert weight_of("Reading keeps the mind awake.") == 5
    assert weight_of("阅读让头脑保持清醒并且充满想象力") > 2


def test_no_step_is_expected_to_take_all_day() -> None:
    past = Past(3, 2.0, 10.0)
    assert (past.expected(5.0), past.expected(10_000.0), past.expected(0.001)) == (1.0, 40.0, 0.1)


def test_a_given_storyboard_is_not_expected_to_be_written() -> None:
    brief = _brief()
    brief.storyboard = core_pb2.Storyboard(scenes=[core_pb2.Scene(narration="Ten words.")])
    rows = {(stage, "x"): Past(3, 10.0, 0.0) for stage in STAGES}
    assert Outlook(_brief(), Learned(rows)).total == pytest.approx(40.0)
    assert Outlook(brief, Learned(rows)).total == pytest.approx(30.05)
    taken = {**rows, ("storyboard", "given"): Past(3, 0.2, 0.0)}
    assert Outlook(brief, Learned(taken)).total == pytest.approx(30.2)

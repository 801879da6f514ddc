"""What a task's steps say, as events: coalesced, complete, never going back, whatever the database does."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.exc import OperationalError

from gateway.workflow import diary
from gateway.workflow.database import Database
from gateway.workflow.durations import Learned, Past
from gateway.workflow.outlook import Outlook
from gateway.workflow.progress import ProgressStore
from gateway.workflow.tracker import Tracker
from pixelle.runtime.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from gateway.workflow.events import Event

STEPS = ("narrate", "illustrate", "clip")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[ProgressStore]:
    database = Database(f"sqlite:///{tmp_path / 'tasks.db'}")
    store = ProgressStore(database)
    assert await store.create("t")
    yield store
    database.close()


async def opened(store: ProgressStore, outlook: Outlook | None = None) -> Tracker:
    body = (await store.read(["t"]))["t"][1]
    return Tracker(store, "t", body, outlook=outlook)


async def told(store: ProgressStore) -> list[Event]:
    events = (await store.events({"t": 0}))["t"]
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    shares = [event.body["percentage"] for event in events]
    assert shares == sorted(shares)
    return events


def run(tracker: Tracker, scenes: int, *, ticks: int = 1, until: int = 10_000, kept: int = 0) -> None:
    """Every step of a task, as far as `until` of them; the first `kept` were done in an earlier life."""
    number = 0

    def step(name: str, scene: int | None) -> None:
        nonlocal number
        number += 1
        if number > until:
            return
        if number > kept:
            for tick in range(ticks):
                tracker.moved(name, scene, tick / ticks)
        tracker.moved(name, scene, 1.0)

    step("storyboard", None)
    if number <= until:
        tracker.planned(scenes, STEPS, "", title="T", texts=["five words are said here"] * scenes)
    for name in STEPS:
        for scene in range(scenes):
            step(name, scene)
    for name in ("assemble", "publish"):
        step(name, None)
    if number <= until:
        tracker.done()


async def test_progress_is_coalesced_and_changes_are_not(store: ProgressStore) -> None:
    async with await opened(store) as tracker:
        run(tracker, 20, ticks=200)
    events = await told(store)
    kinds = [event.kind for event in events]
    assert kinds.count("step_started") == kinds.count("step_ended") == 63
    assert kinds.count("scene") == 60
    assert 10 < kinds.count("step_progress") <= 100
    assert len(events) < 350
    assert (events[-1].kind, events[-1].body["percentage"]) == ("completed", 100.0)


async def test_lives_that_end_anywhere_make_one_story(store: ProgressStore) -> None:
    chance = random.Random(7)
    scenes, reached = 4, 0
    whole = 3 + scenes * len(STEPS)
    fast = {(step, "x"): Past(5, 1.0, 5.0) for step in (*STEPS, "storyboard", "scenes", "assemble", "publish")}
    while reached < whole:
        until = min(whole + 1, reached + chance.randint(0, 4))
        # shares change from life to life
        outlook = Outlook(None, Learned(fast if chance.random() < 0.5 else {}))
        try:
            async with await opened(store, outlook) as tracker:
                run(tracker, scenes, ticks=10, until=until, kept=reached)
                if until < whole:
                    raise asyncio.CancelledError  # the process stops
        except asyncio.CancelledError:
            pass
        reached = until
    events = await told(store)
    kinds = [event.kind for event in events]
    assert kinds.count("started") == kinds.count("storyboard") == kinds.count("completed") == 1
    assert kinds.count("resumed") > 2
    for kind in ("step_started", "step_ended"):
        steps = [(event.body["step"], event.body["scene"]) for event in events if event.kind == kind]
        assert len(steps) == len(set(steps)) == whole
    assert events[-1].body["percentage"] == 100.0


async def test_a_task_told_again_after_its_end_says_nothing_more(store: ProgressStore) -> None:
    for _ in range(2):
        async with await opened(store) as tracker:
            run(tracker, 1)
    assert [event.kind for event in await told(store)][-1] == "completed"
    assert "resumed" not in [event.kind for event in await told(store)]


async def test_a_failed_task_that_is_taken_up_again_goes_on(store: ProgressStore) -> None:
    error = Unavailable("The voice is away.", reason="SERVICE_DOWN", details={"stage": "narrate", "scene": "1"})

    async def fail() -> None:
        async with await opened(store) as tracker:
            run(tracker, 2, until=2)
            raise ExceptionGroup("scenes", [error])

    with pytest.raises(ExceptionGroup):
        await fail()
    failed = (await told(store))[-1]
    assert failed.kind == "failed"
    facts = {"reason": "SERVICE_DOWN", "retryable": True, "error": "The voice is away.", "stage": "narrate", "scene": 1}
    assert {name: failed.body[name] for name in facts} == facts
    assert not await store.end("t", "cancelled", {}), "there is a last event already"
    async with await opened(store) as tracker:
        run(tracker, 2, kept=2)
    kinds = [event.kind for event in await told(store)]
    assert (kinds[kinds.index("failed") + 1], kinds[-1]) == ("resumed", "completed")


async def test_a_task_that_was_cancelled_takes_no_more_events(store: ProgressStore) -> None:
    written = asyncio.Event()
    store.listen(lambda _: written.set())
    async with await opened(store) as tracker:
        run(tracker, 2, until=3)
        async with asyncio.timeout(10):
            await written.wait()
        assert await store.end("t", "cancelled", {})
        run(tracker, 2)
    assert (await told(store))[-1].kind == "cancelled"


async def test_a_database_that_goes_away_loses_nothing_and_doubles_nothing(
    store: ProgressStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diary, "_PAUSE", 0.0)
    monkeypatch.setattr(diary, "_EVERY", 0.0)
    chance = random.Random(11)
    update = store._update

    def shaky(*args: Any, **kwargs: Any) -> bool:
        fate = chance.random()
        if fate < 0.3:
            raise OperationalError("", {}, Exception("before the commit"))
        kept = update(*args, **kwargs)
        if fate < 0.6:
            raise OperationalError("", {}, Exception("after the commit"))
        return kept

    monkeypatch.setattr(store, "_update", shaky)
    async with await opened(store) as tracker:
        for until in range(1, 20):
            run(tracker, 5, until=until, kept=until - 1)
            await asyncio.sleep(0.005)  # lets the writer write, as time between steps does
        run(tracker, 5, kept=18)
    monkeypatch.undo()
    events = await told(store)
    steps = [(event.body["step"], event.body["scene"]) for event in events if event.kind == "step_ended"]
    assert len(steps) == len(set(steps)) == 18
    assert events[-1].kind == "completed"


async def test_what_steps_took_is_learned(store: ProgressStore) -> None:
    async with await opened(store) as tracker:
        run(tracker, 3)
    learned = await store.durations.read()
    for step in (*STEPS, "storyboard", "scenes", "assemble", "publish"):
        past = learned.exactly(step, "")
        assert past, step
        assert past.count + past.cached == (3 if step in STEPS else 1)
    outlook = Outlook(None, learned)
    assert outlook.total
    async with await opened(store, outlook) as tracker:
        assert tracker._left(0.0) == pytest.approx(outlook.total, abs=0.1)


async def test_whoever_took_the_task_up_last_tells_it_alone(store: ProgressStore) -> None:
    stale = await opened(store)
    run(stale, 3, until=3)
    await stale._diary.flush()
    live = await opened(store)
    run(live, 3, until=5, kept=3)
    await live._diary.flush()
    run(stale, 3, until=4, kept=3)
    await stale._diary.flush()
    run(live, 3, kept=5)
    await live._diary.flush()
    run(stale, 3, kept=4)
    await stale._diary.flush()
    events = await told(store)
    steps = [(event.body["step"], event.body["scene"]) for event in events if event.kind == "step_ended"]
    assert len(steps) == len(set(steps)) == 12
    assert (await store.read(["t"]))["t"][1]["percentage"] == 100.0


async def test_a_silent_step_gets_on_as_such_steps_did_before(store: ProgressStore) -> None:
    steps = (*STEPS, "storyboard", "scenes", "assemble", "publish")
    outlook = Outlook(None, Learned({(step, ""): Past(5, 10.0, 0.0) for step in steps}))
    tracker = await opened(store, outlook)
    tracker.moved("storyboard", None, 0.0)
    shown: list[float] = []
    for _ in range(8):
        tracker._begun["storyboard", None] -= 2.0  # as if two seconds had passed
        news = tracker._guess()
        shown.append(tracker._body["percentage"])
        assert news == (len(shown) <= 5)
    assert shown == pytest.approx([4.5, 9.0, 13.5, 18.0, 22.5, 22.5, 22.5, 22.5], abs=0.3)
    await tracker._diary.flush()
    guessed = [event.body["percentage"] for event in await told(store) if event.kind == "step_progress"]
    assert guessed == shown[:5]


async def test_a_script_that_is_there_at_once_is_not_most_of_a_task(store: ProgressStore) -> None:
    slow = {(stage, "x"): Past(5, 1.0, 5.0) for stage in (*STEPS, "scenes", "assemble", "publish")}
    slow["storyboard", ""] = Past(5, 1000.0, 5.0)
    async with await opened(store, Outlook(None, Learned(slow))) as tracker:
        for fraction in (0.0, 0.6, 1.0):
            tracker.moved("storyboard", None, fraction)
        tracker.planned(1, STEPS, "", texts=["five words are said here"])
        tracker.moved("narrate", 0, 0.0)
        await tracker._diary.flush()
        begun = (await told(store))[-1].body
        run(tracker, 1, kept=1)
    assert begun["percentage"] < 10
    assert begun["eta_seconds"] > 1
    assert (await told(store))[-1].body["percentage"] == 100.0


async def test_the_writer_guesses_when_nothing_is_said(store: ProgressStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diary, "_SILENCE", 0.01)
    outlook = Outlook(None, Learned({("storyboard", ""): Past(5, 0.1, 0.0)}))
    shown = asyncio.Event()
    async with await opened(store, outlook) as tracker:
        store.listen(lambda _: shown.set() if tracker._at("storyboard") >= 0.9 else None)
        tracker.moved("storyboard", None, 0.0)
        async with asyncio.timeout(10):
            await shown.wait()


async def test_deleting(store: ProgressStore) -> None:
    assert (await store.last_event("t"), await store.last_event("u")) == (1, 0)
    await store.forget(["t"])
    assert await store.last_event("t") == 0
    assert not await store.write("t", {}, [])
    assert not await store.end("t", "cancelled", {})

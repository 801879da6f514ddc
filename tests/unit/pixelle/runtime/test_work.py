"""Slots, the bounded queue, progress and cancel."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from pixelle.runtime.errors import Cancelled, ResourceExhausted
from pixelle.runtime.priority import NICENESS
from pixelle.runtime.work import Slots, _Turns, stream
from pixelle.script.v1 import script_pb2

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from pixelle.runtime.work import Report, Tick


@pytest.fixture
async def slots() -> AsyncGenerator[Slots]:
    made = Slots("test", slots=1, queue=1)
    yield made
    made.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a priority for each thread")
async def test_work_goes_after_what_answers_callers(slots: Slots) -> None:
    def priority(tick: Tick) -> int:
        del tick
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    ours = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    assert await slots.run(priority) == min(19, ours + NICENESS)
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == ours


async def test_runs_off_the_event_loop(slots: Slots) -> None:
    def work(tick: Tick) -> str:
        tick(0.5, "half")
        return threading.current_thread().name

    assert (await slots.run(work)).startswith("test")


async def test_never_two_jobs_in_one_slot(slots: Slots) -> None:
    inside = 0
    most = 0

    def work(_: Tick) -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        threading.Event().wait(0.02)
        inside -= 1

    await asyncio.gather(slots.run(work), slots.run(work))
    assert most == 1


async def test_groups_take_turns() -> None:
    slots, gate, order = Slots("fair", slots=1, queue=10), threading.Event(), list[str]()

    def work(name: str) -> None:
        order.append(name)
        gate.wait(10)

    def ask(name: str) -> asyncio.Task[None]:
        return asyncio.create_task(slots.run(lambda _: work(name), group=name[0]))

    asked = [ask(name) for name in ("a1", "a2", "a3", "a4", "b1", "c1", "b2")]
    await asyncio.sleep(0)
    leaves = asked.pop(2)
    leaves.cancel()
    gate.set()
    await asyncio.gather(*asked)
    assert order == ["a1", "a2", "b1", "c1", "a4", "b2"]
    assert leaves.cancelled()
    assert slots.waiting == 0
    slots.close()


async def test_a_full_queue_is_refused_with_a_delay(slots: Slots) -> None:
    gate = threading.Event()
    running = [asyncio.create_task(slots.run(lambda _: gate.wait(10))) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(ResourceExhausted) as caught:
        await slots.run(lambda _: None)
    assert caught.value.reason == "QUEUE_FULL"
    assert caught.value.retry_after
    gate.set()
    await asyncio.gather(*running)
    assert await slots.run(lambda _: 7) == 7


async def test_cancel_reaches_the_tick_and_frees_the_slot(slots: Slots) -> None:
    started, stopped = threading.Event(), threading.Event()

    def work(tick: Tick) -> None:
        started.set()
        try:
            while True:
                tick(0.1)
                threading.Event().wait(0.005)
        except Cancelled:
            stopped.set()
            raise

    task = asyncio.create_task(slots.run(work))
    await asyncio.to_thread(started.wait, 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(stopped.wait, 5)
    assert await slots.run(lambda _: "free") == "free"


async def test_errors_come_through(slots: Slots) -> None:
    def work(_: Tick) -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await slots.run(work)


async def test_stream_sends_rising_progress_then_the_result(slots: Slots) -> None:
    gate = threading.Event()

    def work(tick: Tick) -> str:
        for fraction in (0.5, 0.2, 0.9):
            tick(fraction)
            gate.wait(0.02)
        return "A title"

    async def ask(report: Report) -> str:
        return await slots.run(work, report=report)

    seen = [message async for message in stream(ask, script_pb2.GenerateTitleResponse, "title", every=0.001)]
    assert seen[-1].title == "A title"
    assert {message.WhichOneof("event") for message in seen[:-1]} == {"progress"}
    fractions = [message.progress.fraction for message in seen[:-1]]
    assert fractions == sorted(fractions)
    assert len(fractions) >= 2


async def test_closing_the_stream_cancels_the_work(slots: Slots) -> None:
    stopped = threading.Event()

    def work(tick: Tick) -> None:
        try:
            while True:
                tick(0.3)
                threading.Event().wait(0.005)
        finally:
            stopped.set()

    async def ask(report: Report) -> None:
        await slots.run(work, report=report)

    messages = stream(ask, script_pb2.GenerateTitleResponse, "title")
    assert (await anext(messages)).progress.fraction == 0.3
    await messages.aclose()  # type: ignore[attr-defined]
    assert await asyncio.to_thread(stopped.wait, 5)


async def test_a_place_given_to_somebody_who_leaves_is_not_lost() -> None:
    for given_first in (False, True):
        turns = _Turns(1)
        await turns.take("a")
        leaving, staying = asyncio.create_task(turns.take("b")), asyncio.create_task(turns.take("c"))
        await asyncio.sleep(0)
        both = (turns.give, leaving.cancel)
        for act in both if given_first else reversed(both):
            act()
        async with asyncio.timeout(20):
            await staying
        assert leaving.cancelled()


@pytest.mark.parametrize(("said", "told"), [(-0.5, 0.0), (1.7, 1.0)])
async def test_progress_stays_between_nothing_and_all(said: float, told: float) -> None:
    heard = asyncio.Event()

    async def work(report: Report) -> str:
        report(said)
        await heard.wait()
        return "done"

    first, *_, last = [each async for each in _heard(stream(work, dict[str, Any], "result", every=0.0), heard)]
    assert (first["progress"].fraction, last) == (told, {"result": "done"})


async def _heard(messages: AsyncIterator[dict[str, Any]], heard: asyncio.Event) -> AsyncGenerator[dict[str, Any]]:
    async for each in messages:
        heard.set()
        yield each

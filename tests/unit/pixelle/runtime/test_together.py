"""Alike jobs that wait are done together, and none is harmed by its company."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest

from pixelle.runtime.errors import Cancelled, ResourceExhausted
from pixelle.runtime.work import Slots

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from pixelle.runtime.work import Tick


class Kiln:
    """Work that holds its first batch until it is opened, and remembers what was done together."""

    def __init__(self, slots: Slots) -> None:
        self.slots = slots
        self.opened = threading.Event()
        self.begun = threading.Event()
        self.batches: list[list[str]] = []

    def fire(self, jobs: Sequence[str], tick: Tick) -> list[str]:
        self.batches.append(list(jobs))
        self.begun.set()
        assert self.opened.wait(10)
        tick(0.5, "half")
        if any("crack" in job for job in jobs):
            raise ValueError("a crack")
        return [job.upper() for job in jobs]

    def ask(self, job: str, *, alike: str = "same", most: int = 3) -> asyncio.Task[str]:
        """Its group is the first letter."""
        return asyncio.create_task(self.slots.run_many(self.fire, job, alike=alike, most=most, group=job[0]))

    async def first(self, job: str = "a0") -> asyncio.Task[str]:
        task = self.ask(job)
        await asyncio.to_thread(self.begun.wait, 10)
        return task


@pytest.fixture
async def kiln() -> AsyncGenerator[Kiln]:
    slots = Slots("kiln", slots=1, queue=10)
    yield Kiln(slots)
    slots.close()


async def test_who_finds_a_free_slot_goes_alone_and_those_who_wait_together(kiln: Kiln) -> None:
    first = await kiln.first()
    rest = [kiln.ask(job) for job in ("a1", "a2", "a3", "a4")]
    await asyncio.sleep(0)
    assert kiln.slots.waiting == 4
    kiln.opened.set()
    assert await asyncio.gather(first, *rest) == ["A0", "A1", "A2", "A3", "A4"]
    assert kiln.batches == [["a0"], ["a1", "a2", "a3"], ["a4"]]
    assert kiln.slots.waiting == 0


async def test_a_large_group_shares_its_batches_and_does_not_hold_up_others(kiln: Kiln) -> None:
    first = await kiln.first()
    rest = [kiln.ask(job) for job in ("a1", "a2", "a3", "a4", "b1")]
    other = kiln.ask("c1", alike="another shape")
    await asyncio.sleep(0)
    kiln.opened.set()
    await asyncio.gather(first, *rest, other)
    assert kiln.batches == [["a0"], ["a1", "b1", "a2"], ["c1"], ["a3", "a4"]]


async def test_one_that_fails_does_not_spoil_the_others(kiln: Kiln) -> None:
    first = await kiln.first()
    rest = [kiln.ask(job) for job in ("a1", "crack", "d1")]
    await asyncio.sleep(0)
    kiln.opened.set()
    results = await asyncio.gather(first, *rest, return_exceptions=True)
    assert results[0] == "A0"
    assert (results[1], results[3]) == ("A1", "D1")
    assert isinstance(results[2], ValueError)
    assert kiln.batches[1:] == [["a1", "crack", "d1"], ["a1"], ["crack"], ["d1"]]


async def test_one_that_leaves_stops_nobody_else_and_the_last_stops_the_work(kiln: Kiln) -> None:
    first = await kiln.first()
    first.cancel()
    waits = [kiln.ask("a1"), kiln.ask("b1")]
    await asyncio.sleep(0)
    waits[0].cancel()
    kiln.opened.set()
    assert await waits[1] == "B1"
    assert kiln.batches == [["a0"], ["b1"]]
    with pytest.raises(asyncio.CancelledError):
        await first
    assert await kiln.ask("z") == "Z", "the slot is free again"


async def test_work_for_nobody_is_cancelled_inside(kiln: Kiln) -> None:
    seen: list[str] = []

    def work(jobs: Sequence[str], tick: Tick) -> list[str]:
        kiln.begun.set()
        assert kiln.opened.wait(10)
        try:
            tick(0.5)
        except Cancelled as error:
            seen.append(error.reason)
            raise
        return list(jobs)

    task = asyncio.create_task(kiln.slots.run_many(work, "a", alike=1, most=2))
    await asyncio.to_thread(kiln.begun.wait, 10)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    kiln.opened.set()
    assert await kiln.ask("z") == "Z"
    assert seen == ["CANCELLED"]


async def test_a_full_queue_is_refused_here_too() -> None:
    slots = Slots("small", slots=1, queue=1)
    kiln = Kiln(slots)
    first = await kiln.first()
    second = kiln.ask("a1")
    await asyncio.sleep(0)
    with pytest.raises(ResourceExhausted) as caught:
        await kiln.ask("a2")
    assert caught.value.reason == "QUEUE_FULL"
    kiln.opened.set()
    await asyncio.gather(first, second)
    slots.close()

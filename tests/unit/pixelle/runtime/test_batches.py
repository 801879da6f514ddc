"""Batches over the items of many calls: order, turns, errors, leaving."""

from __future__ import annotations

import asyncio
import threading
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import pytest

from pixelle.runtime.batches import Batches
from pixelle.runtime.errors import Cancelled, InvalidArgument, ResourceExhausted, Unavailable
from pixelle.runtime.work import Slots

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from pixelle.runtime.work import Report, Tick


@pytest.fixture
def slots() -> Generator[Slots]:
    made = Slots("choir")
    yield made
    made.close()


class Choir:
    """Doubles numbers, notes who was together, waits for its gate, refuses 13."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = threading.Event()
        self.begun = threading.Event()

    def __call__(self, items: Sequence[int], tick: Tick) -> list[int]:
        self.batches.append(list(items))
        self.begun.set()
        while not self.gate.wait(0.005):
            tick(0.5, "singing")
        if 13 in items:
            raise InvalidArgument("thirteen", reason="THIRTEEN")
        return [item * 2 for item in items]


async def collected(
    batches: Batches[int, int], items: list[int], group: str = "", report: Report | None = None, **kind: Any
) -> list[int]:
    async with aclosing(batches.run(items, group=group, report=report, **kind)) as results:
        return [each async for each in results]


async def settled(tasks: list[asyncio.Task[list[int]]], choir: Choir) -> None:
    """The first batch has begun and every call after it waits."""
    await asyncio.to_thread(choir.begun.wait, 10)
    for _ in tasks:
        await asyncio.sleep(0)


async def test_calls_share_batches_and_get_their_own_results(slots: Slots) -> None:
    choir = Choir()
    choir.gate.set()
    batches = Batches(slots, choir, size=4)
    asked = [collected(batches, [10 * k, 10 * k + 1, 10 * k + 2]) for k in range(3)]
    assert await asyncio.gather(*asked) == [[20 * k, 20 * k + 2, 20 * k + 4] for k in range(3)]
    assert choir.batches[0] == [0, 10, 20]  # of each call the first item alone
    assert sorted(item for batch in choir.batches for item in batch) == [0, 1, 2, 10, 11, 12, 20, 21, 22]
    assert max(map(len, choir.batches)) == 4
    assert len(choir.batches) == 3


async def test_groups_take_turns_item_by_item(slots: Slots) -> None:
    choir = Choir()
    batches = Batches(slots, choir, size=2, wait=0)
    first = asyncio.create_task(collected(batches, [0], "x"))
    await settled([first], choir)
    large = asyncio.create_task(collected(batches, [1, 2, 3, 4, 5, 6], "large"))
    second = asyncio.create_task(collected(batches, [7, 8], "large"))
    small = asyncio.create_task(collected(batches, [100, 101], "small"))
    await settled([large, second, small], choir)
    choir.gate.set()
    assert await small == [200, 202]
    await asyncio.gather(first, large, second)
    # within a group the first to come is the first to go, but begins alone
    assert choir.batches == [[0], [1, 100], [2, 101], [3, 4], [5, 6], [7], [8]]


async def test_too_many_calls_are_refused(slots: Slots) -> None:
    choir = Choir()
    batches = Batches(slots, choir, size=1, queue=1, wait=0)
    inside = [asyncio.create_task(collected(batches, [k, k])) for k in range(2)]
    await settled(inside, choir)
    with pytest.raises(ResourceExhausted) as caught:
        await collected(batches, [1])
    assert caught.value.reason == "QUEUE_FULL"
    assert caught.value.retry_after
    choir.gate.set()
    assert await asyncio.gather(*inside) == [[0, 0], [2, 2]]
    assert await collected(batches, [4]) == [8]


async def test_an_error_is_told_to_the_call_that_causes_it(slots: Slots) -> None:
    choir = Choir()
    choir.gate.set()
    batches = Batches(slots, choir, size=4)
    good, bad = await asyncio.gather(collected(batches, [1, 2]), collected(batches, [13, 14]), return_exceptions=True)
    assert good == [2, 4]
    assert isinstance(bad, InvalidArgument)
    assert bad.reason == "THIRTEEN"
    assert [14] not in choir.batches


async def test_who_leaves_is_not_waited_for(slots: Slots) -> None:
    choir = Choir()
    batches = Batches(slots, choir, size=4, wait=0)
    alone = asyncio.create_task(collected(batches, [1, 2, 3]))
    await settled([alone], choir)
    alone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await alone
    # the gate is shut: only the tick can have ended the batch
    await asyncio.wait_for(slots.run(lambda _: None), 10)
    choir.gate.set()
    assert await collected(batches, [5]) == [10]
    assert choir.batches == [[1], [5]]


async def test_who_stays_gets_everything_though_others_leave(slots: Slots) -> None:
    choir = Choir()
    batches = Batches(slots, choir, size=4, wait=0.05)
    leaves, stays = (asyncio.create_task(collected(batches, [k, k + 1])) for k in (1, 7))
    await settled([leaves, stays], choir)
    assert choir.batches == [[1, 7]]
    leaves.cancel()
    await asyncio.gather(leaves, return_exceptions=True)
    choir.gate.set()
    assert await stays == [14, 16]
    assert choir.batches == [[1, 7], [8]]


async def test_progress_is_that_of_the_call(slots: Slots) -> None:
    choir = Choir()
    told: list[float] = []
    heard = threading.Event()

    def report(fraction: float, message: str = "") -> None:
        told.append(fraction)
        if message == "singing":
            heard.set()

    batches = Batches(slots, choir, size=1, wait=0)
    asked = asyncio.create_task(collected(batches, [1, 2], report=report))
    await asyncio.to_thread(heard.wait, 10)
    choir.gate.set()
    assert await asked == [2, 4]
    assert told[0] == 0.25  # half of the first of two


async def test_closing_tells_those_who_wait(slots: Slots) -> None:
    choir = Choir()
    batches = Batches(slots, choir, size=1, wait=0)
    asked = [asyncio.create_task(collected(batches, [k])) for k in range(2)]
    await settled(asked, choir)
    await batches.close()
    for each in await asyncio.gather(*asked, return_exceptions=True):
        assert isinstance(each, (Unavailable, Cancelled))


async def test_a_wrong_number_of_results_is_an_error(slots: Slots) -> None:
    batches: Batches[int, int] = Batches(slots, lambda items, _: [*items, 1], size=2)
    with pytest.raises(ValueError, match="2 results came of 1 items"):
        await collected(batches, [1])


async def test_only_what_is_alike_shares_a_batch_and_no_more_than_it_says(slots: Slots) -> None:
    choir = Choir()
    batches = Batches(slots, choir, size=8, wait=0)
    first = asyncio.create_task(collected(batches, [0]))
    await settled([first], choir)
    asked = [
        asyncio.create_task(collected(batches, [number], group, alike=alike, most=3))
        for number, group, alike in (
            (1, "a", "small"),
            (2, "a", "small"),
            (3, "b", "large"),
            (4, "c", "small"),
            (5, "c", "small"),
            (6, "d", "large"),
        )
    ]
    await settled(asked, choir)
    choir.gate.set()
    assert await asyncio.gather(first, *asked) == [[2 * number] for number in range(7)]
    assert choir.batches == [[0], [1, 4, 2], [3, 6], [5]]


async def test_nobody_is_given_larger_batches_than_there_are(slots: Slots) -> None:
    choir = Choir()
    choir.gate.set()
    batches = Batches(slots, choir, size=2)
    assert await collected(batches, list(range(1, 7)), most=99) == [2, 4, 6, 8, 10, 12]
    assert max(map(len, choir.batches)) == 2

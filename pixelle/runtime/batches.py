"""Items of many calls worked on together, for engines that gain from it."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from pixelle.runtime.errors import Cancelled, ResourceExhausted, Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Hashable, Sequence

    from pixelle.runtime.work import Report, Slots, Tick

__all__ = ["Batches"]

I = TypeVar("I")  # noqa: E741 - what goes in
O = TypeVar("O")  # noqa: E741 - what comes out


@dataclass
class _Failed:
    """Why there is no result."""

    error: Exception


@dataclass(eq=False)
class _Call(Generic[I, O]):
    """What one caller asked for."""

    waiting: deque[I]
    total: int
    report: Report | None
    alike: Hashable
    most: int
    results: asyncio.Queue[O | _Failed] = field(default_factory=asyncio.Queue)
    begun: bool = False
    done: int = 0
    gone: threading.Event = field(default_factory=threading.Event)


class Batches(Generic[I, O]):
    """
    Gathers what waits into batches, one at a time, in a slot of the engine.

    Groups take turns item by item, so that a long call does not hold up the others; within a group the first to come
    is the first to go. The first item of a call goes without its own others, so that something is there early.
    """

    def __init__(
        self,
        slots: Slots,
        work: Callable[[Sequence[I], Tick], Sequence[O]],
        *,
        size: int,
        queue: int = 32,
        wait: float = 0.01,
    ) -> None:
        """
        slots: of the engine; a batch takes one place. work: gives one result per item, in order; on a thread.
        size: items in a batch at most. queue: calls that may wait beyond that; one more is refused.
        wait: seconds in which others can join when nothing is being done.
        """
        self._slots = slots
        self._work = work
        self._size = size
        self._queue = queue
        self._wait = wait
        self._inside = 0
        self._groups: OrderedDict[str, deque[_Call[I, O]]] = OrderedDict()
        self._running: asyncio.Task[None] | None = None

    async def run(
        self,
        items: Sequence[I],
        *,
        report: Report | None = None,
        group: str = "",
        alike: Hashable = None,
        most: int = 0,
    ) -> AsyncGenerator[O]:
        """
        The results in the items' order, each as soon as it is there. Close the generator to give the rest up.

        report: told how far this call is. group: whom it is for, for example a task.
        alike: only items of calls with an equal one share a batch. most: items in their batches; 0: as many as ever.
        An error is told to the call whose item causes it: items of a failed batch are tried again one by one. What
        has begun for a caller who leaves is finished with its batch, which stops when all its callers have left.
        Raises ResourceExhausted (QUEUE_FULL) when too many calls wait, and what `work` raises.
        """
        if self._inside >= self._size + self._queue:
            raise ResourceExhausted(
                f"The queue of {self._slots.name!r} is full ({self._inside} calls). Try again in a few seconds or give "
                "the service more replicas.",
                reason="QUEUE_FULL",
                retry_after=2.0,
                details={"engine": self._slots.name},
            )
        call: _Call[I, O] = _Call(deque(items), len(items), report, alike, min(most or self._size, self._size))
        self._inside += 1
        self._groups.setdefault(group, deque()).append(call)
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._go_on())
        try:
            for _ in range(call.total):
                got = await call.results.get()
                if isinstance(got, _Failed):
                    raise got.error
                yield got
        finally:
            self._inside -= 1
            call.gone.set()
            call.waiting.clear()
            self._forget(group, call)

    async def close(self) -> None:
        """Give everything up; waiting callers are told Unavailable (STOPPING)."""
        if self._running and not self._running.done():
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        error = Unavailable(f"{self._slots.name!r} stops. Ask again.", reason="STOPPING", retry_after=1.0)
        for calls in self._groups.values():
            for call in calls:
                call.results.put_nowait(_Failed(error))

    async def _go_on(self) -> None:
        """Batch after batch until nothing waits."""
        await asyncio.sleep(self._wait)
        while batch := self._next():
            await self._do(batch)

    def _next(self) -> list[tuple[_Call[I, O], I]]:
        """What is worked on next: one item of each group in turn, until the batch is full or nothing is left."""
        batch: list[tuple[_Call[I, O], I]] = []
        fresh: set[int] = set()
        idle, first = 0, None
        while len(batch) < (first.most if first else self._size) and idle < len(self._groups):
            group, calls = next(iter(self._groups.items()))
            self._groups.move_to_end(group)
            fit = (call for call in calls if call.waiting and (first is None or call.alike == first.alike))
            ready = next((call for call in fit if id(call) not in fresh), None)
            if ready is None:
                idle += 1
                continue
            idle, first = 0, first or ready
            if not ready.begun:
                ready.begun = True
                fresh.add(id(ready))
            batch.append((ready, ready.waiting.popleft()))
        return batch

    async def _do(self, batch: list[tuple[_Call[I, O], I]]) -> None:
        """Work on a batch and hand out what came of it."""
        try:
            results = await self._slots.run(lambda tick: self._worked(batch, tick), group="together")
        except Exception as error:  # whatever an engine raises is the callers' to know
            if len(batch) > 1 and not isinstance(error, Cancelled):
                for one in batch:
                    if not one[0].gone.is_set():
                        await self._do([one])
                return
            for call, _ in batch:
                call.waiting.clear()
                call.results.put_nowait(_Failed(error))
            return
        for (call, _), result in zip(batch, results, strict=True):
            call.done += 1
            call.results.put_nowait(result)

    def _worked(self, batch: list[tuple[_Call[I, O], I]], inner: Tick) -> Sequence[O]:
        """On a thread: one result per item. inner: raises Cancelled when all of this stops."""
        shares: dict[int, tuple[_Call[I, O], int]] = {}
        for call, _ in batch:
            shares[id(call)] = (call, shares.get(id(call), (call, 0))[1] + 1)

        def tick(fraction: float, message: str = "") -> None:
            inner(fraction, message)
            if all(call.gone.is_set() for call, _ in shares.values()):
                raise Cancelled(f"Everybody who waited for {self._slots.name!r} has left.")
            for call, count in shares.values():
                if call.report and not call.gone.is_set():
                    call.report((call.done + fraction * count) / call.total, message)

        results = self._work([item for _, item in batch], tick)
        if len(results) != len(batch):
            raise ValueError(f"{len(results)} results came of {len(batch)} items")
        return results

    def _forget(self, group: str, call: _Call[I, O]) -> None:
        calls = self._groups.get(group)
        if calls and call in calls:
            calls.remove(call)
            if not calls:
                del self._groups[group]

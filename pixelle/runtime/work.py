"""The one place where async meets threads: slots, a bounded queue, progress and cancel."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict, deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from pixelle.core.v1 import core_pb2
from pixelle.runtime.errors import Cancelled, ResourceExhausted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Sequence

__all__ = ["Report", "Slots", "Tick", "stream"]

J = TypeVar("J")
T = TypeVar("T")
R = TypeVar("R")


class Tick(Protocol):
    """Handed to engines: tells how far they are and stops them when nobody waits any more."""

    def __call__(self, fraction: float, message: str = "") -> None:
        """
        fraction: how much is done, 0 to 1.
        message: what is being done, in a few words.
        Raises `Cancelled` when the caller has gone.
        """
        ...


class Report(Protocol):
    """Receives progress on the event loop's thread or any other."""

    def __call__(self, fraction: float, message: str = "") -> None:
        """fraction: 0 to 1; message: a few words."""
        ...


def _silent(fraction: float, message: str = "") -> None:
    del fraction, message


class _Turns:
    """Places handed out in turn among the groups that wait for one."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    async def take(self, group: str) -> None:
        """Wait for a place."""
        if self._free and not self._waiting:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(group, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn in self._waiting.get(group, ()):
                self._waiting[group].remove(turn)
                if not self._waiting[group]:
                    del self._waiting[group]
            elif not turn.cancelled():
                self.give()  # the place came in the moment of leaving
            raise

    def give(self) -> None:
        """Hand a place to the group whose turn it is; a group that was served goes to the end."""
        if not self._waiting:
            self._free += 1
            return
        group, turns = self._waiting.popitem(last=False)
        turn = turns.popleft()
        if turns:
            self._waiting[group] = turns
        if turn.done():  # somebody who left and has not noticed yet
            self.give()
        else:
            turn.set_result(None)


@dataclass(eq=False)
class _Rider:
    """A job that may be done together with others."""

    job: Any
    report: Report
    group: str
    seat: asyncio.Future[None]
    """Set when the job is begun, by its own turn or together with another's."""
    done: asyncio.Future[Any]
    gone: threading.Event = field(default_factory=threading.Event)


def _ride(jobs: Sequence[J], work: Callable[[Sequence[J], Tick], Sequence[T]], tick: Tick) -> list[T | Exception]:
    """The result of every job or what it failed with: together, and one by one when that fails."""
    if len(jobs) > 1:
        try:
            return list(work(jobs, tick))
        except Cancelled:
            raise
        except Exception:
            return [result for job in jobs for result in _ride([job], work, tick)]
    try:
        return list(work(jobs, tick))
    except Exception as error:
        return [error]


class Slots:
    """Runs plain functions on threads, at most `slots` at a time with at most `queue` waiting."""

    def __init__(self, name: str, *, slots: int = 1, queue: int = 32) -> None:
        """
        name: shown in errors and thread names.
        slots: calls that run at once (1 for a GPU).
        queue: calls that may wait; one more is refused.
        """
        self.name = name
        self.slots = slots
        self.queue = queue
        self._pool = ThreadPoolExecutor(slots, thread_name_prefix=name)
        self._turns = _Turns(slots)
        self._inside = 0
        self._riders: dict[Hashable, list[_Rider]] = {}

    @property
    def waiting(self) -> int:
        """Calls that wait for a slot now."""
        return max(0, self._inside - self.slots)

    async def run(self, work: Callable[[Tick], T], *, report: Report = _silent, group: str = "") -> T:
        """
        Run `work(tick)` on a thread and return its result.

        group: whom it is for, for example a task; groups that wait take turns, so that a large one does not hold up
        the others. Within a group the first to come is the first to go.
        When the awaiting task is cancelled, the next `tick` inside raises `Cancelled`; the slot stays
        taken until the function has really ended, so a GPU is never given two jobs.
        Raises ResourceExhausted (QUEUE_FULL) when the queue is full.
        """
        self._refuse_when_full()
        gone = threading.Event()

        def tick(fraction: float, message: str = "") -> None:
            if gone.is_set():
                raise Cancelled(f"The call to {self.name!r} was cancelled.")
            report(fraction, message)

        self._inside += 1
        try:
            await self._turns.take(group)
        except BaseException:
            self._inside -= 1
            raise
        future = asyncio.get_running_loop().run_in_executor(self._pool, work, tick)
        future.add_done_callback(self._leave)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            gone.set()
            raise

    async def run_many(
        self,
        work: Callable[[Sequence[J], Tick], Sequence[T]],
        job: J,
        *,
        alike: Hashable,
        most: int,
        report: Report = _silent,
        group: str = "",
    ) -> T:
        """
        Run `work(jobs, tick)` on a thread for this job and up to `most` - 1 others that wait, and return this one's.

        Nobody waits for company: who finds a free slot goes alone. A job whose turn has come takes along jobs with an
        equal `alike`, one of each group after the other. When work on several fails, each is tried alone, so that
        one cannot spoil the others. `tick` raises `Cancelled` when all of them have gone. Otherwise as `run`.
        """
        self._refuse_when_full()
        loop = asyncio.get_running_loop()
        me = _Rider(job, report, group, loop.create_future(), loop.create_future())
        self._riders.setdefault(alike, []).append(me)
        self._inside += 1
        turn = asyncio.ensure_future(self._turns.take(group))
        try:
            await asyncio.wait({turn, me.seat}, return_when=asyncio.FIRST_COMPLETED)
            if me.seat.done():
                await self._pass_on(turn)
            else:
                self._begin(self._company(me, alike, most), work)
            return await asyncio.shield(me.done)
        except asyncio.CancelledError:
            me.gone.set()
            if not me.seat.done():
                self._forget(me, alike)
                self._inside -= 1
                await self._pass_on(turn)
            raise

    async def _pass_on(self, turn: asyncio.Future[None]) -> None:
        """Give back a turn that is not needed, whether it has come or not."""
        if turn.done() and not turn.cancelled():
            self._turns.give()
        turn.cancel()
        await asyncio.gather(turn, return_exceptions=True)

    def _forget(self, rider: _Rider, alike: Hashable) -> None:
        self._riders[alike].remove(rider)
        if not self._riders[alike]:
            del self._riders[alike]

    def _company(self, first: _Rider, alike: Hashable, most: int) -> list[_Rider]:
        """`first` and those it takes along; all have a seat."""
        waiting: OrderedDict[str, deque[_Rider]] = OrderedDict()
        for rider in self._riders[alike]:
            if rider is not first:
                waiting.setdefault(rider.group, deque()).append(rider)
        if first.group in waiting:
            waiting.move_to_end(first.group)
        taken = [first]
        while waiting and len(taken) < most:
            group, riders = waiting.popitem(last=False)
            taken.append(riders.popleft())
            if riders:
                waiting[group] = riders
        for rider in taken:
            rider.seat.set_result(None)
            self._forget(rider, alike)
        self._inside -= len(taken) - 1
        return taken

    def _begin(self, riders: list[_Rider], work: Callable[[Sequence[J], Tick], Sequence[T]]) -> None:
        def tick(fraction: float, message: str = "") -> None:
            if all(rider.gone.is_set() for rider in riders):
                raise Cancelled(f"The call to {self.name!r} was cancelled.")
            for rider in riders:
                rider.report(fraction, message)

        def settle(future: asyncio.Future[list[T | Exception]]) -> None:
            self._leave(future)
            failed = Cancelled(f"The call to {self.name!r} was cancelled.") if future.cancelled() else None
            found = [failed or future.exception()] * len(riders) if failed or future.exception() else future.result()
            for rider, result in zip(riders, found, strict=True):
                if isinstance(result, BaseException):
                    rider.done.set_exception(result)
                    rider.done.exception()  # mark it as seen: who has gone does not ask for it
                else:
                    rider.done.set_result(result)

        asyncio.get_running_loop().run_in_executor(
            self._pool, _ride, [rider.job for rider in riders], work, tick
        ).add_done_callback(settle)

    def _refuse_when_full(self) -> None:
        if self._inside >= self.slots + self.queue:
            raise ResourceExhausted(
                f"The queue of {self.name!r} is full ({self.queue} calls wait). Try again in a few seconds "
                "or give the service more replicas.",
                reason="QUEUE_FULL",
                retry_after=2.0,
                details={"engine": self.name},
            )

    def _leave(self, future: asyncio.Future[T]) -> None:
        self._inside -= 1
        self._turns.give()
        if not future.cancelled():
            future.exception()  # mark it as seen: a cancelled caller no longer asks for it

    def close(self) -> None:
        """Stop taking work; running calls end on their own."""
        self._pool.shutdown(wait=False, cancel_futures=True)


async def stream(
    work: Callable[[Report], Awaitable[T]], response: Callable[..., R], field: str, *, every: float = 0.1
) -> AsyncIterator[R]:
    """
    Turn awaited work into the messages of a server stream: progress now and then, the result last.

    work: called with a thread-safe `report`.
    response: the RPC's response class; progress goes into its `progress`, the result into `field`.
    every: seconds between two progress messages at least. Fractions never go back.
    Closing the iterator (the caller hangs up) cancels the work.
    """
    loop = asyncio.get_running_loop()
    latest: list[tuple[float, str]] = []
    news = asyncio.Event()

    def note(fraction: float, message: str) -> None:
        top = max(fraction, latest[-1][0]) if latest else fraction
        latest[:] = [(min(max(top, 0.0), 1.0), message)]
        news.set()

    def report(fraction: float, message: str = "") -> None:
        loop.call_soon_threadsafe(note, fraction, message)

    async def run() -> T:
        return await work(report)

    task = asyncio.create_task(run())
    task.add_done_callback(lambda _: news.set())
    try:
        while not task.done():
            await news.wait()
            news.clear()
            if latest and not task.done():
                fraction, message = latest[-1]
                yield response(progress=core_pb2.Progress(fraction=fraction, message=message))
                await asyncio.wait({task}, timeout=every)
        yield response(**{field: task.result()})
    finally:
        if not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

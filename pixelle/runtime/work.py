"""The one place where async meets threads: slots, a bounded queue, progress and cancel."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict, deque
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from pixelle.core.v1 import core_pb2
from pixelle.runtime import metrics, traces
from pixelle.runtime.errors import Cancelled, ResourceExhausted
from pixelle.runtime.faults import faulted, lasting, tell
from pixelle.runtime.priority import give_way

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from pixelle.runtime.metrics import Gauge

__all__ = ["Report", "Slots", "Tick", "stream"]

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


class Slots:
    """Runs plain functions on threads, at most `slots` at a time with at most `queue` waiting."""

    def __init__(self, name: str, *, slots: int = 1, queue: int = 32, service: str = "") -> None:
        """
        name: shown in errors and thread names.
        service: whose engine it is, for the numbers.
        slots: calls that run at once (1 for a GPU).
        queue: calls that may wait; one more is refused.
        """
        self.name = name
        self.slots = slots
        self.queue = queue
        self._pool = ThreadPoolExecutor(slots, thread_name_prefix=name, initializer=give_way)
        self._turns = _Turns(slots)
        self._inside = 0
        self._service = service
        self._arrived: dict[object, float] = {}
        """When those came that wait, or are about to."""
        self._fault = ""
        """What the GPU said when it stopped working for this process."""
        metrics.watch(self)

    def gauges(self) -> Iterator[Gauge]:
        """The queue now; asked from any thread."""
        labels = self._service, self.name
        arrived, now = list(self._arrived.values()), time.monotonic()
        yield metrics.QUEUE_DEPTH, len(arrived), labels
        yield metrics.QUEUE_OLDEST, now - min(arrived, default=now), labels
        yield metrics.SLOTS_USED, max(0, self._inside - len(arrived)), labels
        yield metrics.SLOTS, self.slots, labels

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
        Raises ResourceExhausted (QUEUE_FULL) when the queue is full, Unavailable (GPU_FAULTED) when the GPU no longer
        works for this process.
        """
        if self._fault:
            raise faulted(self._fault)
        if self._inside >= self.slots + self.queue:
            raise ResourceExhausted(
                f"The queue of {self.name!r} is full ({self.queue} calls wait). Try again in a few seconds "
                "or give the service more replicas.",
                reason="QUEUE_FULL",
                retry_after=2.0,
                details={"engine": self.name},
            )
        gone = threading.Event()

        def tick(fraction: float, message: str = "") -> None:
            if gone.is_set():
                raise Cancelled(f"The call to {self.name!r} was cancelled.")
            report(fraction, message)

        self._inside += 1
        caller, came = object(), time.monotonic()
        self._arrived[caller] = came
        try:
            await self._turns.take(group)
        except BaseException:
            self._inside -= 1
            raise
        finally:
            del self._arrived[caller]
        began = time.monotonic()
        metrics.record(metrics.QUEUE_SECONDS, began - came, self._service, self.name)
        what = {"service": self._service, "engine": self.name, "queued_seconds": round(began - came, 3)}
        with traces.span("engine", attributes=what):
            future = asyncio.get_running_loop().run_in_executor(self._pool, work, tick)
            future.add_done_callback(partial(self._leave, began))
            try:
                return await asyncio.shield(future)
            except asyncio.CancelledError:
                gone.set()
                raise
            except Exception as error:
                if why := lasting(error):
                    raise faulted(why) from error
                raise

    def _leave(self, began: float, future: asyncio.Future[T]) -> None:
        failed = future.cancelled() or future.exception()  # seen: a cancelled caller no longer asks for it
        outcome = "cancelled" if future.cancelled() or isinstance(failed, Cancelled) else "failed" if failed else "ok"
        metrics.record(metrics.ENGINE_SECONDS, time.monotonic() - began, self._service, self.name, outcome)
        self._inside -= 1
        self._turns.give()
        if isinstance(failed, Exception) and not self._fault and (why := lasting(failed)):
            self._fault = why
            tell(faulted(why))

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

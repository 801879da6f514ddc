"""Events of tasks for any number of watchers: read once per process, handed to all."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Any, cast

import structlog
from sqlalchemy.exc import OperationalError

from gateway.workflow.events import FINAL
from gateway.workflow.waiting import within

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence

    from gateway.workflow.events import Event, Kind
    from gateway.workflow.progress import ProgressStore
    from gateway.workflow.record import Record, State

__all__ = ["Feed", "Watch"]

_TOLD = 5.0
"""Seconds after which all watched tasks are looked at although nobody told of news."""
_UNTOLD = 0.3
"""The same where other processes cannot tell."""
_ENDING = 0.02
"""Seconds between two looks at a task whose last event is there, but which is not reported as ended yet."""
_FIRST = 5.0
"""Seconds that a watcher waits at most for what is there already, however little time it gives."""
_AWAY = 0.5
"""Seconds after which a database that is away is asked again."""
_log = structlog.get_logger("gateway.feed")


class _Topic:
    """A task that somebody watches."""

    def __init__(self, since: int) -> None:
        self.since = since
        """Events up to this one are not held here."""
        self.events: list[Event] = []
        self.over = False
        self.watchers = 0
        self.looked = -_TOLD
        self.loaded = asyncio.Event()
        """Set when everything up to now has been read."""
        self._changed = asyncio.Event()

    @property
    def last(self) -> int:
        return self.events[-1].sequence if self.events else self.since

    @property
    def ending(self) -> bool:
        """The last event says that the task has ended; it is held back until the task says so, too."""
        return bool(self.events) and self.events[-1].final and not self.over

    def after(self, since: int) -> list[Event]:
        first = max(0, since - self.since)
        return self.events[first : len(self.events) - 1] if self.ending else self.events[first:]

    def stir(self) -> None:
        self.loaded.set()
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def stirred(self, seconds: float) -> None:
        await within(self._changed, seconds)


class Watch:
    """One watcher's place in a task's events."""

    def __init__(self, store: ProgressStore, task_id: str, topic: _Topic, since: int) -> None:
        self._store = store
        self._task_id = task_id
        self._topic = topic
        self.since = since
        """Number of the last event that was handed out."""

    @property
    def over(self) -> bool:
        """True when everything has been handed out and nothing will follow."""
        return self._topic.over and self.since >= self._topic.last

    async def more(self, seconds: float) -> list[Event]:
        """The next events, each once and in order, as soon as there are some; none after `seconds` or when over."""
        topic, deadline = self._topic, time.monotonic() + seconds
        await within(topic.loaded, max(seconds, _FIRST))
        if self.since < topic.since:
            kept = (await self._store.events({self._task_id: self.since}))[self._task_id]
            found = [event for event in kept if event.sequence <= topic.since]
        else:
            found = topic.after(self.since)
            while not found and not topic.over and (left := deadline - time.monotonic()) > 0:
                await topic.stirred(left)
                found = topic.after(self.since)
        if found:
            self.since = found[-1].sequence
        return found


class Feed:
    """The watched tasks of this process."""

    def __init__(
        self,
        store: ProgressStore,
        find: Callable[[str], Awaitable[Record | None]],
        states: Callable[[Sequence[str]], Awaitable[Mapping[str, State]]],
        *,
        elsewhere: Callable[[Callable[[str], None]], Any] | None = None,
    ) -> None:
        """
        find: the task as the engine knows it. states: of tasks, without those that do not exist. elsewhere: makes what
        listens to other processes, if there are any; an object with `live` and a coroutine method `run`.
        """
        self._store = store
        self._find = find
        self._states = states
        self._topics: dict[str, _Topic] = {}
        self._stale: set[str] = set()
        self._ending: set[str] = set()
        """Those of the watched tasks that are ending."""
        self._wake = asyncio.Event()
        self._pump: asyncio.Task[None] | None = None
        self._notices = elsewhere(self._news) if elsewhere else None
        self._listening: asyncio.Task[None] | None = None
        self.stopped = False
        """True when watchers were let go because the process is about to stop."""
        store.listen(self._news)

    @contextlib.asynccontextmanager
    async def watch(self, task_id: str, *, since: int = 0) -> AsyncGenerator[Watch]:
        """Follow a task, which must exist, from the event after number `since` (the last one there is, at most)."""
        if since:
            since = min(since, await self._store.last_event(task_id))
        topic = self._topics.setdefault(task_id, _Topic(since))
        topic.watchers += 1
        self._news(task_id)
        if self._notices and not self._listening:
            self._listening = asyncio.create_task(self._notices.run())
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._run())
        if self.stopped:
            topic.over = True
            topic.stir()
        try:
            yield Watch(self._store, task_id, topic, since)
        finally:
            topic.watchers -= 1
            if not topic.watchers:
                del self._topics[task_id]
                self._wake.set()

    def end(self) -> None:
        """Let every watcher go: the process is about to stop. They may come back and miss nothing."""
        self.stopped = True
        for topic in self._topics.values():
            topic.over = True
            topic.stir()

    async def stop(self) -> None:
        """Let every watcher go and listen no more."""
        self.end()
        running = [task for task in (self._pump, self._listening) if task]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _news(self, task_id: str) -> None:
        if task_id in self._topics:
            self._stale.add(task_id)
            self._wake.set()
        elif not task_id:  # not known which
            self._stale |= self._topics.keys()
            self._wake.set()

    async def _run(self) -> None:
        """Read what is new for everybody, until nobody is left."""
        looked = time.monotonic()
        while self._topics:
            self._ending &= self._topics.keys()
            ending = set(self._ending)
            told = self._notices is None or self._notices.live
            left = looked + (_TOLD if told else _UNTOLD) - time.monotonic()
            if not await within(self._wake, max(0.0, min(left, _ENDING) if ending else left)):
                self._stale |= ending
                if left <= _ENDING or not ending:
                    looked = time.monotonic()
                    self._stale |= self._topics.keys()
            self._wake.clear()
            self._stale, stale = set(), self._stale & self._topics.keys()
            try:
                await self._look(stale)
            except OperationalError as error:
                _log.warning("database away", because=type(error).__name__)
                self._stale |= stale
                self._wake.set()
                await asyncio.sleep(_AWAY)

    async def _look(self, stale: set[str]) -> None:
        fresh = await self._store.events({task_id: self._topics[task_id].last for task_id in stale})
        topics = {task_id: topic for task_id in fresh if (topic := self._topics.get(task_id))}
        now = time.monotonic()
        for task_id, topic in topics.items():
            topic.events += [event for event in fresh[task_id] if event.sequence > topic.last]
        due = [task_id for task_id, topic in topics.items() if topic.ending or now - topic.looked >= _TOLD]
        states = await self._states(due) if due else {}
        for task_id in due:
            topics[task_id].looked = now
            await self._conclude(task_id, topics[task_id], states.get(task_id))
        for task_id, topic in topics.items():
            (self._ending.add if topic.ending else self._ending.discard)(task_id)
            topic.stir()

    async def _conclude(self, task_id: str, topic: _Topic, state: State | None) -> None:
        """End the topic when the task has ended; a task that ended without a last event is given one."""
        if state is None:
            topic.over = True
        elif topic.ending:
            topic.over = state in FINAL
        elif state in FINAL:
            record = await self._find(task_id)
            error = {"reason": record.error.reason, "error": record.error.message} if record and record.error else {}
            if await self._store.end(task_id, cast("Kind", state), error):
                return
            # there is one already: among those that the watchers know, or written a moment ago
            newer = (await self._store.events({task_id: topic.last}))[task_id]
            topic.events += newer
            topic.over = not newer or newer[-1].final

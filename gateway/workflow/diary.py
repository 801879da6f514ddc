"""Writes down how far one running task is and what has happened to it, a little later and together."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy.exc import OperationalError

from gateway.workflow.waiting import within

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gateway.workflow.durations import Observed
    from gateway.workflow.events import Happened
    from gateway.workflow.progress import ProgressStore

__all__ = ["Diary"]

_EVERY = 0.1
"""Seconds between two writes of one task's progress at least."""
_SILENCE = 0.5
"""Seconds without news after which there is a guess instead."""
_TRIES = 60
"""Times that a write is tried when the database is away."""
_PAUSE = 0.5
"""Seconds between them."""
_log = structlog.get_logger("gateway.tasks")


class Diary:
    """What is to be kept of one running task, in one of its lives."""

    def __init__(self, store: ProgressStore, task_id: str, body: dict[str, Any]) -> None:
        """body: its progress; what it holds at the time of a write is written."""
        self._store = store
        self._task_id = task_id
        self._body = body
        self._life = body["life"] = secrets.token_hex(4)
        self._batch = 0
        self._happened: list[Happened] = []
        self._parcel: tuple[dict[str, Any], list[Happened]] | None = None
        self._opening = True
        self._dirty = asyncio.Event()
        self._closing = asyncio.Event()
        self._tries = _TRIES

    def add(self, happened: Happened) -> None:
        """Something to write down."""
        self._happened.append(happened)
        self.changed()

    def changed(self) -> None:
        """The body is another."""
        self._dirty.set()

    def begin(self, guess: Callable[[], bool]) -> None:
        """Write from now on. guess: changes the body when there was no news for a while; False when it cannot."""
        self._writer = asyncio.create_task(self._write(guess))

    async def end(self, learned: Sequence[Observed], *, hurry: bool) -> None:
        """Write what is left. learned: how long steps took. hurry: do not wait for a database that is away."""
        if hurry:
            self._tries = 1
        self._closing.set()
        self._dirty.set()
        await self._writer
        await self.flush()
        try:
            await self._store.durations.learn(learned)
        except OperationalError:
            _log.warning("database away", task_id=self._task_id)

    async def _write(self, guess: Callable[[], bool]) -> None:
        while not self._closing.is_set():
            await within(self._dirty, _SILENCE)
            news = self._dirty.is_set() or guess()
            self._dirty.clear()
            if news and not self._closing.is_set():
                await self.flush()
                await within(self._closing, _EVERY)

    async def flush(self) -> None:
        """Write what there is. What may or may not have been kept is sent again, and not kept twice."""
        again = self._parcel is not None
        tried = 0
        while True:
            if self._parcel is None:
                self._batch += 1
                batch = f"{self._life}/{self._batch}"
                self._parcel, self._happened = ({**self._body, "batch": batch}, self._happened), []
            body, happened = self._parcel
            try:
                await self._store.write(self._task_id, body, happened, opening=self._opening, again=again or tried > 0)
            except OperationalError:
                tried += 1
                _log.warning("database away", task_id=self._task_id, tried=tried)
                if tried >= self._tries:
                    return  # the task goes on: its steps are kept by others, and its end will be told
                await asyncio.sleep(_PAUSE)
                continue
            self._parcel, self._opening = None, False
            if not again:
                return
            again, tried = False, 0

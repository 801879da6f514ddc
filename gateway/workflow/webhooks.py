"""Who is told that a task has ended: kept with every attempt, so that restarts lose none."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import IntegrityError

from gateway.workflow.record import FINISHED
from pixelle.runtime.errors import Conflict, FailedPrecondition

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from gateway.callbacks import Callbacks
    from gateway.workflow.database import Database
    from gateway.workflow.engine import TaskEngine

__all__ = ["Webhooks"]

_LOG = 20
"""Attempts of a task that are remembered."""
_AT_ONCE = 16
_LEASE = 3.0
"""Deadlines of a call after which it counts as given up by a process that died."""
_log = structlog.get_logger("gateway.webhooks")

_TABLE = sa.Table(
    "webhooks",
    sa.MetaData(),
    sa.Column("task_id", sa.Text, primary_key=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("base_url", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # waiting (for the task's end), due, over
    sa.Column("due", sa.Double, nullable=False),
    sa.Column("lease", sa.Double, nullable=False),
    sa.Column("tried", sa.Integer, nullable=False),
    sa.Column("log", sa.Text, nullable=False),
)


@dataclass(frozen=True)
class _Call:
    task_id: str
    url: str
    base_url: str
    tried: int
    lease: float


class Webhooks:
    """Calls the `callback_url` of every task that has one when it has ended, and again until it is answered."""

    def __init__(
        self,
        database: Database,
        engine: TaskEngine,
        callbacks: Callbacks,
        shown: Callable[[str, str], Awaitable[dict[str, Any] | None]],
        *,
        delays: Sequence[float],
        lease: float,
        poll: float,
    ) -> None:
        """
        shown: the JSON of a task, given its id and the address of the gateway; None when there is no such task.
        delays: seconds before each further attempt. lease: deadline of an attempt in seconds.
        poll: seconds between two looks for tasks that have ended and attempts that are due.
        """
        self._database = database
        self._engine = engine
        self._callbacks = callbacks
        self._shown = shown
        self._delays = delays
        self._lease = lease * _LEASE
        self._poll = poll
        self._calling: dict[str, asyncio.Task[None]] = {}
        self._looking: asyncio.Task[None] | None = None
        database.make(_TABLE)

    async def expect(self, task_id: str, url: str, base_url: str) -> None:
        """
        Call `url` when the task has ended; said before the task is queued, of several times the first counts.

        base_url: of links in what is sent.
        """
        row = {"task_id": task_id, "url": url, "base_url": base_url, "state": "waiting"}
        with contextlib.suppress(IntegrityError):
            await self._write(_TABLE.insert().values(**row, due=0.0, lease=0.0, tried=0, log="[]"))

    async def again(self, task_id: str) -> list[sa.Update]:
        """For the transaction in which a task that has ended goes on: its next end is told too. Each changes a row."""
        known = await self._rows(_TABLE.c.task_id == task_id)
        return [_of(task_id).values(state="waiting", tried=0, lease=0.0)] if known else []

    async def redeliver(self, task_id: str) -> None:
        """Call again, now, with all attempts before it. Raises FailedPrecondition (CALLBACK_MISSING), Conflict."""
        changed = await self._write(
            _of(task_id).where(_TABLE.c.state != "waiting").values(state="due", due=time.time(), tried=0, lease=0.0)
        )
        if changed:
            return
        if await self._rows(_TABLE.c.task_id == task_id):
            raise Conflict(
                f"Task {task_id!r} has not ended yet, or its end is about to be told.", reason="TASK_NOT_FINISHED"
            )
        raise FailedPrecondition(
            f"Task {task_id!r} was sent without a callback_url, so there is nobody to tell.", reason="CALLBACK_MISSING"
        )

    async def deliveries(self, task_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
        """Attempts by task, oldest first: at, status, error, attempt. Tasks without a callback are left out."""
        return {row.task_id: json.loads(row.log) for row in await self._rows(_TABLE.c.task_id.in_(task_ids))}

    async def forget(self, task_ids: Sequence[str]) -> None:
        """Delete what is known about tasks."""
        await self._write(sa.delete(_TABLE).where(_TABLE.c.task_id.in_(task_ids)))

    def start(self) -> None:
        """Begin to look for ends to tell."""
        self._looking = asyncio.create_task(self._look_always())

    async def stop(self) -> None:
        """Stop; an attempt that is cut off is made again after the next start."""
        for task in (tasks := [task for task in (self._looking, *self._calling.values()) if task]):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _look_always(self) -> None:
        while True:
            try:
                await self._look()
            except Exception as error:  # most likely the database is away; nothing is lost, and the next look is soon
                _log.warning("cannot look", because=type(error).__name__)
            await asyncio.sleep(self._poll)

    async def _look(self) -> None:
        waiting = [row.task_id for row in await self._rows(_TABLE.c.state == "waiting")]
        found = await self._engine.listed(FINISHED, task_ids=waiting) if waiting else []
        ended = [each.task_id for each in found]
        if ended:
            its = sa.update(_TABLE).where(_TABLE.c.task_id.in_(ended), _TABLE.c.state == "waiting")
            await self._write(its.values(state="due", due=time.time(), tried=0))
        now = time.time()
        for row in await self._rows(_TABLE.c.state == "due", _TABLE.c.due <= now, _TABLE.c.lease < now):
            if len(self._calling) >= _AT_ONCE:
                break
            if row.task_id not in self._calling and (call := await self._claimed(row)):
                task = asyncio.create_task(self._deliver_safely(call))
                self._calling[row.task_id] = task
                task.add_done_callback(lambda _, task_id=row.task_id: self._calling.pop(task_id, None))

    async def _claimed(self, row: Any) -> _Call | None:
        """The call, if no other process was faster."""
        lease = time.time() + self._lease
        mine = _of(row.task_id).where(_TABLE.c.state == "due", _TABLE.c.lease == row.lease, _TABLE.c.due == row.due)
        if not await self._write(mine.values(lease=lease)):
            return None
        return _Call(row.task_id, row.url, row.base_url, row.tried, lease)

    async def _deliver_safely(self, call: _Call) -> None:
        try:
            await self._deliver(call)
        except Exception as error:  # as above; the call is made again when its lease has run out
            _log.warning("cannot tell", task_id=call.task_id, because=type(error).__name__)

    async def _deliver(self, call: _Call) -> None:
        held = _of(call.task_id).where(_TABLE.c.lease == call.lease)
        task = await self._shown(call.task_id, call.base_url)
        if task is None:
            await self.forget([call.task_id])
            return
        if task["completed_at"] is None:  # it runs again
            await self._write(held.values(state="waiting", lease=0.0))
            return
        kind = f"task.{task['status']}"
        body = json.dumps({"type": kind, "timestamp": task["completed_at"], "data": task}, ensure_ascii=False)
        ended = int(1000 * datetime.fromisoformat(task["completed_at"]).timestamp())
        attempt = await self._callbacks.send(call.url, f"{call.task_id}.{task['status']}.{ended}", body)
        tried = call.tried + 1
        last = attempt.over or tried > len(self._delays)
        entry = {
            "at": datetime.now(UTC).isoformat(),
            "status": attempt.status,
            "error": attempt.error,
            "attempt": tried,
        }
        before = await self.deliveries([call.task_id])
        log = json.dumps([*before.get(call.task_id, []), entry][-_LOG:])
        due = time.time() + (0 if last else self._delays[call.tried])
        await self._write(held.values(state="over" if last else "due", due=due, tried=tried, lease=0.0, log=log))
        _log.info("webhook", task_id=call.task_id, status=attempt.status, said=attempt.error, attempt=tried, last=last)

    async def _rows(self, *where: sa.ColumnElement[bool]) -> list[Any]:
        def select() -> list[Any]:
            with self._database.engine.connect() as connection:
                return list(connection.execute(sa.select(_TABLE).where(*where).order_by(_TABLE.c.due)))

        return await asyncio.to_thread(select)

    async def _write(self, change: sa.Insert | sa.Update | sa.Delete) -> int:
        """How many rows it changed."""

        def write() -> int:
            with self._database.engine.begin() as connection:
                return connection.execute(change).rowcount

        return await asyncio.to_thread(write)


def _of(task_id: str) -> sa.Update:
    return sa.update(_TABLE).where(_TABLE.c.task_id == task_id)

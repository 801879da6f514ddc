"""How far tasks are and what has happened to them: kept together, and watched without asking over and over."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from gateway.workflow import events
from gateway.workflow.durations import Durations
from gateway.workflow.events import Happened
from gateway.workflow.waiting import within

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gateway.workflow.database import Database
    from gateway.workflow.events import Event, Kind

__all__ = ["CHANNEL", "ProgressStore", "begin"]

CHANNEL = "pixelle_tasks"
"""Where Postgres tells other processes which task has news."""

_TABLE = sa.Table(
    "task_progress",
    sa.MetaData(),
    sa.Column("task_id", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)

_MINE = _TABLE.c.task_id == sa.bindparam("task")
_BUMP = sa.update(_TABLE).where(_MINE).values(version=_TABLE.c.version + 1, body=sa.bindparam("text"))
_BUMP_OWN = _BUMP.where(_TABLE.c.body.contains(sa.bindparam("life"), autoescape=False))
_THERE = sa.select(_TABLE.c.task_id).where(_MINE)
_BODY = sa.select(_TABLE.c.body).where(_MINE)
_READ = sa.select(_TABLE).where(_TABLE.c.task_id.in_(sa.bindparam("tasks", expanding=True)))
_NOTIFY = sa.select(sa.func.pg_notify(CHANNEL, sa.bindparam("task")))


def begin() -> dict[str, Any]:
    """The progress of a task that waits."""
    return {"current": 0, "total": 0, "percentage": 0.0, "message": "Waiting for its turn", "stage": "queued"}


class ProgressStore:
    """One row of progress and one list of events per task."""

    def __init__(self, database: Database) -> None:
        """database: shared with the engine; tables are made if they are not there."""
        self._engine = database.engine
        self._watchers: dict[str, set[asyncio.Event]] = {}
        self._told: list[Callable[[str], None]] = []
        self.durations = Durations(database)
        """How long steps took here."""
        for table in (_TABLE, events.TABLE):
            database.make(table)

    async def create(self, task_id: str) -> bool:
        """Reserve an id, with the event that it is queued; False when it is taken."""
        body = begin()
        queued = Happened(time.time(), "queued", {"percentage": 0.0, "eta_seconds": None, "message": body["message"]})

        def insert() -> bool:
            try:
                with self._engine.begin() as connection:
                    if connection.scalar(_THERE, {"task": task_id}):
                        return False
                    connection.execute(_TABLE.insert().values(task_id=task_id, version=1, body=json.dumps(body)))
                    events.add(connection, task_id, [queued])
            except IntegrityError:
                return False
            return True

        return await asyncio.to_thread(insert)

    def waits(self, task_id: str) -> sa.Update:
        """The statement that says of a task that goes on: it waits for its turn again."""
        body = _TABLE.c.body
        marked = sa.func.substr(body, 1, sa.func.length(body) - 1).concat(', "waits": true}')
        return sa.update(_TABLE).where(_TABLE.c.task_id == task_id).values(version=_TABLE.c.version + 1, body=marked)

    async def write(
        self,
        task_id: str,
        body: Mapping[str, Any],
        happened: Sequence[Happened] = (),
        *,
        opening: bool = False,
        again: bool = False,
    ) -> bool:
        """
        Keep a new state and what has happened, both or neither, and wake who watches.

        opening: the task is taken up. again: the same was tried before and may be kept already; `body["batch"]` tells.
        False when the events were not kept: the task has ended, or another process has taken it up since
        (`body["life"]` tells who).
        """
        kept = await asyncio.to_thread(self._update, task_id, body, happened, opening=opening, again=again)
        self.news(task_id)
        return kept

    def _update(
        self, task_id: str, body: Mapping[str, Any], happened: Sequence[Happened], *, opening: bool, again: bool
    ) -> bool:
        change, given = _BUMP, {"task": task_id, "text": json.dumps(body)}
        if "life" in body and not opening:
            change, given["life"] = _BUMP_OWN, json.dumps({"life": body["life"]})[1:-1]
        with self._engine.begin() as connection:
            if again:
                before = connection.scalar(_BODY, {"task": task_id})
                if before and json.loads(before).get("batch") == body.get("batch"):
                    return True
            # first, since it holds the row: whoever else writes events of this task waits for us
            if not connection.execute(change, given).rowcount:
                return False
            kept = not (happened or opening) or events.add(connection, task_id, happened, opening=opening)
            self._notify(connection, task_id)
        return kept

    async def end(self, task_id: str, kind: Kind, facts: Mapping[str, Any]) -> bool:
        """Add the final event; False when there is one already, or no such task."""
        row = _TABLE.c.task_id == task_id

        def close() -> bool:
            with self._engine.begin() as connection:
                # changes nothing, but holds the row: whoever else writes events of this task waits for us
                if not connection.execute(sa.update(_TABLE).where(row).values(version=_TABLE.c.version)).rowcount:
                    return False
                body = json.loads(connection.scalar(sa.select(_TABLE.c.body).where(row)) or "{}")
                known = {"percentage": body["percentage"], "eta_seconds": None, "message": body["message"]}
                kept = events.add(connection, task_id, [Happened(time.time(), kind, {**facts, **known})])
                self._notify(connection, task_id)
            return kept

        kept = await asyncio.to_thread(close)
        self.news(task_id)
        return kept

    def _notify(self, connection: sa.Connection, task_id: str) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(_NOTIFY, {"task": task_id})

    async def read(self, task_ids: Sequence[str]) -> dict[str, tuple[int, dict[str, Any]]]:
        """Version and state by task id."""

        def select() -> dict[str, tuple[int, dict[str, Any]]]:
            with self._engine.connect() as connection:
                rows = connection.execute(_READ, {"tasks": task_ids})
                return {row.task_id: (row.version, json.loads(row.body)) for row in rows}

        return await asyncio.to_thread(select)

    async def events(self, after: Mapping[str, int]) -> dict[str, list[Event]]:
        """Events by task, in order: those numbered higher than `after` says for the task."""

        def select() -> dict[str, list[Event]]:
            with self._engine.connect() as connection:
                return events.read(connection, after)

        return await asyncio.to_thread(select)

    async def last_event(self, task_id: str) -> int:
        """Number of a task's newest event; 0 when it has none."""

        def select() -> int:
            query = sa.select(sa.func.max(events.TABLE.c.sequence)).where(events.TABLE.c.task_id == task_id)
            with self._engine.connect() as connection:
                return connection.scalar(query) or 0

        return await asyncio.to_thread(select)

    async def forget(self, task_ids: Sequence[str]) -> None:
        """Delete progress and events of tasks."""

        def delete() -> None:
            with self._engine.begin() as connection:
                for table in (_TABLE, events.TABLE):
                    connection.execute(sa.delete(table).where(table.c.task_id.in_(task_ids)))

        await asyncio.to_thread(delete)

    def listen(self, told: Callable[[str], None]) -> None:
        """Call `told` with the id of every task that has news from this process."""
        self._told.append(told)

    def news(self, task_id: str) -> None:
        """Wake who watches a task."""
        for told in self._told:
            told(task_id)
        for event in self._watchers.get(task_id, ()):
            event.set()

    async def changed(self, task_id: str, seconds: float) -> None:
        """Return when this process has written the task's progress, or after `seconds`."""
        event = asyncio.Event()
        self._watchers.setdefault(task_id, set()).add(event)
        try:
            await within(event, seconds)
        finally:
            self._watchers[task_id].discard(event)
            if not self._watchers[task_id]:
                del self._watchers[task_id]

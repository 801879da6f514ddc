"""Tasks that have ended, in pages and summed up, by what DBOS keeps of them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from gateway.workflow.book import NAME, WORKFLOW
from gateway.workflow.record import FINISHED, STATES, State, statuses
from gateway.workflow.state import TaskState, state_of
from pixelle.runtime.errors import Conflict, NotFound
from pixelle.runtime.threads import apart

if TYPE_CHECKING:
    from gateway.workflow.database import Database
    from gateway.workflow.engine import TaskEngine
    from gateway.workflow.progress import ProgressStore

__all__ = ["Order", "Past", "Totals"]

Order = Literal["created_at", "completed_at", "title", "duration"]
_KEPT = ("workflow_uuid", "name", "application_name", "status", "created_at", "completed_at", "output")


@dataclass(frozen=True)
class Totals:
    """What has been made."""

    tasks: dict[State, int]
    """Tasks that have ended, by how."""
    seconds: float
    """Of the finished videos together."""
    bytes: int
    """Of their files, the videos alone."""


class Past:
    """Looks back."""

    def __init__(self, database: Database, engine: TaskEngine, progress: ProgressStore) -> None:
        self._database = database
        self._engine = engine
        self._progress = progress

    async def page(
        self, state: State | None, *, by: Order, descending: bool, start: int, limit: int
    ) -> tuple[list[TaskState], int]:
        """Tasks from the `start`-th in this order, and how many there are in all. state: None: however they ended."""
        task_ids, total = await asyncio.to_thread(self._page, state, by, descending, start, limit)
        records = await self._engine.records(task_ids)
        kept = await self._progress.read(task_ids)
        # one that was deleted meanwhile, or goes on, is not part of the past any more
        return [state_of(records[each], kept) for each in task_ids if each in records], total

    async def find(self, task_id: str) -> TaskState:
        """A task that has ended. Raises NotFound (TASK_NOT_FOUND), Conflict (TASK_NOT_FINISHED)."""
        record = await self._engine.find(task_id)
        if record is None:
            raise NotFound(f"Task {task_id[:100]!r} not found.", reason="TASK_NOT_FOUND")
        if record.state not in FINISHED:
            raise Conflict(
                f"Task {task_id!r} is still {record.state}; it is no history yet. See GET /api/tasks/{task_id}.",
                reason="TASK_NOT_FINISHED",
            )
        return state_of(record, await self._progress.read([task_id]))

    async def totals(self) -> Totals:
        """Sums over all tasks that have ended; reads what each gave."""
        return await apart(self._totals)

    def _page(self, state: State | None, by: Order, descending: bool, start: int, limit: int) -> tuple[list[str], int]:
        status, ended, output = self._tables({state} if state else FINISHED)
        orders: dict[Order, Any] = {
            "created_at": status.c.created_at,
            "completed_at": status.c.completed_at,
            "title": sa.func.coalesce(self._member(output, "title"), ""),
            "duration": sa.func.coalesce(self._number(output, "duration"), 0.0),
        }
        # by the id, too: pages must not overlap where the database keeps whole seconds only
        order = [each.desc() if descending else each.asc() for each in (orders[by], status.c.workflow_uuid)]
        with self._database.engine.connect() as connection:
            total = connection.scalar(sa.select(sa.func.count()).select_from(ended.subquery())) or 0
            found = connection.scalars(ended.order_by(*order).offset(start).limit(limit))
            return list(found), total

    def _totals(self) -> Totals:
        status, ended, output = self._tables(FINISHED)
        seconds = sa.func.coalesce(sa.func.sum(self._number(output, "duration")), 0.0)
        size = sa.func.coalesce(sa.func.sum(self._number(output, "file_size")), 0.0)
        query = ended.with_only_columns(status.c.status, sa.func.count(), seconds, size).group_by(status.c.status)
        tasks: dict[State, int] = dict.fromkeys(sorted(FINISHED), 0)
        lasting, weighing = 0.0, 0
        with self._database.engine.connect() as connection:
            for name, count, length, weight in connection.execute(query):
                tasks[STATES[name]] += count
                lasting, weighing = lasting + length, weighing + int(weight)
        return Totals(tasks, lasting, weighing)

    def _tables(self, states: frozenset[State] | set[State]) -> tuple[Any, sa.Select[Any], Any]:
        """The table of tasks, the ids of those that ended so, and what each gave."""
        schema = "dbos" if self._database.shared else None
        status = sa.table("workflow_status", *map(sa.column, _KEPT), schema=schema)
        gave = sa.table("workflow_output", sa.column("workflow_uuid"), sa.column("output"), schema=schema)
        ended = (
            sa.select(status.c.workflow_uuid)
            .select_from(status.outerjoin(gave, gave.c.workflow_uuid == status.c.workflow_uuid))
            .where(status.c.name == WORKFLOW, status.c.application_name == NAME)
            .where(status.c.status.in_(statuses(states)))
        )
        # in a table of its own since DBOS 3; what older ones wrote is where it was
        return status, ended, sa.func.coalesce(gave.c.output, status.c.output)

    def _member(self, output: Any, name: str) -> Any:
        """A member of a JSON object that is kept as text."""
        if self._database.shared:
            return sa.cast(output, postgresql.JSON)[name].astext
        return sa.func.json_extract(output, f"$.{name}")

    def _number(self, output: Any, name: str) -> Any:
        return sa.cast(self._member(output, name), sa.Double)

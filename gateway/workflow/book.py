"""The book of tasks: where they are written down, for processes that run them and for those that do not."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from dbos import DBOSClient, DBOSPortableJSONSerializer, PortableWorkflowError

from gateway.workflow.errors import restored
from gateway.workflow.glance import glance
from gateway.workflow.pages import newest_first
from gateway.workflow.record import FINISHED, STATES, UNFINISHED, Entry, Json, Record, State, Turn, statuses
from gateway.workflow.requeue import requeue
from pixelle.runtime.errors import Internal

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import sqlalchemy as sa
    from dbos import WorkflowStatus

    from gateway.workflow.database import Database
    from pixelle.runtime.errors import PixelleError

__all__ = ["FIRST", "MOVING", "NAME", "QUEUE", "WORKFLOW", "Book"]

NAME = "pixelle"
"""What DBOS calls this application."""
QUEUE = "tasks"
"""What it calls the queue."""
WORKFLOW = "video"
"""What DBOS calls the workflow that a task is."""
FIRST = 1
"""The first order that DBOS has; it calls orders priorities."""
MOVING = "moving tasks"
"""Held while tasks change hands."""


class Book:
    """The tasks of a database, as DBOS keeps them there."""

    def __init__(self, database: Database) -> None:
        """database: open; the book itself is opened later."""
        self._database = database
        self._client: DBOSClient | None = None

    @property
    def _book(self) -> DBOSClient:
        """Where tasks are written down; every process has it, also one that runs none."""
        assert self._client is not None, "start() comes first"
        return self._client

    def _open(self) -> None:
        self._client = DBOSClient(
            system_database_engine=self._database.engine,
            serializer=DBOSPortableJSONSerializer(),
            application_name=NAME,
            retry_connection_errors=False,  # a caller is told at once, and can ask again
        )

    async def _close(self) -> None:
        if self._client:
            await asyncio.to_thread(self._client.destroy)
            self._client = None

    async def listed(
        self, states: Collection[State], *, task_ids: Sequence[str] | None = None, limit: int | None = None
    ) -> list[Entry]:
        """Tasks in some states, newest first, without what they were given and what they gave."""
        known = {"name": WORKFLOW, "application": NAME, "first": FIRST}
        look = partial(glance, self._database.engine, statuses(states), **known, task_ids=task_ids, limit=limit)
        return await asyncio.to_thread(look)

    async def states(self, task_ids: Sequence[str]) -> dict[str, State]:
        """By id, of those tasks that exist."""
        return {each.task_id: each.state for each in await self.listed(FINISHED | UNFINISHED, task_ids=task_ids)}

    async def forget(self, task_ids: Sequence[str]) -> list[str]:
        """Delete tasks that have ended, with their steps; returns the ids of those that were deleted."""
        async with self._database.held(MOVING):
            ended = [each.task_id for each in await self.listed(FINISHED, task_ids=task_ids)]
            if ended:
                await self._book.delete_workflows_async(ended)
        return ended

    async def retry(self, task_id: str, turn: Turn, *, also: Sequence[sa.Update]) -> bool:
        """
        Put a failed or cancelled task back into the queue, with `also` in the same transaction; finished steps stay.

        False when it is neither (any more), or one of `also` changes nothing; of several callers one gets True.
        """
        stopped = statuses({"failed", "cancelled"})
        place = {"queue_name": QUEUE, "priority": turn.order + FIRST, "queue_partition_key": turn.caller}
        put = partial(requeue, self._database.engine, task_id, name=WORKFLOW, place=place, stopped=stopped, also=also)
        async with self._database.held(MOVING, shared=True):  # or a task that is being deleted would go on
            return await asyncio.to_thread(put)

    async def move(self, worker: str) -> Sequence[str]:
        """
        Put unfinished tasks of a worker back into the queue, for whoever takes them first; returns their ids.

        Only for a worker that no longer lives. Even if it did, it could keep nothing more: a step's result is refused
        once its task has been handed on.
        """
        async with self._database.held(MOVING):  # or a task cancelled meanwhile would be resumed
            found = await self._book.list_workflows_async(
                executor_id=worker, status="PENDING", name=WORKFLOW, load_input=False, load_output=False
            )
            for queue in {each.queue_name for each in found}:
                ids = [each.workflow_id for each in found if each.queue_name == queue]
                await self._book.resume_workflows_async(ids, queue_name=queue or QUEUE)
        return [each.workflow_id for each in found]

    async def owners(self) -> set[str]:
        """Names of the workers that have running tasks."""
        found = await self._book.list_workflows_async(
            status="PENDING", name=WORKFLOW, load_input=False, load_output=False
        )
        return {each.executor_id for each in found if each.executor_id}

    async def find(self, task_id: str) -> Record | None:
        """A task, or None when there is none of this id."""
        return (await self.records([task_id])).get(task_id)

    async def records(self, task_ids: Sequence[str]) -> dict[str, Record]:
        """By id, those tasks that exist."""
        if not task_ids:
            return {}
        found = await self._book.list_workflows_async(workflow_ids=list(task_ids), name=WORKFLOW)
        return {each.workflow_id: _record(each) for each in found}

    async def steps(self, task_id: str) -> Json:
        """Results of the steps that have ended, by step name."""
        found = await self._book.list_workflow_steps_async(task_id)
        return {each["function_name"]: each["output"] for each in found if each["output"] is not None}

    async def page(self, state: State | None, *, limit: int, cursor: str) -> tuple[list[Record], str]:
        """Tasks, newest first, and the cursor of the next page ("" at the end)."""

        async def between(first: int | None, last: int | None, count: int | None) -> list[WorkflowStatus]:
            return await self._book.list_workflows_async(
                name=WORKFLOW,
                status=statuses(FINISHED | UNFINISHED if state is None else {state}),
                start_time=None if first is None else _time(first).isoformat(),
                end_time=None if last is None else _time(last).isoformat(),
                limit=count,
                sort_desc=True,
            )

        found, following = await newest_first(between, _submitted, limit=limit, cursor=cursor)
        return [_record(each) for each in found], following


def _submitted(status: WorkflowStatus) -> tuple[int, float]:
    given = cast("Any", status.input)
    return status.created_at or 0, given["args"][0]["submitted_at"] if given else 0.0


def _record(status: WorkflowStatus) -> Record:
    given = cast("Any", status.input)
    state = STATES[status.status]
    error: PixelleError | None = None
    if isinstance(status.error, PortableWorkflowError):
        error = restored(status.error.message, status.error.code, status.error.data)
    elif state == "failed":
        error = Internal("The task was given up after too many restarts.", reason="TOO_MANY_RESTARTS")
    return Record(
        task_id=status.workflow_id,
        state=state,
        payload=given["args"][0] if given else {},
        result=cast("Json | None", status.output),
        error=error,
        created_at=_time(round(1000 * _submitted(status)[1])),
        completed_at=_time(status.completed_at) if status.completed_at else None,
    )


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)

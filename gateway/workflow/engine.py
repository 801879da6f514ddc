"""The durable engine under the tasks: the only file that knows DBOS."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
import structlog
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, PortableWorkflowError, SetWorkflowID
from dbos import error as dbos_error

from gateway.problems import hidden
from gateway.workflow.record import Json, Record, State
from pixelle.runtime.errors import FailedPrecondition, Internal, PixelleError, from_http

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from dbos import StepReservation, WorkflowStatus

    from gateway.workflow.database import Database

__all__ = ["Step", "TaskEngine"]


_VERSION = "1"
"""Set by hand: raise it when the order or the names of steps change, since finished steps are found by both."""
_ONE = threading.Lock()
"""DBOS keeps its state in module globals: a second one would quietly work on the first one's tasks."""
_log = structlog.get_logger("gateway.tasks")
_QUEUE = "tasks"
_WORKFLOW = "video"
_STATES: dict[str, State] = {
    "ENQUEUED": "pending",
    "DELAYED": "pending",
    "PENDING": "running",
    "SUCCESS": "completed",
    "ERROR": "failed",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "failed",
    "CANCELLED": "cancelled",
}


_AS_NEW: dict[str, Any] = {
    "recovery_attempts": 0,
    **dict.fromkeys(
        ("queue_name", "owner_xid", "deduplication_id", "workflow_deadline_epoch_ms", "started_at_epoch_ms")
    ),
    **dict.fromkeys(("completed_at", "output", "error", "updated_at")),
}
"""Columns of a DBOS workflow that has not run."""


class Step:
    """A place in a task's order of steps, taken now and filled later; what is filled in is kept."""

    def __init__(self, name: str) -> None:
        """Call it in an order that is the same every time the task is told: the place is the step's identity."""
        self.name = name
        self._place: StepReservation = DBOS.reserve_step()

    async def run(self, work: Callable[[], Awaitable[Json]]) -> Json:
        """
        The kept result of this step, or that of `work()`, which is then kept.

        Raises PixelleError as `work` did, and does so again when the task is told again.
        """

        async def kept() -> Json:
            try:
                return await work()
            except PixelleError as error:
                raise _portable(error) from error

        try:
            return await self._place.run_async({"name": self.name, "preemptible": True}, kept)
        except PortableWorkflowError as error:
            raise _restored(error) from error


class TaskEngine:
    """Keeps tasks, runs them, and goes on with them after a restart. One at a time per process."""

    def __init__(self, database: Database, *, executor_id: str, tasks_at_once: int, poll_seconds: float) -> None:
        """
        executor_id: name of this process; its unfinished tasks are its own again after a restart.
        tasks_at_once: tasks that run at the same time. poll_seconds: how often the queue is looked at.
        """
        self._database = database
        self._executor_id = executor_id
        self._tasks_at_once = tasks_at_once
        self._poll_seconds = poll_seconds
        self._running: dict[str, asyncio.Task[Any]] = {}
        self._workflow: Any = None

    async def start(self, story: Callable[[str, Json], Awaitable[Json]]) -> None:
        """
        Begin to run tasks, unfinished ones of an earlier life first.

        story: given the task's id and payload, runs its steps and returns its result.
        Raises FailedPrecondition (GATEWAY_RUNNING) when this process has one that runs.
        """
        if not _ONE.acquire(blocking=False):
            raise FailedPrecondition(
                "A gateway already runs in this process. Use that one, or start the other in a process of its own.",
                reason="GATEWAY_RUNNING",
            )
        try:
            await self._start(story)
        except BaseException:
            await self.stop()
            raise

    async def _start(self, story: Callable[[str, Json], Awaitable[Json]]) -> None:

        async def video(payload: Json) -> Json:
            task_id = DBOS.workflow_id or ""
            running = asyncio.current_task()
            assert running is not None
            self._running[task_id] = running
            began = time.monotonic()
            outcome = "completed"
            try:
                return await story(task_id, payload)
            except BaseException as error:
                ending = _outcome(error, task_id)
                outcome = ending.name if isinstance(ending, PortableWorkflowError) else "stopped"
                raise ending from None
            finally:
                _log.info("task", task_id=task_id, outcome=outcome, seconds=round(time.monotonic() - began, 3))
                self._running.pop(task_id, None)

        self._workflow = DBOS.workflow(name=_WORKFLOW)(video)
        _quiet()
        # On the loop's own thread: DBOS then runs tasks on this loop, beside the channels they call through.
        DBOS(config=self._config())
        DBOS.launch()
        await DBOS.register_queue_async(
            _QUEUE,
            worker_concurrency=self._tasks_at_once,
            polling_interval_sec=self._poll_seconds,
            on_conflict="always_update",
        )

    def _config(self) -> DBOSConfig:
        return {
            "name": "pixelle",
            "system_database_url": self._database.url,
            "system_database_engine": self._database.engine,
            "serializer": DBOSPortableJSONSerializer(),
            "application_version": _VERSION,
            "executor_id": self._executor_id,
            "log_level": "ERROR",  # its warnings show what tasks were given
            "notification_listener_polling_interval_sec": 0.25,  # stopping waits for one round of it
        }

    async def stop(self) -> None:
        """Stop running tasks; they go on where they were after the next start."""
        stopping = list(self._running.values())
        for task in stopping:
            task.cancel()
        await asyncio.gather(*stopping, return_exceptions=True)
        with ThreadPoolExecutor(1) as own:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(own, partial(DBOS.destroy, destroy_registry=True))
        # DBOS made its own pool the loop's default one and has closed it; whoever owns the loop needs one that works
        loop.set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))
        _ONE.release()

    async def submit(self, task_id: str, payload: Json) -> None:
        """Keep a task and put it in the queue."""
        with SetWorkflowID(task_id):
            await DBOS.enqueue_workflow_async(_QUEUE, self._workflow, {**payload, "submitted_at": time.time()})

    async def cancel(self, task_id: str) -> None:
        """Stop a task for good: its calls at once here, within about a second where another process runs it."""
        await DBOS.cancel_workflow_async(task_id)
        here = self._running.get(task_id)
        if here:
            here.cancel()

    async def retry(self, task_id: str, *, also: sa.Executable) -> bool:
        """
        Put a failed or cancelled task back into the queue, with `also` in the same transaction; finished steps stay.

        False when it is neither (any more); of several callers one gets True.
        """
        return await asyncio.to_thread(_requeue, self._database.engine, task_id, also)

    async def find(self, task_id: str) -> Record | None:
        """A task, or None when there is none of this id."""
        found = await DBOS.list_workflows_async(workflow_ids=[task_id], name=_WORKFLOW)
        return _record(found[0]) if found else None

    async def steps(self, task_id: str) -> Json:
        """Results of the steps that have ended, by step name."""
        found = await DBOS.list_workflow_steps_async(task_id)
        return {each["function_name"]: each["output"] for each in found if each["output"] is not None}

    async def page(self, state: State | None, *, limit: int, cursor: str) -> tuple[list[Record], str]:
        """Tasks, newest first, and the cursor of the next page ("" at the end)."""
        until, _, passed = cursor.partition(".")
        skip = int(passed or 0)
        wanted = [name for name, each in _STATES.items() if state is None or each == state]

        async def between(first: int | None, last: int | None, count: int | None) -> list[WorkflowStatus]:
            return await DBOS.list_workflows_async(
                name=_WORKFLOW,
                status=wanted,
                start_time=None if first is None else _time(first).isoformat(),
                end_time=None if last is None else _time(last).isoformat(),
                limit=count,
                sort_desc=True,
            )

        found = await between(None, int(until) if until else None, limit + skip + 1)
        if not found:
            return [], ""
        # SQLite keeps whole seconds: the last one is read in full, so that it can be put in order
        oldest = found[-1].created_at
        found = [each for each in found if each.created_at != oldest] + await between(oldest, oldest, None)
        found.sort(key=_submitted, reverse=True)
        shown = found[skip : skip + limit]
        if len(found) <= skip + limit:
            return [_record(each) for each in shown], ""
        last = shown[-1].created_at
        same = sum(each.created_at == last for each in shown) + (skip if until == str(last) else 0)
        return [_record(each) for each in shown], f"{last}.{same}"


def _requeue(database: sa.Engine, task_id: str, also: sa.Executable) -> bool:
    """
    As `resume_workflow` does it, but for failed tasks too, and without the outcomes of steps that failed.

    Not `fork_workflow`: it gives a new id, and drops the finished steps that come after the one that failed.
    """
    schema = None if database.dialect.name == "sqlite" else "dbos"
    status = sa.table("workflow_status", *map(sa.column, ("workflow_uuid", "name", "status", *_AS_NEW)), schema=schema)
    steps = sa.table("operation_outputs", sa.column("workflow_uuid"), sa.column("error"), schema=schema)
    ending = sa.table("workflow_output", sa.column("workflow_uuid"), schema=schema)
    stopped = [name for name, state in _STATES.items() if state in {"failed", "cancelled"}]
    queued = {**_AS_NEW, "status": "ENQUEUED", "queue_name": _QUEUE, "updated_at": round(time.time() * 1000)}
    mine = status.c.workflow_uuid == task_id, status.c.name == _WORKFLOW, status.c.status.in_(stopped)
    with database.begin() as connection:
        if not connection.execute(sa.update(status).where(*mine).values(queued)).rowcount:
            return False
        connection.execute(sa.delete(steps).where(steps.c.workflow_uuid == task_id, steps.c.error.is_not(None)))
        connection.execute(sa.delete(ending).where(ending.c.workflow_uuid == task_id))
        connection.execute(also)
    return True


def _submitted(status: WorkflowStatus) -> tuple[int, float]:
    given = cast("Any", status.input)
    return status.created_at or 0, given["args"][0]["submitted_at"] if given else 0.0


def _record(status: WorkflowStatus) -> Record:
    given = cast("Any", status.input)
    state = _STATES[status.status]
    error: PixelleError | None = None
    if isinstance(status.error, PortableWorkflowError):
        error = _restored(status.error)
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


def _outcome(error: BaseException, task_id: str) -> BaseException:
    """What DBOS is told about how a task ended: the first real error inside a group."""
    leaves = _leaves(error)
    for leaf in leaves:
        if isinstance(leaf, dbos_error.DBOSWorkflowCancelledError):
            return leaf
    for leaf in leaves:
        if isinstance(leaf, PixelleError):
            return _portable(leaf)
    if not isinstance(error, Exception):
        return error  # the process is stopping: the task stays unfinished and goes on later
    return _portable(hidden(error, task_id=task_id))


def _leaves(error: BaseException) -> list[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)
        return [leaf for inner in group.exceptions for leaf in _leaves(inner)]
    return [error]


def _portable(error: PixelleError) -> PortableWorkflowError:
    facts: Json = {"reason": error.reason, "details": error.details, "retry_after": error.retry_after}
    return PortableWorkflowError(error.message, type(error).__name__, error.kind.http, facts)


def _restored(error: PortableWorkflowError) -> PixelleError:
    facts = cast("Json", error.data or {})
    kind = from_http(error.code if isinstance(error.code, int) else 500)
    return kind(
        error.message,
        reason=facts.get("reason", ""),
        details=facts.get("details"),
        retry_after=facts.get("retry_after"),
    )


def _quiet() -> None:
    """DBOS logs a traceback for every failed or cancelled task; ours are reported with the task."""

    def wanted(record: logging.LogRecord) -> bool:
        return not (record.exc_info and isinstance(record.exc_info[1], (PortableWorkflowError, BaseExceptionGroup)))

    logger = logging.getLogger("dbos")
    if not logger.filters:
        logger.addFilter(wanted)

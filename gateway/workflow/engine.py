"""The durable engine under the tasks: the only file that knows DBOS."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, PortableWorkflowError
from dbos import error as dbos_error

from gateway.problems import hidden
from gateway.workflow.record import Json, Record, State
from gateway.workflow.requeue import requeue
from pixelle.runtime.errors import FailedPrecondition, Internal, PixelleError, from_http

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    import sqlalchemy as sa
    from dbos import StepReservation, WorkflowStatus

    from gateway.workflow.database import Database

__all__ = ["Step", "TaskEngine"]


_VERSION = "1"
"""Set by hand: raise it when the order or the names of steps change, since finished steps are found by both."""
_ONE = threading.Lock()
"""DBOS keeps its state in module globals: a second one would quietly work on the first one's tasks."""
_log = structlog.get_logger("gateway.tasks")
_NAME = "pixelle"
_QUEUE = "tasks"
_WORKFLOW = "video"
_MOVING = "moving tasks"
"""Held while tasks change hands."""
_LOOK = 0.25
"""Seconds between two looks for tasks that were cancelled in another process."""
_STATES: dict[str, State] = {
    "ENQUEUED": "pending",
    "DELAYED": "pending",
    "PENDING": "running",
    "SUCCESS": "completed",
    "ERROR": "failed",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "failed",
    "CANCELLED": "cancelled",
}


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
    """Keeps tasks; where it is given a story, runs them and goes on with them after a restart. One per process."""

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
        self._client: DBOSClient | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._runs = False

    @property
    def _book(self) -> DBOSClient:
        """Where tasks are written down; every process has it, also one that runs none."""
        assert self._client is not None, "start() comes first"
        return self._client

    async def start(self, story: Callable[[str, Json], Awaitable[Json]] | None) -> None:
        """
        Open the book of tasks and begin to run them, unfinished ones of an earlier life first.

        story: given the task's id and payload, runs its steps and returns its result; None: other processes run them.
        Raises FailedPrecondition (GATEWAY_RUNNING) when this process has one that runs.
        """
        if story is None:
            await asyncio.to_thread(DBOS.migrate, self._database.url)
            await asyncio.to_thread(self._open)
            return
        if not _ONE.acquire(blocking=False):
            raise FailedPrecondition(
                "A gateway already runs in this process. Use that one, or start the other in a process of its own.",
                reason="GATEWAY_RUNNING",
            )
        self._runs = True
        try:
            await self._start(story)
        except BaseException:
            await self.stop()
            raise

    def _open(self) -> None:
        self._client = DBOSClient(
            system_database_engine=self._database.engine,
            serializer=DBOSPortableJSONSerializer(),
            application_name=_NAME,
            retry_connection_errors=False,  # a caller is told at once, and can ask again
        )

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
                if self._running.get(task_id) is running:  # and not the one of a retry
                    del self._running[task_id]

        DBOS.workflow(name=_WORKFLOW)(video)
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
        await asyncio.to_thread(self._open)
        if self._database.shared:
            self._watcher = asyncio.create_task(self._watch_cancelled())

    def _config(self) -> DBOSConfig:
        return {
            "name": _NAME,
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
        if self._watcher:
            self._watcher.cancel()
            await asyncio.gather(self._watcher, return_exceptions=True)
        if self._runs:
            await self._stop_running()
            if self._client and self._database.shared:
                with contextlib.suppress(Exception):  # or a live worker moves them later
                    await self.move(self._executor_id)
        if self._client:
            await asyncio.to_thread(self._client.destroy)
            self._client = None

    async def _stop_running(self) -> None:
        stopping = list(self._running.values())
        for task in stopping:
            task.cancel()
        await asyncio.gather(*stopping, return_exceptions=True)
        with ThreadPoolExecutor(1) as own:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(own, partial(DBOS.destroy, destroy_registry=True))
        # DBOS made its own pool the loop's default one and has closed it; whoever owns the loop needs one that works
        loop.set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))
        self._runs = False
        _ONE.release()

    async def submit(self, task_id: str, payload: Json) -> None:
        """Keep a task and put it in the queue."""
        await self._book.enqueue_async(
            {"workflow_name": _WORKFLOW, "queue_name": _QUEUE, "workflow_id": task_id, "app_version": _VERSION},
            {**payload, "submitted_at": time.time()},
        )

    async def cancel(self, task_id: str) -> None:
        """Stop a task for good: its calls at once here, within a second where another process runs it."""
        async with self._database.held(_MOVING, shared=True):
            await self._book.cancel_workflow_async(task_id)
        here = self._running.get(task_id)
        if here:
            here.cancel()

    async def retry(self, task_id: str, *, also: Sequence[sa.Update]) -> bool:
        """
        Put a failed or cancelled task back into the queue, with `also` in the same transaction; finished steps stay.

        False when it is neither (any more), or one of `also` changes nothing; of several callers one gets True.
        """
        stopped = [name for name, state in _STATES.items() if state in {"failed", "cancelled"}]
        put = partial(requeue, self._database.engine, task_id, name=_WORKFLOW, queue=_QUEUE, stopped=stopped, also=also)
        return await asyncio.to_thread(put)

    async def _watch_cancelled(self) -> None:
        """Stop what runs here and was cancelled elsewhere. DBOS looks only once a second."""
        while True:
            await asyncio.sleep(_LOOK)
            running = dict(self._running)  # as it is before the look: what was retried since must not be stopped
            if not running:
                continue
            try:
                found = await self._book.list_workflows_async(
                    workflow_ids=list(running), status="CANCELLED", load_input=False, load_output=False
                )
            except Exception as error:  # the database is away: DBOS says so, and this look is made again
                _log.debug("cannot look for cancelled tasks", because=type(error).__name__)
                continue
            for each in found:
                running[each.workflow_id].cancel()

    async def move(self, worker: str) -> Sequence[str]:
        """
        Put unfinished tasks of a worker back into the queue, for whoever takes them first; returns their ids.

        Only for a worker that no longer lives. Even if it did, it could keep nothing more: a step's result is refused
        once its task has been handed on.
        """
        async with self._database.held(_MOVING):  # or a task cancelled meanwhile would be resumed
            found = await self._book.list_workflows_async(
                executor_id=worker, status="PENDING", name=_WORKFLOW, load_input=False, load_output=False
            )
            for queue in {each.queue_name for each in found}:
                ids = [each.workflow_id for each in found if each.queue_name == queue]
                await self._book.resume_workflows_async(ids, queue_name=queue or _QUEUE)
        return [each.workflow_id for each in found]

    async def owners(self) -> set[str]:
        """Names of the workers that have running tasks."""
        found = await self._book.list_workflows_async(
            status="PENDING", name=_WORKFLOW, load_input=False, load_output=False
        )
        return {each.executor_id for each in found if each.executor_id}

    async def find(self, task_id: str) -> Record | None:
        """A task, or None when there is none of this id."""
        found = await self._book.list_workflows_async(workflow_ids=[task_id], name=_WORKFLOW)
        return _record(found[0]) if found else None

    async def waiting(self) -> list[str]:
        """Ids of the tasks that wait, in the order in which they will be taken."""
        found = await self._book.list_workflows_async(
            name=_WORKFLOW, status="ENQUEUED", load_input=False, load_output=False
        )
        found.sort(key=lambda each: (each.priority or 0, each.created_at or 0))
        return [each.workflow_id for each in found]

    async def steps(self, task_id: str) -> Json:
        """Results of the steps that have ended, by step name."""
        found = await self._book.list_workflow_steps_async(task_id)
        return {each["function_name"]: each["output"] for each in found if each["output"] is not None}

    async def page(self, state: State | None, *, limit: int, cursor: str) -> tuple[list[Record], str]:
        """Tasks, newest first, and the cursor of the next page ("" at the end)."""
        until, _, passed = cursor.partition(".")
        skip = int(passed or 0)
        wanted = [name for name, each in _STATES.items() if state is None or each == state]

        async def between(first: int | None, last: int | None, count: int | None) -> list[WorkflowStatus]:
            return await self._book.list_workflows_async(
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
        if isinstance(leaf, (dbos_error.DBOSWorkflowCancelledError, dbos_error.DBOSWorkflowConflictIDError)):
            return leaf  # DBOS takes the outcome from whoever has the task
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

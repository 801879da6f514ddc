"""The durable engine under the tasks: what runs them, on DBOS."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, PortableWorkflowError
from dbos import error as dbos_error

from gateway.problems import hidden
from gateway.workflow.book import FIRST, MOVING, NAME, QUEUE, WORKFLOW, Book
from gateway.workflow.errors import facts_of, leaves, quiet, restored
from pixelle.runtime import metrics
from pixelle.runtime.errors import FailedPrecondition, PixelleError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from dbos import StepReservation

    from gateway.workflow.database import Database
    from gateway.workflow.record import Json, Turn

__all__ = ["VERSION", "Step", "TaskEngine"]


VERSION = "1"
"""Set by hand: raise it by one when the order or the names of steps change (docs/decisions/0014)."""
_ONE = threading.Lock()
"""DBOS keeps its state in module globals: a second one would quietly work on the first one's tasks."""
_log = structlog.get_logger("gateway.tasks")
_THREADS = 16
"""For calls that block, of DBOS and of the whole process. It would start one for every step that waits."""
_THREADS_OF_ONE_WRITER = 4
"""The same on SQLite: more of them would only wait for its one writer, and handing over between 16 costs a tenth of
all CPU. What takes seconds goes on a thread of its own (`pixelle.runtime.threads`)."""
_LOOK = 0.25
"""Seconds between two looks for tasks that were cancelled in another process."""


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
            raise restored(error.message, error.code, error.data) from error


class TaskEngine(Book):
    """Keeps tasks; where it is given a story, runs them and goes on with them after a restart. One per process."""

    def __init__(
        self,
        database: Database,
        *,
        executor_id: str,
        tasks_at_once: int,
        poll_seconds: float,
        caller_tasks_at_once: int = 0,
    ) -> None:
        """
        executor_id: name of this process; its unfinished tasks are its own again after a restart.
        tasks_at_once: tasks that run at the same time here. poll_seconds: how often the queue is looked at.
        caller_tasks_at_once: tasks of one caller that run at the same time anywhere; 0: as many as fit.
        """
        super().__init__(database)
        self._executor_id = executor_id
        self._tasks_at_once = tasks_at_once
        self._poll_seconds = poll_seconds
        self._caller_tasks_at_once = caller_tasks_at_once
        self._running: dict[str, asyncio.Task[Any]] = {}
        self._watcher: asyncio.Task[None] | None = None
        self._runs = False
        self.on_end: Callable[[str], None] = lambda _: None
        """Called with the id of a task that ran here once its end is kept."""

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
                seconds = time.monotonic() - began
                _log.info("task", task_id=task_id, outcome=outcome, seconds=round(seconds, 3))
                metrics.record(metrics.TASK_SECONDS, seconds, outcome)
                if self._running.get(task_id) is running:  # and not the one of a retry
                    del self._running[task_id]
                running.add_done_callback(lambda _: self.on_end(task_id))

        DBOS.workflow(name=WORKFLOW)(video)
        quiet(logging.getLogger("dbos"), PortableWorkflowError)
        # On the loop's own thread: DBOS then runs tasks on this loop, beside the channels they call through.
        DBOS(config=self._config())
        DBOS.launch()
        await DBOS.register_queue_async(
            QUEUE,
            worker_concurrency=self._tasks_at_once,
            partition_concurrency=self._caller_tasks_at_once or None,
            polling_interval_sec=self._poll_seconds,
            on_conflict="always_update",
        )
        await asyncio.to_thread(self._open)
        if self._database.shared:
            self._watcher = asyncio.create_task(self._watch_cancelled())

    def _config(self) -> DBOSConfig:
        return {
            "name": NAME,
            "system_database_url": self._database.url,
            "system_database_engine": self._database.engine,
            "serializer": DBOSPortableJSONSerializer(),
            "application_version": VERSION,
            "executor_id": self._executor_id,
            "max_executor_threads": _THREADS if self._database.shared else _THREADS_OF_ONE_WRITER,
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
        await self._close()

    async def _stop_running(self) -> None:
        loop = asyncio.get_running_loop()
        stopping = list(self._running.values())
        for task in stopping:
            # DBOS has begun it on a loop of its own where this one stood still, as it does between the parts of a test
            task.get_loop().call_soon_threadsafe(task.cancel)
        await asyncio.gather(*(task for task in stopping if task.get_loop() is loop), return_exceptions=True)
        with ThreadPoolExecutor(1) as own:
            await loop.run_in_executor(own, partial(DBOS.destroy, destroy_registry=True))
        # DBOS made its own pool the loop's default one and has closed it; whoever owns the loop needs one that works
        loop.set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))
        self._runs = False
        _ONE.release()

    async def submit(self, task_id: str, payload: Json, turn: Turn) -> None:
        """Keep a task and put it in the queue."""
        await self._book.enqueue_async(
            {
                "workflow_name": WORKFLOW,
                "queue_name": QUEUE,
                "workflow_id": task_id,
                "app_version": VERSION,
                "priority": turn.order + FIRST,
                "queue_partition_key": turn.caller,
            },
            {**payload, "submitted_at": time.time()},
        )

    async def cancel(self, task_id: str) -> None:
        """Stop a task for good: its calls at once here, within a second where another process runs it."""
        async with self._database.held(MOVING, shared=True):
            await self._book.cancel_workflow_async(task_id)
        here = self._running.get(task_id)
        if here:
            here.cancel()

    async def _watch_cancelled(self) -> None:
        """Stop what runs here and was cancelled elsewhere. DBOS looks only once a second."""
        while True:
            await asyncio.sleep(_LOOK)
            running = dict(self._running)  # as it is before the look: what was retried since must not be stopped
            if not running:
                continue
            try:
                found = await self.listed({"cancelled"}, task_ids=list(running))
            except Exception as error:  # the database is away: DBOS says so, and this look is made again
                _log.debug("cannot look for cancelled tasks", because=type(error).__name__)
                continue
            for each in found:
                running[each.task_id].cancel()


def _outcome(error: BaseException, task_id: str) -> BaseException:
    """What DBOS is told about how a task ended: the first real error inside a group."""
    inside = leaves(error)
    for leaf in inside:
        if isinstance(leaf, (dbos_error.DBOSWorkflowCancelledError, dbos_error.DBOSWorkflowConflictIDError)):
            return leaf  # DBOS takes the outcome from whoever has the task
    for leaf in inside:
        if isinstance(leaf, PixelleError):
            return _portable(leaf)
    if not isinstance(error, Exception):
        return error  # the process is stopping: the task stays unfinished and goes on later
    return _portable(hidden(error, task_id=task_id))


def _portable(error: PixelleError) -> PortableWorkflowError:
    return PortableWorkflowError(error.message, type(error).__name__, error.kind.http, facts_of(error))

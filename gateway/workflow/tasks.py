"""Tasks as the endpoints see them: submitted, watched, listed, cancelled."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from gateway.workflow.admission import DEFAULT_PRIORITY
from gateway.workflow.brief import Brief, from_json
from gateway.workflow.database import patiently
from gateway.workflow.feed import Feed
from gateway.workflow.notices import notices
from gateway.workflow.outlook import Outlook
from gateway.workflow.progress import begin
from gateway.workflow.record import FINISHED
from gateway.workflow.state import TaskState, state_of
from gateway.workflow.steps import Patience, Steps
from gateway.workflow.tracker import Tracker
from gateway.workflow.video import make_video
from pixelle.core.v1 import core_pb2
from pixelle.runtime import traces
from pixelle.runtime.errors import Conflict, NotFound, Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager

    import sqlalchemy as sa

    from gateway.services import Services
    from gateway.settings import GatewaySettings
    from gateway.workflow.admission import Admission
    from gateway.workflow.engine import TaskEngine
    from gateway.workflow.progress import ProgressStore
    from gateway.workflow.publish import Publisher
    from gateway.workflow.record import State, Turn
    from gateway.workflow.sender import Sender
    from gateway.workflow.webhooks import Webhooks

__all__ = ["Origin", "Tasks"]

_POLL = 0.25
"""Seconds after which a watcher looks again although nobody told it anything."""


@dataclass(frozen=True)
class Origin:
    """Where a task begins that redoes a part of another one."""

    task_id: str
    kept: dict[str, dict[str, Any]]
    """Results of its steps that stay as they are, by step name."""


class Tasks:
    """The tasks of this deployment."""

    def __init__(
        self,
        settings: GatewaySettings,
        *,
        engine: TaskEngine,
        progress: ProgressStore,
        services: Services,
        publisher: Publisher,
        admission: Admission,
        webhooks: Webhooks,
    ) -> None:
        self._engine = engine
        self._progress = progress
        self._services = services
        self._publisher = publisher
        self._admission = admission
        self._webhooks = webhooks
        self._patience = Patience.of(settings)
        self._reserved: set[str] = set()
        """Ids of `reserve` in this process that have neither been used nor given back here."""
        self._waiting: tuple[float, list[str]] = (0.0, [])
        engine.on_end = progress.news
        self.feed = Feed(progress, engine.find, engine.states, elsewhere=notices(settings.effective_database_url))
        """Events as they come."""

    async def start(self, *, runs: bool = True) -> None:
        """
        Begin to run tasks, unfinished ones first; without `runs` they are only kept and shown.

        Raises FailedPrecondition (FOLDER_UNWRITABLE) when their files could not be laid out.
        """
        if runs:
            await self._publisher.check()
        await self._engine.start(self._tell if runs else None)

    async def _tell(self, task_id: str, payload: dict[str, Any]) -> dict[str, Any]:
        with traces.span("task", kind="CONSUMER", parent=payload.get("trace", ""), task_id=task_id):
            return await self._told(task_id, payload)

    async def _told(self, task_id: str, payload: dict[str, Any]) -> dict[str, Any]:
        kept = await patiently(lambda: self._progress.read([task_id]))
        body = kept[task_id][1] if task_id in kept else begin()
        brief = Brief.from_json(payload["brief"])
        outlook = Outlook(brief, await patiently(self._progress.durations.read))
        async with Tracker(self._progress, task_id, body, outlook=outlook) as tracker:
            steps = Steps(task_id, tracker, self._patience, payload.get("kept"))
            return await make_video(brief, steps, self._services, self._publisher)

    async def reserve(self) -> str:
        """The id of a task to come, which is also the name of its output folder."""
        while True:
            task_id = f"{datetime.now(UTC):%Y%m%d_%H%M%S}_{secrets.token_hex(2)}"
            if await self._progress.create(task_id):
                self._reserved.add(task_id)
                return task_id

    async def known(self, task_id: str) -> bool:
        """True when a task of this id has been submitted."""
        return await self._engine.find(task_id) is not None

    async def discard(self, task_id: str) -> bool:
        """Give back an id of `reserve`; False when there is such a task, which then keeps it."""
        async with self._admission.alone():
            if await self.known(task_id):
                return False
            self._reserved.discard(task_id)
            await self._progress.forget([task_id])
            await self._webhooks.forget([task_id])
            return True

    async def submit(
        self,
        request: dict[str, Any],
        brief: Brief,
        *,
        sender: Sender,
        task_id: str = "",
        origin: Origin | None = None,
    ) -> str:
        """
        Keep and queue a task; returns its id.

        request: as it was sent; its `priority` and `callback_url` count here. task_id: one of `reserve`; nothing
        happens when there is such a task. origin: the task it is made from. Raises as `Admission.turn` does.
        """
        more: dict[str, Any] = {"regenerated_from": origin.task_id, "kept": origin.kept} if origin else {}
        async with self._turn(request, sender, asked=origin is None) as turn:
            if not task_id:
                task_id = await self.reserve()
            elif task_id not in self._reserved:
                await self._progress.create(task_id)  # unless it is there: another try may have given it back
            self._reserved.discard(task_id)
            traces.about(task_id)
            if begun := traces.header():
                more["trace"] = begun  # the worker's spans go on inside the request's
            if request.get("callback_url"):
                await self._webhooks.expect(task_id, request["callback_url"], sender.base_url)
            await self._engine.submit(task_id, {"request": request, "brief": brief.to_json(), **more}, turn)
        return task_id

    def _turn(self, request: dict[str, Any], sender: Sender, *, asked: bool) -> AbstractAsyncContextManager[Turn]:
        """asked: the sender said the priority; one that comes from an earlier request is lowered, not refused."""
        priority = request.get("priority")
        priority = DEFAULT_PRIORITY if priority is None else priority
        if not (asked or sender.may_hurry):
            priority = min(priority, DEFAULT_PRIORITY)
        return self._admission.turn(sender.caller, priority, may_hurry=sender.may_hurry)

    async def stopped(self, task_id: str) -> TaskState:
        """A failed or cancelled task. Raises NotFound (TASK_NOT_FOUND), Conflict (TASK_NOT_STOPPED)."""
        found = await self.get(task_id)
        if found.state in {"failed", "cancelled"}:
            return found
        raise Conflict(
            f"Task {task_id!r} is {found.state}; only a failed or cancelled one can go on.", reason="TASK_NOT_STOPPED"
        )

    async def retry(self, task_id: str, *, sender: Sender, also: Sequence[sa.Update] = ()) -> None:
        """
        Go on with a failed or cancelled task where it stopped, in a new turn; of several callers one does.

        Raises as `stopped` and as `Admission.turn` do.
        """
        found = await self.stopped(task_id)
        request = found.record.payload.get("request", {})
        changes = [self._progress.waits(task_id), *await self._webhooks.again(task_id), *also]
        async with self._turn(request, sender, asked=False) as turn:
            goes_on = await self._engine.retry(task_id, turn, also=changes)
        if not goes_on:
            await self.stopped(task_id)
            raise Conflict(f"Task {task_id!r} went on a moment before.", reason="TASK_NOT_STOPPED")

    async def get(self, task_id: str) -> TaskState:
        """Raises NotFound (TASK_NOT_FOUND)."""
        record = await self._engine.find(task_id)
        if record is None:
            raise _not_found(task_id)
        # read last: a worker writes the last progress before the end of the task
        kept = await self._progress.read([task_id])
        return await self._placed(state_of(record, kept))

    async def _placed(self, found: TaskState) -> TaskState:
        """With the task's place in the queue."""
        if found.state != "pending":
            return found
        read, waiting = self._waiting
        if found.record.task_id not in waiting or time.monotonic() - read > _POLL:
            queued = await self._engine.listed({"pending"})
            queued.reverse()  # of one order the older is taken first
            waiting = [each.task_id for each in sorted(queued, key=lambda each: each.turn.order)]
            self._waiting = (time.monotonic(), waiting)
        position = waiting.index(found.record.task_id) if found.record.task_id in waiting else None
        return replace(found, queue_position=position)

    async def is_finished(self, task_id: str) -> bool:
        """Whether nothing will change any more. Raises NotFound (TASK_NOT_FOUND)."""
        states = await self._engine.states([task_id])
        if task_id not in states:
            raise _not_found(task_id)
        return states[task_id] in FINISHED

    async def page(self, state: State | None, *, limit: int, cursor: str) -> tuple[list[TaskState], str]:
        """Newest first, and the cursor of the next page ("" at the end)."""
        records, following = await self._engine.page(state, limit=limit, cursor=cursor)
        kept = await self._progress.read([record.task_id for record in records])
        return [await self._placed(state_of(record, kept)) for record in records], following

    async def wait(self, task_id: str, *, since: int, seconds: float) -> TaskState:
        """The task as soon as its version is no longer `since`; as it is after `seconds`, or when the gateway stops."""
        deadline = time.monotonic() + seconds
        while True:
            found = await self.get(task_id)
            left = deadline - time.monotonic()
            if found.version != since or found.finished or left <= 0 or self.feed.stopped:
                return found
            # the last progress is written a moment before the task's end is
            ending = found.progress["stage"] == "done"
            await self._progress.changed(task_id, min(left, 0.02 if ending else _POLL))

    async def ended(self, task_id: str) -> TaskState:
        """The task when it has finished. Raises Unavailable (STOPPING) when the gateway stops before that."""
        found = await self.get(task_id)
        while not found.finished:
            if self.feed.stopped:
                raise Unavailable(
                    f"This gateway stops before the video is there. Task {task_id!r} is kept and goes on: ask for it "
                    f"at /api/tasks/{task_id} in a moment.",
                    reason="STOPPING",
                    details={"task_id": task_id},
                )
            found = await self.wait(task_id, since=found.version, seconds=60.0)
        return found

    async def cancel(self, task_id: str) -> None:
        """Stop a task for good. Raises NotFound (TASK_NOT_FOUND), Conflict (TASK_FINISHED)."""
        found = await self.get(task_id)
        if found.finished:
            raise Conflict(
                f"Task {task_id!r} is already {found.state}; there is nothing to cancel.", reason="TASK_FINISHED"
            )
        await asyncio.shield(self._cancel(task_id))
        after = await self.get(task_id)
        if after.state in {"completed", "failed"}:
            raise Conflict(f"Task {task_id!r} was {after.state} a moment before.", reason="TASK_FINISHED")

    async def _cancel(self, task_id: str) -> None:
        await self._engine.cancel(task_id)
        record = await self._engine.find(task_id)
        if record and record.state == "cancelled":
            await self._progress.end(task_id, "cancelled", {})

    async def steps(self, task_id: str) -> dict[str, Any]:
        """Results of the steps that have ended, by step name. Raises NotFound (TASK_NOT_FOUND)."""
        await self.get(task_id)
        return await self._engine.steps(task_id)

    async def file(self, task_id: str, name: str) -> core_pb2.Artifact:
        """What a finished task has under a name, where files stay in the store. Raises NotFound (FILE_NOT_FOUND)."""
        record = await self._engine.find(task_id)
        files: dict[str, Any] = (record.result or {}).get("files", {}) if record else {}
        if name not in files:
            raise NotFound(f"There is no file {f'{task_id}/{name}'[:200]!r}.", reason="FILE_NOT_FOUND")
        return from_json(files[name], core_pb2.Artifact)


def _not_found(task_id: str) -> NotFound:
    return NotFound(f"Task {task_id[:100]!r} not found.", reason="TASK_NOT_FOUND")

"""TaskService: the events of tasks for clients that speak gRPC."""

from __future__ import annotations

import ipaddress
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from gateway.auth import holds_key
from pixelle.runtime.errors import InvalidArgument, Unauthenticated, Unavailable
from pixelle.runtime.server import Service
from pixelle.tasks.v1 import tasks_pb2, tasks_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from pydantic import SecretStr

    from gateway.workflow.events import Event
    from gateway.workflow.state import TaskState
    from gateway.workflow.tasks import Tasks

__all__ = ["event_message", "task_message", "task_service"]

_NAME = "pixelle.tasks.v1.TaskService"
_SILENCE = 60.0
"""Seconds that one look at the feed may take; the connection's own keepalive shows that it is alive."""
_SAME = (
    *("stage", "step", "fraction", "cached", "tried", "reason", "error", "retryable", "title", "notice"),
    *("draft", "narration", "image_prompt"),
)
"""Fields of events that are called the same in both contracts."""


def task_service(tasks: Tasks, keys: Sequence[SecretStr]) -> Service:
    """The service, ready to be put on a server. keys: bearer keys; without any, only callers on this machine."""
    servicer = _TaskServicer(tasks, [key.get_secret_value().encode() for key in keys])
    return Service(_NAME, partial(tasks_pb2_grpc.add_TaskServiceServicer_to_server, servicer), _nothing, _nothing)


class _TaskServicer(tasks_pb2_grpc.TaskServiceServicer):
    def __init__(self, tasks: Tasks, keys: Sequence[bytes]) -> None:
        self._tasks = tasks
        self._keys = keys

    async def WatchTask(
        self, request: tasks_pb2.WatchTaskRequest, context: Any
    ) -> AsyncGenerator[tasks_pb2.WatchTaskResponse]:
        self._admit(context)
        if request.since < 0:
            raise InvalidArgument(
                f"since is {request.since}; send the sequence of the last event you have, or 0.", reason="SINCE"
            )
        await self._tasks.get(request.task_id)
        feed = self._tasks.feed
        async with feed.watch(request.task_id, since=request.since) as watch:
            while not watch.over:
                for event in await watch.more(_SILENCE):
                    yield tasks_pb2.WatchTaskResponse(event=event_message(event))
            since = watch.since
        if feed.stopped:
            raise Unavailable(
                f"This gateway stops. Ask again with since={since}; nothing is lost.",
                reason="STOPPING",
                retry_after=1.0,
            )

    async def GetTask(self, request: tasks_pb2.GetTaskRequest, context: Any) -> tasks_pb2.GetTaskResponse:
        self._admit(context)
        return tasks_pb2.GetTaskResponse(task=task_message(await self._tasks.get(request.task_id)))

    def _admit(self, context: Any) -> None:
        if not self._keys:
            if not _is_here(context.peer()):
                raise Unauthenticated(
                    "No key is configured, so only callers on this machine are served. Start the gateway with "
                    "PIXELLE_API_KEYS=<key> and send the metadata `authorization: Bearer <key>`."
                )
            return
        given = dict(context.invocation_metadata() or ()).get("authorization", "")
        if not holds_key(self._keys, str(given)):
            raise Unauthenticated("Send one of the configured keys as metadata `authorization: Bearer <key>`.")


def event_message(event: Event) -> tasks_pb2.TaskEvent:
    """An event as direct clients see it."""
    body = event.body
    message = tasks_pb2.TaskEvent(
        sequence=event.sequence,
        kind=tasks_pb2.EventKind.Value(f"EVENT_KIND_{event.kind.upper()}"),
        percentage=body["percentage"],
        eta_seconds=body.get("eta_seconds"),
        message=body["message"],
        scene=body.get("scene"),
        scene_state=body.get("state", ""),
        scene_steps=body.get("steps", ()),
        seconds=body.get("seconds"),
        wait_seconds=body.get("wait", 0.0),
        scene_count=body.get("scenes", 0),
    )
    message.time.FromMicroseconds(round(event.at * 1_000_000))
    for name in _SAME:
        if name in body:
            setattr(message, name, body[name])
    return message


def task_message(found: TaskState) -> tasks_pb2.Task:
    """A task as direct clients see it."""
    body, error = found.progress, found.record.error
    return tasks_pb2.Task(
        task_id=found.record.task_id,
        state=tasks_pb2.TaskState.Value(f"TASK_STATE_{found.state.upper()}"),
        percentage=body["percentage"],
        message=body["message"],
        stage=body["stage"],
        eta_seconds=found.eta_seconds,
        queue_position=found.queue_position,
        scenes=[tasks_pb2.SceneProgress(**scene) for scene in body.get("scenes", ())],
        reason=error.reason if error else "",
        error=error.message if error else "",
    )


def _is_here(peer: str) -> bool:
    """True for a unix socket and for loopback; `peer` as grpc writes it, for example "ipv4:127.0.0.1:4000"."""
    kind, _, address = unquote(peer).partition(":")
    if kind in {"unix", "unix-abstract"}:
        return True
    try:
        parsed = ipaddress.ip_address(address.rpartition(":")[0].strip("[]"))
    except ValueError:
        return False
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return (mapped or parsed).is_loopback


async def _nothing() -> None:
    return

"""What happens to a task, as it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from gateway.parts import Parts  # noqa: TC001 - FastAPI reads the annotation
from gateway.watching import TaskEvents
from pixelle.runtime.errors import InvalidArgument, Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from gateway.workflow.feed import Feed, Watch

__all__ = ["router"]

router = APIRouter(prefix="/api/tasks", tags=["tasks"])
_BEAT = 15.0
"""Seconds after which a silent stream shows that it is alive."""
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The events after `Last-Event-ID` or `since`, then those to come, up to the final one: "
        "`id` is the sequence, `event` the kind, `data` a TaskEvent. With `Accept: application/json`, those that are "
        "there now or come within `wait` seconds.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    },
    204: {"description": "The task has ended and nothing was missed; event sources stop asking."},
}


@router.get("/{task_id}/events", response_model=TaskEvents, responses=_ANSWERS)
async def watch_task(  # noqa: PLR0917 - FastAPI passes them by name
    task_id: str,
    request: Request,
    parts: Parts,
    since: Annotated[int, Query(ge=0, description="The sequence of the last event you have.")] = 0,
    wait: Annotated[float, Query(ge=0, le=60, description="For JSON: seconds to wait for an event.")] = 0.0,
    last_event_id: Annotated[str, Header(description="As `since`; sent by event sources that come back.")] = "",
) -> Response:
    """What happened to a task so far, then what happens next: each event once, in order."""
    if last_event_id:
        if not (last_event_id.isascii() and last_event_id.isdecimal() and len(last_event_id) < 10):
            raise InvalidArgument(
                f"Last-Event-ID is {last_event_id[:100]!r}; send the `id` of the last event you have, a number.",
                reason="LAST_EVENT_ID",
            )
        since = int(last_event_id)
    finished = await parts.tasks.is_finished(task_id)
    feed = parts.tasks.feed
    if _wants_json(request):
        async with feed.watch(task_id, since=since) as watch:
            events = await watch.more(wait)
            if feed.stopped and not events:
                raise Unavailable("This gateway stops. Ask again in a moment; nothing is lost.", reason="STOPPING")
            body = {"events": [event.as_json() for event in events], "over": watch.over and not feed.stopped}
        return JSONResponse(body, headers=_HEADERS)
    if finished and since:
        async with feed.watch(task_id, since=since) as watch:
            if not await watch.more(_BEAT) and watch.over:
                return Response(status_code=204, headers=_HEADERS)
    return StreamingResponse(_stream(feed, task_id, since), media_type="text/event-stream", headers=_HEADERS)


def _wants_json(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    return "application/json" in accepted and "text/event-stream" not in accepted


async def _stream(feed: Feed, task_id: str, since: int) -> AsyncGenerator[bytes]:
    async with feed.watch(task_id, since=since) as watch:
        yield b"retry: 1000\n\n"
        while not watch.over:
            yield await _next(watch)


async def _next(watch: Watch) -> bytes:
    return b"".join([event.sse for event in await watch.more(_BEAT)]) or b": alive\n\n"

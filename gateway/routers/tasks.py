"""Watching, listing and cancelling tasks."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from gateway.convert import task_model
from gateway.parts import Parts, base_url
from gateway.scenes import board_so_far
from gateway.schemas import Cancelled, Redelivered
from gateway.watching import Task  # noqa: TC001 - FastAPI reads the annotation
from pixelle.runtime.errors import InvalidArgument

__all__ = ["router"]

router = APIRouter(prefix="/api/tasks", tags=["tasks"])
_CURSOR = re.compile(r"[0-9]{1,14}\.[0-9]{1,9}")
"""Milliseconds since 1970, up to the year 5138, and how many of that moment were told."""
_Status = Literal["pending", "running", "completed", "failed", "cancelled"]


@router.get("")
async def list_tasks(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request,
    response: Response,
    parts: Parts,
    status: Annotated[_Status | None, Query(description="Only tasks in this state.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Annotated[str, Query(description="From the X-Next-Cursor header of the page before.")] = "",
) -> list[Task]:
    """Tasks, newest first. The header X-Next-Cursor is there when more follow."""
    if cursor and not _CURSOR.fullmatch(cursor):
        raise InvalidArgument(f"Unknown cursor {cursor[:100]!r}; send the one of the last answer.", reason="CURSOR")
    found, following = await parts.tasks.page(status, limit=limit, cursor=cursor)
    if following:
        response.headers["X-Next-Cursor"] = following
        response.headers["Link"] = f'<{request.url.include_query_params(cursor=following)}>; rel="next"'
    base = base_url(request, parts)
    told = await parts.webhooks.deliveries([each.record.task_id for each in found])
    return [task_model(each, base, told.get(each.record.task_id, ())) for each in found]


@router.get("/{task_id}")
async def get_task(
    task_id: str,
    request: Request,
    parts: Parts,
    wait: Annotated[float, Query(ge=0, le=60, description="Seconds to wait for a change.")] = 0.0,
    since: Annotated[int, Query(ge=-1, description="The `version` you know.")] = -1,
) -> Task:
    """A task. With `wait` and `since`, answers as soon as its version is no longer `since`."""
    if wait and since >= 0:
        found = await parts.tasks.wait(task_id, since=since, seconds=wait)
    else:
        found = await parts.tasks.get(task_id)
    told = await parts.webhooks.deliveries([task_id])
    return task_model(found, base_url(request, parts), told.get(task_id, ()))


@router.delete("/{task_id}")
async def cancel_task(task_id: str, parts: Parts) -> Cancelled:
    """Stop a task for good; the calls it is waiting for are cancelled too."""
    await parts.tasks.cancel(task_id)
    return Cancelled(message=f"Task {task_id} cancelled successfully")


@router.post("/{task_id}/redeliver", responses={409: {"description": "It has not ended yet"}})
async def redeliver(task_id: str, parts: Parts) -> Redelivered:
    """Call the `callback_url` of a task that has ended once more, now, with all attempts before it."""
    await parts.tasks.get(task_id)
    await parts.webhooks.redeliver(task_id)
    return Redelivered(message=f"The callback_url of task {task_id} is called again")


@router.get("/{task_id}/storyboard")
async def get_storyboard(task_id: str, request: Request, parts: Parts) -> dict[str, Any]:
    """The task's storyboard; each scene with what has been made for it so far, and where that can be seen and heard."""
    return await board_so_far(parts.tasks, parts.intake, task_id, files=f"{base_url(request, parts)}/api/files")

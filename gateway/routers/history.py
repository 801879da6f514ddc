"""Finished tasks."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Query, Request

from gateway.history import Duplicate, History, HistoryDetail, past_task, statistics
from gateway.parts import Parts, base_url
from gateway.scenes import board_so_far
from gateway.schemas import Deleted
from pixelle.runtime.errors import Conflict

__all__ = ["router"]

router = APIRouter(prefix="/api/history", tags=["history"])
_Status = Literal["completed", "failed", "cancelled"]
_Sort = Literal[
    "created_at", "-created_at", "completed_at", "-completed_at", "title", "-title", "duration", "-duration"
]
_NOT_YET: dict[int | str, dict[str, Any]] = {409: {"description": "It has not ended yet"}}


@router.get("")
async def list_history(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request,
    parts: Parts,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    page_size: Annotated[int, Query(ge=1, le=200)] = 20,
    status: Annotated[_Status | None, Query(description="Only tasks that ended so.")] = None,
    sort: Annotated[_Sort, Query(description="By what; with - in front, from the last to the first.")] = "-created_at",
    with_statistics: Annotated[bool, Query(alias="statistics", description="Tell them, which reads all tasks.")] = True,
) -> History:
    """Tasks that have ended, well or not: what they were given, what came of it, and sums over all of them."""
    by, start = cast("Any", sort.removeprefix("-")), (page - 1) * page_size
    found, total = await parts.past.page(status, by=by, descending=sort.startswith("-"), start=start, limit=page_size)
    told = await parts.webhooks.deliveries([each.record.task_id for each in found])
    base = base_url(request, parts)
    return History(
        tasks=[past_task(each, base, told.get(each.record.task_id, ())) for each in found],
        total=total,
        page=page,
        page_size=page_size,
        total_pages=-(-total // page_size),
        statistics=statistics(await parts.past.totals()) if with_statistics else None,
    )


@router.get("/{task_id}", responses=_NOT_YET)
async def get_history(task_id: str, request: Request, parts: Parts) -> HistoryDetail:
    """A task that has ended: its inputs, its storyboard with what was made for each scene, its result or error."""
    found = await parts.past.find(task_id)
    base = base_url(request, parts)
    try:
        board = await board_so_far(parts.tasks, parts.intake, task_id, files=f"{base}/api/files")
    except Conflict:  # it ended before there was one
        board = None
    told = await parts.webhooks.deliveries([task_id])
    return HistoryDetail(task=past_task(found, base, told.get(task_id, ())), storyboard=board)


@router.post("/{task_id}/duplicate", responses=_NOT_YET)
async def duplicate_task(task_id: str, parts: Parts) -> Duplicate:
    """What a task was given, to be sent again, changed or not. Nothing is begun or spent."""
    found = await parts.past.find(task_id)
    given: dict[str, Any] = found.record.payload.get("request", {})
    return Duplicate(task_id=task_id, request={name: value for name, value in given.items() if value is not None})


@router.delete("/{task_id}", responses={409: {"description": "It has not ended, or another task needs it"}})
async def delete_task(task_id: str, parts: Parts) -> Deleted:
    """
    Delete a task that has ended: its record and its folder now, files that only it has within about two hours.

    A task that has not ended answers 409: cancel it first, with `DELETE /api/tasks/{task_id}`.
    """
    await parts.retention.delete(task_id)
    return Deleted(message=f"Task {task_id} deleted successfully")

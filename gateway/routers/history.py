"""Finished tasks."""

from __future__ import annotations

from fastapi import APIRouter

from gateway.parts import Parts  # noqa: TC001 - FastAPI reads the annotation
from gateway.schemas import Deleted

__all__ = ["router"]

router = APIRouter(prefix="/api/history", tags=["history"])


@router.delete("/{task_id}", responses={409: {"description": "It has not ended, or another task needs it"}})
async def delete_task(task_id: str, parts: Parts) -> Deleted:
    """
    Delete a task that has ended: its record and its folder now, files that only it has within about two hours.

    A task that has not ended answers 409: cancel it first, with `DELETE /api/tasks/{task_id}`.
    """
    await parts.retention.delete(task_id)
    return Deleted(message=f"Task {task_id} deleted successfully")

"""The JSON of what has been made: finished tasks, with their inputs, results and storyboards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from gateway.convert import task_model
from gateway.watching import Task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.workflow.past import Totals
    from gateway.workflow.state import TaskState

__all__ = ["Duplicate", "History", "HistoryDetail", "PastTask", "Statistics", "past_task", "statistics"]


class PastTask(Task):
    """A task that has ended; what it was given is in `request_params`."""

    title: str = Field(description="Of the video; of a task without one, that of its request.")
    n_scenes: int = Field(description="Scenes of the storyboard; 0 when it ended before there was one.")


class Statistics(BaseModel):
    """All tasks that have ended."""

    total_tasks: int
    completed: int
    failed: int
    cancelled: int
    total_duration: float = Field(description="Seconds of finished videos.")
    total_size: int = Field(description="Bytes of finished videos.")


class History(BaseModel):
    """One page of what has been made."""

    success: bool = True
    message: str = "Success"
    tasks: list[PastTask]
    total: int = Field(description="Tasks on all pages.")
    page: int = Field(description="From 1.")
    page_size: int
    total_pages: int
    statistics: Statistics | None = Field(description="Of all tasks, whatever was asked for; null if not wanted.")


class HistoryDetail(BaseModel):
    """A task that has ended, and what it was made of."""

    success: bool = True
    message: str = "Success"
    task: PastTask
    storyboard: dict[str, Any] | None = Field(
        description="As GET /api/tasks/{id}/storyboard tells it; null when it ended before there was one."
    )


class Duplicate(BaseModel):
    """What a task was given, to be sent again."""

    success: bool = True
    message: str = "Success"
    task_id: str = Field(description="The task that was asked about; nothing is begun.")
    request: dict[str, Any] = Field(description="Send it, changed or not, to /api/video/generate/async.")


def past_task(found: TaskState, base_url: str, deliveries: Sequence[dict[str, Any]] = ()) -> PastTask:
    """base_url: how the client reaches this gateway, without a slash at the end. deliveries: calls of its callback."""
    shown = task_model(found, base_url, deliveries)
    result, request = found.record.result or {}, found.record.payload.get("request", {})
    title = result.get("title") or request.get("title") or ""
    return PastTask(**shown.model_dump(), title=title, n_scenes=len(shown.progress.scenes))


def statistics(totals: Totals) -> Statistics:
    """As the REST contract shows it."""
    tasks = totals.tasks
    return Statistics(
        total_tasks=sum(tasks.values()),
        completed=tasks["completed"],
        failed=tasks["failed"],
        cancelled=tasks["cancelled"],
        total_duration=round(totals.seconds, 3),
        total_size=totals.bytes,
    )

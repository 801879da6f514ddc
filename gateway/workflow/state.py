"""A task as it is now: what the engine keeps of it, and how far it is."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from gateway.workflow.progress import begin
from gateway.workflow.record import FINISHED

if TYPE_CHECKING:
    from gateway.workflow.record import Record, State

__all__ = ["TaskState", "state_of"]


@dataclass(frozen=True)
class TaskState:
    """A task now."""

    record: Record
    state: State
    progress: dict[str, Any]
    version: int
    """Grows with every change."""
    queue_position: int | None = None
    """How many wait before it, while it waits."""

    @property
    def finished(self) -> bool:
        """True when nothing will change any more."""
        return self.state in FINISHED

    @property
    def started_at(self) -> datetime | None:
        """When its first step began."""
        return _moment(self.progress.get("started_at"))

    @property
    def completed_at(self) -> datetime | None:
        """When it ended, well or not."""
        return (_moment(self.progress.get("ended_at")) or self.record.completed_at) if self.finished else None

    @property
    def eta_seconds(self) -> float | None:
        """Seconds to the end, as this installation's past and this task's pace have it; None when not known."""
        eta, at = self.progress.get("eta"), self.progress.get("at")
        if self.state != "running" or eta is None or at is None:
            return None
        return round(max(0.0, eta - (time.time() - at)), 1)


def state_of(record: Record, kept: dict[str, tuple[int, dict[str, Any]]]) -> TaskState:
    """kept: version and progress by task id; a task without has not begun."""
    version, body = kept.get(record.task_id, (0, begin()))
    state = record.state
    if state == "pending" and body.get("waits"):
        body = {**body, "message": begin()["message"]}
    elif state == "pending" and body["stage"] != "queued":
        state = "running"  # picked up again after a restart, which nobody outside needs to see
    rank = 0 if state == "pending" else 2 if state in FINISHED else 1
    return TaskState(record, state, body, 3 * version + rank)


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)

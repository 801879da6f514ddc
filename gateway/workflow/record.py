"""What is kept about a task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from pixelle.runtime.errors import PixelleError

__all__ = ["FINISHED", "STATES", "UNFINISHED", "Entry", "Json", "Record", "State", "Turn", "statuses"]

Json = dict[str, Any]
State = Literal["pending", "running", "completed", "failed", "cancelled"]
FINISHED: frozenset[State] = frozenset({"completed", "failed", "cancelled"})
UNFINISHED: frozenset[State] = frozenset({"pending", "running"})
STATES: dict[str, State] = {
    "ENQUEUED": "pending",
    "DELAYED": "pending",
    "PENDING": "running",
    "SUCCESS": "completed",
    "ERROR": "failed",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "failed",
    "CANCELLED": "cancelled",
}
"""By the status of the task in the database."""


def statuses(states: Collection[State]) -> list[str]:
    """Those of tasks that are in one of these states."""
    return [status for status, state in STATES.items() if state in states]


@dataclass(frozen=True)
class Record:
    """A task as the engine knows it."""

    task_id: str
    state: State
    payload: Json
    """What `submit` was given."""
    result: Json | None
    error: PixelleError | None
    created_at: datetime
    completed_at: datetime | None
    """To the second only, where the database keeps no more."""


@dataclass(frozen=True)
class Turn:
    """When a task is taken from the queue."""

    caller: str
    """Whose task it is; limits are per caller."""
    order: int
    """Lower ones are taken first; of equal ones the older."""


@dataclass(frozen=True)
class Entry:
    """A task as the queue knows it."""

    task_id: str
    state: State
    turn: Turn
    began_ms: int | None
    """Since 1970; None while it has not been taken from the queue."""
    completed_ms: int | None
    """Since 1970; None while it has not ended."""

    @property
    def seconds(self) -> float | None:
        """How long it took once it had begun."""
        return (self.completed_ms - self.began_ms) / 1000 if self.began_ms and self.completed_ms else None

"""What is kept about a task."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from pixelle.runtime.errors import PixelleError

__all__ = ["Json", "Record", "State"]

Json = dict[str, Any]
State = Literal["pending", "running", "completed", "failed", "cancelled"]


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

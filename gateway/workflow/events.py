"""What has happened to tasks: an append-only table, numbered per task from 1."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["FINAL", "TABLE", "Event", "Happened", "Kind", "add", "read"]

Kind = Literal[
    "queued",
    "started",
    "resumed",
    "stage",
    "scene_written",
    "storyboard",
    "step_started",
    "step_progress",
    "step_retried",
    "step_ended",
    "scene",
    "completed",
    "failed",
    "cancelled",
]
FINAL = frozenset({"completed", "failed", "cancelled"})
"""Kinds after which nothing comes, unless the task is taken up again (`resumed`)."""

TABLE = sa.Table(
    "task_events",
    sa.MetaData(),
    sa.Column("task_id", sa.Text, primary_key=True),
    sa.Column("sequence", sa.Integer, primary_key=True),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)

_NEW = TABLE.insert()
_NEWEST = (
    sa.select(TABLE.c.sequence, TABLE.c.kind)
    .where(TABLE.c.task_id == sa.bindparam("task"))
    .order_by(TABLE.c.sequence.desc())
    .limit(1)
)
_AFTER = (
    sa.select(TABLE)
    .where(TABLE.c.task_id == sa.bindparam("task"), TABLE.c.sequence > sa.bindparam("known"))
    .order_by(TABLE.c.sequence)
)

_AT_ONCE = 100
"""Tasks that one query asks for."""


@dataclass(frozen=True)
class Happened:
    """Something that happened and has no number yet."""

    at: float
    """Seconds since the epoch."""
    kind: Kind
    body: dict[str, Any]


@dataclass(frozen=True)
class Event:
    """One row."""

    sequence: int
    at: float
    """Seconds since the epoch."""
    kind: Kind
    body: dict[str, Any]

    @property
    def final(self) -> bool:
        """True when nothing comes after it, unless the task is taken up again."""
        return self.kind in FINAL

    @property
    def time(self) -> datetime:
        """`at`, in UTC."""
        return datetime.fromtimestamp(self.at, UTC)

    def as_json(self) -> dict[str, Any]:
        """As watchers see it."""
        return {
            "sequence": self.sequence,
            "time": self.time.isoformat().replace("+00:00", "Z"),
            "kind": self.kind,
            **self.body,
        }

    @cached_property
    def sse(self) -> bytes:
        """As a server-sent event; written once for all who watch."""
        text = json.dumps(self.as_json(), ensure_ascii=False, separators=(",", ":"))
        return f"id: {self.sequence}\nevent: {self.kind}\ndata: {text}\n\n".encode()


def add(connection: sa.Connection, task_id: str, happened: Sequence[Happened], *, opening: bool = False) -> bool:
    """
    Number and keep events, in a transaction that holds the task's row of progress, so that numbers have no gaps.

    opening: the task is taken up, perhaps again. False, and nothing is kept: the task has ended (for an opening: well).
    """
    last = connection.execute(_NEWEST, {"task": task_id}).first()
    if last and last.kind in FINAL and (not opening or last.kind == "completed"):
        return False
    first = last.sequence + 1 if last else 1
    rows = [
        {"task_id": task_id, "sequence": number, "at": each.at, "kind": each.kind, "body": json.dumps(each.body)}
        for number, each in enumerate(happened, first)
    ]
    if rows:
        connection.execute(_NEW, rows)
    return True


def read(connection: sa.Connection, after: Mapping[str, int]) -> dict[str, list[Event]]:
    """Events by task, in order: those numbered higher than `after` says for the task."""
    found: dict[str, list[Event]] = {task_id: [] for task_id in after}
    asked = list(after.items())
    for first in range(0, len(asked), _AT_ONCE):
        some = asked[first : first + _AT_ONCE]
        if len(some) == 1:  # as a rule; making a query costs more than asking it
            rows = connection.execute(_AFTER, {"task": some[0][0], "known": some[0][1]})
        else:
            wanted = [sa.and_(TABLE.c.task_id == task_id, TABLE.c.sequence > known) for task_id, known in some]
            rows = connection.execute(sa.select(TABLE).where(sa.or_(*wanted)).order_by(*TABLE.primary_key))
        for row in rows:
            found[row.task_id].append(Event(row.sequence, row.at, row.kind, json.loads(row.body)))
    return found

"""Requests that were sent before: one row per caller and Idempotency-Key, kept for a day."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from pixelle.runtime.errors import InvalidArgument, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.workflow.database import Database

__all__ = ["KEPT_SECONDS", "Kept", "KeyReused", "KeyStore", "Sent"]

KEPT_SECONDS = 24 * 3600.0
"""How long a key stands for its task."""

_TABLE = sa.Table(
    "idempotency_keys",
    sa.MetaData(),
    sa.Column("caller", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("body_hash", sa.Text, nullable=False),
    sa.Column("task_id", sa.Text, nullable=False),
    sa.Column("begun", sa.Boolean, nullable=False),
    sa.Column("created_at", sa.Float, nullable=False, index=True),
)


class KeyReused(InvalidArgument):
    """The same key came with another request."""

    kind = Kind("INVALID_ARGUMENT", 422, "Idempotency key reused", retryable=False)
    default_reason = "IDEMPOTENCY_KEY_REUSED"


@dataclass(frozen=True)
class Sent:
    """A request under a key."""

    caller: str
    """Who sent it; never the API key itself."""
    key: str
    body_hash: str

    @classmethod
    def of(cls, caller: str, key: str, what: dict[str, Any]) -> Sent:
        """what: everything that the request asks for."""
        canonical = json.dumps(what, sort_keys=True, separators=(",", ":"))
        return cls(caller, key, hashlib.sha256(canonical.encode()).hexdigest())


@dataclass(frozen=True)
class Kept:
    """What a key stands for."""

    task_id: str
    begun: bool
    """False until the task is known to have been queued: whoever kept the key may have died before that."""
    fresh: bool = False
    """True for the one caller whose claim made the row."""


class KeyStore:
    """The rows, in the database of the tasks."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        """database: shared with the engine; the table is made if it is not there. clock: seconds since 1970."""
        self._engine = database.engine
        self._clock = clock
        database.make(_TABLE)

    async def find(self, sent: Sent) -> Kept | None:
        """What the key stands for. Raises KeyReused when it came with another request."""
        return await asyncio.to_thread(self._find, sent)

    async def claim(self, sent: Sent, task_id: str) -> Kept:
        """
        Let the key stand for a task, unless it stands for one already: one of several callers gets a fresh row.

        Rows older than a day are swept here. Raises KeyReused.
        """

        def insert() -> Kept:
            now = self._clock()
            row = {"task_id": task_id, "begun": False, "created_at": now}
            while True:
                try:
                    with self._engine.begin() as connection:
                        connection.execute(sa.delete(_TABLE).where(_TABLE.c.created_at < now - KEPT_SECONDS))
                        connection.execute(_TABLE.insert().values(**vars(sent), **row))
                except IntegrityError:
                    found = self._find(sent)
                    if found:
                        return found
                else:
                    return Kept(task_id, begun=False, fresh=True)

        return await asyncio.to_thread(insert)

    async def begun(self, sent: Sent) -> None:
        """The task has been queued: from now on the key stands for it, whatever becomes of it."""
        await asyncio.to_thread(self._execute, sa.update(_TABLE).where(*_row(sent)).values(begun=True))

    def mark(self, sent: Sent) -> sa.Update:
        """As `begun`, for a transaction that begins the task; changes no row when that was said before."""
        return sa.update(_TABLE).where(*_row(sent), _TABLE.c.begun.is_(False)).values(begun=True)

    async def release(self, sent: Sent) -> None:
        """Nothing came of a fresh claim: the key may be used again."""
        await asyncio.to_thread(self._execute, sa.delete(_TABLE).where(*_row(sent), _TABLE.c.begun.is_(False)))

    def _find(self, sent: Sent) -> Kept | None:
        young = _TABLE.c.created_at >= self._clock() - KEPT_SECONDS
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(_TABLE).where(*_row(sent), young)).first()
        if row is None:
            return None
        if row.body_hash != sent.body_hash:
            raise KeyReused(
                f"The Idempotency-Key {sent.key!r} was sent before with another request, which became task "
                f"{row.task_id!r}. Send that request again, or use a new key for this one."
            )
        return Kept(row.task_id, begun=row.begun)

    def _execute(self, statement: sa.Executable) -> None:
        with self._engine.begin() as connection:
            connection.execute(statement)


def _row(sent: Sent) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return _TABLE.c.caller == sent.caller, _TABLE.c.key == sent.key

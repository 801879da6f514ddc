"""A light look at the queue: the few columns of DBOS's table that say where tasks stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gateway.workflow.record import STATES, Entry, Turn

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["glance"]

_SHOWN = ("workflow_uuid", "status", "queue_partition_key", "priority", "started_at_epoch_ms", "completed_at")
_COLUMNS = (*_SHOWN, "name", "application_name", "created_at")


def _query(schema: str | None, *, some: bool) -> sa.Select[Any]:
    table = sa.table("workflow_status", *map(sa.column, _COLUMNS), schema=schema)
    query = (
        sa.select(*[table.c[name] for name in _SHOWN])
        .where(table.c.name == sa.bindparam("name"))
        .where(table.c.status.in_(sa.bindparam("states", expanding=True)))
        .order_by(table.c.created_at.desc())
    )
    # ids name their tasks by themselves; without them another application's must be left out
    return query.where(
        table.c.workflow_uuid.in_(sa.bindparam("ids", expanding=True))
        if some
        else table.c.application_name == sa.bindparam("application")
    )


_QUERIES = {(schema, some): _query(schema, some=some) for schema in (None, "dbos") for some in (True, False)}
"""Made once: making one costs more than asking it."""


def glance(
    database: sa.Engine,
    states: Sequence[str],
    *,
    name: str,
    application: str,
    first: int,
    task_ids: Sequence[str] | None = None,
    limit: int | None = None,
) -> list[Entry]:
    """
    Workflows of a name that have one of DBOS's `states`, newest first.

    first: the order that DBOS calls its first. Why not DBOS's own `list_workflows`: it reads thirty columns, and a
    queue of a thousand tasks is looked at with every task that is submitted.
    """
    schema = None if database.dialect.name == "sqlite" else "dbos"
    query = _QUERIES[schema, task_ids is not None]
    given = {"ids": list(task_ids)} if task_ids is not None else {"application": application}
    with database.connect() as connection:
        rows = connection.execute(
            query if limit is None else query.limit(limit), {"name": name, "states": states, **given}
        )
        return [_entry(row, first) for row in rows]


def _entry(row: sa.Row[Any], first: int) -> Entry:
    turn = Turn(row.queue_partition_key or "", (row.priority or 0) - first)
    return Entry(row.workflow_uuid, STATES[row.status], turn, row.started_at_epoch_ms, row.completed_at)

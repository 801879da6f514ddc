"""Putting a workflow that stopped back into its queue: what DBOS does for cancelled ones, for failed ones too."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["requeue"]

_AS_NEW: dict[str, Any] = {
    "recovery_attempts": 0,
    **dict.fromkeys(("owner_xid", "deduplication_id", "workflow_deadline_epoch_ms", "started_at_epoch_ms")),
    **dict.fromkeys(("completed_at", "output", "error")),
}
"""Columns of a DBOS workflow that has not run."""
_COLUMNS = ("workflow_uuid", "name", "status", "updated_at", "queue_name", "priority", "queue_partition_key", *_AS_NEW)


def requeue(
    database: sa.Engine,
    workflow_id: str,
    *,
    name: str,
    place: Mapping[str, Any],
    stopped: Sequence[str],
    also: Sequence[sa.Update],
) -> bool:
    """
    Queue a workflow that is in one of the states `stopped`, without the outcomes of steps that failed.

    place: the columns that say where in which queue. All in one transaction, in which each of `also` must change a row;
    of several callers one gets True. Why none of DBOS's own: `resume_workflow` leaves failed ones alone, and
    `fork_workflow` gives a new id and drops every step after the first that failed.
    """
    schema = None if database.dialect.name == "sqlite" else "dbos"
    status = sa.table("workflow_status", *map(sa.column, _COLUMNS), schema=schema)
    steps = sa.table("operation_outputs", sa.column("workflow_uuid"), sa.column("error"), schema=schema)
    ending = sa.table("workflow_output", sa.column("workflow_uuid"), schema=schema)
    queued = {**_AS_NEW, **place, "status": "ENQUEUED", "updated_at": round(time.time() * 1000)}
    mine = status.c.workflow_uuid == workflow_id, status.c.name == name, status.c.status.in_(stopped)
    with database.begin() as connection:
        if not connection.execute(sa.update(status).where(*mine).values(queued)).rowcount:
            return False
        connection.execute(sa.delete(steps).where(steps.c.workflow_uuid == workflow_id, steps.c.error.is_not(None)))
        connection.execute(sa.delete(ending).where(ending.c.workflow_uuid == workflow_id))
        if not all(connection.execute(each).rowcount for each in also):
            connection.rollback()
            return False
    return True

"""How many tasks of the deployment are unfinished, counted whenever the numbers are read."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import sqlalchemy as sa

from gateway.workflow.record import STATES, UNFINISHED, statuses
from pixelle.runtime import metrics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.workflow.database import Database
    from pixelle.runtime.metrics import Gauge

__all__ = ["TaskGauges"]


class TaskGauges:
    """Every process says the same of one database: take the largest, not the sum."""

    def __init__(self, database: Database, *, name: str) -> None:
        """name: of the workflow that tasks are."""
        self._database = database
        self._name = name

    def gauges(self) -> Iterator[Gauge]:
        """Pending and running tasks, and how long the first of those that wait has waited."""
        schema = "dbos" if self._database.shared else None
        columns = [sa.column(name) for name in ("status", "name", "updated_at")]
        table = sa.table("workflow_status", *columns, schema=schema)
        query = (
            sa.select(table.c.status, sa.func.count(), sa.func.min(table.c.updated_at))
            .where(table.c.name == self._name, table.c.status.in_(statuses(UNFINISHED)))
            .group_by(table.c.status)
        )
        counts, oldest = dict.fromkeys(sorted(UNFINISHED), 0), 0.0
        with self._database.engine.connect() as connection:
            for status, count, since in connection.execute(query):
                counts[STATES[status]] += count
                if STATES[status] == "pending":
                    oldest = max(oldest, time.time() - since / 1000)
        for state, count in counts.items():
            yield metrics.TASKS, count, (state,)
        yield metrics.TASKS_OLDEST, oldest, ()

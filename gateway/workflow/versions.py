"""Tasks of an older version of the story: those that wait are moved to the one told here, with what they have."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from gateway.workflow.database import Database

__all__ = ["Succession"]

_LOOK = 2.0
"""Seconds between two looks for tasks that an older gateway has queued or an older worker has handed on."""
_STATUS = ("workflow_uuid", "name", "status", "executor_id", "application_version", "inputs", "updated_at")
_AS_NEW: dict[str, Any] = {
    "status": "ENQUEUED",
    "recovery_attempts": 0,
    **dict.fromkeys(("owner_xid", "started_at_epoch_ms", "workflow_deadline_epoch_ms")),
}
_log = structlog.get_logger("gateway.versions")


class Succession:
    """
    What a worker does for tasks of older versions (docs/decisions/0014).

    Steps are found by order and name, so a story that is told differently cannot go on in the middle of another. Its
    finished steps are therefore taken out of the order and given to the task as `kept`, by their names alone.
    """

    def __init__(self, database: Database, *, name: str, version: str, executor_id: str) -> None:
        """name: of the workflow that tasks are. version: a number, that of the story told here."""
        self._database = database
        self._name, self._version, self._executor_id = name, int(version), executor_id
        schema = "dbos" if database.shared else None
        self._status = sa.table("workflow_status", *map(sa.column, {*_STATUS, *_AS_NEW}), schema=schema)
        self._inputs = sa.table("workflow_input", *map(sa.column, ("workflow_uuid", "inputs")), schema=schema)
        columns = ("workflow_uuid", "function_name", "output")
        self._steps = sa.table("operation_outputs", *map(sa.column, columns), schema=schema)
        self._looking: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Move what waits and what an earlier life of this worker has left; then look again and again."""
        await asyncio.to_thread(self._move, own=True)
        self._looking = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Look no more."""
        if self._looking:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(_LOOK)
            try:
                await asyncio.to_thread(self._move)
            except SQLAlchemyError as error:  # the database is away: this look is made again
                _log.debug("cannot look for older tasks", because=type(error).__name__)

    def _move(self, *, own: bool = False) -> None:
        """own: those too that this worker ran when it was last alive; those that others run end where they are."""
        table = self._status
        places = table.c.status.in_(("ENQUEUED", "DELAYED"))
        if own:
            places |= (table.c.status == "PENDING") & (table.c.executor_id == self._executor_id)
        query = sa.select(table.c.workflow_uuid, table.c.status, table.c.application_version).where(
            table.c.name == self._name, places, table.c.application_version != str(self._version)
        )
        with self._database.engine.connect() as connection:
            found = list(connection.execute(query))
        for task_id, status, version in found:
            if not (version or "").isdecimal() or int(version) > self._version:
                continue  # a newer worker's: this one would not know how to tell it
            if self._move_one(task_id, status, version):
                _log.info("moved to this version", task_id=task_id, before=version, now=str(self._version))

    def _move_one(self, task_id: str, status: str, version: str) -> bool:
        """In one transaction; False when somebody else was quicker."""
        table, inputs, steps = self._status, self._inputs, self._steps
        mine = table.c.workflow_uuid == task_id
        unchanged = mine, table.c.status == status, table.c.application_version == version
        new = {**_AS_NEW, "application_version": str(self._version), "updated_at": round(time.time() * 1000)}
        with self._database.engine.begin() as connection:
            if not connection.execute(sa.update(table).where(*unchanged).values(new)).rowcount:
                return False
            of_task = steps.c.workflow_uuid == task_id
            done = sa.select(steps.c.function_name, steps.c.output).where(of_task, steps.c.output.is_not(None))
            kept = {name: json.loads(output) for name, output in connection.execute(done)}
            if kept:
                given = inputs.c.workflow_uuid == task_id
                for where, column in ((table, mine), (inputs, given)):  # which of them it is, DBOS's version says
                    text = connection.execute(sa.select(where.c.inputs).where(column)).scalar()
                    if text:
                        connection.execute(sa.update(where).where(column).values(inputs=_with(text, kept)))
            connection.execute(sa.delete(steps).where(of_task))
        return True


def _with(inputs: str, kept: dict[str, Any]) -> str:
    """What a task was given, and besides it results of steps."""
    given = json.loads(inputs)
    payload = given["positionalArgs" if "positionalArgs" in given else "args"][0]
    payload["kept"] = {**payload.get("kept", {}), **kept}
    return json.dumps(given, separators=(",", ":"), ensure_ascii=False)

"""A worker's name is held whatever else waits for the database."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, cast

import pytest

from gateway.workflow.database import Database
from gateway.workflow.members import Membership

if TYPE_CHECKING:
    from deploy.stage import Stage
    from gateway.workflow.engine import TaskEngine

_NAME = "somebody"


class _Waits:
    """An engine whose database calls wait, as they do for longer and longer after some have failed."""

    async def owners(self) -> set[str]:
        await asyncio.Event().wait()
        return set()


def _holder(stage: Stage) -> int | None:
    """The server process of the session that holds the name."""
    asked = (
        "SELECT activity.pid FROM pg_stat_activity activity JOIN pg_locks locks ON locks.pid = activity.pid "
        "WHERE locks.locktype = 'advisory' AND activity.application_name = %s"
    )
    with stage.database() as connection:
        found = connection.execute(asked, (f"pixelle worker {_NAME}",)).fetchone()
    return found[0] if found else None


async def test_a_lost_name_is_taken_again_while_others_wait_for_the_database(stage: Stage) -> None:
    database = Database(stage.cluster.database_url)
    member = Membership(database, cast("TaskEngine", _Waits()), name=_NAME, expected=(), silence=15.0)
    await member.join()
    member.watch()
    try:
        first = _holder(stage)
        assert first is not None
        with stage.database() as connection:
            connection.execute("SELECT pg_terminate_backend(%s)", (first,))
        deadline = time.monotonic() + 30
        while (held := _holder(stage)) in {None, first}:
            if time.monotonic() > deadline:
                pytest.fail("the name was not taken again")
            await asyncio.sleep(0.1)
        assert held != first
    finally:
        await member.rest()
        await member.leave()
        database.close()
    assert _holder(stage) is None

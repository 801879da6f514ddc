"""A worker's name is held whatever else waits for the database."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

import pytest

from gateway.workflow.database import Database
from gateway.workflow.members import Membership

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

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


class _EndsSessions:
    """An engine during whose first answer the session that asks is ended: after a sign of life, before the next one."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._first: int | None = None
        self.ended = asyncio.get_running_loop().create_future()

    async def owners(self) -> set[str]:
        if self._first is None:
            self._first = _holder(self._stage)
            _end(self._stage, self._first)
            self.ended.set_result(self._first)
        return set()


def _end(stage: Stage, session: int | None) -> None:
    with stage.database() as connection:
        connection.execute("SELECT pg_terminate_backend(%s)", (session,))


async def _taken_again(stage: Stage, first: int | None) -> None:
    deadline = time.monotonic() + 30
    while _holder(stage) in {None, first}:
        if time.monotonic() > deadline:
            pytest.fail("the name was not taken again")
        await asyncio.sleep(0.1)


@asynccontextmanager
async def _member(stage: Stage, engine: object) -> AsyncGenerator[Membership]:
    database = Database(stage.cluster.database_url)
    member = Membership(database, cast("TaskEngine", engine), name=_NAME, expected=(), silence=15.0)
    await member.join()
    try:
        yield member
    finally:
        await member.rest()
        await member.leave()
        database.close()


async def test_a_lost_name_is_taken_again_while_others_wait_for_the_database(stage: Stage) -> None:
    async with _member(stage, _Waits()) as member:
        member.watch()
        first = _holder(stage)
        assert first is not None
        _end(stage, first)
        await _taken_again(stage, first)
    assert _holder(stage) is None


async def test_a_session_that_ends_while_others_are_looked_after_is_made_again(stage: Stage) -> None:
    engine = _EndsSessions(stage)
    async with _member(stage, engine) as member:
        member.watch()
        await _taken_again(stage, await engine.ended)
        assert not member.lost.is_set()

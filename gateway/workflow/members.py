"""Who works: each worker's name is held by one live session of the database; work of those that are gone is moved."""

from __future__ import annotations

import asyncio
import contextlib
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError

from gateway.workflow.database import lock_key
from pixelle.runtime.errors import FailedPrecondition

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gateway.workflow.database import Database
    from gateway.workflow.engine import TaskEngine

__all__ = ["Membership"]

T = TypeVar("T")

_BEAT = 2.0
"""Seconds between two signs of life."""
_JOIN = 10.0
"""Seconds in which the session of an earlier life of this name may end."""
_log = structlog.get_logger("gateway.workers")

_TABLE = sa.Table(
    "workers",
    sa.MetaData(),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("beat", sa.DateTime(timezone=True), nullable=False),
)
_KEEPALIVE = (
    "SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3; "
    "SET tcp_user_timeout = 10000"
)
"""Ends the session, and with it the lock, some ten seconds after the machine of a worker has vanished."""


class Membership:
    """This process among the workers of a Postgres database (docs/decisions/0010)."""

    def __init__(self, database: Database, engine: TaskEngine, *, name: str, expected: Sequence[str], silence: float):
        """expected: names that should exist; empty: all. silence: seconds after which an expected one is gone."""
        self._database = database
        self._engine = engine
        self._name = name
        self._expected = expected
        self._silence = silence
        # no pool: this one connection is the proof of life, and its end must be the end of the session
        self._sessions = sa.create_engine(
            database.engine.url,
            poolclass=sa.NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={**database.connect_args, "application_name": f"pixelle worker {name}"},
        )
        self._session: sa.Connection | None = None
        # nor does it wait for a thread: those of others may all be waiting for the database
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="worker-name")
        self._asked: asyncio.Task[set[str]] | None = None
        self._beating: asyncio.Task[None] | None = None
        self.lost = asyncio.Event()
        """Set when this process must stop: another one has its name, or it cannot give signs of life."""

    async def _done(self, act: Callable[[], T]) -> T:
        """What is done with the session is done on its own thread, one thing after the other."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, act)

    async def join(self) -> None:
        """Take the name. Raises FailedPrecondition (EXECUTOR_ID_IN_USE) when a live process has it."""
        await asyncio.to_thread(self._database.make, _TABLE)
        deadline = time.monotonic() + _JOIN
        while not await self._done(self._take):
            if time.monotonic() > deadline:
                raise FailedPrecondition(
                    f"Another live process works under the name {self._name!r}. Stop it, or give this one a name of "
                    "its own with PIXELLE_EXECUTOR_ID.",
                    reason="EXECUTOR_ID_IN_USE",
                )
            await asyncio.sleep(0.25)

    def watch(self) -> None:
        """Begin to give signs of life and to look for workers that have gone; the engine must have started."""
        self._beating = asyncio.create_task(self._live())
        self._beating.add_done_callback(self._watched)

    def _watched(self, beating: asyncio.Task[None]) -> None:
        if not beating.cancelled() and (error := beating.exception()):
            _log.error("fault", worker=self._name, exc_info=error)
            self.lost.set()  # without signs of life it must not go on; whoever started it starts it again

    async def rest(self) -> None:
        """Stop looking after others; the name is still held."""
        if self._beating:
            self._beating.cancel()
            await asyncio.gather(self._beating, return_exceptions=True)
        if self._asked:
            self._asked.cancel()
            await asyncio.gather(self._asked, return_exceptions=True)

    async def leave(self) -> None:
        """Give the name free."""
        await self._done(partial(self._close, forget=True))
        self._thread.shutdown(wait=False)
        self._sessions.dispose()

    def _take(self) -> bool:
        """Open the session and lock the name; False when another session has it."""
        self._close()
        session = self._sessions.connect()
        session.execute(sa.text(_KEEPALIVE))
        if not session.execute(sa.text("SELECT pg_try_advisory_lock(:key)"), {"key": _key(self._name)}).scalar():
            session.close()
            return False
        self._session = session
        self._beat()
        return True

    def _close(self, *, forget: bool = False) -> None:
        session, self._session = self._session, None
        if session:
            if forget:
                with contextlib.suppress(SQLAlchemyError):
                    session.execute(_TABLE.delete().where(_TABLE.c.name == self._name))
            with contextlib.suppress(SQLAlchemyError):
                session.close()

    async def _live(self) -> None:
        away_since = 0.0
        while not self.lost.is_set():
            try:
                if self._session is not None or await self._done(self._take):
                    await self._done(self._beat)
                elif time.monotonic() - away_since > self._silence:  # who only moves its work has it for a moment
                    _log.error("another process has this name", worker=self._name)
                    self.lost.set()
            except SQLAlchemyError as error:  # of the database, or that it had ended while others were looked after
                _log.warning("session lost", worker=self._name, because=type(error).__name__)
                await self._done(self._close)
                away_since = time.monotonic()
            try:
                if self._session is not None:
                    await self._look()
            except SQLAlchemyError as error:  # if it is the session, the next sign of life tells
                _log.warning("cannot look after other workers", because=type(error).__name__)
            await asyncio.sleep(_BEAT if self._session else 0.5)

    def _beat(self) -> None:
        assert self._session
        row = _TABLE.c.name == self._name
        if self._session.execute(_TABLE.update().where(row).values(beat=sa.func.clock_timestamp())).rowcount == 0:
            self._session.execute(_TABLE.insert().values(name=self._name, beat=sa.func.clock_timestamp()))

    async def _look(self) -> None:
        """Move the work of workers that have gone."""
        owners = await self._owners()
        for name in await self._done(partial(self._silent, owners - {self._name})):
            if not await self._done(partial(self._lock, name)):
                continue  # it is silent but lives: it is stopped, or cut off for a moment
            try:
                moved = await self._engine.move(name)
                await self._done(partial(self._forget, name))
                _log.warning("worker gone", worker=name, moved=list(moved))
            finally:
                await self._done(partial(self._unlock, name))

    async def _owners(self) -> set[str]:
        """Workers with running tasks; none when the answer is late, which comes with the next look."""
        asked = self._asked or asyncio.create_task(self._engine.owners())
        self._asked = asked  # DBOS waits longer and longer for a database that went away: our sign of life does not
        await asyncio.wait({asked}, timeout=_BEAT / 2)
        if not asked.done():
            return set()
        self._asked = None
        return asked.result()

    def _silent(self, owners: set[str]) -> list[str]:
        """
        Names of workers that have given no sign of life for long enough, in time of the database.

        Time in which nobody could give a sign, or this worker could not see it, does not count.
        """
        assert self._session
        session = self._session
        known = set(session.execute(sa.select(_TABLE.c.name)).scalars())
        for name in owners - known:  # has work, but was never seen: its time begins now
            session.execute(_TABLE.insert().values(name=name, beat=sa.func.clock_timestamp()))
        since = sa.func.greatest(
            _TABLE.c.beat,
            sa.text("pg_postmaster_start_time()"),
            sa.text("(SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid())"),
        )
        quiet = sa.func.extract("epoch", sa.func.clock_timestamp() - since).label("quiet")
        rows = session.execute(sa.select(_TABLE.c.name, quiet).where(_TABLE.c.name != self._name))
        return [row.name for row in rows if row.quiet > (self._silence if self._is_expected(row.name) else _BEAT)]

    def _is_expected(self, name: str) -> bool:
        return not self._expected or name in self._expected

    def _lock(self, name: str) -> bool:
        assert self._session
        return bool(self._session.execute(sa.text("SELECT pg_try_advisory_lock(:key)"), {"key": _key(name)}).scalar())

    def _unlock(self, name: str) -> None:
        if self._session:
            self._session.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": _key(name)})

    def _forget(self, name: str) -> None:
        assert self._session
        self._session.execute(_TABLE.delete().where(_TABLE.c.name == name))


def _key(name: str) -> int:
    return lock_key(f"worker {name}")

"""The database under the tasks: SQLite tuned for one process, or Postgres shared by many."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import shutil
import sqlite3
import time
import zlib
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
import structlog
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError, SQLAlchemyError

from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, ResourceExhausted, Unavailable
from pixelle.runtime.folders import no_folder

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable
    from typing import IO

    from pixelle.runtime.errors import PixelleError

__all__ = ["Database", "lock_key", "patiently", "unavailable"]

T = TypeVar("T")

_PAUSE = 0.5  # seconds
_ROOM = 1_000_000
"""Bytes. SQLite calls it an input/output error when less is left than it needs to open a file."""

_log = structlog.get_logger("gateway.database")

_LOCKS = 0x9172
"""Sets our advisory locks apart from those of others in the same database."""
_KEEPALIVE = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "connect_timeout": 10,
}
"""libpq: a server that is gone without a word is noticed after about ten seconds."""
_NOT_FOR_EVER = "SET LOCAL lock_timeout = '10s'; SET LOCAL idle_in_transaction_session_timeout = '10s'"
"""A process that stands still while it keeps others out is cut off by the server."""
_PRAGMAS = ("busy_timeout=30000", "foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL")
_WITH_SUBSEC = (3, 42)
"""The first SQLite whose `unixepoch` knows 'subsec'; that of Debian 12 is older."""


class Database:
    """Connections and, for SQLite, the lock that keeps a second process out."""

    def __init__(self, url: str, *, alone: bool = True) -> None:
        """
        alone: keep other processes that run tasks out of an SQLite file; False for one that runs none.
        url: SQLAlchemy URL of SQLite or Postgres. Folders of SQLite files are made; nothing is connected yet.
        Raises FailedPrecondition (DATABASE_IN_USE) when another process has the file, (FOLDER_UNWRITABLE) when there
        can be none, InvalidArgument (SETTING_INVALID) when no such database is known.
        """
        try:
            parsed = sa.make_url(url)
        except ArgumentError as error:
            raise _unknown("it is not a database URL") from error
        self.url = url
        self._lock: IO[str] | None = None
        self._holding = asyncio.Semaphore(4)  # what is done inside needs a connection too
        self.shared = parsed.get_backend_name() == "postgresql"
        """True where other processes work with the same tasks."""
        if self.shared:
            self.connect_args = _KEEPALIVE
            self.engine = sa.create_engine(
                url, pool_size=8, max_overflow=8, pool_pre_ping=True, connect_args=_KEEPALIVE
            )
            return
        if parsed.get_backend_name() != "sqlite":
            raise _unknown(f"{parsed.get_backend_name()!r} is neither postgresql nor sqlite")
        path = Path(parsed.database or "tasks.db").absolute()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = _lock(path) if alone else None
        except OSError as error:
            raise no_folder(path.parent, error, "PIXELLE_DATA_DIR") from error
        self.engine = sa.create_engine(url, pool_size=20)
        event.listen(self.engine, "connect", _tune)

    async def check(self) -> None:
        """
        Raises Unavailable (DATABASE_DOWN) when the database does not answer, ResourceExhausted (STORE_FULL) when its
        disk is full, FailedPrecondition (DATABASE_BROKEN) when the file is none.
        """

        def ask() -> None:
            with self.engine.connect() as connection:
                connection.execute(sa.text("SELECT 1"))

        try:
            await asyncio.to_thread(ask)
        except OperationalError as error:
            if not self.shared and "locked" not in str(error):
                raise self._broken(error) from error
            raise unavailable(error) from error
        except DatabaseError as error:
            if not self.shared:
                raise self._broken(error) from error
            raise

    def _broken(self, error: DatabaseError) -> PixelleError:
        folder = Path(self.engine.url.database or "").absolute().parent
        if _is_full(error) or shutil.disk_usage(folder).free < _ROOM:
            return _full()
        return FailedPrecondition(
            f"The tasks in {str(self.engine.url.database)!r} cannot be opened: {error.orig}. Let this user read and "
            "write the file, or move it away to begin without tasks; finished videos stay in the output folder.",
            reason="DATABASE_BROKEN",
        )

    def make(self, table: sa.Table) -> None:
        """Make a table of ours unless it is there. Processes that start together do it one after the other."""
        with self.engine.begin() as connection:
            if self.shared:
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": lock_key("tables")})
            table.create(connection, checkfirst=True)

    @asynccontextmanager
    async def held(self, name: str, *, shared: bool = False) -> AsyncGenerator[None]:
        """Keep other processes out of what they do under this name; those that share it keep out the others only."""
        if not self.shared:
            yield
            return
        lock = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"

        def take() -> sa.Connection:
            connection = self.engine.connect()
            try:
                connection.execute(sa.text(_NOT_FOR_EVER))
                connection.execute(sa.text(f"SELECT {lock}(:key)"), {"key": lock_key(name)})
            except BaseException:
                connection.close()
                raise
            return connection

        async with self._holding:
            connection = await asyncio.to_thread(take)
            try:
                yield
            finally:
                with contextlib.suppress(SQLAlchemyError):  # gone, and the lock with it, or ended for standing still
                    await asyncio.to_thread(connection.close)  # ends the transaction, and so the lock

    def close(self) -> None:
        """Close connections, those that a thread still uses when it is done, and give the file free."""
        event.listen(self.engine, "checkin", _let_go)
        self.engine.dispose()
        if self._lock:
            self._lock.close()


async def patiently(look: Callable[[], Awaitable[T]]) -> T:
    """What a task sees in the database; while that does not answer the task waits, as its steps do."""
    while True:
        try:
            return await look()
        except OperationalError:
            _log.warning("database away")
            await asyncio.sleep(_PAUSE)


def unavailable(error: BaseException | None = None) -> PixelleError:
    """The error for a database that does not answer. error: what it said; it may have no room left."""
    if _is_full(error):
        return _full()
    return Unavailable(
        "The task database cannot be reached. Check PIXELLE_DATABASE_URL and that the database runs, then retry.",
        reason="DATABASE_DOWN",
        retry_after=2.0,
    )


def _is_full(error: BaseException | None) -> bool:
    said = error.orig if isinstance(error, DatabaseError) else None
    return isinstance(said, sqlite3.Error) and getattr(said, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL


def _full() -> ResourceExhausted:
    return ResourceExhausted(
        "The disk is full, and the tasks on it cannot be written down. Free some space, then retry.",
        reason="STORE_FULL",
        retry_after=60.0,
    )


def lock_key(name: str) -> int:
    """The number that an advisory lock of ours has in Postgres, whose locks have no names."""
    return (_LOCKS << 32) | zlib.crc32(name.encode())


def _unknown(why: str) -> InvalidArgument:
    # without the URL, which may hold a password
    return InvalidArgument(
        f"PIXELLE_DATABASE_URL is wrong: {why}. Give postgresql://user:password@host/name, or leave it out.",
        reason="SETTING_INVALID",
    )


def _let_go(_connection: object, record: Any) -> None:
    record.invalidate()


def _tune(connection: Any, _record: object) -> None:
    """WAL with NORMAL loses nothing when a process dies, and costs a third of the default per write."""
    connection.isolation_level = "IMMEDIATE"
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    if sqlite3.sqlite_version_info < _WITH_SUBSEC:
        connection.create_function("unixepoch", -1, _unixepoch)


def _unixepoch(*of: str) -> float:
    """
    Seconds since 1970 in whole milliseconds, as DBOS asks for them on Python 3.12 and later, however old its SQLite is.

    of: "subsec". Raises ValueError for anything else.
    """
    if of != ("subsec",):
        raise ValueError(f"unixepoch{of} is not what this stands for")
    return int(time.time() * 1000) / 1000


def _lock(path: Path) -> IO[str]:
    """Hold `<path>.lock`; the kernel lets go of it however the process ends."""
    file = path.with_name(path.name + ".lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise FailedPrecondition(
            f"Another gateway works with the tasks in {path.name!r}. Stop it, send your requests to it, or set "
            "PIXELLE_DATA_DIR to another folder.",
            reason="DATABASE_IN_USE",
        ) from error
    return file

"""The database under the tasks: SQLite tuned for one process, or whatever the URL names."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event

from pixelle.runtime.errors import FailedPrecondition

if TYPE_CHECKING:
    from typing import IO

__all__ = ["Database"]

_PRAGMAS = ("busy_timeout=30000", "foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL")


class Database:
    """An engine and, for SQLite, the lock that keeps a second process out."""

    def __init__(self, url: str) -> None:
        """
        url: SQLAlchemy URL. Folders of SQLite files are made.
        Raises FailedPrecondition (DATABASE_IN_USE) when another process has the file.
        """
        self.url = url
        self._lock: IO[str] | None = None
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "sqlite":
            path = Path(parsed.database or "tasks.db").absolute()
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock = _lock(path)
        self.engine = sa.create_engine(url, pool_size=20)
        if self._lock:
            event.listen(self.engine, "connect", _tune)

    def close(self) -> None:
        """Close connections and give the file free."""
        self.engine.dispose()
        if self._lock:
            self._lock.close()


def _tune(connection: Any, _record: object) -> None:
    """WAL with NORMAL loses nothing when a process dies, and costs a third of the default per write."""
    connection.isolation_level = "IMMEDIATE"
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


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

"""News of tasks from other processes, where Postgres is there to tell them."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import sqlalchemy as sa
import structlog

from gateway.workflow.progress import CHANNEL

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Notices", "notices"]

_AGAIN = 1.0
"""Seconds before a lost connection is made again."""
_KEEPALIVE = {"keepalives_idle": "5", "keepalives_interval": "2", "keepalives_count": "3", "connect_timeout": "10"}
_log = structlog.get_logger("gateway.feed")


def notices(url: str) -> Callable[[Callable[[str], None]], Notices] | None:
    """What listens in this database (SQLAlchemy URL); None where no other process can have news."""
    if sa.make_url(url).get_backend_name() != "postgresql":
        return None
    return partial(Notices, url)


class Notices:
    """One connection that listens."""

    def __init__(self, url: str, told: Callable[[str], None]) -> None:
        """url: SQLAlchemy URL of Postgres. told: called with a task's id, or "" when news may have been missed."""
        plain = sa.make_url(url).set(drivername="postgresql").update_query_dict(_KEEPALIVE)
        self._url = plain.render_as_string(hide_password=False)
        self._told = told
        self.live = False
        """True while nothing is missed."""

    async def run(self) -> None:
        """Listen for good; a lost connection is made again."""
        import psycopg

        while True:
            try:
                connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True)
                async with connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self.live = True
                    self._told("")
                    async for notice in connection.notifies():
                        self._told(notice.payload)
            except psycopg.OperationalError as error:
                _log.warning("not listening", because=type(error).__name__)
            finally:
                self.live = False
            await asyncio.sleep(_AGAIN)

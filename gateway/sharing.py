"""How many calls to the services one caller may have open at once: the queues behind them are everybody's."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from pixelle.runtime.errors import ResourceExhausted

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

__all__ = ["Shares"]

_WAITING = 4
"""Calls that may wait for each one that is let through."""
_SOON = 5.0
"""Seconds after which somebody who has too many may come back."""


class Shares:
    """Places for calls outside of tasks, as many for each caller; whoever wants more waits behind their own."""

    def __init__(self, most: int) -> None:
        """most: calls of one caller at once; 0: no limit."""
        self._most = most
        self._places: dict[str, asyncio.Semaphore] = {}
        self._inside: dict[str, int] = {}

    @asynccontextmanager
    async def one(self, caller: str) -> AsyncGenerator[None]:
        """A place for one call. Raises ResourceExhausted (KEY_BUSY) when too many of the caller's wait already."""
        if not self._most:
            yield
            return
        inside = self._inside.get(caller, 0)
        if inside >= self._most * (1 + _WAITING):
            raise ResourceExhausted(
                f"{inside} of your requests are being answered or wait, and no more may (PIXELLE_KEY_CALLS). Try again "
                "when some have been answered.",
                reason="KEY_BUSY",
                retry_after=_SOON,
            )
        self._inside[caller] = inside + 1
        place = self._places.setdefault(caller, asyncio.Semaphore(self._most))
        try:
            async with place:
                yield
        finally:
            self._inside[caller] -= 1
            if not self._inside[caller]:
                del self._inside[caller], self._places[caller]

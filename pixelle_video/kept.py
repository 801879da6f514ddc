"""What is started once and used for long lives in a task of its own, so that the end of its event loop ends it too."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

__all__ = ["Kept"]

T = TypeVar("T")


class Kept(Generic[T]):
    """
    An asynchronous context that is entered and left in one task.

    `asyncio.run` cancels that task when it ends, and so leaves the context although nobody asked for it: servers and
    browsers that outlive their loop take the process down with them.
    """

    def __init__(self, context: AbstractAsyncContextManager[T]) -> None:
        """Begin to enter `context`, on the running loop."""
        self._loop = asyncio.get_running_loop()
        self._entered: asyncio.Future[T] = self._loop.create_future()
        self._told = asyncio.Event()
        self._living = self._loop.create_task(self._live(context), name="pixelle-kept")

    async def _live(self, context: AbstractAsyncContextManager[T]) -> None:
        async with context as value:
            if not self._entered.done():
                self._entered.set_result(value)
            await self._told.wait()

    @property
    def over(self) -> bool:
        """It was left, or its loop has ended."""
        return self._living.done() or self._loop.is_closed()

    @property
    def here(self) -> bool:
        """It lives on the loop that runs now."""
        return self._loop is asyncio.get_running_loop()

    async def value(self) -> T:
        """What the context gave; raises what entering it raised. To cancel this leaves the context."""
        try:
            await asyncio.wait({self._living, self._entered}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            self._living.cancel()
            await asyncio.gather(self._living, return_exceptions=True)
            raise
        if not self._entered.done() or self._entered.cancelled():
            self._entered.cancel()
            await self._living
        return self._entered.result()

    async def leave(self) -> None:
        """Leave the context and wait for that; raises what leaving it raised."""
        self._told.set()
        await asyncio.wait({self._living})
        if not self._living.cancelled():
            self._living.result()

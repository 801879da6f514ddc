"""Answers of the services, remembered for a moment."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TypeVar

from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, NotFound

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable

__all__ = ["Recent"]

T = TypeVar("T")


class Recent:
    """
    Engines, voices, workflows and templates, for which every request asks.

    What is found in a remembered list is taken to be there still; what is not is looked for again in a new one.
    """

    def __init__(self, seconds: float = 2.0) -> None:
        """seconds: how long a list is remembered."""
        self._seconds = seconds
        self._lists: dict[Hashable, tuple[float, list[Any]]] = {}

    async def listed(self, what: Hashable, ask: Callable[[], Awaitable[list[Any]]]) -> list[Any]:
        """The list of this name, asked for when it is not remembered."""
        self._forget_old()
        kept = self._lists.get(what)
        if kept is None:
            asked = time.monotonic()  # so old is what it says, however long the answer took
            kept = self._lists[what] = asked, await ask()
        return kept[1]

    async def sure(self, check: Callable[[], Awaitable[T]]) -> T:
        """What a check returns; one that refuses, and may have seen remembered lists, is made again with new ones."""
        self._forget_old()
        remembered = bool(self._lists)
        try:
            return await check()
        except (InvalidArgument, FailedPrecondition, NotFound):
            if not remembered:
                raise
            self.forget()
            return await check()

    def forget(self) -> None:
        """Something has changed: the next one who asks sees it."""
        self._lists.clear()

    def _forget_old(self) -> None:
        oldest = time.monotonic() - self._seconds
        self._lists = {what: kept for what, kept in self._lists.items() if kept[0] > oldest}

"""Several questions side by side."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import FailedPrecondition, PixelleError

if TYPE_CHECKING:
    from collections.abc import Coroutine

__all__ = ["together"]


async def together(*questions: Coroutine[Any, Any, None], at_once: int | None = None) -> None:
    """
    Ask side by side; of several errors that of the earliest question is raised.

    What the caller can mend goes before what the installation lacks.

    at_once: how many at most; None: all.
    """
    outcomes: list[PixelleError | None] = [None] * len(questions)
    room = asyncio.Semaphore(at_once or len(questions) or 1)

    async def one(index: int, question: Coroutine[Any, Any, None]) -> None:
        async with room:
            try:
                await question
            except PixelleError as error:
                outcomes[index] = error

    async with asyncio.TaskGroup() as group:
        for index, question in enumerate(questions):
            group.create_task(one(index, question))
    for error in sorted(filter(None, outcomes), key=lambda error: isinstance(error, FailedPrecondition)):
        raise error

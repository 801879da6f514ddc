"""Work for a caller who may hang up before it is done."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from pixelle.runtime.errors import Cancelled

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from fastapi import Request

__all__ = ["unless_gone"]

T = TypeVar("T")
_LOOK = 0.5
"""Seconds between two looks whether the client is still there."""


async def unless_gone(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`; it is cancelled when the client hangs up. Raises Cancelled then."""
    working = asyncio.create_task(work)
    try:
        while not (await asyncio.wait({working}, timeout=_LOOK))[0]:
            if await request.is_disconnected():
                raise Cancelled("The client hung up, so the work was stopped.")
        return working.result()
    finally:
        if not working.done():
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

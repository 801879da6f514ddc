"""Waiting for an event, but not for ever."""

from __future__ import annotations

import asyncio

__all__ = ["within"]


async def within(event: asyncio.Event, seconds: float) -> bool:
    """
    Wait until the event is set; False when it is not after so many seconds.

    A cancellation always gets through. `asyncio.wait_for` in Python 3.11 swallows one that comes in the moment in which
    the event does.
    """
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True

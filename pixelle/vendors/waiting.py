"""Waiting for what takes long, so that whoever waits can leave at any moment."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, TypeVar

from pixelle.runtime.errors import DeadlineExceeded, ResourceExhausted, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

__all__ = ["awaited", "polled", "rest", "watched"]

T = TypeVar("T")

_BEAT = 0.1
"""Seconds between two looks at whether anybody still waits."""


def awaited(work: Coroutine[Any, Any, T], beat: Callable[[], object]) -> T:
    """The result of a coroutine run on this thread; `beat` is called meanwhile, and what it raises ends the work."""
    return asyncio.run(watched(work, beat))


async def watched(work: Coroutine[Any, Any, T], beat: Callable[[], object]) -> T:
    """As `awaited`, in a loop that runs already."""
    task = asyncio.ensure_future(work)
    try:
        while not task.done():
            beat()
            await asyncio.wait({task}, timeout=_BEAT)
        return task.result()
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait({task})


def rest(seconds: float, beat: Callable[[], object]) -> None:
    """Wait; `beat` is called meanwhile."""
    until = time.monotonic() + seconds
    beat()
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(_BEAT, left))
        beat()


def polled(
    look: Callable[[], T | None],
    beat: Callable[[], object],
    *,
    vendor: str,
    every: float,
    seconds: float,
    patience: float = 60.0,
) -> T:
    """
    Look every so often until there is something.

    every: seconds between two looks. seconds: for everything. patience: seconds for which the vendor may be silent or
    too busy to answer. Raises DeadlineExceeded (VENDOR_TIMEOUT), and what `look` raises.
    """
    deadline = time.monotonic() + seconds
    silent = 0.0
    while True:
        wait = every
        try:
            found = look()
            silent = 0.0
        except (Unavailable, ResourceExhausted) as error:
            silent = silent or time.monotonic()
            if time.monotonic() - silent >= patience:
                raise
            found, wait = None, max(every, min(error.retry_after or every, patience))
        if found is not None:
            return found
        if time.monotonic() > deadline:
            raise DeadlineExceeded(
                f"{vendor} was not ready within {seconds:g} s. Give it more time, or ask for less.",
                reason="VENDOR_TIMEOUT",
            )
        rest(wait, beat)

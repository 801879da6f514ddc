"""Work that blocks for long: away from the few threads that everything else of a process shares."""

from __future__ import annotations

import asyncio
import contextvars
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["apart"]

T = TypeVar("T")


async def apart(work: Callable[[], T]) -> T:
    """
    What `work` returns or raises, done on a thread of its own that ends with it.

    As with `asyncio.to_thread` its context is the caller's, and a caller who is cancelled leaves it to end by itself.
    """
    context = contextvars.copy_context()
    pool = ThreadPoolExecutor(1, thread_name_prefix="apart")
    try:
        return await asyncio.get_running_loop().run_in_executor(pool, context.run, work)
    finally:
        pool.shutdown(wait=False)

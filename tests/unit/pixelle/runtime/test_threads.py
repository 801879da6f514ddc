"""Work on a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar

import pytest

from pixelle.runtime.threads import apart

_WHO: ContextVar[str] = ContextVar("_WHO", default="nobody")


async def test_it_does_not_wait_for_the_threads_that_all_share() -> None:
    released = threading.Event()
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(1))
    busy = asyncio.create_task(asyncio.to_thread(released.wait, 30))
    try:
        assert await asyncio.wait_for(apart(lambda: 7), 10) == 7
        assert not busy.done()
    finally:
        released.set()
        await busy


async def test_it_sees_the_callers_context_and_raises_what_the_work_raises() -> None:
    _WHO.set("caller")
    assert await apart(_WHO.get) == "caller"
    with pytest.raises(ZeroDivisionError):
        await apart(lambda: 1 // 0)


async def test_its_thread_ends_with_the_work() -> None:
    thread = await apart(threading.current_thread)
    await asyncio.to_thread(thread.join, 10)
    assert not thread.is_alive()


async def test_a_caller_who_is_cancelled_does_not_wait_for_it() -> None:
    begun, released = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        released.wait(30)

    waiting = asyncio.create_task(apart(work))
    await asyncio.to_thread(begun.wait, 10)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(waiting, 10)
    assert not released.is_set()
    released.set()

"""A coroutine method as a plain one, for scripts and notebooks."""

from __future__ import annotations

import asyncio
import functools
import threading
from concurrent import futures
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

__all__ = ["blocking"]

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")
_LOOK = 0.5
"""Seconds between two looks for an interrupt."""


def blocking(
    method: Callable[Concatenate[S, P], Coroutine[Any, Any, R]],
) -> Callable[Concatenate[S, P], R]:
    """The same method, waiting for its result; also where an event loop runs already, as in a notebook."""

    @functools.wraps(method)
    def wait(self: S, *args: P.args, **kwargs: P.kwargs) -> R:
        work = method(self, *args, **kwargs)
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return asyncio.run(work)
        return _on_a_thread(work)

    return wait


def _on_a_thread(work: Coroutine[Any, Any, R]) -> R:
    """Run `work` on a loop of its own; an interrupt here cancels it there."""
    started: Future[Callable[[], object]] = Future()
    result: Future[R] = Future()

    async def main() -> R:
        task = asyncio.current_task()
        assert task is not None
        loop = asyncio.get_running_loop()
        started.set_result(lambda: loop.call_soon_threadsafe(task.cancel))
        return await work

    def run() -> None:
        try:
            result.set_result(asyncio.run(main()))
        except BaseException as error:
            result.set_exception(error)

    thread = threading.Thread(target=run, name="pixelle-blocking")
    try:
        thread.start()  # inside: an interrupt that comes while the thread starts must reach its work too
        while not result.done():
            # an interrupt that the system gave to another thread is seen between two waits only
            futures.wait((result,), timeout=_LOOK)
        return result.result()
    except BaseException:
        if not result.done():
            started.result()()
        raise
    finally:
        thread.join()

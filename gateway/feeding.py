"""What hands out events of tasks while a gateway runs: the feed, the gRPC service, and their end."""

from __future__ import annotations

import asyncio
import signal
import threading
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

from pixelle.runtime.server import start_server

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    from gateway.settings import GatewaySettings
    from gateway.workflow.feed import Feed
    from gateway.workflow.tasks import Tasks

__all__ = ["feeding"]


@asynccontextmanager
async def feeding(tasks: Tasks, settings: GatewaySettings) -> AsyncGenerator[None]:
    """Hand out events. Raises FailedPrecondition (ADDRESS_IN_USE) when `tasks_listen` is taken."""
    async with AsyncExitStack() as stack:
        stack.push_async_callback(tasks.feed.stop)
        if settings.tasks_listen:
            from gateway.direct import task_service

            server = await start_server([task_service(tasks, settings.api_keys)], settings.tasks_listen)
            stack.push_async_callback(server.stop)
            stack.callback(tasks.feed.end)  # first, so that streams end by themselves
        stack.enter_context(_ending_with_the_server(tasks.feed))
        yield


@contextmanager
def _ending_with_the_server(feed: Feed) -> Generator[None]:
    """
    Let watchers go as soon as the server is told to stop: it waits for open answers before it stops anything.

    Only where a server has set handlers of its own, which are still called.
    """
    loop = asyncio.get_running_loop()
    before: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        for sign in (signal.SIGTERM, signal.SIGINT):
            handler = signal.getsignal(sign)
            if hasattr(getattr(handler, "__self__", None), "should_exit"):
                before[sign] = handler

    def told(sign: int, frame: Any) -> None:
        loop.call_soon_threadsafe(feed.end)
        before[sign](sign, frame)

    for sign in before:
        signal.signal(sign, told)
    try:
        yield
    finally:
        for sign, handler in before.items():
            if signal.getsignal(sign) is told:
                signal.signal(sign, handler)

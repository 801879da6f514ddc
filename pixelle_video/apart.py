"""An application on an event loop and a thread of its own, asked from another loop."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Generic, TypeVar

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

__all__ = ["Apart", "Bridge"]

T = TypeVar("T")


class Apart(Generic[T]):
    """
    An asynchronous context that is entered, lives and is left on a thread of its own.

    So that nothing of the caller's loop reaches into it: `asyncio.run` cancels every task at its end, also those in
    which gRPC's core still writes, and the process dies of it.
    """

    def __init__(self, make: Callable[[], AbstractAsyncContextManager[T]]) -> None:
        """make: called on that thread."""
        self._make = make
        self._entered: Future[tuple[asyncio.AbstractEventLoop, Callable[[], None], T]] = Future()
        self._over: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="pixelle-embedded", daemon=True)

    async def __aenter__(self) -> tuple[asyncio.AbstractEventLoop, T]:
        """That loop, and what the context gave; raises what entering it raised."""
        self._thread.start()
        try:
            loop, _, value = await asyncio.shield(asyncio.wrap_future(self._entered))
        except asyncio.CancelledError:
            await self._leave()
            raise
        return loop, value

    async def __aexit__(self, *_: object) -> None:
        """Leave the context there and wait for that; raises what leaving it raised."""
        await self._leave()
        self._over.result()

    async def _leave(self) -> None:
        def leave(entered: Future[tuple[asyncio.AbstractEventLoop, Callable[[], None], T]]) -> None:
            if not entered.exception():
                loop, tell, _ = entered.result()
                loop.call_soon_threadsafe(tell)

        self._entered.add_done_callback(leave)
        await asyncio.wait({asyncio.wrap_future(self._over)})

    def _run(self) -> None:
        try:
            asyncio.run(self._live())
        except BaseException as error:
            if not self._entered.done():
                self._entered.set_exception(error)
                self._over.set_result(None)
            else:
                self._over.set_exception(error)
        else:
            self._over.set_result(None)

    async def _live(self) -> None:
        told = asyncio.Event()
        async with self._make() as value:
            self._entered.set_result((asyncio.get_running_loop(), told.set, value))
            await told.wait()


class Bridge(httpx.AsyncBaseTransport):
    """Requests answered on another loop, whole."""

    def __init__(self, inner: httpx.AsyncBaseTransport, loop: asyncio.AbstractEventLoop) -> None:
        self._inner = inner
        self._loop = loop

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """To cancel this cancels the work there."""
        content = await request.aread()

        async def answer() -> httpx.Response:
            sent = httpx.Request(request.method, request.url, headers=request.headers, content=content)
            got = await self._inner.handle_async_request(sent)
            return httpx.Response(got.status_code, headers=got.headers, content=await got.aread())

        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(answer(), self._loop))

"""A stream of progress and finished pieces that ends with one result."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

from pixelle.core.v1 import core_pb2

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from pixelle.runtime.work import Report

__all__ = ["stream_pieces"]

T = TypeVar("T")
P = TypeVar("P")
R = TypeVar("R")


async def stream_pieces(
    work: Callable[[Report, Callable[[P], None]], Awaitable[T]],
    response: Callable[..., R],
    *,
    piece: str,
    result: str,
    every: float = 0.1,
) -> AsyncIterator[R]:
    """
    As `pixelle.runtime.work.stream`, with pieces: each is sent at once, in order, none is left out.

    work: called with a `report` and a `send`, both thread-safe. piece, result: fields of `response`.
    Closing the iterator (the caller hangs up) cancels the work.
    """
    loop = asyncio.get_running_loop()
    news: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()

    def report(fraction: float, message: str = "") -> None:
        progress = core_pb2.Progress(fraction=min(max(fraction, 0.0), 1.0), message=message)
        loop.call_soon_threadsafe(news.put_nowait, {"progress": progress})

    def send(value: P) -> None:
        loop.call_soon_threadsafe(news.put_nowait, {piece: value})

    async def run() -> T:
        return await work(report, send)

    task = asyncio.create_task(run())
    task.add_done_callback(lambda _: loop.call_soon(news.put_nowait, None))
    sent, top = 0.0, 0.0
    try:
        while (item := await news.get()) is not None:
            if progress := item.get("progress"):
                top = progress.fraction = max(top, progress.fraction)
                if sent and loop.time() - sent < every:
                    continue
                sent = loop.time()
            yield response(**item)
        yield response(**{result: task.result()})
    finally:
        if not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

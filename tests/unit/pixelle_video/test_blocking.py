"""Blocking calls: without a loop, inside of one, and interrupted."""

from __future__ import annotations

import asyncio
import os
import signal
import threading

import pytest

from pixelle_video.blocking import blocking


class _Thing:
    def __init__(self) -> None:
        self.ended = ""

    async def twice(self, number: int, *, fail: bool = False) -> int:
        """Documented."""
        await asyncio.sleep(0)
        if fail:
            raise ValueError(number)
        return 2 * number

    async def forever(self, begun: threading.Event) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.ended = "cancelled"
            raise

    twice_sync = blocking(twice)
    forever_sync = blocking(forever)


def test_without_a_loop() -> None:
    assert _Thing().twice_sync(2) == 4
    assert _Thing.twice_sync.__doc__ == "Documented."
    with pytest.raises(ValueError, match="3"):
        _Thing().twice_sync(3, fail=True)


async def test_inside_of_a_loop() -> None:
    assert _Thing().twice_sync(2) == 4
    with pytest.raises(ValueError, match="3"):
        _Thing().twice_sync(3, fail=True)


async def test_an_interrupt_inside_of_a_loop_cancels_the_work() -> None:
    thing, begun = _Thing(), threading.Event()

    def interrupt() -> None:
        begun.wait()
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            thing.forever_sync(begun)
    finally:
        signal.signal(signal.SIGINT, before)
        thread.join()
    assert thing.ended == "cancelled"

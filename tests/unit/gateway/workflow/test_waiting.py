"""Waiting for an event ends with the event, in time, or by a cancellation, which is never lost."""

from __future__ import annotations

import asyncio

import pytest

from gateway.workflow.waiting import within


async def test_an_event_is_waited_for_and_not_longer_than_asked() -> None:
    event = asyncio.Event()
    assert not await within(event, 0)
    assert not await within(event, 0.01)
    waiting = asyncio.create_task(within(event, 60))
    await asyncio.sleep(0)
    event.set()
    assert await waiting
    assert await within(event, 0)


async def test_a_cancellation_that_comes_with_the_event_gets_through() -> None:
    event = asyncio.Event()
    waiting = asyncio.create_task(within(event, 60))
    await asyncio.sleep(0.01)
    event.set()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting

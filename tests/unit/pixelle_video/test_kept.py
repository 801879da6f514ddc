"""What is started lives as long as its event loop, and no longer."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from pixelle_video.kept import Kept

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


class _Noted:
    """A context that notes its steps, and the task of each."""

    def __init__(self, *, fails: bool = False) -> None:
        self.steps: list[str] = []
        self.tasks: set[asyncio.Task[object] | None] = set()
        self.waits = asyncio.Event()
        self.fails = fails

    def _note(self, step: str) -> None:
        self.steps.append(step)
        self.tasks.add(asyncio.current_task())

    @asynccontextmanager
    async def opened(self, *, slow: bool = False) -> AsyncGenerator[int]:
        self._note("enter")
        try:
            if self.fails:
                raise ZeroDivisionError
            if slow:
                self.waits.set()
                await asyncio.Event().wait()
            yield 7
        finally:
            await asyncio.sleep(0)  # leaving takes a turn of the loop
            self._note("leave")


async def test_it_is_entered_and_left_in_one_task() -> None:
    noted = _Noted()
    kept = Kept(noted.opened())
    assert await asyncio.gather(kept.value(), kept.value()) == [7, 7]
    assert (kept.over, kept.here) == (False, True)
    await kept.leave()
    assert (kept.over, noted.steps, len(noted.tasks)) == (True, ["enter", "leave"], 1)
    assert noted.tasks != {asyncio.current_task()}
    await kept.leave()


def test_the_end_of_the_loop_leaves_it() -> None:
    noted = _Noted()

    async def forgets() -> Kept[int]:
        kept = Kept(noted.opened())
        await kept.value()
        return kept

    kept = asyncio.run(forgets())
    assert kept.over
    assert noted.steps == ["enter", "leave"]

    async def elsewhere() -> bool:
        return kept.here

    assert not asyncio.run(elsewhere())


async def test_what_entering_raises_reaches_whoever_waits() -> None:
    noted = _Noted(fails=True)
    kept = Kept(noted.opened())
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            await kept.value()
    assert kept.over


async def test_a_cancelled_start_leaves_nothing_behind() -> None:
    noted = _Noted()
    kept = Kept(noted.opened(slow=True))
    starting = asyncio.create_task(kept.value())
    await noted.waits.wait()
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert (kept.over, noted.steps) == (True, ["enter", "leave"])

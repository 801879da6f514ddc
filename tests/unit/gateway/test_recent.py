"""Lists that are remembered for a moment never refuse anybody by what they were."""

from __future__ import annotations

import pytest

from gateway.recent import Recent
from pixelle.runtime.errors import InvalidArgument, Unavailable


class Shelf:
    """Something that is listed and changes."""

    def __init__(self, *things: str) -> None:
        self.things = list(things)
        self.asked = 0

    async def ask(self) -> list[str]:
        self.asked += 1
        return list(self.things)


async def take(recent: Recent, shelf: Shelf, thing: str) -> str:
    async def check() -> str:
        found = await recent.listed("things", shelf.ask)
        if thing not in found:
            raise InvalidArgument(f"No {thing!r}.", reason="THING_NOT_FOUND")
        return thing

    return await recent.sure(check)


async def test_a_list_is_asked_for_once_in_a_moment() -> None:
    recent, shelf = Recent(60), Shelf("a", "b")
    assert [await take(recent, shelf, each) for each in "aba"] == ["a", "b", "a"]
    assert shelf.asked == 1


async def test_a_list_is_not_remembered_for_longer() -> None:
    recent, shelf = Recent(0), Shelf("a")
    await take(recent, shelf, "a")
    await take(recent, shelf, "a")
    assert shelf.asked == 2


async def test_what_is_new_is_found_and_what_is_missing_is_looked_for_once_more() -> None:
    recent, shelf = Recent(60), Shelf("a")
    with pytest.raises(InvalidArgument):
        await take(recent, shelf, "b")
    assert shelf.asked == 1  # nothing was remembered
    shelf.things.append("b")
    assert await take(recent, shelf, "b") == "b"
    with pytest.raises(InvalidArgument):
        await take(recent, shelf, "c")
    assert shelf.asked == 3


async def test_who_does_not_answer_is_not_asked_again() -> None:
    recent, shelf, calls = Recent(60), Shelf("a"), 0
    await take(recent, shelf, "a")

    async def check() -> None:
        nonlocal calls
        calls += 1
        raise Unavailable("The shelf is down.", reason="SERVICE_DOWN")

    with pytest.raises(Unavailable):
        await recent.sure(check)
    assert calls == 1

"""Pages of tasks, newest first, over a database that keeps whole seconds only."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

__all__ = ["newest_first"]

T = TypeVar("T")


async def newest_first(
    between: Callable[[int | None, int | None, int | None], Awaitable[list[T]]],
    when: Callable[[T], tuple[int, float]],
    *,
    limit: int,
    cursor: str,
) -> tuple[list[T], str]:
    """
    One page and the cursor of the next one ("" at the end).

    between: what was made from a first to a last moment (ms, both included, None: open), newest first, at most so many.
    when: the moment as the database has it, and the exact one.
    """
    until, _, passed = cursor.partition(".")
    skip = int(passed or 0)
    found = await between(None, int(until) if until else None, limit + skip + 1)
    if not found:
        return [], ""
    # the last second is read in full, so that it can be put in order
    oldest = when(found[-1])[0]
    found = [each for each in found if when(each)[0] != oldest] + await between(oldest, oldest, None)
    found.sort(key=when, reverse=True)
    shown = found[skip : skip + limit]
    if len(found) <= skip + limit:
        return shown, ""
    last = when(shown[-1])[0]
    same = sum(when(each)[0] == last for each in shown) + (skip if until == str(last) else 0)
    return shown, f"{last}.{same}"

"""Pages of a list whose moments are kept in whole seconds."""

from __future__ import annotations

import random

import pytest

from gateway.workflow.pages import newest_first

Made = tuple[int, float]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 6, 12, 13])
@pytest.mark.parametrize("moments", [[5000] * 12, [1000, 1000, 2000] * 4, list(range(1000, 13_000, 1000))], ids=str)
async def test_every_entry_is_on_one_page_in_order_and_no_page_is_empty(moments: list[int], limit: int) -> None:
    order = random.Random(7)
    kept: list[Made] = [(moment, moment + number / 100) for number, moment in enumerate(sorted(moments))]
    shuffled = order.sample(kept, len(kept))

    async def between(first: int | None, last: int | None, count: int | None) -> list[Made]:
        found = [each for each in shuffled if (first or 0) <= each[0] <= (last or 10**9)]
        return sorted(found, key=lambda each: -each[0])[:count]

    pages: list[list[Made]] = []
    cursor = ""
    while not pages or cursor:
        page, cursor = await newest_first(between, lambda each: each, limit=limit, cursor=cursor)
        pages.append(page)
    assert [each for page in pages for each in page] == kept[::-1]
    assert {len(page) for page in pages[:-1]} <= {limit}
    assert pages[-1]


async def test_nothing_is_one_empty_page() -> None:
    async def between(*_: int | None) -> list[Made]:
        return []

    assert await newest_first(between, lambda each: each, limit=3, cursor="") == ([], "")

"""Pages."""

from __future__ import annotations

import pytest

from pixelle.runtime.errors import InvalidArgument
from pixelle.runtime.paging import page


def test_pages_cover_everything_once() -> None:
    items = list(range(7))
    seen: list[int] = []
    token = ""
    while True:
        part, token = page(items, 3, token)
        seen += part
        if not token:
            break
    assert seen == items


@pytest.mark.parametrize(("size", "token"), [(-1, ""), (1001, ""), (5, "x"), (5, "-1")])
def test_bad_pages_are_refused(size: int, token: str) -> None:
    with pytest.raises(InvalidArgument):
        page([1], size, token)


def test_the_last_page_is_known_as_the_last() -> None:
    assert page(range(120), 0, "") == (range(50), "50")
    assert page(range(120), 0, "100") == (range(100, 120), "")
    assert page(range(100), 0, "50") == (range(50, 100), "")

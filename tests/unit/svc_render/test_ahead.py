"""Blocks made ahead are the same blocks, and nothing is left behind."""

from __future__ import annotations

import gc
import threading
from typing import TYPE_CHECKING

import pytest

from svc_render.ahead import ahead

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_all_blocks_come_in_order_from_another_thread() -> None:
    threads: set[int] = set()

    def made() -> Iterator[int]:
        for number in range(100):
            threads.add(threading.get_ident())
            yield number

    with ahead(made()) as blocks:
        assert list(blocks) == list(range(100))
    assert threads
    assert threading.get_ident() not in threads


def test_an_error_comes_where_its_block_was_due() -> None:
    def made() -> Iterator[int]:
        yield 1
        yield 2
        raise ValueError("no third")

    found: list[int] = []
    with pytest.raises(ValueError, match="no third"), ahead(made()) as blocks:
        found.extend(blocks)
    assert found == [1, 2] or not found


@pytest.mark.parametrize("used", [0, 1, 5])
def test_whoever_leaves_early_ends_the_making(used: int) -> None:
    ended = threading.Event()
    count = 0

    def made() -> Iterator[int]:
        nonlocal count
        try:
            while True:
                count += 1
                yield count
        finally:
            ended.set()

    before = threading.active_count()
    making = made()
    with ahead(making) as blocks:
        for _ in range(used):
            next(blocks)
    assert threading.active_count() == before
    assert count <= used + 4, "never far ahead"
    del making, blocks
    gc.collect()
    assert ended.is_set()

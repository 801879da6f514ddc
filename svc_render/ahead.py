"""Work on the next blocks of sound, or frames, while the last one is used."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from queue import Empty, Queue
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["ahead"]

T = TypeVar("T")

_LOOK = 0.005  # seconds


@contextmanager
def ahead(blocks: Iterable[T], depth: int = 2) -> Generator[Iterator[T]]:
    """
    The same blocks, made by a thread that is never more than `depth` blocks ahead and ends with the context.

    What the making raises is raised where its block was due.
    """
    ready: Queue[tuple[T, ...] | BaseException] = Queue(depth)
    left = threading.Event()

    def make() -> None:
        try:
            for block in blocks:
                ready.put((block,))
                if left.is_set():
                    return
        except BaseException as error:  # it is raised again where its block is due
            ready.put(error)
        else:
            ready.put(())
        finally:
            if isinstance(blocks, Generator):  # at once, whoever still holds it
                blocks.close()

    def taken() -> Iterator[T]:
        while found := ready.get():
            if isinstance(found, BaseException):
                raise found
            yield found[0]

    thread = threading.Thread(target=make, name="ahead", daemon=True)
    thread.start()
    try:
        yield taken()
    finally:
        left.set()
        while thread.is_alive():
            with suppress(Empty):  # the thread may wait for room
                ready.get(timeout=_LOOK)
        thread.join()

"""Keeping numpy's linear algebra to one thread."""

from __future__ import annotations

import ctypes
import threading
from contextlib import contextmanager, nullcontext
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

__all__ = ["BlasThreads", "blas_threads", "one_blas_thread"]


class BlasThreads:
    """OpenBLAS's number of threads: one number for the whole process."""

    def __init__(self, get: Callable[[], int], put: Callable[[int], None]) -> None:
        self.get = get
        self.set = put
        self._lock = threading.Lock()
        self._inside = 0
        self._before = 1

    @contextmanager
    def one(self) -> Generator[None]:
        """One while anybody is inside; the last to leave gives the others back."""
        with self._lock:
            if not self._inside:
                self._before = self.get()
                self.set(1)
            self._inside += 1
        try:
            yield
        finally:
            with self._lock:
                self._inside -= 1
                if not self._inside:
                    self.set(self._before)


@contextmanager
def one_blas_thread() -> Generator[None]:
    """
    One BLAS thread, where numpy brings OpenBLAS, for the whole process while anybody is inside.

    Its threads wait for each other by spinning: measured on two busy cores, two threads took ten times as long as one,
    and the sound of a video half as much CPU again.
    """
    threads = blas_threads()
    with threads.one() if threads else nullcontext():
        yield


@cache
def blas_threads() -> BlasThreads | None:
    """None where numpy was built with something else."""
    core = import_module("numpy._core._multiarray_umath")
    library = ctypes.CDLL(str(core.__file__))
    for name in ("scipy_openblas_{}_num_threads64_", "scipy_openblas_{}_num_threads", "openblas_{}_num_threads"):
        if hasattr(library, name.format("set")):
            return BlasThreads(getattr(library, name.format("get")), getattr(library, name.format("set")))
    return None

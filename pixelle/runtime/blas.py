"""Keeping numpy's linear algebra to one thread."""

from __future__ import annotations

import ctypes
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["one_blas_thread"]


@contextmanager
def one_blas_thread() -> Generator[None]:
    """
    One BLAS thread, where numpy brings OpenBLAS.

    Its threads wait for each other by spinning: measured on two busy cores, two threads took ten times as long as one.
    """
    core = import_module("numpy._core._multiarray_umath")
    library = ctypes.CDLL(str(core.__file__))
    for name in ("scipy_openblas_{}_num_threads64_", "scipy_openblas_{}_num_threads", "openblas_{}_num_threads"):
        if hasattr(library, name.format("set")):
            before = getattr(library, name.format("get"))()
            set_threads = getattr(library, name.format("set"))
            set_threads(1)
            try:
                yield
            finally:
                set_threads(before)
            return
    yield

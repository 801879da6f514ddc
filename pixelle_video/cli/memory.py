"""Keeping the one process that does everything small."""

from __future__ import annotations

import ctypes
import sys

__all__ = ["use_few_arenas"]

_M_ARENA_MAX = -8


def use_few_arenas() -> None:
    """
    Let all threads share two heaps, where the C library is glibc (mallopt(3)); call before threads start.

    Each of the dozens of threads of models, encoder and servers would else keep what it once used: 90 MB in all.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_M_ARENA_MAX, 2)

"""Gives memory back as soon as it is free, instead of keeping it for every thread that once needed it."""

from __future__ import annotations

import ctypes
import sys

__all__ = ["frugal"]

# glibc, malloc.h
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8

_WHOLE = 4_000_000
_KEPT = 8_000_000


def frugal() -> None:
    """
    Tell glibc's allocator to keep little for later; other allocators are left alone.

    By itself it makes a heap for every thread and learns never to return blocks of the size of a picture: a quarter of
    what a render takes. Now what is larger than a full-HD picture of 1.5 bytes a pixel comes straight from the system
    and goes back at once; smaller blocks share one heap, of which some MB at most stay unused. It costs no measurable
    time. A caller who has set MALLOC_ARENA_MAX or GLIBC_TUNABLES is overruled.
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return
    for name, value in ((_ARENA_MAX, 1), (_MMAP_THRESHOLD, _WHOLE), (_TRIM_THRESHOLD, _KEPT)):
        mallopt(name, value)

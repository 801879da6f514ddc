"""Chance that is the same everywhere: seeded streams and the order of a video's scenes."""

from __future__ import annotations

import hashlib
import random

__all__ = ["order", "stream"]


def stream(*parts: object) -> random.Random:
    """A random stream that depends on nothing but `parts`."""
    digest = hashlib.sha256(repr(parts).encode()).digest()
    return random.Random(int.from_bytes(digest[:8], "big"))


def order(seed: int, what: str, size: int, index: int) -> int:
    """
    The choice (0 to size - 1) for position `index` of the video `seed`.

    The same shuffled order repeats every `size` positions, so neighbours always differ, and two orders of
    coprime sizes repeat a pair only after the product of their sizes.
    """
    shuffled = list(range(size))
    stream(seed, what).shuffle(shuffled)
    return shuffled[index % size]

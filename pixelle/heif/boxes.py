"""Boxes of ISO base media files (ISO/IEC 14496-12, 4.2), read without trust in what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MOST", "Box", "Fields", "Malformed", "boxes"]

MOST = 20_000
"""Boxes in a box, items, references, pieces: photos have some hundreds."""
_BEHIND_TYPE = 8
_TO_THE_END, _LARGE = 0, 1
"""Sizes that say something else."""


class Malformed(Exception):
    """A file is not as the standard wants it, or holds what is not read; the text goes on after "a HEIF file, "."""


@dataclass(frozen=True)
class Box:
    """One box of a file."""

    kind: str
    """Its type, four characters."""
    body: memoryview
    """What is behind its type."""


def boxes(data: memoryview) -> Iterator[Box]:
    """The boxes that `data` is made of, in order. Raises Malformed."""
    at = 0
    for _ in range(MOST):
        if len(data) - at < _BEHIND_TYPE:
            return
        size, start = int.from_bytes(data[at : at + 4]), at + _BEHIND_TYPE
        kind = bytes(data[at + 4 : start]).decode("latin-1")
        if size == _LARGE:
            size, start = int.from_bytes(data[start : start + 8]), start + 8
        end = len(data) if size == _TO_THE_END else at + size
        if not start <= end <= len(data):
            raise Malformed(f"whose box {kind!r} of {size} bytes does not fit into what is around it")
        yield Box(kind, data[start:end])
        at = end
    raise Malformed(f"with more than {MOST} boxes in one")


class Fields:
    """The fields of a box, one after another."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._at = 0

    def uint(self, size: int) -> int:
        """An unsigned number of `size` bytes; 0 where it has none. Raises Malformed."""
        return int.from_bytes(self.take(size))

    def take(self, size: int) -> memoryview:
        """The next `size` bytes. Raises Malformed."""
        end = self._at + size
        if end > len(self._box.body):
            raise Malformed(f"whose box {self._box.kind!r} is too short")
        taken = self._box.body[self._at : end]
        self._at = end
        return taken

    def full(self) -> tuple[int, int]:
        """Version and flags, with which a FullBox begins."""
        return self.uint(1), self.uint(3)

    def rest(self) -> memoryview:
        """All that is left."""
        return self._box.body[self._at :]

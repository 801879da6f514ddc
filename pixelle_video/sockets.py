"""Where services listen that only this process asks."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["private_address"]

_LONGEST = 80
"""Characters of the system's folder for temporary files; the path of a socket may have some hundred and no more."""


@contextmanager
def private_address() -> Generator[str]:
    """The address of a unix socket in a folder that only this user may enter and that goes when the block is left."""
    long = len(tempfile.gettempdir()) > _LONGEST
    folder = "/tmp" if long else None  # noqa: S108 - the shortest
    with tempfile.TemporaryDirectory(prefix="pixelle-", dir=folder) as made:
        yield f"unix:{Path(made) / 'socket'}"

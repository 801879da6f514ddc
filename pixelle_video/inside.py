"""Services inside of this process: where they listen, and what is said of one that cannot load."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from pixelle.runtime.errors import PixelleError
from pixelle.runtime.steady import steady

if TYPE_CHECKING:
    from collections.abc import Generator

    from pixelle.runtime.server import RunningServer

__all__ = ["private_address", "told_when_loaded"]

_LONGEST = 80
"""Characters of the system's folder for temporary files; the path of a socket may have some hundred and no more."""


@contextmanager
def private_address() -> Generator[str]:
    """The address of a unix socket in a folder that only this user may enter and that goes when the block is left."""
    long = len(tempfile.gettempdir()) > _LONGEST
    folder = "/tmp" if long else None  # noqa: S108 - the shortest
    with tempfile.TemporaryDirectory(prefix="pixelle-", dir=folder) as made:
        yield f"unix:{Path(made) / 'socket'}"


async def told_when_loaded(server: RunningServer, *, own_process: bool) -> None:
    """Wait until everything has loaded. What could not is told in the log; what needs it says so to its caller."""
    try:
        await server.ready()
        if own_process:
            steady()  # once more: most of what stays has been loaded since
    except* PixelleError as group:
        for error in group.exceptions:
            structlog.get_logger("pixelle.embedded").error("service did not load", said=str(error))

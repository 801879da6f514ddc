"""Local copies of files that lie elsewhere, each under the name of its content, deleted when nobody wants them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

__all__ = ["Copies"]

_KEPT = 3600.0
"""Seconds after its last use for which a copy is kept: twice as long as a step may take."""
_TIDY = 600.0
"""Seconds between two looks for copies that are older."""


class Copies:
    """A folder of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tidied = -_TIDY

    async def kept(self, sha256: str, pieces: AsyncIterator[bytes]) -> Path:
        """The copy of what has this hash; one that is there is used again, and `pieces` not asked. Raises OSError."""
        if time.monotonic() - self._tidied >= _TIDY:
            self._tidied = time.monotonic()
            await asyncio.to_thread(_tidy, self._folder, time.time() - _KEPT)
        path = self._folder / sha256
        if not await asyncio.to_thread(_touched, path):
            await self._write(path, pieces)
        return path

    async def _write(self, path: Path, pieces: AsyncIterator[bytes]) -> None:
        """Aside, then renamed, so that readers see all of it or nothing."""
        aside = await asyncio.to_thread(_beside, path)
        try:
            async for piece in pieces:
                await asyncio.to_thread(_append, aside, piece)
            await asyncio.to_thread(aside.replace, path)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise


def _beside(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    file, name = tempfile.mkstemp(dir=path.parent)
    os.close(file)
    return Path(name)


def _append(path: Path, piece: bytes) -> None:
    with path.open("ab") as file:
        file.write(piece)


def _touched(path: Path) -> bool:
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _tidy(folder: Path, before: float) -> None:
    """Delete copies, and halves of copies, last used before then (seconds since 1970)."""
    for path in folder.glob("*"):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                path.unlink()

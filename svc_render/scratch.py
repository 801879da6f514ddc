"""Folders for half-made files that vanish with the call, the process, or the next start."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from pathlib import Path

__all__ = ["Scratch", "sweep"]


class Scratch:
    """
    A folder of one call.

    It is removed by `close`, and also when the last one who knows it has gone: a call that was cancelled while
    its thread still wrote leaves nothing.
    """

    def __init__(self, root: Path) -> None:
        """root: where it is made; the name tells the process."""
        root.mkdir(parents=True, exist_ok=True)
        self.path = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=root))
        self._remove = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)

    def close(self) -> None:
        """Remove the folder and what is in it."""
        self._remove()

    def __enter__(self) -> Scratch:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def sweep(root: Path) -> None:
    """Remove what processes that were killed have left."""
    if not root.is_dir():
        return
    for folder in root.iterdir():
        process = folder.name.partition("-")[0]
        if process.isdecimal() and not _alive(int(process)):
            shutil.rmtree(folder, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

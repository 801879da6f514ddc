"""Folders for half-made files that vanish with the call, the process, or the next start."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import weakref
from pathlib import Path

__all__ = ["Scratch", "sweep"]

_PREFIX = "call-"


class Scratch:
    """
    A folder of one call.

    It is removed by `close`, and also when the last one who knows it has gone: a call that was cancelled while
    its thread still wrote leaves nothing.
    """

    def __init__(self, root: Path) -> None:
        """root: where it is made."""
        root.mkdir(parents=True, exist_ok=True)
        self.path, lock = _locked(root)
        self._remove = weakref.finalize(self, _remove, self.path, lock)

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
    for folder in root.glob(f"{_PREFIX}*"):
        lock = _lock(folder)
        if lock is not None:
            _remove(folder, lock)


def _locked(root: Path) -> tuple[Path, int]:
    """A new folder and the lock on it."""
    while True:
        path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=root))
        lock = _lock(path)
        if lock is not None:
            return path, lock
        # a process that starts took it for a left one in this very moment


def _lock(folder: Path) -> int | None:
    """
    A lock on a folder, None when somebody has it or the folder is gone.

    The kernel lets go of it when its process ends, however it ends; a process id would tell nothing in a container,
    where every service has the same one.
    """
    try:
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if folder.exists():
            return lock
    except BlockingIOError:
        pass
    os.close(lock)
    return None


def _remove(folder: Path, lock: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    os.close(lock)

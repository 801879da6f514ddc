"""A disk of its own for a folder, which can be full: a tmpfs, so for root on Linux only."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from pixelle.runtime.errors import FailedPrecondition

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Disk", "no_disk"]

_SIZE = "2g"
_BLOCK = 4096


def no_disk() -> str:
    """Why no disk can be mounted here, as a sentence; "" when one can."""
    if sys.platform == "linux" and os.geteuid() == 0 and shutil.which("mount"):
        return ""
    return "mounting a disk (tmpfs) needs root on Linux"


class Disk:
    """A mounted tmpfs; memory is taken only for what is written."""

    def __init__(self, folder: Path) -> None:
        """Mount it on `folder`, which is made. Raises FailedPrecondition (MOUNT_FAILED)."""
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        _run("mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "pixelle", str(folder))

    def fill(self) -> None:
        """Make it as large as what is on it: whatever needs another block is refused with ENOSPC."""
        for more in range(1, 100):
            facts = os.statvfs(self._folder)
            used = (facts.f_blocks - facts.f_bfree) * facts.f_frsize
            # somebody may write at this moment, and it cannot be smaller than what is on it
            with contextlib.suppress(FailedPrecondition):
                self._resize(str(used + more * _BLOCK))
                return
        raise FailedPrecondition(f"{self._folder} could not be filled.", reason="MOUNT_FAILED")

    def free(self) -> None:
        """Give it its room again."""
        self._resize(_SIZE)

    def close(self) -> None:
        """Unmount it; nothing may have files open there."""
        _run("umount", str(self._folder))

    def _resize(self, size: str) -> None:
        _run("mount", "-o", f"remount,size={size}", str(self._folder))


def _run(*command: str) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise FailedPrecondition(f"{' '.join(command)} failed: {done.stderr.strip()}", reason="MOUNT_FAILED")

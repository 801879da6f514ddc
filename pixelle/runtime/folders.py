"""Folders that are to be written in: looked at before any work is spent, and what to say when they cannot be."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from pixelle.runtime.errors import FailedPrecondition

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["no_folder", "unwritable"]


def unwritable(folder: Path) -> OSError | None:
    """Why nothing can be written in a folder that is there or could be made; None when all is well. Makes nothing."""
    there = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    if not there.is_dir():
        return NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    if not os.access(there, os.W_OK | os.X_OK):
        return PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return None


def no_folder(folder: Path, error: OSError, setting: str) -> FailedPrecondition:
    """What to say about a folder that cannot be made or written. setting: names another one."""
    return FailedPrecondition(
        f"Cannot write in the folder {str(folder)!r}: {error.strerror or error}. Let this user write there, or set "
        f"{setting} to another folder.",
        reason="FOLDER_UNWRITABLE",
    )

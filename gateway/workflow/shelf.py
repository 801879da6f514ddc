"""What is in the artifact store, when it was last used, and how it is deleted."""

from __future__ import annotations

import asyncio
import contextlib
import stat
from typing import TYPE_CHECKING

from pixelle.runtime.artifacts import USED, store_errors

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from pixelle.runtime.artifacts import ArtifactStore

__all__ = ["discard", "listed"]


async def listed(store: ArtifactStore) -> dict[str, tuple[int, float]]:
    """
    Size in bytes and last use (seconds since 1970) of everything in the store, by name.

    Raises Unavailable (STORE_DOWN).
    """
    if store.root:
        return await asyncio.to_thread(_listed, store.root)
    found: dict[str, tuple[int, float]] = {}
    with store_errors():
        async for batch in store.objects.list():
            for item in batch:
                found[item["path"]] = item["size"], item["last_modified"].timestamp()
    for mark in [name for name in found if name.startswith(USED)]:
        _, last = found.pop(mark)
        name = mark.removeprefix(USED)
        if name in found:
            found[name] = found[name][0], max(found[name][1], last)
    return found


async def discard(store: ArtifactStore, name: str, *, before: float) -> bool:
    """
    Delete a file unless it was used at or after `before` (seconds since 1970); True when it is gone.

    Raises Unavailable (STORE_DOWN).
    """
    with store_errors():
        try:
            if store.root:
                return await asyncio.to_thread(_discard, store.root / name, before)
            if await store.last_used(name) >= before:
                return False
            await store.objects.delete_async([name, f"{USED}{name}"])
        except FileNotFoundError:
            return True
    return True


def _use(facts: os.stat_result) -> float:
    return max(facts.st_atime, facts.st_mtime)


def _listed(root: Path) -> dict[str, tuple[int, float]]:
    found: dict[str, tuple[int, float]] = {}
    for path in root.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            facts = path.stat()
            if stat.S_ISREG(facts.st_mode):
                found[path.relative_to(root).as_posix()] = facts.st_size, _use(facts)
    return found


def _discard(path: Path, before: float) -> bool:
    if _use(path.stat()) >= before:
        return False
    path.unlink()
    return True

"""Which files of the store something kept refers to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.workflow.engine import TaskEngine
    from pixelle.runtime.artifacts import ArtifactStore

__all__ = ["is_artifact", "is_result", "names_in_message", "names_of_task"]

_CACHE = "cache/"
_NAME = r"[A-Za-z0-9-]+/[0-9a-f]{64}"
# whatever comes before: a reference counts also when the store was found under another address then
_IN_TEXT = re.compile(rf"/({_NAME})$")
_IN_BYTES = re.compile(rf"/({_NAME})".encode())
_WHOLE = re.compile(rf"{_NAME}$")
_PIECE = re.compile(r".*#[0-9]+$")


def is_result(name: str) -> bool:
    """True for remembered results."""
    return name.startswith(_CACHE) and not _PIECE.match(name)


def is_artifact(name: str) -> bool:
    """True for files named by their content, and for pieces of any file that was never written to its end."""
    return bool(_PIECE.match(name)) or (bool(_WHOLE.match(name)) and not name.startswith(_CACHE))


async def names_of_task(engine: TaskEngine, task_id: str) -> frozenset[str]:
    """Names of every artifact that a task was given, made or gave."""
    record = await engine.find(task_id)
    if record is None:
        return frozenset()
    steps = await engine.steps(task_id)
    return frozenset(_names([record.payload, record.result, steps]))


async def names_in_message(store: ArtifactStore, name: str) -> frozenset[str]:
    """Names of the artifacts inside a remembered result; none when it is gone."""
    found = await store.get_named(name)
    # an address in a message is text inside its bytes, whatever kind of message it is
    return frozenset(each.decode() for each in _IN_BYTES.findall(found or b""))


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if found := _IN_TEXT.search(value):
            yield found[1]
    elif isinstance(value, dict):
        for each in cast("dict[str, Any]", value).values():
            yield from _names(each)
    elif isinstance(value, list):
        for each in cast("list[Any]", value):
            yield from _names(each)

"""What files hold: artifacts are named by the SHA-256 of their bytes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pixelle.runtime.errors import InvalidArgument

if TYPE_CHECKING:
    from pathlib import Path

    from pixelle.core.v1 import core_pb2

__all__ = ["checked", "content_of", "is_sum", "measured"]

_HEX = frozenset("0123456789abcdef")


def content_of(artifact: core_pb2.Artifact) -> str:
    """
    SHA-256 of what an artifact holds: as it says itself, by its uri, or of its bytes.

    Raises InvalidArgument (ARTIFACT_CORRUPT) when it says two things.
    """
    named = artifact.uri.rpartition("/")[2]
    if artifact.sha256 and is_sum(named) and named != artifact.sha256:
        raise InvalidArgument(
            f"The artifact {artifact.uri!r} is said to have the sha256 {artifact.sha256!r}. Send both as they were "
            "answered, or the uri alone.",
            reason="ARTIFACT_CORRUPT",
        )
    return artifact.sha256 or (named if is_sum(named) else hashlib.sha256(artifact.inline).hexdigest())


def is_sum(text: str) -> bool:
    """Whether it is a SHA-256 in hexadecimal."""
    return len(text) == 64 and set(text) <= _HEX


def measured(data: bytes | Path) -> tuple[str, int]:
    """SHA-256 and size in bytes."""
    if isinstance(data, bytes):
        return hashlib.sha256(data).hexdigest(), len(data)
    with data.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), data.stat().st_size


def checked(artifact: core_pb2.Artifact) -> bytes:
    """Inline bytes. Raises InvalidArgument (ARTIFACT_CORRUPT) when they are not what the artifact says."""
    if hashlib.sha256(artifact.inline).hexdigest() != (said := content_of(artifact)):
        raise InvalidArgument(
            f"The inline bytes do not have the sha256 {said!r}. Send them again.", reason="ARTIFACT_CORRUPT"
        )
    return artifact.inline

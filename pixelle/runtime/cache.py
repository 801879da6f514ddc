"""Results remembered under what was asked, of whom, so that nothing is made twice."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from google.protobuf.message import DecodeError, Message

from pixelle.core.v1 import core_pb2
from pixelle.runtime import metrics
from pixelle.runtime.contents import content_of
from pixelle.runtime.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixelle.runtime.artifacts import ArtifactStore

__all__ = ["ResultCache", "artifacts_in"]

M = TypeVar("M", bound=Message)


class ResultCache:
    """Messages kept in the artifact store under `cache/<key>`."""

    def __init__(self, store: ArtifactStore) -> None:
        """store: where results and the files they name are kept."""
        self._store = store

    def key(self, request: Message, *, engine: str, version: str, **extra: str) -> str:
        """
        sha256 of the canonical request and of what answers it.

        The request's `request_id` and the places of its artifacts do not count, their content does.
        extra: whatever else decides the result, for example the hash of a template.
        Raises InvalidArgument (ARTIFACT_CORRUPT) when an artifact does not say for certain what is in it.
        """
        canonical = type(request)()
        canonical.CopyFrom(request)
        if "request_id" in canonical.DESCRIPTOR.fields_by_name:
            canonical.ClearField("request_id")
        for artifact in artifacts_in(canonical):
            artifact.sha256 = content_of(artifact)
            artifact.ClearField("uri")
            artifact.ClearField("inline")
        digest = hashlib.sha256(request.DESCRIPTOR.full_name.encode())
        digest.update(canonical.SerializeToString(deterministic=True))
        digest.update(repr((engine, version, sorted(extra.items()))).encode())
        return digest.hexdigest()

    async def get(self, key: str, kind: type[M]) -> M | None:
        """The remembered message, or None when there is none or a file it names is gone."""
        message = await self._found(key, kind)
        metrics.record(metrics.CACHE_LOOKUPS, 1, kind.DESCRIPTOR.name.lower(), "miss" if message is None else "hit")
        return message

    async def _found(self, key: str, kind: type[M]) -> M | None:
        found = await self._store.get_named(f"cache/{key}")
        if found is None:
            return None
        message = kind()
        try:
            message.ParseFromString(found)
        except DecodeError:
            return None
        for artifact in artifacts_in(message):
            with suppress(InvalidArgument):  # it was remembered when the store was elsewhere
                if await self._store.exists(artifact):
                    continue
            return None
        await self._store.used(f"cache/{key}")
        return message

    async def put(self, key: str, message: Message) -> None:
        """Remember a message."""
        await self._store.put_named(f"cache/{key}", message.SerializeToString(deterministic=True))


def artifacts_in(message: Message) -> Iterator[core_pb2.Artifact]:
    """Every artifact inside a message, or the message itself."""
    if isinstance(message, core_pb2.Artifact):
        yield message
        return
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        if field.message_type.GetOptions().map_entry:
            continue  # our maps hold text only
        for item in value if field.is_repeated else (value,):
            yield from artifacts_in(item)

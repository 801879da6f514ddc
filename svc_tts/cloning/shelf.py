"""Voices made by CreateVoice, kept in the store with their recording and the consent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.protobuf.message import DecodeError

from pixelle.runtime.artifacts import store_errors
from pixelle.tts.v1 import tts_pb2

if TYPE_CHECKING:
    from pixelle.runtime.artifacts import ArtifactStore

__all__ = ["MADE", "VoiceShelf"]

MADE = "made-"
"""What the part of an id after the engine begins with, for voices made here."""
_FOLDER = "voices"
_LONGEST_ID = 100


class VoiceShelf:
    """The made voices of a deployment; whoever shares the store shares them."""

    def __init__(self, store: ArtifactStore) -> None:
        """store: where they are kept, in the folder `voices`, each whole with its recording: nothing sweeps them."""
        self._store = store

    async def find(self, voice_id: str) -> tts_pb2.KeptVoice | None:
        """The voice of an id; None when there is none."""
        engine, _, name = voice_id.partition("/")
        clean = engine.replace("-", "").isalnum() and name.removeprefix(MADE).isalnum() and voice_id.isascii()
        if not clean or not name.startswith(MADE) or len(voice_id) > _LONGEST_ID:
            return None
        found = await self._store.get_named(_name(voice_id))
        return _read(found) if found else None

    async def put(self, kept: tts_pb2.KeptVoice) -> None:
        """Keep a voice under its id. Raises ResourceExhausted (STORE_FULL), Unavailable (STORE_DOWN)."""
        await self._store.put_named(_name(kept.voice.id), kept.SerializeToString(deterministic=True))

    async def every(self) -> list[tts_pb2.KeptVoice]:
        """All of them, sorted by id. Raises Unavailable (STORE_DOWN)."""
        names: list[str] = []
        with store_errors():
            async for batch in self._store.objects.list(prefix=_FOLDER):
                names += [entry["path"] for entry in batch]
        found = [_read(data) for name in sorted(names) if (data := await self._store.get_named(name))]
        return sorted((kept for kept in found if kept), key=lambda kept: kept.voice.id)

    async def remove(self, voice_id: str) -> bool:
        """Forget a voice, its recording and its consent. False when there is none of this id."""
        return await self.find(voice_id) is not None and await self._store.remove_named(_name(voice_id))


def _name(voice_id: str) -> str:
    return f"{_FOLDER}/{voice_id.replace('/', '.')}"


def _read(data: bytes) -> tts_pb2.KeptVoice | None:
    try:
        return tts_pb2.KeptVoice.FromString(data)
    except DecodeError:
        return None

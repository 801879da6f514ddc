"""What an engine makes of a recording: computed once, kept by the recording's content."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from typing import TYPE_CHECKING

from svc_tts.cloning.recording import Recording, read_recording

if TYPE_CHECKING:
    from pixelle.core.v1 import core_pb2
    from pixelle.runtime.artifacts import ArtifactStore
    from pixelle.runtime.engines import Loaded
    from pixelle.runtime.work import Report
    from svc_tts.engines.base import CloningEngine, TtsEngine

__all__ = ["Learning"]

_REMEMBERED = 32


class Learning:
    """Reads recordings and has engines learn voices from them."""

    def __init__(self, store: ArtifactStore) -> None:
        """store: where recordings come from and what was learned is kept, among the results that are swept."""
        self._store = store
        self._read: OrderedDict[str, Recording] = OrderedDict()
        self._learned: OrderedDict[str, bytes] = OrderedDict()
        self._locks: dict[str, asyncio.Lock] = {}

    async def recording(self, artifact: core_pb2.Artifact) -> Recording:
        """The usable part of a recording. Raises InvalidArgument (REF_AUDIO_*), NotFound (ARTIFACT_NOT_FOUND)."""
        path = await self._store.local(artifact)
        name = path.name  # the hash of what is in it; the one in the message is only what somebody says
        if name not in self._read:
            self._read[name] = await asyncio.to_thread(read_recording, path)
            while len(self._read) > _REMEMBERED:
                self._read.popitem(last=False)
        return self._read[name]

    async def learned(
        self, recording: Recording, loaded: Loaded[CloningEngine], report: Report, group: str = ""
    ) -> bytes:
        """What the engine knows of the voice; the first of several callers has it learned, the others wait."""
        key = self.key(recording.sha256, loaded.name, loaded.engine)
        lock = self._locks.setdefault(key, asyncio.Lock())
        try:
            async with lock:
                if key not in self._learned:
                    self._learned[key] = await self._kept_or_made(key, recording, loaded, report, group)
                    while len(self._learned) > _REMEMBERED:
                        self._learned.popitem(last=False)
                return self._learned[key]
        finally:
            if not lock.locked():
                self._locks.pop(key, None)

    @staticmethod
    def key(sha256: str, name: str, engine: TtsEngine) -> str:
        """
        Under what it is kept what an engine knows of a recording.

        sha256: of the recording. name: the engine's. Raises OSError when the engine's files are gone.
        """
        facts = f"learned {name} {engine.version} {engine.fingerprint('')} {sha256}"
        return hashlib.sha256(facts.encode()).hexdigest()

    async def forget(self, sha256: str, key: str) -> None:
        """
        Forget a recording and what was made of it; other processes have it in memory until they end.

        sha256: of the recording. key: as above. Raises Unavailable (STORE_DOWN).
        """
        for place, recording in list(self._read.items()):
            if recording.sha256 == sha256:
                del self._read[place]
        self._learned.pop(key, None)
        await self._store.remove_named(f"cache/{key}")

    async def _kept_or_made(
        self, key: str, recording: Recording, loaded: Loaded[CloningEngine], report: Report, group: str
    ) -> bytes:
        kept = await self._store.get_named(f"cache/{key}")
        if kept:
            await self._store.used(f"cache/{key}")
            return kept
        made = await loaded.slots.run(
            lambda tick: loaded.engine.learn(recording.wav, tick=tick), report=report, group=group
        )
        await self._store.put_named(f"cache/{key}", made)
        return made

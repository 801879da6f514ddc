"""Which engine serves a request, and whether it can: everything that is wrong is said here, before work is spent."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from pixelle.media.v1 import media_pb2
from pixelle.runtime.errors import FailedPrecondition
from svc_media.briefs import brief_of, check_footage, refuse_what_it_cannot
from svc_media.references import readable

if TYPE_CHECKING:
    from pixelle.runtime.artifacts import ArtifactStore
    from pixelle.runtime.engines import Engines, Loaded
    from svc_media.engines.base import Brief, MediaEngine
    from svc_media.safety import Safety

    Asked = media_pb2.GenerateImageRequest | media_pb2.GenerateVideoRequest

__all__ = ["Choosing"]


class Choosing:
    """Requests to engines."""

    def __init__(self, engines: Engines[MediaEngine], store: ArtifactStore, safety: Safety) -> None:
        """store: where pictures to start from are. safety: is asked about those and about prompts."""
        self._engines = engines
        self._store = store
        self._safety = safety

    async def check(self, request: Asked) -> str:
        """
        The key of the workflow that would serve a request; nothing is loaded.

        Raises what `brief_of`, `check_footage`, `refuse_what_it_cannot` and the engine's `named` and `check` say,
        InvalidArgument (REFERENCE_NOT_A_PICTURE), FailedPrecondition (ENGINE_NO_IMAGE, ENGINE_NO_VIDEO,
        ENGINE_NOT_INSTALLED).
        """
        workflow = self._key(request)
        engine, _ = await self._able(workflow, request)
        name = self._engines.name(workflow)
        if reason := await asyncio.to_thread(engine.missing):
            raise FailedPrecondition(
                f"Engine {name!r} is not ready: {reason}", reason="ENGINE_NOT_INSTALLED", details={"engine": name}
            )
        return workflow or next(entry.workflow for each, entry, _ in self._engines.each() if each == name)

    async def ready(self, request: Asked) -> tuple[Loaded[MediaEngine], Brief]:
        """The loaded engine, and what it is to make. Raises as `check`."""
        workflow = self._key(request)
        engine, brief = await self._able(workflow, request)
        return replace(await self._engines.get(workflow), engine=engine), brief

    def _key(self, request: Asked) -> str:
        film = isinstance(request, media_pb2.GenerateVideoRequest)
        return request.workflow or (self._default("videos") if film else "")

    def _default(self, ability: str) -> str:
        """The default engine's workflow if it has the ability, else the first that has it and is ready."""
        if getattr(self._engines.peek().features, ability):
            return ""
        able = (
            entry.workflow
            for _, entry, engine in self._engines.each()
            if getattr(engine.features, ability) and not engine.missing()
        )
        return next(able, "")

    async def _able(self, workflow: str, request: Asked) -> tuple[MediaEngine, Brief]:
        """The engine, not loaded, once it is known that it can do what is asked, and the brief with its reference."""
        brief = brief_of(request.prompt)
        await self._safety.prompt(brief)
        film = isinstance(request, media_pb2.GenerateVideoRequest)
        ability = "videos" if film else "images"
        if isinstance(request, media_pb2.GenerateVideoRequest):
            check_footage(request)
        engine = self._engines.peek(workflow)
        name = workflow or self._engines.default
        engine = await asyncio.to_thread(engine.named, self._engines.model(workflow), film=film)
        if not getattr(engine.features, ability):
            able = sorted(
                entry.workflow for _, entry, other in self._engines.each() if getattr(other.features, ability)
            )
            what, reason = ("footage", "ENGINE_NO_VIDEO") if film else ("pictures", "ENGINE_NO_IMAGE")
            raise FailedPrecondition(
                f"The engine {name!r} makes no {what}. These do: {', '.join(able) or 'none is installed'}.",
                reason=reason,
                details={"engine": name},
            )
        refuse_what_it_cannot(engine, name, brief, reference=request.HasField("reference"))
        brief = await self._with_reference(brief, request)
        duration = request.duration_seconds if isinstance(request, media_pb2.GenerateVideoRequest) else 0.0
        await asyncio.to_thread(engine.check, brief, duration=duration)
        return engine, brief

    async def _with_reference(self, brief: Brief, request: Asked) -> Brief:
        """The brief with the bytes of the picture to start from."""
        if not request.HasField("reference"):
            return brief
        data = await asyncio.to_thread(readable, await self._store.read(request.reference))
        await self._safety.picture(data, "The picture to start from")
        return replace(brief, reference=data)

"""MediaService over the engines: checks, remembers, paints and films."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from pixelle.core.v1 import core_pb2
from pixelle.media.v1 import media_pb2, media_pb2_grpc
from pixelle.runtime.errors import FailedPrecondition, Internal, InvalidArgument
from pixelle.runtime.fetch import sniff
from pixelle.runtime.paging import page
from pixelle.runtime.work import Slots, stream
from svc_media.briefs import brief_of, check_footage, refuse_what_it_cannot
from svc_media.listing import engines_of, workflows_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    import grpc.aio

    from pixelle.runtime.artifacts import ArtifactStore
    from pixelle.runtime.cache import ResultCache
    from pixelle.runtime.engines import Engines, Loaded
    from pixelle.runtime.work import Report, Tick
    from svc_media.engines.base import BatchEngine, Brief, Footage, MediaEngine, Picture

__all__ = ["MediaServicer"]

_JPEG_QUALITY = 95
"""With full colour resolution: nothing to be seen is lost, and it is written and read five times as fast as PNG."""


class MediaServicer(media_pb2_grpc.MediaServiceServicer):
    """The media service."""

    def __init__(self, engines: Engines[MediaEngine], store: ArtifactStore, cache: ResultCache) -> None:
        """
        engines: the table, not loaded.
        store: where pictures and footage go.
        cache: remembers them.
        """
        self._engines = engines
        self._store = store
        self._cache = cache
        self._finishing = Slots("finishing", slots=2, queue=10_000)
        """What is left to be done without an engine's slot: fitting, encoding."""

    async def GenerateImage(
        self,
        request: media_pb2.GenerateImageRequest,
        context: grpc.aio.ServicerContext[media_pb2.GenerateImageRequest, media_pb2.GenerateImageResponse],
    ) -> AsyncIterator[media_pb2.GenerateImageResponse]:
        brief = brief_of(request.prompt)
        loaded = await self._chosen(request.workflow, brief, "images", reference=request.HasField("reference"))
        brief = await self._with_reference(brief, request)
        settled = media_pb2.GenerateImageRequest()
        settled.CopyFrom(request)
        settled.workflow = _key_of(loaded)
        key = self._cache.key(
            settled,
            engine=loaded.name,
            version=loaded.engine.version,
            pack=await asyncio.to_thread(_decides, loaded.engine, brief),
        )

        async def work(report: Report) -> core_pb2.Visual:
            kept = await self._cache.get(key, core_pb2.Visual)
            return kept or await self._painted(loaded, brief, key, report, _group(request))

        async for message in stream(work, media_pb2.GenerateImageResponse, "visual"):
            yield message

    async def GenerateVideo(
        self,
        request: media_pb2.GenerateVideoRequest,
        context: grpc.aio.ServicerContext[media_pb2.GenerateVideoRequest, media_pb2.GenerateVideoResponse],
    ) -> AsyncIterator[media_pb2.GenerateVideoResponse]:
        brief = brief_of(request.prompt)
        check_footage(request)
        workflow = request.workflow or self._default("videos")
        loaded = await self._chosen(workflow, brief, "videos", reference=request.HasField("reference"))
        brief = await self._with_reference(brief, request)
        settled = media_pb2.GenerateVideoRequest()
        settled.CopyFrom(request)
        settled.workflow = _key_of(loaded)
        key = self._cache.key(
            settled,
            engine=loaded.name,
            version=loaded.engine.version,
            pack=await asyncio.to_thread(_decides, loaded.engine, brief, request.duration_seconds),
        )

        async def work(report: Report) -> core_pb2.Visual:
            kept = await self._cache.get(key, core_pb2.Visual)
            return kept or await self._filmed(loaded, brief, request, key, report)

        async for message in stream(work, media_pb2.GenerateVideoResponse, "visual"):
            yield message

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

    async def _chosen(self, workflow: str, brief: Brief, ability: str, *, reference: bool) -> Loaded[MediaEngine]:
        """The loaded engine, once it is known that it can do what is asked."""
        engine = self._engines.peek(workflow)
        name = workflow or self._engines.default
        engine = await asyncio.to_thread(engine.named, self._engines.model(workflow), film=ability == "videos")
        if not getattr(engine.features, ability):
            able = sorted(
                entry.workflow for _, entry, other in self._engines.each() if getattr(other.features, ability)
            )
            what, reason = ("footage", "ENGINE_NO_VIDEO") if ability == "videos" else ("pictures", "ENGINE_NO_IMAGE")
            raise FailedPrecondition(
                f"The engine {name!r} makes no {what}. These do: {', '.join(able) or 'none is installed'}.",
                reason=reason,
                details={"engine": name},
            )
        refuse_what_it_cannot(engine, name, brief, reference=reference)
        return replace(await self._engines.get(workflow), engine=engine)

    async def _with_reference(
        self, brief: Brief, request: media_pb2.GenerateImageRequest | media_pb2.GenerateVideoRequest
    ) -> Brief:
        """The brief with the bytes of the picture to start from."""
        if not request.HasField("reference"):
            return brief
        data = await self._store.read(request.reference)
        if not sniff(data).startswith("image/"):
            raise InvalidArgument(
                f"reference holds {sniff(data)}, not a picture. Send PNG, JPEG, WebP or GIF.",
                reason="REFERENCE_NOT_A_PICTURE",
            )
        return replace(brief, reference=data)

    async def _painted(
        self, loaded: Loaded[MediaEngine], brief: Brief, key: str, report: Report, group: str
    ) -> core_pb2.Visual:
        """Paint, store and remember."""

        def jpeg(picture: Picture, tick: Tick) -> bytes:
            if picture.pixels.shape != (brief.height, brief.width, 3):
                raise Internal(
                    f"Engine {loaded.name!r} made {picture.pixels.shape}, not {brief.width} x {brief.height}."
                )
            tick(0.95, "storing")
            return _jpeg(picture)

        if loaded.engine.features.batch:
            engine = cast("BatchEngine", loaded.engine)
            finish = await loaded.slots.run_many(
                lambda briefs, tick: engine.paint_many(briefs, tick=tick),
                brief,
                alike=await asyncio.to_thread(engine.alike, brief),
                most=engine.features.batch,
                report=report,
                group=group,
            )
            data = await self._finishing.run(lambda tick: jpeg(finish(tick), tick), report=report, group=group)
        else:
            data = await loaded.slots.run(
                lambda tick: jpeg(loaded.engine.paint(brief, tick=tick), tick), report=report, group=group
            )
        visual = core_pb2.Visual(
            artifact=await self._store.put("image", data, "image/jpeg"),
            kind=core_pb2.MEDIA_KIND_IMAGE,
            width=brief.width,
            height=brief.height,
            seed=brief.seed,
            engine=loaded.name,
        )
        await self._cache.put(key, visual)
        return visual

    async def _filmed(
        self,
        loaded: Loaded[MediaEngine],
        brief: Brief,
        request: media_pb2.GenerateVideoRequest,
        key: str,
        report: Report,
    ) -> core_pb2.Visual:
        """Film, store and remember."""
        group, duration, fps = _group(request), request.duration_seconds, request.fps
        if loaded.engine.features.batch:
            engine = cast("BatchEngine", loaded.engine)

            def film(briefs: Sequence[Brief], tick: Tick) -> Sequence[Callable[[Tick], Footage]]:
                return engine.film_many(briefs, duration=duration, fps=fps, tick=tick)

            finish = await loaded.slots.run_many(
                film,
                brief,
                alike=(await asyncio.to_thread(engine.alike, brief, duration=duration), duration, fps),
                most=engine.features.batch,
                report=report,
                group=group,
            )
            footage = await self._finishing.run(finish, report=report, group=group)
        else:
            footage = await loaded.slots.run(
                lambda tick: loaded.engine.film(brief, duration=duration, fps=fps, tick=tick),
                report=report,
                group=group,
            )
        visual = core_pb2.Visual(
            artifact=await self._store.put("video", footage.mp4, "video/mp4"),
            kind=core_pb2.MEDIA_KIND_VIDEO,
            width=brief.width,
            height=brief.height,
            duration_seconds=footage.frames / footage.fps,
            seed=brief.seed,
            engine=loaded.name,
        )
        await self._cache.put(key, visual)
        return visual

    async def ListWorkflows(
        self,
        request: media_pb2.ListWorkflowsRequest,
        context: grpc.aio.ServicerContext[media_pb2.ListWorkflowsRequest, media_pb2.ListWorkflowsResponse],
    ) -> media_pb2.ListWorkflowsResponse:
        found = [
            workflow
            for workflow in await asyncio.to_thread(workflows_of, self._engines)
            if request.kind in {core_pb2.MEDIA_KIND_UNSPECIFIED, workflow.kind}
        ]
        found.sort(key=lambda workflow: (workflow.key, workflow.kind))
        workflows, token = page(found, request.page_size, request.page_token)
        return media_pb2.ListWorkflowsResponse(workflows=workflows, next_page_token=token)

    async def ListEngines(
        self,
        request: media_pb2.ListEnginesRequest,
        context: grpc.aio.ServicerContext[media_pb2.ListEnginesRequest, media_pb2.ListEnginesResponse],
    ) -> media_pb2.ListEnginesResponse:
        described = await asyncio.to_thread(engines_of, self._engines)
        engines, token = page(described, request.page_size, request.page_token)
        return media_pb2.ListEnginesResponse(engines=engines, next_page_token=token)


def _group(request: media_pb2.GenerateImageRequest | media_pb2.GenerateVideoRequest) -> str:
    """The task a request belongs to: tasks that wait for an engine take turns."""
    return request.request_id.partition("/")[0]


def _decides(engine: MediaEngine, brief: Brief, duration: float = 0.0) -> str:
    """What decides the result beside the request. Raises PixelleError for a brief the engine refuses."""
    if not engine.features.batch:
        return engine.fingerprint()
    return f"{engine.fingerprint()} {cast('BatchEngine', engine).alike(brief, duration=duration)!r}"


def _key_of(loaded: Loaded[MediaEngine]) -> str:
    """The workflow key in full, so that a request that names the default and one that does not share a result."""
    return f"{loaded.workflow}/{loaded.model}" if loaded.model else loaded.workflow


def _jpeg(picture: Picture) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(picture.pixels, "RGB").save(out, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
    return out.getvalue()

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
from pixelle.runtime.metering import made
from pixelle.runtime.paging import page
from pixelle.runtime.work import stream
from svc_media.briefs import brief_of, check_footage, refuse_what_it_cannot
from svc_media.listing import engines_of, workflows_of
from svc_media.making import Making

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    import grpc.aio

    from pixelle.runtime.artifacts import ArtifactStore
    from pixelle.runtime.cache import ResultCache
    from pixelle.runtime.engines import Engines, Loaded
    from pixelle.runtime.work import Report, Tick
    from svc_media.engines.base import BatchEngine, Brief, MediaEngine, Picture
    from svc_media.safety import Safety

__all__ = ["MediaServicer"]

_JPEG_QUALITY = 95
"""With full colour resolution: nothing to be seen is lost, and it is written and read five times as fast as PNG."""


class MediaServicer(media_pb2_grpc.MediaServiceServicer):
    """The media service."""

    def __init__(self, engines: Engines[MediaEngine], store: ArtifactStore, cache: ResultCache, safety: Safety) -> None:
        """
        engines: the table, not loaded.
        store: where pictures and footage go.
        cache: remembers them.
        safety: is asked about prompts, and about pictures before they are handed out.
        """
        self._engines = engines
        self._store = store
        self._cache = cache
        self._safety = safety
        self._making = Making()

    async def GenerateImage(
        self,
        request: media_pb2.GenerateImageRequest,
        context: grpc.aio.ServicerContext[media_pb2.GenerateImageRequest, media_pb2.GenerateImageResponse],
    ) -> AsyncIterator[media_pb2.GenerateImageResponse]:
        brief = brief_of(request.prompt)
        await self._safety.prompt(brief)
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

        async for message in stream(self._safely(work), media_pb2.GenerateImageResponse, "visual"):
            yield message

    async def GenerateVideo(
        self,
        request: media_pb2.GenerateVideoRequest,
        context: grpc.aio.ServicerContext[media_pb2.GenerateVideoRequest, media_pb2.GenerateVideoResponse],
    ) -> AsyncIterator[media_pb2.GenerateVideoResponse]:
        brief = brief_of(request.prompt)
        await self._safety.prompt(brief)
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

        async for message in stream(self._safely(work), media_pb2.GenerateVideoResponse, "visual"):
            yield message

    def _safely(
        self, work: Callable[[Report], Awaitable[core_pb2.Visual]]
    ) -> Callable[[Report], Awaitable[core_pb2.Visual]]:
        """The same, whose result is looked at before it is handed out, remembered or not."""

        async def checked(report: Report) -> core_pb2.Visual:
            visual = await work(report)
            if self._safety.active:
                data = await self._store.read(visual.artifact)
                if visual.kind == core_pb2.MEDIA_KIND_IMAGE:
                    await self._safety.picture(data, "The picture")
                else:
                    await self._safety.footage(data)
            return visual

        return checked

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
        await self._safety.picture(data, "The picture to start from")
        return replace(brief, reference=data)

    async def _painted(
        self, loaded: Loaded[MediaEngine], brief: Brief, key: str, report: Report, group: str
    ) -> core_pb2.Visual:
        """Paint, store and remember."""

        def finish(picture: Picture, tick: Tick) -> tuple[Picture, bytes]:
            if picture.pixels.shape != (brief.height, brief.width, 3):
                raise Internal(
                    f"Engine {loaded.name!r} made {picture.pixels.shape}, not {brief.width} x {brief.height}."
                )
            tick(0.95, "storing")
            return picture, _jpeg(picture)

        picture, data = await self._making.paint(loaded, brief, finish, report=report, group=group)
        visual = core_pb2.Visual(
            artifact=await self._store.put("image", data, "image/jpeg"),
            kind=core_pb2.MEDIA_KIND_IMAGE,
            width=brief.width,
            height=brief.height,
            seed=brief.seed,
            engine=loaded.name,
            spent=picture.spent,
            spent_unit=picture.unit,
            attribution=picture.credit,
        )
        made(visual)
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
        footage = await self._making.film(
            loaded,
            brief,
            duration=request.duration_seconds,
            fps=request.fps,
            report=report,
            group=_group(request),
        )
        visual = core_pb2.Visual(
            artifact=await self._store.put("video", footage.mp4, "video/mp4"),
            kind=core_pb2.MEDIA_KIND_VIDEO,
            width=brief.width,
            height=brief.height,
            duration_seconds=footage.frames / footage.fps,
            seed=brief.seed,
            engine=loaded.name,
            spent=footage.spent,
            spent_unit=footage.unit,
            attribution=footage.credit,
        )
        made(visual)
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

"""MediaService over the engines: checks, remembers, paints and films."""

from __future__ import annotations

import asyncio
import io
from typing import TYPE_CHECKING, cast

from pixelle.core.v1 import core_pb2
from pixelle.media.v1 import media_pb2, media_pb2_grpc
from pixelle.runtime.errors import Internal, InvalidArgument
from pixelle.runtime.metering import made
from pixelle.runtime.paging import page
from pixelle.runtime.work import stream
from svc_media.choosing import Choosing
from svc_media.listing import engines_of, workflows_of
from svc_media.making import Making

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    import grpc.aio

    from pixelle.runtime.artifacts import ArtifactStore
    from pixelle.runtime.cache import ResultCache
    from pixelle.runtime.engines import Engines, Loaded
    from pixelle.runtime.work import Report, Tick
    from svc_media.choosing import Asked
    from svc_media.engines.base import BatchEngine, Brief, MediaEngine, Picture
    from svc_media.safety import Safety

__all__ = ["MediaServicer"]

_UNKNOWN_PROMPT, _UNKNOWN_LENGTH = "a picture", 1.0
"""What is looked at where a request that is checked does not say yet."""
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
        self._choosing = Choosing(engines, store, safety)
        self._making = Making()

    async def GenerateImage(
        self,
        request: media_pb2.GenerateImageRequest,
        context: grpc.aio.ServicerContext[media_pb2.GenerateImageRequest, media_pb2.GenerateImageResponse],
    ) -> AsyncIterator[media_pb2.GenerateImageResponse]:
        loaded, brief = await self._choosing.ready(request)
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
        loaded, brief = await self._choosing.ready(request)
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

    async def CheckMedia(
        self,
        request: media_pb2.CheckMediaRequest,
        context: grpc.aio.ServicerContext[media_pb2.CheckMediaRequest, media_pb2.CheckMediaResponse],
    ) -> media_pb2.CheckMediaResponse:
        """Whether it can be made: everything that can be said before an engine is loaded."""
        del context
        kind = request.WhichOneof("request")
        if kind is None:
            raise InvalidArgument("The request is empty. Send image or video.", reason="REQUEST_EMPTY")
        asked = request.video if kind == "video" else request.image
        asked.prompt.prompt = asked.prompt.prompt or _UNKNOWN_PROMPT
        if isinstance(asked, media_pb2.GenerateVideoRequest):
            asked.duration_seconds = asked.duration_seconds or _UNKNOWN_LENGTH
        return media_pb2.CheckMediaResponse(workflow=await self._choosing.check(asked))

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


def _group(request: Asked) -> str:
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

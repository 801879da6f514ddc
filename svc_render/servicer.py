"""The gRPC face of the render service: checks, looks for a remembered result, then draws, encodes or joins."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pixelle.core.v1 import core_pb2
from pixelle.render.v1 import render_pb2, render_pb2_grpc
from pixelle.runtime.cache import ResultCache
from pixelle.runtime.errors import InvalidArgument
from pixelle.runtime.metering import made as tally
from pixelle.runtime.paging import page
from pixelle.runtime.work import Slots, stream
from svc_render.assembly import Order, assemble
from svc_render.captions import srt, vtt
from svc_render.clip import Behind, Length, frames_for, make_clip, still_over
from svc_render.messages import (
    FITS,
    VERSION,
    clip_file,
    fingerprint,
    scene_cues,
    seen,
    spoken,
    template_message,
    turned_down,
)
from svc_render.preview import check_side, preview
from svc_render.probe import probe
from svc_render.requests import check_assembly, check_captions, check_clip, check_motion
from svc_render.sound.track import Background
from svc_render.values import clean
from svc_render.video.fade import fade_frames

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import grpc.aio

    from pixelle.runtime.artifacts import ArtifactStore
    from pixelle.runtime.work import Report
    from svc_render.catalog import Catalog
    from svc_render.drawing import Artist
    from svc_render.settings import RenderSettings
    from svc_render.sound.music import MusicShelf

__all__ = ["RenderServicer"]


class RenderServicer(render_pb2_grpc.RenderServiceServicer):
    """Answers RenderService."""

    def __init__(
        self, settings: RenderSettings, store: ArtifactStore, *, catalog: Catalog, artist: Artist, shelf: MusicShelf
    ) -> None:
        self._settings = settings
        self._store = store
        self._catalog = catalog
        self._artist = artist
        self._shelf = shelf
        self._cache = ResultCache(store)
        self._slots = Slots("render", slots=settings.encoders, queue=settings.queue, service="render")
        self._scratch = settings.scratch_dir

    def close(self) -> None:
        """Take no more work."""
        self._slots.close()

    async def RenderFrame(
        self, request: render_pb2.RenderFrameRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> AsyncIterator[render_pb2.RenderFrameResponse]:
        """Draw a page once."""
        template = await asyncio.to_thread(self._artist.check, request.page)
        key = self._cache.key(request, engine="render", version=VERSION, template=template.sha256)

        async def work(report: Report) -> core_pb2.Frame:
            known = await self._cache.get(key, core_pb2.Frame)
            if known:
                return known
            report(0.1, "drawing")
            drawn = await self._artist.draw(request.page)
            behind = await self._behind(request.page, template.media == "video")
            png = drawn.png
            if behind:
                png = await self._slots.run(
                    lambda tick: still_over(drawn, behind, scratch_root=self._scratch, tick=tick)
                )
            artifact = await self._store.put("frame", png, "image/png")
            frame = core_pb2.Frame(
                artifact=artifact, width=template.width, height=template.height, warnings=drawn.warnings
            )
            if not drawn.passing:  # what was left out may be there next time
                await self._cache.put(key, frame)
            return frame

        async for message in stream(work, render_pb2.RenderFrameResponse, "frame"):
            yield message

    async def RenderClip(
        self, request: render_pb2.RenderClipRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> AsyncIterator[render_pb2.RenderClipResponse]:
        """Make the picture stream of a scene."""
        fps, seconds = check_clip(request)
        template = await asyncio.to_thread(self._artist.check, request.page)
        count = frames_for(seconds, fps)
        await asyncio.to_thread(check_captions, request, template, self._catalog.all)
        check_motion(request, template)
        key = self._cache.key(
            seen(request, fps), engine="render", version=VERSION, template=template.sha256, frames=str(count)
        )

        async def work(report: Report) -> core_pb2.Clip:
            known = await self._cache.get(key, core_pb2.Clip)
            if known:
                return known
            report(0.05, "drawing")
            captions = spoken(request)
            moves = request.motion == render_pb2.MOTION_PAN
            drawn = await self._artist.draw(request.page, captions, pan=(seconds, request.seed) if moves else None)
            timeline = captions.timeline(count=count, fps=fps, shown=drawn.patches) if captions else ()
            cut = fade_frames(count, fps) if request.transition == render_pb2.TRANSITION_FADE else 0
            length = Length(count, fps, timeline, cut)
            behind = await self._behind(request.page, template.media == "video", request.fit, request.slowest or 1.0)
            made = await self._slots.run(
                lambda tick: make_clip(drawn, behind, length, scratch_root=self._scratch, tick=tick),
                report=lambda fraction, message="": report(0.2 + 0.75 * fraction, message),
            )
            with made.scratch:
                artifact = await self._store.put("clip", made.path, "video/mp4")
                first = await self._store.put("frame", made.first, "image/png")
            clip = core_pb2.Clip(
                artifact=artifact,
                frame_count=count,
                fps=fps,
                width=template.width,
                height=template.height,
                state_count=made.states,
                warnings=drawn.warnings,
                frame=first,
            )
            tally(clip)
            if not drawn.passing:
                await self._cache.put(key, clip)
            return clip

        async for message in stream(work, render_pb2.RenderClipResponse, "clip"):
            yield message

    async def AssembleVideo(
        self, request: render_pb2.AssembleVideoRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> AsyncIterator[render_pb2.AssembleVideoResponse]:
        """Join clips and mix their sound."""
        warnings = check_assembly(request)
        music = await self._source(request.music.source) if request.HasField("music") else None

        async def work(report: Report) -> core_pb2.Video:
            key = self._cache.key(
                request,
                engine="render",
                version=VERSION,
                levels=f"{self._settings.render_loudness} {self._settings.render_true_peak}",
                music=await asyncio.to_thread(fingerprint, music) if music else "",
            )
            known = await self._cache.get(key, core_pb2.Video)
            if known:
                return known
            video = await self._assemble(request, music, report)
            tally(video)
            video.warnings.extend(warnings)
            await self._cache.put(key, video)
            return video

        async for message in stream(work, render_pb2.AssembleVideoResponse, "video"):
            yield message

    async def ListTemplates(
        self, request: render_pb2.ListTemplatesRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> render_pb2.ListTemplatesResponse:
        """List the templates."""
        found = await asyncio.to_thread(self._catalog.all)
        shown, token = page(found, request.page_size, request.page_token)
        return render_pb2.ListTemplatesResponse(templates=map(template_message, shown), next_page_token=token)

    async def GetTemplate(
        self, request: render_pb2.GetTemplateRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> render_pb2.GetTemplateResponse:
        """Describe a template, if it takes the values that a page is to have."""
        found = await asyncio.to_thread(self._catalog.get, request.template)
        found.values(request.params)
        return render_pb2.GetTemplateResponse(template=template_message(found))

    async def Probe(
        self, request: render_pb2.ProbeRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> render_pb2.ProbeResponse:
        """Look into a media file."""
        check_side(request.preview_side)
        path = await self._source(request.source)
        facts = await asyncio.to_thread(probe, path)
        answer = render_pb2.ProbeResponse(**asdict(facts))
        if request.preview_side and facts.has_video:
            still = facts.media_type.startswith("image/")
            length = 0.0 if still else max(facts.duration_seconds, 0.001)  # not every film says how long it is
            data = await asyncio.to_thread(preview, path, request.preview_side, seconds=length)
            answer.preview.CopyFrom(await self._store.put("preview", data, "image/jpeg"))
        return answer

    async def ListMusic(
        self, request: render_pb2.ListMusicRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> render_pb2.ListMusicResponse:
        """List the music."""
        found = await asyncio.to_thread(self._shelf.pieces)
        shown, token = page(found, request.page_size, request.page_token)
        pieces = [render_pb2.MusicPiece(name=name, custom=own) for name, own in shown]
        return render_pb2.ListMusicResponse(pieces=pieces, next_page_token=token)

    async def _source(self, source: render_pb2.MediaSource) -> Path:
        """A local file for a media source."""
        match source.WhichOneof("source"):
            case "artifact":
                return await self._store.local(source.artifact)
            case "music_name":
                return await asyncio.to_thread(self._shelf.find, source.music_name)
            case _:
                raise InvalidArgument("The source names neither an artifact nor a music_name.", reason="SOURCE_MISSING")

    async def _behind(
        self,
        asked: render_pb2.Page,
        transparent: bool,
        fit: render_pb2.Fit.ValueType = render_pb2.FIT_COVER,
        slowest: float = 1.0,
    ) -> Behind | None:
        """What shows through a transparent page."""
        if not transparent:
            return None
        path = await self._store.local(asked.visual.artifact)
        moving = asked.visual.kind != core_pb2.MEDIA_KIND_IMAGE
        return Behind(path, moving=moving, fit=FITS.get(fit, "cover"), slowest=slowest)

    async def _assemble(
        self, request: render_pb2.AssembleVideoRequest, music: Path | None, report: Report
    ) -> core_pb2.Video:
        tracks = request.scenes
        clips = await asyncio.gather(*(self._store.local(track.clip.artifact) for track in tracks))
        narrations = await asyncio.gather(*(self._store.local(track.narration.audio) for track in tracks))
        footage = await asyncio.gather(*(self._kept(track) for track in tracks))
        once = request.music.mode == render_pb2.MUSIC_MODE_ONCE
        order = Order(
            clips=[
                clip_file(path, track.clip, number)
                for number, (path, track) in enumerate(zip(clips, tracks, strict=True))
            ],
            narrations=narrations,
            music=Background(music, request.music.volume, loop=not once) if music else None,
            title=clean(request.title),
            language=request.language,
            loudness=self._settings.render_loudness,
            true_peak=self._settings.render_true_peak,
            fade=request.transition == render_pb2.TRANSITION_FADE,
            footage=footage,
        )
        made = await self._slots.run(
            lambda tick: assemble(order, scratch_root=self._scratch, tick=tick),
            report=lambda fraction, message="": report(0.95 * fraction, message),
        )
        with made.scratch:
            artifact = await self._store.put("video", made.path, "video/mp4")
        shown = scene_cues(request)
        first = tracks[0].clip
        count = sum(track.clip.frame_count for track in tracks)
        return core_pb2.Video(
            artifact=artifact,
            duration_seconds=count / first.fps,
            frame_count=count,
            fps=first.fps,
            width=first.width,
            height=first.height,
            captions_srt=await self._store.put("captions", srt(shown).encode(), "application/x-subrip"),
            captions_vtt=await self._store.put("captions", vtt(shown, language=request.language).encode(), "text/vtt"),
            loudness=core_pb2.Loudness(
                integrated_lufs=made.heard.integrated_lufs, true_peak_dbtp=made.heard.true_peak_dbtp
            ),
            warnings=turned_down(made.heard.lowered_db, self._settings.render_loudness),
        )

    async def _kept(self, track: render_pb2.SceneTrack) -> tuple[Path, float] | None:
        """The footage of a scene whose own sound is kept, and its volume."""
        if not (track.HasField("footage") and track.footage_volume):
            return None
        return await self._store.local(track.footage), track.footage_volume

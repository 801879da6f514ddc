"""A case done by the real render service, as a caller gets it: on a private socket, its browser warm."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measure import cpu_seconds
from benchmarks.quality import BT709, compared, luma
from pixelle.core.v1 import core_pb2
from pixelle.render.v1 import render_pb2, render_pb2_grpc
from pixelle.runtime.artifacts import ArtifactStore
from pixelle.runtime.client import result_of
from pixelle.runtime.testing import running
from svc_render.server import build
from svc_render.settings import RenderSettings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence

    from benchmarks.cases import Case
    from benchmarks.inputs import SceneInput

__all__ = ["measure"]

_DEADLINE = 3600.0
_TITLE = "Why ten pages a day are enough"
_MUSIC = "default"
_VOLUME = 0.2
_CAPTIONS = {"off": render_pb2.CAPTION_MODE_OFF, "word": render_pb2.CAPTION_MODE_WORD}
_MOTION = {"none": render_pb2.MOTION_NONE, "pan": render_pb2.MOTION_PAN}
_TRANSITION = {"none": render_pb2.TRANSITION_NONE, "fade": render_pb2.TRANSITION_FADE}


def measure(case: Case, scenes: Sequence[SceneInput], folder: Path, mark: Callable[[str], None]) -> dict[str, object]:
    """
    Make the case's video once. mark: told "begin" and "end" of what counts.

    Raises PixelleError where the service refuses the case.
    """
    return asyncio.run(_measure(case, scenes, folder, mark))


async def _measure(
    case: Case, scenes: Sequence[SceneInput], folder: Path, mark: Callable[[str], None]
) -> dict[str, object]:
    async with _service(folder) as (stub, store):
        caller = _Caller(case, stub, store)
        tracks = await caller.tracks(scenes)
        await caller.warm_up(tracks[0])
        if case.kept != "nothing":
            await caller.clips(tracks[: case.distinct])  # the same request twice at once is drawn twice
        if case.kept == "all but one":
            changed = len(tracks) // 2
            tracks[changed].text = f"This line is new: {tracks[changed].text}"
        if case.kept == "all":
            await caller.clips(tracks)

        mark("begin")
        began, used = time.monotonic(), cpu_seconds()
        if case.kept != "all":
            await caller.clips(tracks)
        drawn, drawn_used = time.monotonic(), cpu_seconds()
        video = await caller.video(tracks)
        ended, ended_used = time.monotonic(), cpu_seconds()
        mark("end")

        done: dict[str, object] = {
            "video_seconds": video.duration_seconds,
            "frames": video.frame_count,
            "states": sum(track.clip.state_count for track in tracks),
            "wall_seconds": ended - began,
            "cpu_seconds": ended_used - used,
            "clips_wall_seconds": drawn - began,
            "clips_cpu_seconds": drawn_used - used,
            "join_wall_seconds": ended - drawn,
            "join_cpu_seconds": ended_used - drawn_used,
            "output_bytes": video.artifact.size_bytes,
            "loudness_lufs": video.loudness.integrated_lufs,
            "true_peak_dbtp": video.loudness.true_peak_dbtp,
        }
        return done | await caller.quality(tracks, video)


@asynccontextmanager
async def _service(folder: Path) -> AsyncGenerator[tuple[Any, ArtifactStore]]:
    settings = RenderSettings(data_dir=folder / "data", cache_dir=folder / "cache")
    store = ArtifactStore.open(settings)
    async with running(build(settings, store)) as channel:
        make: Any = render_pb2_grpc.RenderServiceStub  # its type knows blocking channels only
        yield make(channel), store


class _Caller:
    """Asks for what a case needs, as the gateway does: all clips at once, then the video."""

    def __init__(self, case: Case, stub: Any, store: ArtifactStore) -> None:
        self._case = case
        self._stub = stub
        self._store = store
        self._visuals: dict[str, core_pb2.Visual] = {}
        self._pages: dict[int, render_pb2.Page] = {}

    async def tracks(self, scenes: Sequence[SceneInput]) -> list[render_pb2.SceneTrack]:
        """The scenes without clips; their files are in the store."""
        repeated = self._case.distinct is not None
        tracks: list[render_pb2.SceneTrack] = []
        for number, scene in enumerate(scenes):
            if scene.visual not in self._visuals:
                data = await asyncio.to_thread(Path(scene.visual).read_bytes)
                moving = self._case.moving
                media = "video/mp4" if moving else "image/png"
                self._visuals[scene.visual] = core_pb2.Visual(
                    artifact=await self._stored("media", data, media),
                    kind=core_pb2.MEDIA_KIND_VIDEO if moving else core_pb2.MEDIA_KIND_IMAGE,
                )
            sound = await asyncio.to_thread(Path(scene.sound).read_bytes)
            narration = core_pb2.Narration(
                audio=await self._stored("audio", sound, "audio/wav"),
                duration_seconds=scene.seconds,
                words=[core_pb2.Word(text=text, start_seconds=a, end_seconds=b) for text, a, b in scene.words],
                sample_rate=24_000,
            )
            self._pages[number] = render_pb2.Page(
                template=self._case.template,
                title=_TITLE,
                index=0 if repeated else number,
                count=0 if repeated else len(scenes),
                visual=self._visuals[scene.visual],
                language="en",
            )
            tracks.append(render_pb2.SceneTrack(narration=narration, text=scene.text))
        return tracks

    async def _stored(self, kind: str, data: bytes, media_type: str) -> core_pb2.Artifact:
        """A file in the store, named without its bytes: as the gateway does, so that messages stay small."""
        artifact = await self._store.put(kind, data, media_type)
        artifact.ClearField("inline")
        return artifact

    async def warm_up(self, track: render_pb2.SceneTrack) -> None:
        """A short video of the same kind: starts the pages of the browser and loads every library."""
        short = [render_pb2.SceneTrack(text=f"Warm {turn}") for turn in range(2)]
        for one in short:
            one.narration.CopyFrom(track.narration)
            one.narration.duration_seconds = 0.2
        await self.clips(short, page=self._pages[0])
        await self.video(short)

    async def clips(self, tracks: Sequence[render_pb2.SceneTrack], page: render_pb2.Page | None = None) -> None:
        """Ask for all clips at once and put them into the tracks."""

        async def one(number: int, track: render_pb2.SceneTrack) -> None:
            request = render_pb2.RenderClipRequest(
                page=page or self._pages[number],
                narration=track.narration,
                fps=30,
                captions=_CAPTIONS[self._case.captions],
                motion=_MOTION[self._case.motion],
                seed=number % (self._case.distinct or len(tracks)),
                transition=_TRANSITION[self._case.transition],
            )
            request.page.text = track.text
            made = await result_of(self._stub.RenderClip, request, timeout=_DEADLINE, service="render")
            track.clip.CopyFrom(made)
            for artifact in (track.clip.artifact, track.clip.frame):
                artifact.ClearField("inline")

        async with asyncio.TaskGroup() as group:
            for number, track in enumerate(tracks):
                group.create_task(one(number, track))

    async def video(self, tracks: Sequence[render_pb2.SceneTrack]) -> core_pb2.Video:
        """Join and mix."""
        request = render_pb2.AssembleVideoRequest(
            scenes=tracks, transition=_TRANSITION[self._case.transition], title=_TITLE, language="en"
        )
        if self._case.music:
            request.music.source.music_name = _MUSIC
            request.music.volume = _VOLUME
        return await result_of(self._stub.AssembleVideo, request, timeout=_DEADLINE, service="render")

    async def _drawn(self, number: int, track: render_pb2.SceneTrack) -> core_pb2.Artifact:
        """The page of a scene as a lossless picture; with captions, as it looks when its clip begins."""
        if self._case.captions != "off":
            return track.clip.frame
        request = render_pb2.RenderFrameRequest(page=self._pages[number])
        request.page.text = track.text
        frame = await result_of(self._stub.RenderFrame, request, timeout=_DEADLINE, service="render")
        return frame.artifact

    async def quality(self, tracks: Sequence[render_pb2.SceneTrack], video: core_pb2.Video) -> dict[str, object]:
        """PSNR and SSIM of some frames of the first scenes against their pages."""
        pages: dict[int, Any] = {}
        start = 0
        for number, track in enumerate(tracks[:3] if self._case.compared else ()):
            shown = luma(await self._store.read(await self._drawn(number, track)), BT709)
            last = min(track.clip.frame_count, 1800) - 1  # a minute of a long scene is enough
            at = {"first": 0, "middle": last // 2, "last": last}
            pages |= {start + at[name]: shown for name in self._case.compared}
            start += track.clip.frame_count
        if not pages:
            return {}
        path = await self._store.local(video.artifact)
        decibels, likeness = await asyncio.to_thread(compared, path, pages)
        return {"psnr_y_db": decibels, "ssim_y": likeness}

"""The four services with engines that take no time, or a known time: what is left of a task is its pipeline."""

from __future__ import annotations

import argparse
import asyncio
import io
import signal
import time
import wave
from typing import TYPE_CHECKING, Any

from pydantic import Field

from pixelle.core.v1 import core_pb2
from pixelle.media.v1 import media_pb2, media_pb2_grpc
from pixelle.render.v1 import render_pb2, render_pb2_grpc
from pixelle.runtime.artifacts import ArtifactStore
from pixelle.runtime.errors import FailedPrecondition
from pixelle.runtime.server import Service, start_server
from pixelle.runtime.settings import ServiceSettings
from pixelle.runtime.telemetry import configure_logging, observing
from pixelle.runtime.work import Slots
from pixelle.script.v1 import script_pb2, script_pb2_grpc
from pixelle.tts.v1 import tts_pb2, tts_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from pixelle.runtime.work import Tick

__all__ = ["NAMES", "build"]

NAMES = ("script", "tts", "media", "render")
_FPS, _FRAMES, _SIDE, _RATE = 10, 2, 64, 8000
_SECONDS = _FRAMES / _FPS
_ENGINE = core_pb2.Engine(
    name="instant",
    workflow="local/instant",
    version="1",
    summary="Answers at once",
    available=True,
    is_default=True,
    features=core_pb2.EngineFeatures(images=True, min_speed=0.5, max_speed=2.0, deterministic=True),
)


class InstantSettings(ServiceSettings):
    """Where each service listens; several in one process listen where the first of them does."""

    script_listen: str = "127.0.0.1:50051"
    """Address of the script service."""
    tts_listen: str = "127.0.0.1:50052"
    """Address of the tts service."""
    media_listen: str = "127.0.0.1:50053"
    """Address of the media service."""
    render_listen: str = "127.0.0.1:50054"
    """Address of the render service."""
    instant_script_seconds: float = Field(default=0.0, ge=0)
    """How long every piece of work of the script service takes, in one of its `slots`."""
    instant_tts_seconds: float = Field(default=0.0, ge=0)
    """The same of the tts service."""
    instant_media_seconds: float = Field(default=0.0, ge=0)
    """The same of the media service."""
    instant_render_seconds: float = Field(default=0.0, ge=0)
    """The same of the render service."""


class _Engine:
    """Sleeps in a slot, as an engine would work in one."""

    def __init__(self, seconds: float, slots: Slots | None) -> None:
        self._seconds = seconds
        self._slots = slots

    async def work(self, request: Any) -> None:
        if self._slots and self._seconds:
            await self._slots.run(self._sleep, group=request.request_id.partition("/")[0])

    def _sleep(self, tick: Tick) -> None:
        end = time.monotonic() + self._seconds
        while (left := end - time.monotonic()) > 0:
            tick(1 - left / self._seconds)
            time.sleep(min(left, 0.05))


async def _answer(_: Any, _request: Any, _context: Any) -> Any:
    raise FailedPrecondition("Tasks that are measured do not ask for this.", reason="NOT_MEASURED")


async def _stream(_: Any, _request: Any, _context: Any) -> AsyncIterator[Any]:
    raise FailedPrecondition("Tasks that are measured do not ask for this.", reason="NOT_MEASURED")
    yield


_no_answer: Any = _answer
_no_stream: Any = _stream


class _Script(script_pb2_grpc.ScriptServiceServicer):
    """Every sentence is a scene."""

    GenerateNarrations = GenerateImagePrompts = GenerateTitle = Complete = _no_stream

    def __init__(self, engine: _Engine) -> None:
        self._engine = engine

    async def CheckStoryboard(self, request: Any, context: Any) -> script_pb2.CheckStoryboardResponse:
        return script_pb2.CheckStoryboardResponse()

    async def WriteStoryboard(self, request: Any, context: Any) -> AsyncIterator[script_pb2.WriteStoryboardResponse]:
        await self._engine.work(request)
        board = core_pb2.Storyboard(title=request.title or "Instant", language="en", engine="instant")
        for sentence in filter(None, request.plan.text.split(". ")):
            board.scenes.add(index=len(board.scenes), narration=sentence, image_prompt=sentence)
        yield script_pb2.WriteStoryboardResponse(storyboard=board)

    async def ListEngines(self, request: Any, context: Any) -> script_pb2.ListEnginesResponse:
        return script_pb2.ListEnginesResponse(engines=[_ENGINE])


class _Tts(tts_pb2_grpc.TtsServiceServicer):
    """Silence for every text."""

    CreateVoice, DeleteVoice = _no_stream, _no_answer

    def __init__(self, audio: core_pb2.Artifact, engine: _Engine) -> None:
        self._audio, self._engine = audio, engine

    async def Synthesize(self, request: Any, context: Any) -> AsyncIterator[tts_pb2.SynthesizeResponse]:
        await self._engine.work(request)
        narration = core_pb2.Narration(audio=self._audio, duration_seconds=_SECONDS, sample_rate=_RATE)
        narration.engine, narration.timing_source = "instant", core_pb2.TIMING_SOURCE_PROPORTIONAL
        words = request.text.split()
        for number, word in enumerate(words):
            start, end = (_SECONDS * edge / len(words) for edge in (number, number + 1))
            narration.words.add(text=word, start_seconds=start, end_seconds=end)
        yield tts_pb2.SynthesizeResponse(narration=narration)

    async def ListEngines(self, request: Any, context: Any) -> tts_pb2.ListEnginesResponse:
        return tts_pb2.ListEnginesResponse(engines=[_ENGINE])

    async def CheckSpeech(self, request: Any, context: Any) -> tts_pb2.CheckSpeechResponse:
        return tts_pb2.CheckSpeechResponse()

    async def ListVoices(self, request: Any, context: Any) -> tts_pb2.ListVoicesResponse:
        voice = tts_pb2.Voice(id="local/instant/silence", name="Silence", workflow="local/instant")
        return tts_pb2.ListVoicesResponse(voices=[voice])


class _Media(media_pb2_grpc.MediaServiceServicer):
    """One small picture."""

    GenerateVideo, ListWorkflows = _no_stream, _no_answer

    def __init__(self, picture: core_pb2.Artifact, engine: _Engine) -> None:
        self._picture, self._engine = picture, engine

    async def GenerateImage(self, request: Any, context: Any) -> AsyncIterator[media_pb2.GenerateImageResponse]:
        await self._engine.work(request)
        kind, seed = core_pb2.MEDIA_KIND_IMAGE, request.prompt.seed
        visual = core_pb2.Visual(artifact=self._picture, kind=kind, width=_SIDE, height=_SIDE, seed=seed)
        visual.engine = "instant"
        yield media_pb2.GenerateImageResponse(visual=visual)

    async def CheckMedia(self, request: Any, context: Any) -> media_pb2.CheckMediaResponse:
        return media_pb2.CheckMediaResponse(workflow="local/instant")

    async def ListEngines(self, request: Any, context: Any) -> media_pb2.ListEnginesResponse:
        return media_pb2.ListEnginesResponse(engines=[_ENGINE])


class _Render(render_pb2_grpc.RenderServiceServicer):
    """The same two frames for every scene and every video."""

    RenderFrame, ListTemplates, Probe, ListMusic = _no_stream, _no_answer, _no_answer, _no_answer

    def __init__(
        self, picture: core_pb2.Artifact, clip: core_pb2.Artifact, captions: core_pb2.Artifact, engine: _Engine
    ) -> None:
        self._picture, self._clip, self._captions, self._engine = picture, clip, captions, engine

    async def RenderClip(self, request: Any, context: Any) -> AsyncIterator[render_pb2.RenderClipResponse]:
        await self._engine.work(request)
        clip = core_pb2.Clip(artifact=self._clip, frame=self._picture, frame_count=_FRAMES, fps=_FPS, state_count=1)
        clip.width = clip.height = _SIDE
        yield render_pb2.RenderClipResponse(clip=clip)

    async def AssembleVideo(self, request: Any, context: Any) -> AsyncIterator[render_pb2.AssembleVideoResponse]:
        await self._engine.work(request)
        video = core_pb2.Video(artifact=self._clip, captions_srt=self._captions, frame_count=_FRAMES, fps=_FPS)
        video.duration_seconds, video.width, video.height = _SECONDS * len(request.scenes), _SIDE, _SIDE
        video.loudness.integrated_lufs = -14.0
        yield render_pb2.AssembleVideoResponse(video=video)

    async def GetTemplate(self, request: Any, context: Any) -> render_pb2.GetTemplateResponse:
        key = request.template or "64x64/image_instant.html"
        template = render_pb2.Template(key=key, width=_SIDE, height=_SIDE, media=render_pb2.TEMPLATE_MEDIA_IMAGE)
        template.media_width = template.media_height = _SIDE
        return render_pb2.GetTemplateResponse(template=template)


async def build(names: tuple[str, ...], store: ArtifactStore, settings: InstantSettings | None = None) -> list[Service]:
    """Services of these names; their few files are in the store when it returns. Raises PixelleError."""
    picture = await store.put("image", _coded("png"), "image/png")
    clip = await store.put("clip", _coded("mp4"), "video/mp4")
    audio = await store.put("audio", _silence(), "audio/wav")
    captions = await store.put("captions", b"1\n00:00:00,000 --> 00:00:00,200\n-\n", "application/x-subrip")

    def engine(name: str) -> _Engine:
        seconds: float = getattr(settings, f"instant_{name}_seconds", 0.0)
        slots = Slots("instant", slots=settings.slots, queue=settings.queue, service=name) if settings else None
        return _Engine(seconds, slots)

    makers: dict[str, tuple[str, Any, Callable[[Any, Any], None]]] = {
        "script": ("Script", _Script(engine("script")), script_pb2_grpc.add_ScriptServiceServicer_to_server),
        "tts": ("Tts", _Tts(audio, engine("tts")), tts_pb2_grpc.add_TtsServiceServicer_to_server),
        "media": ("Media", _Media(picture, engine("media")), media_pb2_grpc.add_MediaServiceServicer_to_server),
        "render": (
            "Render",
            _Render(picture, clip, captions, engine("render")),
            render_pb2_grpc.add_RenderServiceServicer_to_server,
        ),
    }
    services: list[Service] = []
    for name in names:
        title, servicer, add = makers[name]
        full = f"pixelle.{name}.v1.{title}Service"
        services.append(Service(full, lambda server, s=servicer, a=add: a(s, server), load=_nothing, close=_nothing))
    return services


async def _nothing() -> None:
    return


def _silence() -> bytes:
    """WAV, mono, 16 bit, as long as a clip."""
    kept = io.BytesIO()
    with wave.open(kept, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(bytes(2 * int(_RATE * _SECONDS)))
    return kept.getvalue()


def _coded(kind: str) -> bytes:
    """A black PNG, or an MP4 of `_FRAMES` black frames of H.264."""
    import av

    kept = io.BytesIO()
    with av.open(kept, "w", format="image2pipe" if kind == "png" else "mp4") as file:
        stream = file.add_stream("png" if kind == "png" else "libx264", rate=_FPS)
        stream.width = stream.height = _SIDE
        stream.pix_fmt = "rgb24" if kind == "png" else "yuv420p"
        for number in range(1 if kind == "png" else _FRAMES):
            frame = av.VideoFrame(_SIDE, _SIDE, stream.pix_fmt)
            for plane in frame.planes:
                plane.update(bytes(plane.buffer_size))
            frame.pts = number
            file.mux(stream.encode(frame))
        file.mux(stream.encode())
    return kept.getvalue()


async def _serve(names: tuple[str, ...]) -> None:
    settings = InstantSettings()
    configure_logging(settings)
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    address: str = getattr(settings, f"{names[0]}_listen")
    with observing(settings, names[0]):
        server = await start_server(await build(names, ArtifactStore.open(settings), settings), address)
        await server.ready()
        await stop.wait()
        await server.stop(5.0)


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="?", choices=NAMES, help="the service to serve; all of them")
    name = parser.parse_args().name
    asyncio.run(_serve((name,) if name else NAMES))


if __name__ == "__main__":
    main()

"""Services whose every call a test can count, hold, fail and release; a gateway in front of them."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict, deque
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from gateway.app import create_app
from gateway.services import ServiceUrls
from gateway.settings import GatewaySettings
from pixelle.core.v1 import core_pb2
from pixelle.media.v1 import media_pb2, media_pb2_grpc
from pixelle.render.v1 import render_pb2, render_pb2_grpc
from pixelle.runtime.artifacts import ArtifactStore
from pixelle.runtime.errors import InvalidArgument, NotFound, nearest
from pixelle.runtime.server import Service, start_server
from pixelle.script.v1 import script_pb2, script_pb2_grpc
from pixelle.tts.v1 import tts_pb2, tts_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

TEMPLATES = {
    "1080x1920/image_default.html": (render_pb2.TEMPLATE_MEDIA_IMAGE, ["accent_color", "background"]),
    "1080x1920/static_default.html": (render_pb2.TEMPLATE_MEDIA_STATIC, []),
    "1080x1920/video_default.html": (render_pb2.TEMPLATE_MEDIA_VIDEO, []),
}


class Deck:
    """What the stand-in services did, and what they are to do."""

    def __init__(self, store: ArtifactStore) -> None:
        self.store = store
        self.begun: list[str] = []
        """`request_id`s in the order in which calls arrived."""
        self.ended: Counter[str] = Counter()
        self.cancelled: list[str] = []
        self.held: dict[str, asyncio.Event] = {}
        """A call whose step name starts with a key waits for its event."""
        self.failures: dict[str, deque[Exception]] = defaultdict(deque)
        """By step name without the scene: raised one per call."""
        self.fails_next: Exception | None = None
        """Raised by the next call, whatever it is."""
        self.overlap: Counter[str] = Counter()
        self.inside: Counter[str] = Counter()
        self.requests: dict[str, Any] = {}
        self.lines: int | None = None
        """Scenes that a request for a storyboard is told to have; None: the question is left out."""
        self.usage: core_pb2.Usage | None = None
        """What writing a storyboard is said to take."""
        self.wording = "Scene {}."
        """Of the narrations that are written."""
        self.writes_slowly: dict[int, asyncio.Event] = {}
        """A storyboard of which so many scenes are written waits for its event."""
        self.breaks: dict[int, deque[Exception]] = defaultdict(deque)
        """Raised, one per storyboard, when so many scenes are written."""
        self.credit = ""
        """Who is to be named with every picture."""
        self.voices = ["tone/a"]
        self.tongues: dict[str, str] = {}
        """By voice, what it speaks; others speak "en"."""
        self.lists_music = True
        """False: the render service is older than that question."""
        self.painters: dict[str, bool] = {}
        """Workflow keys of engines that make pictures by rule, and whether they are ready; none: only `local/card`."""
        self.checks_speech = True
        """False: the speech service is older than that question."""
        self.narrations: list[str] = []
        """Told with `lines`."""
        self.spent = 0.0
        """Tokens that every picture costs."""
        self.news = asyncio.Event()

    async def work(self, request: Any) -> None:
        """Everything that happens in a costly call before its result."""
        step = request.request_id.partition("/")[2]
        kind = step.partition("[")[0]
        self.begun.append(request.request_id)
        self.requests[step] = request
        self.inside[kind] += 1
        self.overlap[kind] = max(self.overlap[kind], self.inside[kind])
        self.news.set()
        try:
            if self.fails_next:
                failing, self.fails_next = self.fails_next, None
                raise failing
            if self.failures[kind]:
                raise self.failures[kind].popleft()
            for name, event in self.held.items():
                if step.startswith(name):
                    await event.wait()
        except asyncio.CancelledError:
            self.cancelled.append(step)
            self.news.set()
            raise
        finally:
            self.inside[kind] -= 1
        self.ended[request.request_id] += 1

    async def until(self, condition: Callable[[], bool]) -> None:
        """Return as soon as the condition holds, looked at after every call."""
        async with asyncio.timeout(20):
            while not condition():
                self.news.clear()
                if not condition():
                    await self.news.wait()

    def steps(self) -> list[str]:
        """Names of the steps that arrived."""
        return [each.partition("/")[2] for each in self.begun]

    @property
    def last(self) -> Any:
        """The request that arrived last."""
        return self.requests[self.steps()[-1]]


def _template(key: str) -> render_pb2.Template:
    media, params = TEMPLATES[key]
    size = 1024 if media != render_pb2.TEMPLATE_MEDIA_STATIC else 0
    found = render_pb2.Template(key=key, width=1080, height=1920, media=media, media_width=size, media_height=size)
    found.params.extend(render_pb2.TemplateParam(name=name) for name in params)
    found.captions.append(render_pb2.CAPTION_MODE_LINE)
    if media == render_pb2.TEMPLATE_MEDIA_IMAGE:
        found.captions.append(render_pb2.CAPTION_MODE_WORD)
    return found


def _engine(name: str, **features: Any) -> core_pb2.Engine:
    return core_pb2.Engine(
        name=name,
        workflow=f"local/{name}",
        available=True,
        is_default=True,
        features=core_pb2.EngineFeatures(**features),
    )


class Script(script_pb2_grpc.ScriptServiceServicer):
    def __init__(self, deck: Deck) -> None:
        self.deck = deck

    async def WriteStoryboard(self, request: Any, context: Any) -> AsyncIterator[Any]:
        await self.deck.work(request)
        plan = request.plan
        board = core_pb2.Storyboard(title=request.title or "Written", language=plan.language, seed=request.seed)
        board.notice = "draft"
        if self.deck.usage:
            board.usage.CopyFrom(self.deck.usage)
        yield script_pb2.WriteStoryboardResponse(progress=core_pb2.Progress(fraction=0.5, message="half"))
        for i in range(plan.scene_count or 2):
            if i in self.deck.writes_slowly:
                await self.deck.writes_slowly[i].wait()
            if self.deck.breaks[i]:
                raise self.deck.breaks[i].popleft()
            said = self.deck.wording.format(i)
            scene = board.scenes.add(index=i, narration=said, image_prompt=f"picture {i}", seed=request.seed + i)
            yield script_pb2.WriteStoryboardResponse(scene=scene)
        yield script_pb2.WriteStoryboardResponse(storyboard=board)

    async def CheckStoryboard(self, request: Any, context: Any) -> Any:
        if self.deck.lines is None:
            return super().CheckStoryboard(request, context)  # type: ignore[safe-super]
        return script_pb2.CheckStoryboardResponse(scene_count=self.deck.lines, narrations=self.deck.narrations)

    async def GenerateImagePrompts(self, request: Any, context: Any) -> AsyncIterator[Any]:
        await self.deck.work(request)
        if len(request.narrations) > 100:
            raise InvalidArgument("1 to 100 narrations are taken.", reason="NARRATIONS_COUNT")
        said = script_pb2.ImagePrompts(image_prompts=[f"prompt for {text}" for text in request.narrations])
        if self.deck.usage:
            said.usage.CopyFrom(self.deck.usage)
        yield script_pb2.GenerateImagePromptsResponse(image_prompts=said)

    async def GenerateNarrations(self, request: Any, context: Any) -> AsyncIterator[Any]:
        await self.deck.work(request)
        lines = [self.deck.wording.format(i) for i in range(request.plan.scene_count)]
        said = script_pb2.Narrations(narrations=lines, notice="draft")
        yield script_pb2.GenerateNarrationsResponse(narrations=said)

    async def GenerateTitle(self, request: Any, context: Any) -> AsyncIterator[Any]:
        await self.deck.work(request)
        if request.style:
            yield script_pb2.GenerateTitleResponse(notice=f"{request.style!r} was not applied.")
        yield script_pb2.GenerateTitleResponse(title="Written")

    async def Complete(self, request: Any, context: Any) -> AsyncIterator[Any]:
        yield script_pb2.CompleteResponse(delta="Hel")
        await self.deck.work(request)
        yield script_pb2.CompleteResponse(delta="lo")
        used = self.deck.usage.output_tokens if self.deck.usage else 0
        yield script_pb2.CompleteResponse(completion=script_pb2.Completion(text="Hello", tokens_used=used))

    async def ListEngines(self, request: Any, context: Any) -> Any:
        return script_pb2.ListEnginesResponse(engines=[_engine("outline")])


class Tts(tts_pb2_grpc.TtsServiceServicer):
    def __init__(self, deck: Deck) -> None:
        self.deck = deck

    async def Synthesize(self, request: Any, context: Any) -> AsyncIterator[Any]:
        await self.deck.work(request)
        audio = await self.deck.store.put("audio", request.text.encode(), "audio/wav")
        words = [core_pb2.Word(text=request.text, start_seconds=0, end_seconds=1.5)]
        yield tts_pb2.SynthesizeResponse(narration=core_pb2.Narration(audio=audio, duration_seconds=1.5, words=words))

    async def CheckSpeech(self, request: Any, context: Any) -> Any:
        if not self.deck.checks_speech:
            return super().CheckSpeech(request, context)  # type: ignore[safe-super]
        if "" in request.request.pronunciations:
            raise InvalidArgument("The pronunciation of '' cannot be used.", reason="PRONUNCIATION_INVALID")
        for position, text in enumerate(request.texts):
            if not any(char.isalnum() for char in text):
                place = {"text": str(position)}
                raise InvalidArgument(f"No letter in {text!r}.", reason="TEXT_NOT_SPEAKABLE", details=place)
        return tts_pb2.CheckSpeechResponse()

    async def ListVoices(self, request: Any, context: Any) -> Any:
        voices = [
            tts_pb2.Voice(
                id=each, languages=[self.deck.tongues.get(each, "en")], workflow=f"local/{each.split('/')[0]}"
            )
            for each in self.deck.voices
        ]
        return tts_pb2.ListVoicesResponse(voices=voices)

    async def ListEngines(self, request: Any, context: Any) -> Any:
        other = _engine("kokoro", languages=["en", "zh"])
        other.is_default, other.available = False, any(each.startswith("kokoro/") for each in self.deck.voices)
        other.reason = "" if other.available else "its voices are not there. Run: pixelle setup --for kokoro"
        return tts_pb2.ListEnginesResponse(engines=[_engine("tone", languages=["en"]), other])


class Media(media_pb2_grpc.MediaServiceServicer):
    def __init__(self, deck: Deck) -> None:
        self.deck = deck

    async def GenerateImage(self, request: Any, context: Any) -> AsyncIterator[Any]:
        await self.deck.work(request)
        artifact = await self.deck.store.put("image", request.prompt.prompt.encode(), "image/png")
        visual = core_pb2.Visual(artifact=artifact, seed=request.prompt.seed, attribution=self.deck.credit)
        if self.deck.spent:
            visual.engine, visual.spent, visual.spent_unit = "ark", self.deck.spent, "tokens"
        yield media_pb2.GenerateImageResponse(visual=visual)

    async def GenerateVideo(self, request: Any, context: Any) -> AsyncIterator[Any]:
        await self.deck.work(request)
        artifact = await self.deck.store.put("footage", request.prompt.prompt.encode(), "video/mp4")
        yield media_pb2.GenerateVideoResponse(visual=core_pb2.Visual(artifact=artifact))

    async def CheckMedia(self, request: Any, context: Any) -> Any:
        part = request.video if request.HasField("video") else request.image
        if part.prompt.sampler == "eular":
            raise InvalidArgument("There is no sampler 'eular'. Did you mean 'euler'?", reason="SAMPLER_UNKNOWN")
        return media_pb2.CheckMediaResponse(workflow="local/card")

    async def ListEngines(self, request: Any, context: Any) -> Any:
        engines = [_engine("card", images=True, videos=True)]
        for key, ready in self.deck.painters.items():
            engines.append(_engine("rule", images=True, deterministic=True))
            engines[-1].workflow, engines[-1].available, engines[-1].is_default = key, ready, False
        return media_pb2.ListEnginesResponse(engines=engines)

    async def ListWorkflows(self, request: Any, context: Any) -> Any:
        card = media_pb2.Workflow(key="local/card", kind=core_pb2.MEDIA_KIND_IMAGE, available=True)
        return media_pb2.ListWorkflowsResponse(workflows=[card])


class Render(render_pb2_grpc.RenderServiceServicer):
    def __init__(self, deck: Deck) -> None:
        self.deck = deck

    async def GetTemplate(self, request: Any, context: Any) -> Any:
        key = request.template or "1080x1920/image_default.html"
        if key not in TEMPLATES:
            raise NotFound(f"Unknown template {key!r}.{nearest(key, TEMPLATES)}", reason="TEMPLATE_NOT_FOUND")
        known = [param.name for param in _template(key).params]
        for name in request.params:
            if name not in known:
                raise InvalidArgument(f"No parameter {name!r}.{nearest(name, known)}", reason="PARAM_UNKNOWN")
        return render_pb2.GetTemplateResponse(template=_template(key))

    async def ListTemplates(self, request: Any, context: Any) -> Any:
        return render_pb2.ListTemplatesResponse(templates=map(_template, TEMPLATES))

    async def Probe(self, request: Any, context: Any) -> Any:
        if request.source.music_name not in {"", "default.mp3"}:
            raise NotFound(f"Unknown music {request.source.music_name!r}.", reason="MUSIC_NOT_FOUND")
        kind = request.source.artifact.media_type
        if request.preview_side:
            small = await self.deck.store.put("preview", b"small", "image/jpeg")
            return render_pb2.ProbeResponse(has_video=True, preview=small)
        if kind == "image/png":
            return render_pb2.ProbeResponse(has_video=True, width=640, height=360, media_type=kind)
        return render_pb2.ProbeResponse(has_audio=kind != "video/mp4")

    async def RenderFrame(self, request: Any, context: Any) -> AsyncIterator[Any]:
        await self.deck.work(request)
        artifact = await self.deck.store.put("drawn", request.page.text.encode(), "image/png")
        frame = core_pb2.Frame(artifact=artifact, width=1080, height=1920, warnings=["no background"])
        yield render_pb2.RenderFrameResponse(frame=frame)

    async def ListMusic(self, request: Any, context: Any) -> Any:
        if not self.deck.lists_music:
            return super().ListMusic(request, context)  # type: ignore[safe-super]
        pieces = [render_pb2.MusicPiece(name="default.mp3"), render_pb2.MusicPiece(name="mine.mp3", custom=True)]
        return render_pb2.ListMusicResponse(pieces=pieces)

    async def RenderClip(self, request: Any, context: Any) -> AsyncIterator[Any]:
        await self.deck.work(request)
        artifact = await self.deck.store.put("clip", request.page.text.encode(), "video/mp4")
        clip = core_pb2.Clip(artifact=artifact, frame_count=45, fps=30, warnings=["no background"])
        yield render_pb2.RenderClipResponse(clip=clip)

    async def AssembleVideo(self, request: Any, context: Any) -> AsyncIterator[Any]:
        await self.deck.work(request)
        artifact = await self.deck.store.put("video", b"v" * 1000, "video/mp4")
        srt = await self.deck.store.put("captions", b"1\n", "application/x-subrip")
        loudness = core_pb2.Loudness(integrated_lufs=-14.25, true_peak_dbtp=-1.5)
        seconds = 1.5 * len(request.scenes)
        video = core_pb2.Video(artifact=artifact, duration_seconds=seconds, captions_srt=srt, loudness=loudness)
        yield render_pb2.AssembleVideoResponse(video=video)


async def _nothing() -> None:
    return


def stand_ins(deck: Deck) -> list[Service]:
    """One of each service; what they leave out answers UNIMPLEMENTED."""
    adders: dict[str, tuple[Any, Any]] = {
        "pixelle.script.v1.ScriptService": (script_pb2_grpc.add_ScriptServiceServicer_to_server, Script),
        "pixelle.tts.v1.TtsService": (tts_pb2_grpc.add_TtsServiceServicer_to_server, Tts),
        "pixelle.media.v1.MediaService": (media_pb2_grpc.add_MediaServiceServicer_to_server, Media),
        "pixelle.render.v1.RenderService": (render_pb2_grpc.add_RenderServiceServicer_to_server, Render),
    }
    return [Service(name, partial(add, kind(deck)), _nothing, _nothing) for name, (add, kind) in adders.items()]


@pytest.fixture
def settings(tmp_path: Path) -> GatewaySettings:
    return GatewaySettings(
        data_dir=tmp_path / "data",
        cache_dir=tmp_path / "cache",
        output_dir=tmp_path / "output",
        retry_seconds=0.01,
        poll_seconds=0.02,
        question_seconds=5.0,
        public_url="http://gateway",
    )


@pytest.fixture
async def deck(settings: GatewaySettings) -> Deck:
    return Deck(ArtifactStore.open(settings))


@pytest.fixture
async def address(deck: Deck, tmp_path: Path) -> AsyncGenerator[str]:
    """Where all four stand-ins are."""
    server = await start_server(stand_ins(deck), f"unix:{tmp_path / 'socket'}")
    try:
        await server.ready()
        yield server.address
    finally:
        await server.stop()


class Open:
    """Starts gateways over the stand-ins and gives clients of them."""

    def __init__(self, address: str) -> None:
        self.address = address

    @asynccontextmanager
    async def __call__(
        self, settings: GatewaySettings, *, elsewhere: Mapping[str, str] | None = None
    ) -> AsyncGenerator[httpx.AsyncClient]:
        found = dict.fromkeys(("script", "tts", "media", "render"), self.address) | dict(elsewhere or {})

        def around() -> AbstractAsyncContextManager[ServiceUrls]:
            @asynccontextmanager
            async def where() -> AsyncGenerator[ServiceUrls]:
                yield ServiceUrls(**found)

            return where()

        app = create_app(settings, around=around)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://localhost") as http,
        ):
            yield http


@pytest.fixture
async def opened(address: str) -> Open:
    return Open(address)


@pytest.fixture
async def http(opened: Open, settings: GatewaySettings) -> AsyncGenerator[httpx.AsyncClient]:
    async with opened(settings) as client:
        yield client


async def finished(http: httpx.AsyncClient, task_id: str) -> dict[str, Any]:
    """The task when it has ended."""
    version = -1
    async with asyncio.timeout(30):
        while True:
            task = (await http.get(f"/api/tasks/{task_id}", params={"wait": 20, "since": version})).json()
            if task["status"] in {"completed", "failed", "cancelled"}:
                return task
            version = task["version"]


@pytest.fixture
def until_finished() -> Callable[[httpx.AsyncClient, str], Any]:
    return finished

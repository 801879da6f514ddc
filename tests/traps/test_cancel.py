"""A call that nobody waits for any more ends within half a second, wherever it is, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import io
import random
import statistics
import time
import wave
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import psutil
import pytest
from PIL import Image

from pixelle.core.v1 import core_pb2
from pixelle.render.v1 import render_pb2
from svc_render import assembly

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.traps.conftest import Studio

LIMIT = 0.5
"""Seconds from hanging up until the next request has what it needs."""
POINTS = 4
WORDS = " ".join(f"word{number}" for number in range(60))
STATIC, FILM = "1080x1920/static_default.html", "1080x1920/video_default.html"


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of 1080x1920 that move."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    noise = np.random.default_rng(0).integers(0, 255, (120, 68, 3), np.uint8)
    large = np.asarray(Image.fromarray(noise).resize((1080, 1920)))
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 1080, 1920, "yuv420p"
        for number in range(60):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.roll(large, 9 * number, axis=0), "rgb24")))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="module")
def photograph() -> bytes:
    """79 million pixels: seconds of work."""
    out = io.BytesIO()
    row = np.random.default_rng(0).integers(0, 255, (1, 8900, 3), np.uint8)
    Image.fromarray(np.repeat(row, 8900, axis=0)).save(out, "PNG", compress_level=1)
    return out.getvalue()


async def hang_up(call: Any, *, message: str = "", delay: float = 0.0) -> None:
    """Cancel a call when it has said `message`, or after a while; fails when it ends of itself before it says it."""

    async def read() -> None:
        async for answer in call:
            if message and answer.progress.message == message:
                return
        assert not message, f"the call ended and never said {message!r}"

    reading = asyncio.ensure_future(read())
    await asyncio.wait({reading}, timeout=None if message else delay)
    call.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await reading


class Watch:
    """Compares what there is after a cancel with what there was before."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._rest = 0.0
        self._processes: dict[int, str] = {}

    async def begin(self) -> None:
        taken: list[float] = []
        for _ in range(3):
            begun = time.monotonic()
            await self._studio.small()
            taken.append(time.monotonic() - begun)
        self._rest = statistics.median(taken)
        self._processes = self._studio.processes()

    async def check(self) -> None:
        """Call it at the moment of the cancel."""
        begun, crowd = time.monotonic(), Crowd()
        await self._studio.small()
        taken = time.monotonic() - begun
        # with other programs on every core, the clock tells more of them than of us
        assert taken - self._rest < (5 if crowd.there() else 1) * LIMIT, "seconds that page or encoder were held"
        await self._studio.until(lambda: not self._studio.scratch(), 5 * LIMIT)
        assert self._studio.processes() == self._processes
        await self._studio.until(lambda: self._studio.renderers() <= 2, 5 * LIMIT)

    async def idle(self) -> None:
        """No thread goes on with work that nobody waits for."""
        begun = before = time.process_time()
        crowd = Crowd()
        while True:
            await asyncio.sleep(0.1)
            now = time.process_time()
            # two threads of one core do half as much each while both are busy
            assert now - begun < (2 if crowd.there() else 1) * LIMIT, "seconds of work that goes on"
            if now - before < 0.03:
                return
            before = now


class Crowd:
    """Other programs on every core, from now on."""

    def __init__(self) -> None:
        self._since, self._idle = time.monotonic(), psutil.cpu_times().idle

    def there(self) -> bool:
        """The machine's cores have had next to nothing of idle time."""
        return (psutil.cpu_times().idle - self._idle) / (time.monotonic() - self._since) < 0.2


@pytest.fixture
async def watch(studio: Studio) -> Watch:
    made = Watch(studio)
    await made.begin()
    return made


def clips(studio: Studio, film: core_pb2.Visual) -> dict[str, Callable[[str], Any]]:
    """Kinds of calls by name; each is given a title, so that no answer is remembered."""

    def clip(seconds: float, template: str, **fields: Any) -> Callable[[str], Any]:
        return lambda title: studio.stub.RenderClip(
            studio.clip_request(seconds, template=template, title=title, text=WORDS, **fields), timeout=100
        )

    def frame(**fields: Any) -> Callable[[str], Any]:
        return lambda title: studio.stub.RenderFrame(
            render_pb2.RenderFrameRequest(page=render_pb2.Page(title=title, **fields)), timeout=100
        )

    grey = studio.picture(np.full((64, 64, 3), 90, np.uint8))
    word, pan, fade = render_pb2.CAPTION_MODE_WORD, render_pb2.MOTION_PAN, render_pb2.TRANSITION_FADE
    return {
        "frame": frame(template=STATIC, text=WORDS),
        "frame of footage": frame(template=FILM, visual=film),
        "still": clip(3000, STATIC),
        "words": clip(900, STATIC, words=WORDS, captions=word),
        "footage": clip(600, FILM, visual=film),
        "footage with words": clip(600, FILM, visual=film, words=WORDS, captions=word),
        "pan": clip(600, "1080x1920/image_default.html", visual=grey, motion=pan),
        "pan with words": clip(
            600, "1080x1920/image_default.html", visual=grey, motion=pan, words=WORDS, captions=word
        ),
        "fade": clip(600, STATIC, transition=fade),
    }


@pytest.mark.parametrize(
    ("kind", "span"),
    [
        ("frame", 0.3),
        ("frame of footage", 0.5),
        ("still", 1.5),
        ("words", 1.5),
        ("footage", 1.2),
        ("footage with words", 2.5),
        ("pan", 1.2),
        ("pan with words", 2.5),
        ("fade", 1.2),
    ],
)
async def test_at_any_moment(studio: Studio, watch: Watch, film: Path, kind: str, span: float) -> None:
    start = clips(studio, await studio.footage(film))[kind]
    moments = random.Random(kind)
    for number in range(POINTS):
        # one in each part of the call
        delay = span * (number + moments.random()) / POINTS
        await hang_up(start(f"{kind} {number}"), delay=delay)
        await watch.check()
    await watch.idle()


@pytest.mark.parametrize("message", ["drawing", "encoding"])
@pytest.mark.parametrize("kind", ["still", "words", "footage", "pan", "fade"])
async def test_in_every_phase_of_a_clip(studio: Studio, watch: Watch, film: Path, kind: str, message: str) -> None:
    await hang_up(clips(studio, await studio.footage(film))[kind](f"{kind} {message}"), message=message)
    await watch.check()
    await watch.idle()


async def test_while_a_large_picture_is_read(studio: Studio, watch: Watch, photograph: bytes) -> None:
    artifact = await studio.store.put("upload", photograph, "image/png")
    visual = core_pb2.Visual(artifact=artifact, kind=core_pb2.MEDIA_KIND_IMAGE)
    for number, delay in enumerate([0.2, 0.9]):
        page = render_pb2.Page(template="1080x1080/image_default.html", title=str(number), visual=visual)
        await hang_up(studio.stub.RenderFrame(render_pb2.RenderFrameRequest(page=page), timeout=100), delay=delay)
        await watch.check()
        await watch.idle()


@pytest.fixture(scope="module")
async def scenes(studio: Studio) -> list[render_pb2.SceneTrack]:
    """Thirty seconds in three scenes."""
    rate = 22_050
    tone = np.sin(np.arange(10 * rate) * (2 * np.pi * 220 / rate)) * 8000
    out = io.BytesIO()
    with wave.open(out, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(rate)
        wav.writeframes(tone.astype("<i2").tobytes())
    spoken = core_pb2.Narration(
        audio=await studio.store.put("audio", out.getvalue(), "audio/wav"), duration_seconds=10, sample_rate=rate
    )
    shown = await studio.clip(10, fps=60, text="assembled", transition=render_pb2.TRANSITION_FADE)
    return [render_pb2.SceneTrack(clip=shown, narration=spoken, text="Said") for _ in range(3)]


def assembled(studio: Studio, scenes: list[render_pb2.SceneTrack], title: str, **fields: Any) -> Any:
    music = render_pb2.Music(source=render_pb2.MediaSource(music_name="default"), volume=0.3)
    request = render_pb2.AssembleVideoRequest(scenes=scenes, music=music, title=title, **fields)
    return studio.stub.AssembleVideo(request, timeout=100)


@pytest.mark.parametrize("message", ["listening", "encoding sound"])
async def test_in_every_phase_of_a_video(
    studio: Studio, watch: Watch, scenes: list[render_pb2.SceneTrack], message: str
) -> None:
    await hang_up(assembled(studio, scenes, message), message=message)
    await watch.check()
    await watch.idle()


async def test_while_scenes_go_over_into_each_other(
    studio: Studio, watch: Watch, scenes: list[render_pb2.SceneTrack]
) -> None:
    call = assembled(studio, scenes, "fading", transition=render_pb2.TRANSITION_FADE)
    await hang_up(call, message="fading")
    await watch.check()
    await watch.idle()


async def test_while_clips_are_joined(
    studio: Studio, watch: Watch, scenes: list[render_pb2.SceneTrack], monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, reached, join = asyncio.get_running_loop(), asyncio.Event(), assembly.join

    def joining(*args: Any, **fields: Any) -> None:
        loop.call_soon_threadsafe(reached.set)  # too quick for a progress message of its own
        join(*args, **fields)

    monkeypatch.setattr(assembly, "join", joining)
    call = assembled(studio, scenes, "joining")
    reading = asyncio.ensure_future(hang_up(call, delay=100))
    await reached.wait()
    call.cancel()
    await watch.check()
    await reading
    await watch.idle()


async def test_a_queue_of_calls_hung_up_at_once(studio: Studio, watch: Watch, film: Path) -> None:
    kinds = clips(studio, await studio.footage(film))
    calls = [kinds[kind](f"queue {number}") for number, kind in enumerate(["still", "words", "footage", "frame"] * 2)]
    await asyncio.gather(*(hang_up(call, delay=0.8) for call in calls))
    await watch.check()
    await watch.idle()

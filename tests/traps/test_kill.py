"""Whatever is killed in the middle of a call leaves no process, and no file that the next start does not remove."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import signal
import sys
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import av
import grpc.aio
import numpy as np
import psutil
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from pixelle.core.v1 import core_pb2
from pixelle.render.v1 import render_pb2, render_pb2_grpc
from pixelle.runtime.client import dial, result_of

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from pixelle.runtime.work import Report
    from tests.traps.conftest import Studio

SERVE = (
    "from svc_render.server import build; from svc_render.settings import RenderSettings; "
    "from pixelle.runtime.server import run_service; s = RenderSettings(); "
    "run_service(lambda: build(s), s.render_listen, s, drain={drain})"
)
FILM, STATIC = "1080x1920/video_default.html", "1080x1920/static_default.html"
WORDS = [f"word{number}" for number in range(30)]


def film() -> bytes:
    """Half a second that moves."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 108, 192, "yuv420p"
        for number in range(15):
            pixels = np.full((192, 108, 3), 15 * number, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
        container.mux(stream.encode(None))
    return out.getvalue()


class Killed:
    """A render service in a process of its own, with its own folder for temporary files."""

    def __init__(self, process: Process, folder: Path, stub: Any) -> None:
        self.process = process
        self.folder = folder
        self.stub = stub

    @property
    def scratch(self) -> list[Path]:
        return list((self.folder / "data" / "scratch" / "render").glob("*"))

    @property
    def temporary(self) -> list[str]:
        return [path.name for path in (self.folder / "tmp").iterdir()]

    def family(self) -> list[psutil.Process]:
        """Everything that it started."""
        return psutil.Process(self.process.pid).children(recursive=True)

    async def begun(self, seconds: float, message: str) -> Any:
        """A call that has said `message`."""
        spoken = core_pb2.Narration(duration_seconds=seconds)
        for number, word in enumerate(WORDS):
            spoken.words.add(text=word, start_seconds=number * seconds / len(WORDS))
        data = film()
        artifact = core_pb2.Artifact(inline=data, sha256=hashlib.sha256(data).hexdigest(), media_type="video/mp4")
        visual = core_pb2.Visual(artifact=artifact, kind=core_pb2.MEDIA_KIND_VIDEO)
        page = render_pb2.Page(template=FILM, text=" ".join(WORDS), title=f"{message} {seconds}", visual=visual)
        asked = render_pb2.RenderClipRequest(page=page, narration=spoken, captions=render_pb2.CAPTION_MODE_WORD, fps=60)
        call = self.stub.RenderClip(asked, timeout=100)
        async for answer in call:
            if answer.progress.message == message:
                return call
        raise AssertionError(f"the call ended and never said {message!r}")


@asynccontextmanager
async def serving(folder: Path, *, drain: float = 30.0) -> AsyncGenerator[Killed]:
    (folder / "tmp").mkdir(exist_ok=True)
    socket = f"unix:{folder / 'render.sock'}"
    environment = {
        **os.environ,
        "PIXELLE_DATA_DIR": str(folder / "data"),
        "PIXELLE_RENDER_LISTEN": socket,
        "TMPDIR": str(folder / "tmp"),
    }
    with (folder / "log").open("a") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", SERVE.format(drain=drain)), env=environment, stdout=log, stderr=log
        )
    try:
        async with dial(socket) as channel:
            health: Any = health_pb2_grpc.HealthStub
            asked = health_pb2.HealthCheckRequest(service="pixelle.render.v1.RenderService")
            watching = health(channel).Watch(asked, timeout=60, wait_for_ready=True)
            async for answer in watching:
                if answer.status == health_pb2.HealthCheckResponse.SERVING:
                    break
            watching.cancel()
            make: Any = render_pb2_grpc.RenderServiceStub
            yield Killed(process, folder, make(channel))
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def last(call: Any) -> Any:
    """A call's last message."""
    return [answer async for answer in call][-1]


async def gone(family: list[psutil.Process], seconds: float) -> list[str]:
    """What is left of a family after a while."""
    _, left = await asyncio.to_thread(psutil.wait_procs, family, seconds)
    return [" ".join(process.cmdline()[:2]) for process in left if process.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.slow
@pytest.mark.parametrize("message", ["drawing", "encoding"])
async def test_a_service_killed_in_the_middle(tmp_path: Path, message: str) -> None:
    async with serving(tmp_path) as service:
        call = await service.begun(3600.0, message)
        family = service.family()
        assert any("--headless" in " ".join(process.cmdline()) for process in family)
        assert service.scratch or message == "drawing"
        service.process.send_signal(signal.SIGKILL)
        await service.process.wait()
        with pytest.raises(grpc.aio.AioRpcError):
            await last(call)
        assert not await gone(family, 5.0)
        left = service.temporary
    if message == "drawing":
        return
    async with serving(tmp_path) as service:
        assert not service.scratch, "a start removes what was left"
        call = await service.begun(0.5, "drawing")
        assert (await last(call)).clip.frame_count == 30
        service.process.terminate()
        assert await service.process.wait() == 0
    assert not left


@pytest.mark.slow
async def test_a_service_that_is_told_to_stop_ends_its_calls(tmp_path: Path) -> None:
    async with serving(tmp_path) as service:
        call = await service.begun(2.0, "drawing")
        family = service.family()
        service.process.terminate()
        assert (await last(call)).clip.frame_count == 120
        assert await service.process.wait() == 0
        assert not await gone(family, 1.0)
        assert (service.scratch, service.temporary) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize("message", ["drawing", "encoding"])
async def test_a_service_that_must_stop_cuts_its_calls_off(tmp_path: Path, message: str) -> None:
    async with serving(tmp_path, drain=0.0) as service:
        call = await service.begun(3600.0, message)
        family = service.family()
        begun = time.monotonic()
        service.process.terminate()
        with pytest.raises(grpc.aio.AioRpcError):
            await last(call)
        assert await service.process.wait() == 0
        assert time.monotonic() - begun < 10
        assert not await gone(family, 1.0)
        assert (service.scratch, service.temporary) == ([], [])


def reaching(wanted: str) -> tuple[asyncio.Event, Report]:
    """Set when a call has said `wanted`; and what is to hear it."""
    reached = asyncio.Event()

    def report(fraction: float, message: str = "") -> None:
        del fraction
        if message == wanted:
            reached.set()

    return reached, report


def browsers(studio: Studio) -> list[int]:
    """Process ids of the browsers that live, the studio's own last: others of this session began before it."""
    found = [pid for pid, name in studio.processes().items() if "headless" in name and "--type" not in name]
    return sorted(found, key=lambda pid: psutil.Process(pid).create_time())


async def test_a_browser_killed_in_the_middle(studio: Studio) -> None:
    """The page is drawn again by a new one, and the old one leaves no file."""
    await studio.small()
    for message in ("drawing", "encoding"):
        asked = studio.clip_request(
            120.0,
            template=STATIC,
            text=" ".join(WORDS),
            title=message,
            words=" ".join(WORDS),
            captions=render_pb2.CAPTION_MODE_WORD,
        )
        reached, report = reaching(message)
        drawing = asyncio.ensure_future(
            result_of(studio.stub.RenderClip, asked, timeout=60, service="render", report=report)
        )
        await reached.wait()
        before = browsers(studio)
        os.kill(before[-1], signal.SIGKILL)
        assert (await drawing).frame_count == 3600
        await studio.small()
        after = browsers(studio)
        assert after[:-1] == before[:-1]
        assert after[-1] != before[-1]
        assert not studio.scratch()

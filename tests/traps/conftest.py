"""A render service with one encoder and one page, so that whatever is held too long is missed at once."""

from __future__ import annotations

import asyncio
import hashlib
import io
import itertools
import os
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import psutil
import pytest
from PIL import Image

from pixelle.core.v1 import core_pb2
from pixelle.render.v1 import render_pb2, render_pb2_grpc
from pixelle.runtime.artifacts import ArtifactStore
from pixelle.runtime.client import result_of
from pixelle.runtime.errors import FailedPrecondition
from pixelle.runtime.testing import running
from svc_render.browser import find_browser
from svc_render.server import build
from svc_render.settings import RenderSettings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

PLAIN = "256x256/static_plain.html"
SHOWS = "512x384/image_shows.html"
FILM = "512x384/video_film.html"
_PAGES = {
    PLAIN: "<!doctype html><body style='margin:0;background:#fff'><p>{{text}}</p>",
    SHOWS: "<!doctype html><style>body{margin:0}img{display:block;width:512px;height:384px}</style>"
    "<img src='{{image}}' alt=broken>",
    FILM: "<!doctype html><body style='margin:0'>",
}


class Studio:
    """Asks the service, and says what is left of what it did."""

    def __init__(self, stub: Any, folder: Path, store: ArtifactStore) -> None:
        self.stub = stub
        self.folder = folder
        self.store = store
        self._serial = itertools.count(1)

    def template(self, key: str, html: str) -> str:
        """A user's own template; returns its key."""
        path = self.folder / "templates" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html)
        return key

    @staticmethod
    def artifact(data: bytes, media_type: str) -> core_pb2.Artifact:
        return core_pb2.Artifact(inline=data, sha256=hashlib.sha256(data).hexdigest(), media_type=media_type)

    def picture(self, data: bytes | Pixels) -> core_pb2.Visual:
        """A file's bytes, or pixels as PNG."""
        if not isinstance(data, bytes):
            out = io.BytesIO()
            Image.fromarray(data).save(out, "PNG", compress_level=1)
            data = out.getvalue()
        return core_pb2.Visual(artifact=self.artifact(data, "image/png"), kind=core_pb2.MEDIA_KIND_IMAGE)

    async def footage(self, path: Path) -> core_pb2.Visual:
        """A film, through the store: it may be larger than a message."""
        return core_pb2.Visual(
            artifact=await self.store.put("upload", path, "video/mp4"), kind=core_pb2.MEDIA_KIND_VIDEO
        )

    def clip_request(self, seconds: float = 0.1, **fields: Any) -> render_pb2.RenderClipRequest:
        """fields: of the request, else of the page; `words` in equal parts of the scene."""
        words = str(fields.pop("words", "")).split()
        own = {name: fields.pop(name) for name in ("fps", "captions", "motion", "transition", "fit") if name in fields}
        spoken = core_pb2.Narration(duration_seconds=seconds)
        for number, word in enumerate(words):
            step = seconds / len(words)
            spoken.words.add(text=word, start_seconds=number * step, end_seconds=(number + 0.9) * step)
        fields.setdefault("template", PLAIN)
        return render_pb2.RenderClipRequest(page=render_pb2.Page(**fields), narration=spoken, **own)

    async def frame(self, **page: Any) -> core_pb2.Frame:
        request = render_pb2.RenderFrameRequest(page=render_pb2.Page(**page))
        return await result_of(self.stub.RenderFrame, request, timeout=120, service="render")

    async def clip(self, seconds: float = 0.1, **fields: Any) -> core_pb2.Clip:
        return await result_of(
            self.stub.RenderClip, self.clip_request(seconds, **fields), timeout=120, service="render"
        )

    async def video(self, *scenes: render_pb2.SceneTrack, **fields: Any) -> core_pb2.Video:
        request = render_pb2.AssembleVideoRequest(scenes=scenes, **fields)
        return await result_of(self.stub.AssembleVideo, request, timeout=120, service="render")

    async def small(self) -> core_pb2.Clip:
        """The least work that needs the page and the encoder: it is done when both are free."""
        return await self.clip(0.01, text=f"{next(self._serial)} {os.getpid()}")

    @staticmethod
    def read(artifact: core_pb2.Artifact) -> io.BytesIO:
        return io.BytesIO(artifact.inline or Path(artifact.uri.removeprefix("file://")).read_bytes())

    def decoded(self, artifact: core_pb2.Artifact, kind: str = "gray") -> list[Pixels]:
        """Every picture of a clip or video, as a player that believes the tags shows it."""
        with av.open(self.read(artifact), "r") as container:
            return [np.asarray(frame.to_ndarray(format=kind), dtype=np.uint8) for frame in container.decode(video=0)]

    def drawn(self, artifact: core_pb2.Artifact) -> Pixels:
        with Image.open(self.read(artifact)) as image:
            return np.asarray(image.convert("RGB"))

    def scratch(self) -> list[str]:
        """Half-made files."""
        root = self.folder / "scratch"
        return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.parent != root)

    @staticmethod
    def processes(of: int | None = None) -> dict[int, str]:
        """What this process (or another) has started, without what Chromium starts for itself when it likes."""
        found: dict[int, str] = {}
        for process in psutil.Process(of).children(recursive=True):
            try:
                words = process.cmdline()
            except psutil.Error:  # it has just ended
                continue
            kind = next((word for word in words if word.startswith("--type=")), "")
            if words and kind not in {"--type=renderer", "--type=utility", "--type=gpu-process"}:
                found[process.pid] = f"{words[0]} {kind}"
        return found

    @staticmethod
    def renderers(of: int | None = None) -> int:
        """Processes that hold pages."""
        count = 0
        for process in psutil.Process(of).children(recursive=True):
            try:
                count += "--type=renderer" in process.cmdline()
            except psutil.Error:
                continue
        return count

    async def until(self, done: Callable[[], bool], seconds: float = 10.0) -> float:
        """Wait for another thread or process to get there; the seconds it took."""
        clock = asyncio.get_running_loop().time
        begun = clock()
        async with asyncio.timeout(seconds):
            while not done():  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.01)
        return clock() - begun


@asynccontextmanager
async def _studio(folder: Path, **settings: Any) -> AsyncGenerator[Studio]:
    try:
        find_browser("")
    except FailedPrecondition as error:
        pytest.skip(error.message)
    make: Any = render_pb2_grpc.RenderServiceStub  # its type knows blocking channels only
    fields: dict[str, Any] = {"render_encoders": 1, "render_pages": 1, **settings}
    wanted = RenderSettings(data_dir=folder, **fields)
    store = ArtifactStore.open(wanted)
    async with running(build(wanted, store)) as channel:
        studio = Studio(make(channel), folder, store)
        for key, html in _PAGES.items():
            studio.template(key, html)
        yield studio


@pytest.fixture(scope="session")
async def studio(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Studio]:
    async with _studio(tmp_path_factory.mktemp("traps")) as made:
        yield made

"""The Python interface beside videos, with everything in this process and through a gateway that asks for a key."""

from __future__ import annotations

import asyncio
import inspect
import json
import socket
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from PIL import Image
from pydantic import BaseModel, SecretStr

from gateway.settings import GatewaySettings
from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, NotFound
from pixelle_video import MediaResult, PixelleVideoCore, Storyboard
from pixelle_video.embedded import create_embedded_app
from tests.vendor import Reply, Vendor, vendor

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

SCRIPT = "Reading keeps the mind awake."
KEY = "open-sesame"


def read(path: str) -> bytes:
    return Path(path).read_bytes()


class Colours(BaseModel):
    names: list[str]


def _answer(body: dict[str, Any]) -> Reply:
    asked = body["messages"][-1]["content"]
    if "fenced" in asked:
        return Reply('```json\n{"names": ["red"]}\n```')
    if "short" in asked:
        return Reply('{"names": ["re', finish="length")
    if "wrong" in asked:
        return Reply("Sorry.")
    if "colours" in asked:
        return Reply(json.dumps({"names": ["red", "blue"]}))
    return Reply("Hello.", usage=(3, 4))


@pytest.fixture(scope="module")
def said() -> Generator[Vendor]:
    with vendor(choose=_answer) as running:
        yield running


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


@asynccontextmanager
async def served(folder: Path) -> AsyncGenerator[str]:
    """The address of a gateway with everything inside."""
    settings = GatewaySettings(data_dir=folder / "data", output_dir=folder / "output", api_keys=[SecretStr(KEY)])
    app = create_embedded_app(settings, Path("config.yaml"))
    listening = socket.create_server(("127.0.0.1", 0))
    server = _Server(uvicorn.Config(app, log_level="warning", lifespan="on", ws="none"))
    serving = asyncio.create_task(server.serve([listening]))
    try:
        async with asyncio.timeout(120):
            await server.up.wait()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


@pytest.fixture(params=["embedded", "gateway"])
async def pixelle(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: Vendor
) -> AsyncGenerator[PixelleVideoCore]:
    monkeypatch.chdir(tmp_path)
    chosen = {"TTS_ENGINE": "tone", "MEDIA_ENGINE": "card", "SCRIPT_ENGINE": "openai", "LLM_MODEL": "m"}
    chosen |= {"LLM_BASE_URL": said.url, "RENDER_TEMPLATE": "1080x1080/static_default.html"}
    for name, value in chosen.items():
        monkeypatch.setenv(f"PIXELLE_{name}", value)
    if request.param == "embedded":
        async with PixelleVideoCore() as core:
            yield core
        return
    away = tmp_path / "away"
    away.mkdir()
    monkeypatch.setenv("PIXELLE_DATA_DIR", str(away / "data"))
    async with served(away) as url, PixelleVideoCore(gateway_url=url, api_key=KEY) as core:
        yield core


async def test_everything_beside_videos(pixelle: PixelleVideoCore, said: Vendor) -> None:
    await _asks(pixelle, said)
    await _draws(pixelle)
    await _looks_back(pixelle)
    await _sends_files(pixelle)


async def _asks(pixelle: PixelleVideoCore, said: Vendor) -> None:
    assert await pixelle.llm("Hi", temperature=0.1, max_tokens=50) == "Hello."
    assert (said.seen[-1]["temperature"], said.asked) == (0.1, "Hi")
    assert await pixelle.llm("Name two colours.", response_type=Colours) == Colours(names=["red", "blue"])
    assert "names" in json.dumps(said.seen[-1]), "the model is told the form"
    assert (await pixelle.llm("colours, fenced", response_type=Colours)).names == ["red"]
    with pytest.raises(FailedPrecondition, match=r"did not answer with a Colours: 'Sorry\.'"):
        await pixelle.llm("wrong", response_type=Colours)
    with pytest.raises(FailedPrecondition, match="ended at max_tokens"):
        await pixelle.llm("short", response_type=Colours)
    with pytest.raises(InvalidArgument, match="temperature"):
        await pixelle.llm("Hi", temperature=3)
    assert "api/openai" in await pixelle.llm.available()
    assert "local/outline" in {each["key"] for each in await pixelle.llm.list_workflows()}
    assert await pixelle.tts.available() == [
        each["key"] for each in await pixelle.tts.list_workflows() if each["available"]
    ]


async def _draws(pixelle: PixelleVideoCore) -> None:
    made = await pixelle.media("an open book", "local/card", width=640, height=512, seed=4)
    assert isinstance(made, MediaResult)
    assert (made.media_type, made.is_image, made.is_video, made.duration, made.seed) == ("image", True, False, None, 4)
    with Image.open(made.path) as image:
        assert image.size == (made.width, made.height) == (640, 512)
    assert Path(made.path).parent == Path("output/images")
    assert made.url == made.path or made.url.startswith("http://127.0.0.1")
    film = await pixelle.media("waves", media_type="video", duration=1, width=512, height=512, output_path="a/b.mp4")
    assert (film.is_video, film.path, film.duration) == (True, "a/b.mp4", pytest.approx(1, abs=0.05))
    assert read("a/b.mp4")[4:8] == b"ftyp"
    alias = await pixelle.image("an open book", width=640, height=512, seed=4)
    assert read(alias.path) == read(made.path)
    with pytest.raises(FailedPrecondition, match="cannot start from a given picture"):
        await pixelle.media("an open book", image_path=made.path)
    with pytest.raises(InvalidArgument, match="width"):
        await pixelle.media("an open book", width=100)
    with pytest.raises(InvalidArgument, match="output_path"):
        await pixelle.media("an open book", output_path="a")
    assert "local/card" in await pixelle.media.available()


async def _sends_files(pixelle: PixelleVideoCore) -> None:
    """A recording of this machine is heard wherever the gateway runs."""
    sound = await pixelle.tts("Hello there, world.", output_path="me.wav")
    with pytest.raises(InvalidArgument, match=r"it is 1\.\d s long"):  # it was listened to
        await pixelle.tts("Hello.", "local/tone", ref_audio=sound)
    with pytest.raises(InvalidArgument, match=r"nobody\.wav"):
        await pixelle.tts("Hello.", "local/tone", ref_audio="nobody.wav")
    await pixelle.generate_video(SCRIPT, mode="fixed", video_fps=15, bgm_path="me.wav")


async def _looks_back(pixelle: PixelleVideoCore) -> None:
    history = pixelle.history
    assert (await history.get_task_list())["tasks"] == []
    asked: dict[str, Any] = {"mode": "fixed", "title": "Reading", "video_fps": 15, "bgm_volume": 0.2}
    video = await pixelle.generate_video(SCRIPT, **asked)
    page = await history.get_task_list(status="completed", sort_by="title", sort_order="asc")
    assert {name: page[name] for name in ("total", "page", "page_size", "total_pages")} == {
        "total": 1,
        "page": 1,
        "page_size": 20,
        "total_pages": 1,
    }
    (task,) = page["tasks"]
    assert (task["task_id"], task["title"], task["n_frames"]) == (video.task_id, "Reading", 1)
    assert (task["duration"], task["file_size"]) == (video.duration, video.file_size)
    assert task["video_path"] == video.video_path or task["video_path"].startswith("http://127.0.0.1")
    for place in (task["result"]["video_url"], *task["captions_url"].values()):
        assert place.startswith("http://127.0.0.1") or read(place), place
    samples = [each.sample_url for each in await pixelle.voices.list("local/tone")]
    assert samples
    assert all(each is None or each.startswith("http://127.0.0.1") for each in samples)
    assert task["input"]["text"] == SCRIPT
    detail = await history.get_task_detail(video.task_id)
    assert detail["metadata"] == task
    board = detail["storyboard"]
    assert isinstance(board, Storyboard)
    assert (board.title, board.is_completed, board.total_duration) == ("Reading", True, video.duration)
    assert board.frames[0].audio_path == video.storyboard.frames[0].audio_path
    told = await history.get_statistics()
    assert (told["total_tasks"], told["completed"], told["failed"]) == (1, 1, 0)
    assert (told["total_duration"], told["total_size"]) == (pytest.approx(video.duration, abs=0.001), video.file_size)
    given = await history.duplicate_task(video.task_id)
    assert given.items() >= {"text": SCRIPT, **asked}.items()
    assert given.keys() <= inspect.signature(PixelleVideoCore.generate_video).parameters.keys()
    given["title"] = "Again"
    again = await pixelle.generate_video(**given)
    assert again.duration == video.duration
    assert await history.delete_task(video.task_id) is True
    for call in (history.get_task_detail, history.delete_task, history.duplicate_task):
        with pytest.raises(NotFound, match=video.task_id):
            await call(video.task_id)
    assert [each["title"] for each in (await history.get_task_list())["tasks"]] == ["Again"]
    with pytest.raises(InvalidArgument, match="page"):
        await history.get_task_list(page=0)


async def test_nothing_works_before_the_start() -> None:
    core = PixelleVideoCore()
    for call in (core.llm("Hi"), core.media("a door"), core.history.get_task_list(), core.llm.available()):
        with pytest.raises(FailedPrecondition, match="initialize"):
            await call

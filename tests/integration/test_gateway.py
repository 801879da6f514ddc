"""The gateway over the four real services with their deterministic engines."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
from collections import Counter
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from gateway.services import Services, ServiceUrls
from svc_media.engines.card import CardEngine
from svc_tts.engines.tone import ToneEngine
from tests.embedded import ENGINES, embedded

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncGenerator
    from pathlib import Path

ARTICLE = (
    "Reading every day changes how people think. A short daily habit of ten minutes builds vocabulary and attention "
    "over months. Readers sleep better when they replace screens with books in the evening. Children who see their "
    "parents read start reading earlier themselves. Libraries lend books for free, so the habit costs nothing at all. "
    "The best way to begin is to keep a book beside the bed and read two pages before sleeping."
)


def _chosen() -> dict[str, str]:
    return {f"PIXELLE_{name.upper()}_ENGINE": engine for name, engine in ENGINES.items() if engine}


@asynccontextmanager
async def process(*command: str, folder: Path, name: str, environment: dict[str, str]) -> AsyncGenerator[Process]:
    """A Python process of ours, killed at the end; what it logs is in `<name>.log`."""
    places = {"PIXELLE_DATA_DIR": folder / "data", "PIXELLE_OUTPUT_DIR": folder / "output"}
    with (folder / f"{name}.log").open("a") as log:
        running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *command),
            env={**os.environ, **{key: str(path) for key, path in places.items()}, "PIXELLE_LOG_FORMAT": "json"}
            | environment,
            stderr=log,
            stdout=log,
        )
        try:
            yield running
        finally:
            if running.returncode is None:
                running.terminate()
            await running.wait()


@asynccontextmanager
async def separate(
    folder: Path, more: dict[str, dict[str, str]] | None = None
) -> AsyncGenerator[tuple[dict[str, str], dict[str, Process]]]:
    """
    Four service processes on sockets of their own; yields the gateway's settings that name them, and them.

    more: further settings, by service.
    """
    running: dict[str, Process] = {}
    async with AsyncExitStack() as stack:
        for name in ENGINES:
            environment = {**_chosen(), f"PIXELLE_{name.upper()}_LISTEN": f"unix:{folder / name}.sock"}
            environment |= (more or {}).get(name, {})
            begun = process(f"svc_{name}", folder=folder, name=name, environment=environment)
            running[name] = await stack.enter_async_context(begun)
        urls = ServiceUrls(*(f"unix:{folder / name}.sock" for name in ENGINES))
        services = Services(urls)
        stack.push_async_callback(services.close)
        async with asyncio.timeout(60):
            while await services.troubles(2.0):  # noqa: ASYNC110 - another process gets ready
                await asyncio.sleep(0.1)
        yield {f"PIXELLE_{name.upper()}_URL": getattr(urls, name) for name in ENGINES}, running


@asynccontextmanager
async def gateway(folder: Path, urls: dict[str, str]) -> AsyncGenerator[tuple[httpx.AsyncClient, Process]]:
    """The documented start command as a process of its own."""
    socket = folder / "gateway.sock"
    socket.unlink(missing_ok=True)
    command = ("uvicorn", "api.app:app", "--uds", str(socket))
    async with process(*command, folder=folder, name="gateway", environment=urls) as running:
        transport = httpx.AsyncHTTPTransport(uds=str(socket))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=60) as http:
            async with asyncio.timeout(60):
                while True:
                    try:
                        if (await http.get("/readyz")).status_code == 200:
                            break
                    except httpx.TransportError:
                        assert running.returncode is None, (folder / "gateway.log").read_text()
                    await asyncio.sleep(0.1)
            yield http, running


async def submit(http: httpx.AsyncClient, **fields: Any) -> str:
    got = await http.post(
        "/api/video/generate/async", json={"text": ARTICLE, "n_scenes": 3, "seed": 5, "video_fps": 15, **fields}
    )
    assert got.status_code == 200, got.text
    return got.json()["task_id"]


async def watch(http: httpx.AsyncClient, task_id: str) -> AsyncGenerator[dict[str, Any]]:
    """Every version of a task."""
    version = -1
    while True:
        task = (await http.get(f"/api/tasks/{task_id}", params={"wait": 30, "since": version})).json()
        version = task["version"]
        yield task
        if task["status"] in {"completed", "failed", "cancelled"}:
            return


async def finished(http: httpx.AsyncClient, task_id: str) -> dict[str, Any]:
    return [task async for task in watch(http, task_id)][-1]


def calls(folder: Path, task_id: str) -> Counter[str]:
    """Calls that arrived at the services, by step, as their own logs tell."""
    lines = [line for name in ENGINES for line in (folder / f"{name}.log").read_text().splitlines()]
    events = [json.loads(line) for line in lines if line.startswith("{")]
    steps = [event["request_id"] for event in events if event.get("event") == "call"]
    return Counter(step.partition("/")[2] for step in steps if step.startswith(task_id))


@pytest.mark.slow
async def test_a_video_and_the_same_from_five_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIXELLE_LLM_API_KEY", "sk-never-shown")
    one, five = tmp_path / "one", tmp_path / "five"
    one.mkdir()
    five.mkdir()
    async with embedded(one) as http:
        task = await finished(http, await submit(http, bgm_path="default.mp3"))
        assert task["status"] == "completed", task
        video = await http.get(task["result"]["video_url"])
        assert (video.status_code, video.headers["content-type"]) == (200, "video/mp4")
        assert video.content[4:8] == b"ftyp"
        assert len(video.content) == task["result"]["file_size"]
        captions = await http.get(task["captions_url"]["vtt"])
        assert captions.text.startswith("WEBVTT")
        first = (await http.get(task["storyboard_url"])).json()
    async with separate(five) as (urls, _), gateway(five, urls) as (http, _):
        other = await finished(http, await submit(http, bgm_path="default.mp3"))
        assert other["status"] == "completed", other
        second = (await http.get(other["storyboard_url"])).json()
    logged = "".join(log.read_text() for log in five.glob("*.log"))
    assert other["task_id"] in logged
    assert not [text for text in ("sk-never-shown", "Libraries", "vocabulary") if text in logged], (
        "private text is logged"
    )
    boards = [folder / "output" / each["task_id"] / "storyboard.json" for folder, each in ((one, task), (five, other))]
    assert boards[0].read_bytes() == boards[1].read_bytes()
    assert [scene["frame_count"] for scene in first["scenes"]] == [scene["frame_count"] for scene in second["scenes"]]
    assert task["result"]["duration"] == other["result"]["duration"]


@pytest.mark.slow
async def test_killed_in_the_middle_no_finished_step_runs_twice(tmp_path: Path) -> None:
    async with separate(tmp_path) as (urls, _):
        async with gateway(tmp_path, urls) as (http, running):
            task_id = await submit(http)
            task: dict[str, Any] = {}
            async for task in watch(http, task_id):
                states = [scene["state"] for scene in task["progress"]["scenes"]]
                if "done" in states and set(states) != {"done"}:
                    break
            running.kill()
            await running.wait()
            ended = ["storyboard"] + [
                f"{step}[{scene['index']}]" for scene in task["progress"]["scenes"] for step in scene["steps"]
            ]
        async with gateway(tmp_path, urls) as (http, _):
            task = await finished(http, task_id)
            assert task["status"] == "completed", task
    counted = calls(tmp_path, task_id)
    assert {step: counted[step] for step in ended} == dict.fromkeys(ended, 1)
    assert (tmp_path / "output" / task_id / "final.mp4").is_file()


@pytest.mark.slow
async def test_a_service_that_dies_in_the_middle_is_named(tmp_path: Path) -> None:
    impatient = {"PIXELLE_STEP_ATTEMPTS": "3", "PIXELLE_RETRY_SECONDS": "0.1"}
    async with separate(tmp_path) as (urls, running), gateway(tmp_path, {**urls, **impatient}) as (http, _):
        task_id = await submit(http)
        async for task in watch(http, task_id):
            if "clipping" in [scene["state"] for scene in task["progress"]["scenes"]]:
                running["render"].kill()
                break
        task = await finished(http, task_id)
        refused = await http.post("/api/video/generate/async", json={"text": ARTICLE})
        ready = await http.get("/readyz")
    assert (task["status"], task["error_detail"]["reason"]) == ("failed", "SERVICE_DOWN")
    assert (task["error_detail"]["service"], "render" in task["error"]) == ("render", True)
    assert (refused.status_code, refused.json()["service"]) == (503, "render")
    assert (ready.status_code, list(ready.json()["failing"])) == (503, ["render"])


@pytest.mark.slow
async def test_eight_scenes_are_spoken_and_drawn_at_the_same_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # nobody passes before all sixteen calls are inside the engines, so scenes one after another would never end
    gate = threading.Barrier(16, timeout=60)
    speak, paint = ToneEngine.synthesize, CardEngine.paint

    def spoken(self: ToneEngine, lines: Any, voice: Any, **more: Any) -> Any:
        gate.wait()
        yield from speak(self, lines, voice, **more)

    def painted(self: CardEngine, brief: Any, *, tick: Any) -> Any:
        gate.wait()
        return paint(self, brief, tick=tick)

    monkeypatch.setattr(ToneEngine, "synthesize", spoken)
    monkeypatch.setattr(CardEngine, "paint", painted)
    monkeypatch.setenv("PIXELLE_SLOTS", "8")
    script = "\n".join(
        f"Here is the sentence of scene {name}."
        for name in ["one", "two", "three", "four", "five", "six", "seven", "eight"]
    )
    async with embedded(tmp_path) as http:
        task_id = await submit(http, text=script, mode="fixed", split_mode="line", n_scenes=5)
        task = await finished(http, task_id)
    assert task["status"] == "completed", task
    assert len(task["progress"]["scenes"]) == 8

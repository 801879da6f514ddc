"""A gateway process that is killed in the middle goes on where it was, and repeats no finished step."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from gateway.settings import GatewaySettings
    from tests.unit.gateway.conftest import Deck


@asynccontextmanager
async def process(
    settings: GatewaySettings, address: str, folder: Path
) -> AsyncGenerator[tuple[httpx.AsyncClient, asyncio.subprocess.Process]]:
    """The documented server, on a socket of its own; killed at the end."""
    socket = folder / "gateway.sock"
    socket.unlink(missing_ok=True)
    urls = {f"PIXELLE_{name}_URL": address for name in ("SCRIPT", "TTS", "MEDIA", "RENDER")}
    folders = {
        f"PIXELLE_{name.upper()}": str(getattr(settings, name)) for name in ("data_dir", "cache_dir", "output_dir")
    }
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "uvicorn", "api.app:app", "--uds", str(socket), "--log-level", "warning"),
        env={**os.environ, **urls, **folders, "PIXELLE_LOG_LEVEL": "warning"},
    )
    try:
        transport = httpx.AsyncHTTPTransport(uds=str(socket), retries=0)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=30) as http:
            async with asyncio.timeout(30):
                while True:
                    try:
                        await http.get("/health")
                        break
                    except httpx.TransportError:
                        assert running.returncode is None
                        await asyncio.sleep(0.1)
            yield http, running
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


async def test_a_client_that_hangs_up_cancels_its_task(
    settings: GatewaySettings, deck: Deck, address: str, tmp_path: Path, until_finished: Any
) -> None:
    deck.held["storyboard"] = asyncio.Event()
    async with process(settings, address, tmp_path) as (http, _):
        waiting = asyncio.create_task(http.post("/api/video/generate/sync", json={"text": "Why read a book"}))
        await deck.until(lambda: "storyboard" in deck.steps())
        waiting.cancel()  # closes the connection
        await deck.until(lambda: deck.cancelled == ["storyboard"])
        task_id = (await http.get("/api/tasks")).json()[0]["task_id"]
        assert (await until_finished(http, task_id))["status"] == "cancelled"


async def test_killed_in_the_middle(
    settings: GatewaySettings, deck: Deck, address: str, tmp_path: Path, until_finished: Any
) -> None:
    deck.held["narrate[2]"] = asyncio.Event()
    deck.held["clip[1]"] = asyncio.Event()
    async with process(settings, address, tmp_path) as (http, running):
        body = {"text": "Why develop a reading habit", "n_scenes": 4}
        task_id = (await http.post("/api/video/generate/async", json=body)).json()["task_id"]
        queued = (await http.post("/api/video/generate/async", json=body)).json()["task_id"]
        version = -1
        while True:
            task = (await http.get(f"/api/tasks/{task_id}", params={"wait": 20, "since": version})).json()
            version = task["version"]
            states = [scene["state"] for scene in task["progress"]["scenes"]]
            # the picture of scene 2 is there, its voice is not
            if states == ["done", "clipping", "making", "done"] and task["progress"]["scenes"][2]["steps"]:
                break
        running.kill()
        await running.wait()
        before = task["progress"]
    deck.held["narrate[2]"].set()
    deck.held["clip[1]"].set()
    async with process(settings, address, tmp_path) as (http, _):
        task = await until_finished(http, task_id)
        other = await until_finished(http, queued)
        answer = await http.get(f"/api/tasks/{task_id}/events", headers={"Accept": "application/json"})
    assert (task["status"], other["status"]) == ("completed", "completed")
    assert task["progress"]["percentage"] >= before["percentage"]
    events = answer.json()["events"]
    assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
    shares = [event["percentage"] for event in events]
    assert shares == sorted(shares)
    assert [event["kind"] for event in events].count("resumed") == 1
    ended = [(event["step"], event["scene"]) for event in events if event["kind"] == "step_ended"]
    assert len(ended) == len(set(ended)) == 15
    mine = [each.partition("/")[2] for each in deck.begun if each.startswith(task_id)]
    assert {step for step in mine if mine.count(step) > 1} == {"narrate[2]", "clip[1]"}
    assert (settings.output_dir / task_id / "final.mp4").is_file()


async def test_open_streams_do_not_keep_a_server_from_stopping(
    settings: GatewaySettings, deck: Deck, address: str, tmp_path: Path
) -> None:
    deck.held["storyboard"] = asyncio.Event()
    async with process(settings, address, tmp_path) as (http, running):
        body = {"text": "Why develop a reading habit", "n_scenes": 1}
        task_id = (await http.post("/api/video/generate/async", json=body)).json()["task_id"]
        await deck.until(lambda: "storyboard" in deck.steps())
        async with asyncio.timeout(20), http.stream("GET", f"/api/tasks/{task_id}/events") as answer:
            said = [line async for line in _told_to_stop(running, answer)]
            assert await running.wait() in {0, -15}
    assert "event: step_started" in said
    assert not any("cancelled" in line or "failed" in line for line in said)


async def _told_to_stop(running: asyncio.subprocess.Process, answer: httpx.Response) -> AsyncGenerator[str]:
    async for line in answer.aiter_lines():
        if line == "event: step_started":
            running.terminate()
        yield line

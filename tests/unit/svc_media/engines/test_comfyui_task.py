"""A whole task through the gateway with ComfyUI behind it: made, refused before work, cancelled."""

from __future__ import annotations

import asyncio
import shutil
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.comfyui.painting import others_graph
from tests.comfyui.standin import CORPUS
from tests.embedded import embedded

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    import httpx

    from tests.comfyui.standin import StandIn

PATH = "/api/video/generate/async"


@pytest.fixture
async def client(
    tmp_path: Path, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[httpx.AsyncClient]:
    shutil.copytree(CORPUS, tmp_path / "data" / "workflows" / "selfhost")
    monkeypatch.setenv("PIXELLE_COMFYUI_URL", standin.url)
    async with embedded(tmp_path) as http:
        yield http


def request(workflow: str, **fields: Any) -> dict[str, Any]:
    given = {"text": "The sea is calm today.", "mode": "fixed", "media_workflow": workflow}
    return given | {"frame_template": "1080x1080/image_default.html"} | fields


async def ended(client: httpx.AsyncClient, task_id: str) -> dict[str, Any]:
    since = 0
    while True:
        answer = await client.get(f"/api/tasks/{task_id}", params={"wait": 20, "since": since})
        task: dict[str, Any] = answer.json()
        if task["status"] in {"completed", "failed", "cancelled"}:
            return task
        await asyncio.sleep(0)


async def until(standin: StandIn, what: str, count: int = 1) -> None:
    await asyncio.to_thread(standin.wait, lambda: len(standin.when(what)) >= count, 60.0)


async def test_a_video_is_made_with_a_workflow_of_ones_own(client: httpx.AsyncClient, standin: StandIn) -> None:
    said = await client.post(PATH, json=request("selfhost/image_plain.json", prompt_prefix="oil painting"))
    assert said.status_code == 200, said.text
    task = await ended(client, said.json()["task_id"])
    assert task["status"] == "completed", task
    (graph,) = standin.submitted
    assert graph["2"]["inputs"]["text"].startswith("oil painting")


async def test_what_a_request_says_of_the_model_reaches_the_workflow(
    client: httpx.AsyncClient, standin: StandIn
) -> None:
    tuning = {"negative_prompt": "people", "steps": 7, "guidance": 3.5, "sampler": "dpmpp_2m"}
    said = await client.post(PATH, json=request("selfhost/image_everything.json", **tuning))
    assert said.status_code == 200, said.text
    task = await ended(client, said.json()["task_id"])
    assert task["status"] == "completed", task
    (graph,) = standin.submitted
    given = {name: value for node in graph.values() for name, value in node["inputs"].items()}
    assert (given["steps"], given["cfg"], given["sampler_name"]) == (7, 3.5, "dpmpp_2m")
    assert "people" in [node["inputs"].get("text") for node in graph.values()]


async def test_a_video_is_spoken_by_a_workflow_of_ones_own(client: httpx.AsyncClient, standin: StandIn) -> None:
    body = request("local/card", tts_workflow="selfhost/tts_voice.json")
    said = await client.post(PATH, json=body)
    assert said.status_code == 200, said.text
    task = await ended(client, said.json()["task_id"])
    assert task["status"] == "completed", task
    (graph,) = standin.submitted
    assert graph["1"]["inputs"]["value"] == "The sea is calm today."


@pytest.mark.parametrize(
    ("workflow", "fields", "reason", "named"),
    [
        ("local/card", {"tts_workflow": "selfhost/tts_vioce.json"}, "WORKFLOW_UNKNOWN", "selfhost/tts_voice.json"),
        ("selfhost/image_plian.json", {}, "WORKFLOW_UNKNOWN", "selfhost/image_plain.json"),
        ("selfhost/video_save.json", {}, "WORKFLOW_WRONG_KIND", "makes videos"),
        ("selfhost/image_ui_format.json", {}, "ENGINE_NOT_INSTALLED", "Export (API)"),
        ("selfhost/portrait.json", {}, "ENGINE_NOT_INSTALLED", "image_"),
        ("selfhost/image_plain.json", {"sampler": "euler"}, "ENGINE_NOT_TUNED", "sampler"),
        ("selfhost/image_plain.json", {"steps": 5}, "ENGINE_NO_STEPS", "$steps"),
        ("selfhost/image_everything.json", {"loras": [{"path": "/etc/passwd"}]}, "ENGINE_NOT_TUNED", "loras"),
        ("selfhost/image_edit.json", {}, "REFERENCE_MISSING", "starts from a picture"),
        ("local/card", {"guidance": 3.0}, "ENGINE_NOT_TUNED", "guidance"),
        ("local/card", {"negative_prompt": "people"}, "ENGINE_NO_NEGATIVE_PROMPT", "negative_prompt"),
    ],
)
async def test_what_cannot_work_is_refused_before_the_task(
    client: httpx.AsyncClient, workflow: str, fields: dict[str, Any], reason: str, named: str
) -> None:
    said = await client.post(PATH, json=request(workflow, **fields))
    assert said.status_code == 400
    assert said.json()["reason"] == reason
    assert named in said.json()["detail"]


async def test_workflow_files_are_listed_live_with_what_is_wrong_with_them(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    async def listed(kind: str) -> dict[str, dict[str, Any]]:
        answer = await client.get(f"/api/resources/workflows/{kind}")
        assert answer.status_code == 200, answer.text
        return {each["key"]: each for each in answer.json()["workflows"]}

    media = await listed("media")
    assert media["local/card"]["kinds"] == ["image", "video"]
    assert media["selfhost/video_save.json"] == {
        "key": "selfhost/video_save.json",
        "name": "video_save.json",
        "display_name": "Video save",
        "source": "selfhost",
        "path": "workflows/selfhost/video_save.json",
        "kinds": ["video"],
        "engine": "comfyui",
        "available": True,
        "reason": "",
    }
    broken = media["selfhost/image_ui_format.json"]
    assert not broken["available"]
    assert "Export (API)" in broken["reason"]
    folder = tmp_path / "data" / "workflows" / "selfhost"
    shutil.copy(folder / "image_plain.json", folder / "image_fresh.json")
    images = await listed("image")
    assert "selfhost/image_fresh.json" in images
    assert "selfhost/video_save.json" not in images
    spoken = await listed("tts")
    assert "local/tone" in spoken
    assert (spoken["selfhost/tts_voice.json"]["kinds"], spoken["selfhost/tts_voice.json"]["available"]) == (
        ["speech"],
        True,
    )


async def test_a_server_that_is_down_is_said_before_the_task(client: httpx.AsyncClient, standin: StandIn) -> None:
    standin.stop()
    said = await client.post(PATH, json=request("selfhost/image_plain.json"))
    standin.start()
    assert said.status_code == 400
    assert standin.url in said.json()["detail"]


async def test_a_task_that_fails_there_says_what_comfyui_said(client: httpx.AsyncClient) -> None:
    said = await client.post(PATH, json=request("selfhost/image_model_missing.json"))
    task = await ended(client, said.json()["task_id"])
    assert task["status"] == "failed"
    assert task["error_detail"]["reason"] == "COMFYUI_MODEL_MISSING"
    assert "dream/gone.safetensors" in task["error"]


async def test_a_cancelled_task_interrupts_its_prompt_within_a_second_and_no_others(
    client: httpx.AsyncClient, standin: StandIn
) -> None:
    standin.gate.clear()
    said = await client.post(PATH, json=request("selfhost/image_plain.json"))
    await until(standin, "start")
    (ours,) = standin.whose("start")
    theirs = standin.enqueue(others_graph())
    gone = time.monotonic()
    assert (await client.delete(f"/api/tasks/{said.json()['task_id']}")).status_code == 200
    await until(standin, "interrupt")
    took = standin.when("interrupt")[0] - gone
    print(f"from DELETE to the interrupt at ComfyUI: {took:.3f} s")
    assert took < 1.0
    standin.gate.set()
    await until(standin, "ended", 2)
    assert standin.whose("interrupt") == standin.whose("interrupted") == [ours]
    assert standin.history[theirs]["status"]["completed"]


async def test_a_cancelled_task_takes_its_waiting_prompt_out_of_the_queue(
    client: httpx.AsyncClient, standin: StandIn
) -> None:
    standin.gate.clear()
    theirs = standin.enqueue(others_graph())
    await until(standin, "start")
    said = await client.post(PATH, json=request("selfhost/image_plain.json"))
    await until(standin, "queued", 2)
    gone = time.monotonic()
    assert (await client.delete(f"/api/tasks/{said.json()['task_id']}")).status_code == 200
    await until(standin, "deleted")
    assert standin.when("deleted")[0] - gone < 2.5
    assert not standin.when("interrupt")
    standin.gate.set()
    await until(standin, "ended")
    assert standin.whose("ended") == [theirs]

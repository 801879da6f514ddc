"""A task's story: what runs beside what, what is kept, what is tried again, what is stopped."""

from __future__ import annotations

import asyncio
import errno
import itertools
import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.exc import OperationalError

from gateway.workflow import database, publish
from gateway.workflow.durations import Durations
from pixelle.render.v1 import render_pb2
from pixelle.runtime.errors import InvalidArgument, ResourceExhausted, Unavailable

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from gateway.settings import GatewaySettings
    from tests.unit.gateway.conftest import Deck, Open

TEXT = "Why develop a reading habit"


async def submit(http: httpx.AsyncClient, **fields: Any) -> str:
    answer = await http.post("/api/video/generate/async", json={"text": TEXT, "n_scenes": 3, **fields})
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "success": True,
        "message": "Task created successfully",
        "task_id": answer.json()["task_id"],
    }
    return answer.json()["task_id"]


async def run(*command: str) -> bool:
    try:
        process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
    except FileNotFoundError:
        return False
    return await process.wait() == 0


async def test_scenes_run_side_by_side_and_none_waits_for_another(
    http: httpx.AsyncClient, deck: Deck, until_finished: Any
) -> None:
    for name in ("narrate", "illustrate", "clip[1]"):
        deck.held[name] = asyncio.Event()
    task_id = await submit(http, n_scenes=8)
    await deck.until(lambda: deck.inside["narrate"] == 8 and deck.inside["illustrate"] == 8)
    assert not any(step.startswith("clip") for step in deck.steps())
    deck.held["narrate"].set()
    deck.held["illustrate"].set()
    # seven clips end although one does not
    await deck.until(lambda: sum(step.startswith("clip") for step in deck.steps()) == 8 and deck.inside["clip"] == 1)
    deck.held["clip[1]"].set()
    assert (await until_finished(http, task_id))["status"] == "completed"
    assert deck.overlap["narrate"] == deck.overlap["illustrate"] == 8


async def test_a_clip_starts_as_soon_as_its_own_two_parts_are_there(http: httpx.AsyncClient, deck: Deck) -> None:
    deck.held["narrate[1]"] = asyncio.Event()
    deck.held["illustrate[2]"] = asyncio.Event()
    await submit(http)
    await deck.until(lambda: "clip[0]" in deck.steps() and {"narrate[1]", "illustrate[2]"} <= set(deck.steps()))
    assert not {"clip[1]", "clip[2]"} & set(deck.steps())


async def test_footage_waits_for_the_length_of_the_voice(
    http: httpx.AsyncClient, deck: Deck, until_finished: Any
) -> None:
    deck.held["narrate"] = asyncio.Event()
    task_id = await submit(http, frame_template="1080x1920/video_default.html", n_scenes=1)
    await deck.until(lambda: "narrate[0]" in deck.steps())
    deck.held["narrate"].set()
    assert (await until_finished(http, task_id))["status"] == "completed"
    assert deck.steps() == ["storyboard", "narrate[0]", "illustrate[0]", "clip[0]", "assemble"]
    assert deck.requests["illustrate[0]"].duration_seconds == pytest.approx(1.5 + 0.8), "the last picture stays"
    assert deck.requests["clip[0]"].narration.duration_seconds == pytest.approx(1.5 + 0.8)
    assert not deck.requests["assemble"].scenes[0].HasField("footage")


async def test_the_sound_of_footage_is_kept_at_the_volume_asked_for(
    http: httpx.AsyncClient, deck: Deck, until_finished: Any
) -> None:
    task_id = await submit(http, frame_template="1080x1920/video_default.html", n_scenes=2, footage_volume=0.25)
    task = await until_finished(http, task_id)
    for scene in deck.requests["assemble"].scenes:
        assert (scene.footage.media_type, scene.footage_volume) == ("video/mp4", 0.25)
        assert scene.footage.sha256
    assert task["result"]["loudness"] == {"integrated_lufs": -14.25, "true_peak_dbtp": -1.5}


async def test_a_static_template_needs_no_pictures(http: httpx.AsyncClient, deck: Deck, until_finished: Any) -> None:
    task = await until_finished(http, await submit(http, frame_template="1080x1920/static_default.html", n_scenes=1))
    assert task["status"] == "completed"
    assert deck.steps() == ["storyboard", "narrate[0]", "clip[0]", "assemble"]
    assert not deck.requests["storyboard"].with_image_prompts


async def test_the_output_folder(http: httpx.AsyncClient, settings: GatewaySettings, until_finished: Any) -> None:
    task = await until_finished(http, await submit(http, n_scenes=2, title="T" * 2000))
    folder = settings.output_dir / task["task_id"]
    assert [path.name for path in settings.output_dir.iterdir()] == [folder.name]
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()) == [
        "captions.srt",
        "final.mp4",
        "frames/01_audio.wav",
        "frames/01_image.png",
        "frames/01_segment.mp4",
        "frames/02_audio.wav",
        "frames/02_image.png",
        "frames/02_segment.mp4",
        "metadata.json",
        "storyboard.json",
    ]
    assert task["result"] == {
        "video_url": f"http://gateway/api/files/{task['task_id']}/final.mp4",
        "duration": 3.0,
        "file_size": 1000,
        "loudness": {"integrated_lufs": -14.25, "true_peak_dbtp": -1.5},
        "warnings": ["no background"],
        "credits": [],
        "spent": [],
    }
    assert task["captions_url"] == {"srt": f"http://gateway/api/files/{task['task_id']}/captions.srt"}
    got = await http.get(f"/api/files/{task['task_id']}/final.mp4")
    assert (got.status_code, got.content) == (200, b"v" * 1000)
    facts = (folder / "metadata.json").read_text()
    assert json.loads(facts)["title"] == "T" * 2000
    assert '"uri": "video/' in facts
    assert "file://" not in facts, "whoever may see the video is not told where the store is"


@pytest.mark.parametrize(
    ("captions", "asked"),
    [
        (None, render_pb2.CAPTION_MODE_OFF),
        ("line", render_pb2.CAPTION_MODE_LINE),
        ("word", render_pb2.CAPTION_MODE_WORD),
    ],
)
async def test_captions_reach_every_clip(http: httpx.AsyncClient, deck: Deck, captions: str | None, asked: Any) -> None:
    got = await http.post("/api/video/generate/sync", json={"text": TEXT, "n_scenes": 2, "captions": captions})
    assert got.status_code == 200
    assert [deck.requests[f"clip[{number}]"].captions for number in range(2)] == [asked, asked]


async def test_the_waiting_endpoint_gives_the_documented_answer(http: httpx.AsyncClient) -> None:
    got = await http.post("/api/video/generate/sync", json={"text": TEXT, "n_scenes": 1})
    assert got.status_code == 200
    answer = got.json()
    assert (answer["success"], answer["duration"], answer["file_size"]) == (True, 1.5, 1000)
    assert answer["video_url"].endswith("/final.mp4")


async def test_progress_is_filled_and_never_goes_back(http: httpx.AsyncClient, deck: Deck) -> None:
    deck.failures["clip"].extend([Unavailable("down")] * 2)
    task_id = await submit(http)
    seen: list[dict[str, Any]] = [(await http.get(f"/api/tasks/{task_id}")).json()]
    async with asyncio.timeout(20):
        while seen[-1]["status"] in {"pending", "running"}:
            params = {"wait": 20, "since": seen[-1]["version"]}
            seen.append((await http.get(f"/api/tasks/{task_id}", params=params)).json())
    for field in ("percentage", "current", "total"):
        values = [task["progress"][field] for task in seen]
        assert values == sorted(values)
    versions = [task["version"] for task in seen]
    assert versions == sorted(set(versions))
    last = seen[-1]
    assert last["progress"]["current"] == last["progress"]["total"] == 12
    assert (last["progress"]["percentage"], last["progress"]["stage"]) == (100, "done")
    assert last["progress"]["scenes"][2] == {"index": 2, "state": "done", "steps": ["narrate", "illustrate", "clip"]}
    assert last["notice"] == "draft"
    assert last["created_at"] <= last["started_at"] <= last["completed_at"]


async def test_waiting_returns_at_once_when_the_version_is_another_one(http: httpx.AsyncClient, deck: Deck) -> None:
    deck.held["storyboard"] = asyncio.Event()
    task_id = await submit(http)
    await deck.until(lambda: "storyboard" in deck.steps())
    async with asyncio.timeout(5):
        got = (await http.get(f"/api/tasks/{task_id}", params={"wait": 60, "since": 0})).json()
    assert got["version"] > 0


async def test_what_may_pass_is_tried_again_alone(http: httpx.AsyncClient, deck: Deck, until_finished: Any) -> None:
    deck.failures["narrate"].extend([Unavailable("starting", reason="ENGINE_LOADING"), ResourceExhausted("full")])
    task = await until_finished(http, await submit(http))
    assert task["status"] == "completed"
    counts = {step: deck.steps().count(step) for step in deck.steps()}
    assert sum(counts[f"narrate[{i}]"] for i in range(3)) == 5
    assert all(count == 1 for step, count in counts.items() if not step.startswith("narrate"))


async def test_what_will_not_pass_is_not_tried_again(http: httpx.AsyncClient, deck: Deck, until_finished: Any) -> None:
    deck.failures["storyboard"].append(InvalidArgument("The topic 'x' is bare.", reason="TOPIC_BARE"))
    task_id = await submit(http)
    task = await until_finished(http, task_id)
    assert (task["status"], task["error"], task["result"]) == ("failed", "The topic 'x' is bare.", None)
    detail = {"reason": "TOPIC_BARE", "stage": "storyboard", "scene": None, "service": "", "retryable": False}
    assert task["error_detail"] == detail
    assert deck.steps() == ["storyboard"]
    assert [each["task_id"] for each in (await http.get("/api/tasks?status=failed")).json()] == [task_id]


async def test_a_service_that_stays_down_fails_the_task_by_name(
    opened: Open, settings: GatewaySettings, deck: Deck, until_finished: Any
) -> None:
    deck.failures["clip"].extend([Unavailable("gone", reason="SERVICE_DOWN", details={"service": "render"})] * 99)
    async with opened(settings.model_copy(update={"step_attempts": 3})) as http:
        task = await until_finished(http, await submit(http, n_scenes=1))
        sync = await http.post("/api/video/generate/sync", json={"text": TEXT, "n_scenes": 1})
    assert task["error_detail"] == {
        "reason": "SERVICE_DOWN",
        "stage": "clip",
        "scene": 0,
        "service": "render",
        "retryable": True,
    }
    assert deck.steps().count("clip[0]") == 6
    assert (sync.status_code, sync.json()["service"], sync.json()["stage"]) == (503, "render", "clip")


async def test_a_fault_of_a_service_is_hidden(http: httpx.AsyncClient, deck: Deck, until_finished: Any) -> None:
    deck.failures["assemble"].append(RuntimeError("secret /path"))
    task = await until_finished(http, await submit(http, n_scenes=1))
    assert task["error_detail"]["reason"] == "BUG"
    assert "secret" not in json.dumps(task)


async def test_deleting_cancels_the_running_calls(http: httpx.AsyncClient, deck: Deck, until_finished: Any) -> None:
    deck.held["narrate"] = deck.held["illustrate"] = asyncio.Event()
    task_id = await submit(http)
    await deck.until(lambda: deck.inside["narrate"] + deck.inside["illustrate"] == 6)
    got = await http.delete(f"/api/tasks/{task_id}")
    assert got.json() == {"success": True, "message": f"Task {task_id} cancelled successfully"}
    await deck.until(lambda: len(deck.cancelled) == 6)
    task = await until_finished(http, task_id)
    assert (task["status"], task["error"], task["result"]) == ("cancelled", None, None)
    again = await http.delete(f"/api/tasks/{task_id}")
    assert (again.status_code, again.json()["reason"]) == (409, "TASK_FINISHED")
    assert not any(step.startswith("clip") for step in deck.steps())


async def test_an_unknown_task_is_404(http: httpx.AsyncClient) -> None:
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/storyboard")):
        got = await http.request(method, f"/api/tasks/nobody{path}")
        assert (got.status_code, got.json()["detail"]) == (404, "Task 'nobody' not found.")


async def test_a_client_that_hangs_up_cancels_its_task(http: httpx.AsyncClient, deck: Deck) -> None:
    deck.held["storyboard"] = asyncio.Event()
    waiting = asyncio.create_task(http.post("/api/video/generate/sync", json={"text": TEXT}))
    await deck.until(lambda: "storyboard" in deck.steps())
    waiting.cancel()
    await deck.until(lambda: deck.cancelled == ["storyboard"])
    assert [task["status"] for task in (await http.get("/api/tasks")).json()] == ["cancelled"]


async def test_the_list_is_newest_first_and_has_pages(http: httpx.AsyncClient, until_finished: Any) -> None:
    ids = [await submit(http, n_scenes=1) for _ in range(5)]
    for task_id in ids:
        await until_finished(http, task_id)
    assert [task["task_id"] for task in (await http.get("/api/tasks")).json()] == ids[::-1]
    seen: list[str] = []
    cursor = ""
    while True:
        got = await http.get("/api/tasks", params={"limit": 2, "status": "completed", "cursor": cursor})
        seen += [task["task_id"] for task in got.json()]
        cursor = got.headers.get("X-Next-Cursor", "")
        if not cursor:
            break
    assert seen == ids[::-1]
    assert (await http.get("/api/tasks?status=running")).json() == []
    assert (await http.get("/api/tasks?status=other")).status_code == 422
    assert (await http.get("/api/tasks?cursor=x")).status_code == 400


async def test_stopping_in_the_middle_and_starting_again(
    opened: Open, settings: GatewaySettings, deck: Deck, until_finished: Any
) -> None:
    deck.held["clip[1]"] = asyncio.Event()
    async with opened(settings) as http:
        task_id = await submit(http)
        version = -1
        while True:
            task = (await http.get(f"/api/tasks/{task_id}", params={"wait": 20, "since": version})).json()
            version = task["version"]
            if [scene["state"] for scene in task["progress"]["scenes"]] == ["done", "clipping", "done"]:
                break
        before = task["progress"]["percentage"]
    assert deck.cancelled == ["clip[1]"]
    deck.held["clip[1]"].set()
    async with opened(settings) as http:
        task = await until_finished(http, task_id)
        assert (await http.get("/api/tasks")).json()[0]["status"] == "completed"
    assert task["status"] == "completed"
    assert task["progress"]["percentage"] >= before
    assert {step: deck.steps().count(step) for step in deck.steps() if deck.steps().count(step) > 1} == {"clip[1]": 2}
    assert deck.requests["clip[1]"].seed == deck.requests["storyboard"].seed + 1


async def test_a_second_gateway_on_the_same_tasks_is_refused(opened: Open, settings: GatewaySettings) -> None:
    async with opened(settings):
        with pytest.raises(Exception, match="Another gateway works with the tasks"):
            async with opened(settings):
                pass


async def test_a_second_gateway_in_this_process_is_refused_and_harms_nothing(
    opened: Open, settings: GatewaySettings, tmp_path: Path, until_finished: Any
) -> None:
    async with opened(settings) as http:
        with pytest.raises(Exception, match="already runs in this process"):
            async with opened(settings.model_copy(update={"data_dir": tmp_path / "other"})):
                pass
        assert (await until_finished(http, await submit(http, n_scenes=1)))["status"] == "completed"


async def test_a_full_disk_fails_the_task_and_leaves_nothing_behind(
    http: httpx.AsyncClient, settings: GatewaySettings, until_finished: Any
) -> None:
    settings.output_dir.mkdir()
    if not await run("mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(settings.output_dir)):
        pytest.skip("mounting a small tmpfs needs root")
    try:
        (settings.output_dir / "fill").write_bytes(b"x" * 12_000)
        task = await until_finished(http, await submit(http))
        left = [path.name for path in settings.output_dir.iterdir()]
    finally:
        assert await run("umount", str(settings.output_dir))
    assert (task["status"], task["error_detail"]["reason"]) == ("failed", "STORE_FULL")
    assert (task["error_detail"]["stage"], "disk is full" in task["error"]) == ("publish", True)
    assert left == ["fill"]


async def test_a_full_disk_where_nothing_can_be_mounted(
    http: httpx.AsyncClient, until_finished: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(target))

    monkeypatch.setattr(publish, "_place", full)
    task = await until_finished(http, await submit(http, n_scenes=1))
    assert task["error_detail"]["reason"] == "STORE_FULL"


async def test_a_task_that_begins_while_the_database_is_away_waits_for_it(
    http: httpx.AsyncClient, until_finished: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_PAUSE", 0.0)
    read, tries = Durations.read, itertools.count(1)

    async def shaky(self: Durations) -> Any:
        if next(tries) < 4:
            raise OperationalError("SELECT", {}, Exception("server closed the connection unexpectedly"))
        return await read(self)

    monkeypatch.setattr(Durations, "read", shaky)
    task = await until_finished(http, await submit(http, n_scenes=1))
    assert (task["status"], next(tries)) == ("completed", 5)


async def test_a_full_store_of_a_service_is_not_waited_for(
    opened: Open, settings: GatewaySettings, deck: Deck, until_finished: Any
) -> None:
    full = ResourceExhausted("The artifact store is full.", reason="STORE_FULL", retry_after=60.0)
    deck.failures["illustrate"].extend([full] * 9)
    async with opened(settings) as http:
        task = await until_finished(http, await submit(http, n_scenes=1))
    assert (task["status"], task["error_detail"]["reason"]) == ("failed", "STORE_FULL")
    assert deck.steps().count("illustrate[0]") == 1


async def test_an_artifact_that_is_gone_is_named(
    http: httpx.AsyncClient, settings: GatewaySettings, deck: Deck, until_finished: Any
) -> None:
    deck.held["assemble"] = asyncio.Event()
    task_id = await submit(http, n_scenes=1)
    await deck.until(lambda: "assemble" in deck.steps())
    shutil.rmtree(settings.data_dir / "store" / "audio")
    deck.held["assemble"].set()
    task = await until_finished(http, task_id)
    assert task["error_detail"]["reason"] == "ARTIFACT_NOT_FOUND"
    assert str(settings.data_dir) not in json.dumps(task)

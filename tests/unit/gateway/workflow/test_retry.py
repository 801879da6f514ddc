"""Going on with a task that failed or was cancelled: under its id, from where it stopped."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from pixelle.runtime.errors import InvalidArgument, Unavailable

if TYPE_CHECKING:
    import httpx

    from gateway.settings import GatewaySettings
    from tests.unit.gateway.conftest import Deck, Open

BODY = {"text": "Why develop a reading habit", "n_scenes": 3}


async def submit(http: httpx.AsyncClient, **fields: Any) -> str:
    return (await http.post("/api/video/generate/async", json={**BODY, **fields})).json()["task_id"]


async def until_scenes(http: httpx.AsyncClient, task_id: str, states: list[str]) -> None:
    """Wait until the task's scenes are so far."""
    version, found = -1, [""]
    async with asyncio.timeout(60):
        while found != states:
            task = (await http.get(f"/api/tasks/{task_id}", params={"wait": 20, "since": version})).json()
            version, found = task["version"], [scene["state"] for scene in task["progress"]["scenes"]]


def twice(deck: Deck) -> set[str]:
    """Steps that arrived more than once."""
    return {step for step in deck.steps() if deck.steps().count(step) > 1}


@pytest.mark.parametrize("where", ["storyboard", "narrate", "clip", "assemble"])
async def test_a_failed_task_goes_on_and_repeats_no_finished_step(
    http: httpx.AsyncClient, deck: Deck, until_finished: Any, where: str
) -> None:
    deck.failures[where].append(InvalidArgument("no", reason="NO"))
    task_id = await submit(http)
    failed = await until_finished(http, task_id)
    assert (failed["status"], failed["error_detail"]["reason"]) == ("failed", "NO")
    ended = [f"{name}[{scene['index']}]" for scene in failed["progress"].get("scenes", []) for name in scene["steps"]]

    got = await http.post(f"/api/tasks/{task_id}/retry")
    assert (got.status_code, got.json()["task_id"]) == (200, task_id)
    now = (await http.get(f"/api/tasks/{task_id}")).json()
    assert now["status"] in {"pending", "running", "completed"}
    assert (now["error"], now["error_detail"]) == (None, None)
    assert now["version"] > failed["version"]
    assert now["progress"]["percentage"] >= failed["progress"]["percentage"]

    task = await until_finished(http, task_id)
    assert (task["status"], task["error"], task["progress"]["percentage"]) == ("completed", None, 100)
    assert task["created_at"] == failed["created_at"]
    assert task["result"]["video_url"].endswith(f"{task_id}/final.mp4")
    kept = [step for step in ended if deck.steps().count(step) != 1]
    assert not kept, "a finished step ran again"
    assert any(step.startswith(where) for step in twice(deck))
    assert [each["task_id"] for each in (await http.get("/api/tasks?status=completed")).json()] == [task_id]


async def test_only_the_scene_that_failed_is_made_again(
    http: httpx.AsyncClient, deck: Deck, until_finished: Any
) -> None:
    deck.held["narrate[0]"] = asyncio.Event()
    task_id = await submit(http)
    await until_scenes(http, task_id, ["making", "done", "done"])
    deck.failures["clip"].append(InvalidArgument("no"))
    deck.held["narrate[0]"].set()
    # the first one in the order of steps fails, after all others have ended
    assert (await until_finished(http, task_id))["error_detail"]["scene"] == 0
    before = len(deck.begun)
    await http.post(f"/api/tasks/{task_id}/retry")
    assert (await until_finished(http, task_id))["status"] == "completed"
    assert deck.steps()[before:] == ["clip[0]", "assemble"]


async def test_a_cancelled_task_goes_on(http: httpx.AsyncClient, deck: Deck, until_finished: Any) -> None:
    deck.held["clip[1]"] = asyncio.Event()
    task_id = await submit(http)
    await until_scenes(http, task_id, ["done", "clipping", "done"])
    assert (await http.delete(f"/api/tasks/{task_id}")).status_code == 200
    assert (await until_finished(http, task_id))["status"] == "cancelled"
    await deck.until(lambda: "clip[1]" in deck.cancelled)
    deck.held["clip[1]"].set()
    assert (await http.post(f"/api/tasks/{task_id}/retry")).status_code == 200
    assert (await until_finished(http, task_id))["status"] == "completed"
    assert twice(deck) == {"clip[1]"}
    assert max(deck.ended.values()) == 1


async def test_a_retry_survives_a_restart_and_may_fail_again(
    opened: Open, settings: GatewaySettings, deck: Deck, until_finished: Any
) -> None:
    deck.failures["clip"].extend(InvalidArgument("no", reason="NO") for _ in range(2))
    deck.held["clip[0]"] = asyncio.Event()
    async with opened(settings) as http:
        task_id = await submit(http, n_scenes=1)
        assert (await until_finished(http, task_id))["status"] == "failed"
        assert (await http.post(f"/api/tasks/{task_id}/retry")).status_code == 200
        assert (await until_finished(http, task_id))["status"] == "failed"
        assert (await http.post(f"/api/tasks/{task_id}/retry")).status_code == 200
        await deck.until(lambda: deck.inside["clip"] == 1)
    deck.held["clip[0]"].set()
    async with opened(settings) as http:
        assert (await until_finished(http, task_id))["status"] == "completed"
    assert twice(deck) == {"clip[0]"}


async def test_a_task_that_has_not_stopped_is_a_conflict(
    http: httpx.AsyncClient, deck: Deck, until_finished: Any
) -> None:
    deck.held["storyboard"] = asyncio.Event()
    task_id = await submit(http, n_scenes=1)
    await deck.until(lambda: "storyboard" in deck.steps())
    running = await http.post(f"/api/tasks/{task_id}/retry")
    deck.held["storyboard"].set()
    await until_finished(http, task_id)
    completed = await http.post(f"/api/tasks/{task_id}/retry")
    for got, state in ((running, "running"), (completed, "completed")):
        assert (got.status_code, got.json()["reason"]) == (409, "TASK_NOT_STOPPED")
        assert f"is {state}" in got.json()["detail"]
    assert (await http.post("/api/tasks/nobody/retry")).status_code == 404


async def test_of_many_retries_one_counts(http: httpx.AsyncClient, deck: Deck, until_finished: Any) -> None:
    deck.failures["assemble"].append(InvalidArgument("no"))
    task_id = await submit(http, n_scenes=1)
    await until_finished(http, task_id)
    deck.held["assemble"] = asyncio.Event()
    got = await asyncio.gather(*(http.post(f"/api/tasks/{task_id}/retry") for _ in range(8)))
    assert sorted(each.status_code for each in got) == [200] + [409] * 7
    await deck.until(lambda: deck.inside["assemble"] == 1)
    deck.held["assemble"].set()
    await until_finished(http, task_id)
    assert deck.steps().count("assemble") == 2


async def test_a_retry_under_a_key_is_made_once(http: httpx.AsyncClient, deck: Deck, until_finished: Any) -> None:
    deck.failures["assemble"].extend(InvalidArgument("no") for _ in range(2))
    task_id = await submit(http, n_scenes=1)
    await until_finished(http, task_id)
    key = {"Idempotency-Key": "again"}
    got = await asyncio.gather(*(http.post(f"/api/tasks/{task_id}/retry", headers=key) for _ in range(6)))
    assert {each.status_code for each in got} == {200}
    assert (await until_finished(http, task_id))["status"] == "failed"
    assert (await http.post(f"/api/tasks/{task_id}/retry", headers=key)).json() == got[0].json()
    assert (await until_finished(http, task_id))["status"] == "failed"  # that was the same retry, not another
    assert (await http.post(f"/api/tasks/{task_id}/retry")).status_code == 200
    assert (await until_finished(http, task_id))["status"] == "completed"
    assert deck.steps().count("assemble") == 3


async def test_who_watches_is_told(http: httpx.AsyncClient, deck: Deck, until_finished: Any) -> None:
    deck.failures["storyboard"].append(Unavailable("away", retry_after=99.0))
    task_id = await submit(http, n_scenes=1)
    failed = await until_finished(http, task_id)
    deck.held["storyboard"] = asyncio.Event()
    await http.post(f"/api/tasks/{task_id}/retry")
    async with asyncio.timeout(5):
        params = {"wait": 60, "since": failed["version"]}
        now = (await http.get(f"/api/tasks/{task_id}", params=params)).json()
    assert now["status"] in {"pending", "running"}
    deck.held["storyboard"].set()
    await until_finished(http, task_id)

"""What has been made: listed, sorted, summed up, looked at, sent again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from pixelle.runtime.errors import FailedPrecondition

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from .conftest import Deck

ASYNC, HISTORY = "/api/video/generate/async", "/api/history"
BODY = {"text": "Reading", "frame_template": "1080x1920/static_default.html", "language": "en"}


async def sent(http: httpx.AsyncClient, **fields: Any) -> str:
    return (await http.post(ASYNC, json={**BODY, **fields})).json()["task_id"]


@pytest.fixture
async def made(http: httpx.AsyncClient, deck: Deck, until_finished: Callable[..., Any]) -> list[str]:
    """Videos of 2, 1 and 3 scenes, one that failed before its storyboard, one cancelled, one that still runs."""
    ids: list[str] = []
    for title, count in (("Beta", 2), ("Alpha", 1), ("Gamma", 3)):
        ids.append(await sent(http, title=title, n_scenes=count))
        assert (await until_finished(http, ids[-1]))["status"] == "completed"
    deck.failures["storyboard"].append(FailedPrecondition("No model.", reason="ENGINE_NOT_INSTALLED"))
    ids.append(await sent(http, title="Delta", metadata={"order": 7}))
    assert (await until_finished(http, ids[-1]))["status"] == "failed"
    deck.held["storyboard"] = asyncio.Event()
    ids += [await sent(http), await sent(http)]
    await deck.until(lambda: sum(step == "storyboard" for step in deck.steps()) == 6)
    await http.delete(f"/api/tasks/{ids[4]}")
    return ids


async def listed(http: httpx.AsyncClient, **query: Any) -> list[str]:
    got = await http.get(HISTORY, params=query)
    assert got.status_code == 200, got.text
    return [each["task_id"] for each in got.json()["tasks"]]


async def test_pages_filters_orders_and_sums(http: httpx.AsyncClient, made: list[str]) -> None:
    beta, alpha, gamma, failed, cancelled, runs = made
    got = (await http.get(HISTORY)).json()
    assert {each["task_id"] for each in got["tasks"]} == {beta, alpha, gamma, failed, cancelled}
    assert (got["success"], got["total"], got["page"], got["page_size"], got["total_pages"]) == (True, 5, 1, 20, 1)
    assert got["statistics"] == {
        "total_tasks": 5,
        "completed": 3,
        "failed": 1,
        "cancelled": 1,
        "total_duration": 9.0,
        "total_size": 3000,
    }
    assert runs not in str(got)
    pages = [await listed(http, page=page, page_size=2) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert [each for page in pages for each in page] == await listed(http)
    assert await listed(http, sort="created_at") == (await listed(http))[::-1]
    assert await listed(http, status="failed") == [failed]
    assert await listed(http, status="completed", sort="title") == [alpha, beta, gamma]
    assert await listed(http, status="completed", sort="-title") == [gamma, beta, alpha]
    assert await listed(http, status="completed", sort="duration") == [alpha, beta, gamma]
    assert (await listed(http, sort="-duration"))[:3] == [gamma, beta, alpha]
    assert set(await listed(http, sort="completed_at")) == {beta, alpha, gamma, failed, cancelled}
    assert (await http.get(HISTORY, params={"statistics": False})).json()["statistics"] is None


async def test_each_with_what_it_was_given_and_gave(http: httpx.AsyncClient, made: list[str]) -> None:
    beta, failed, runs = made[0], made[3], made[5]
    shown = {each["task_id"]: each for each in (await http.get(HISTORY)).json()["tasks"]}
    assert (shown[beta]["title"], shown[beta]["n_scenes"], shown[beta]["result"]["duration"]) == ("Beta", 2, 3.0)
    assert shown[beta]["request_params"]["title"] == "Beta"
    assert (shown[failed]["title"], shown[failed]["n_scenes"], shown[failed]["result"]) == ("Delta", 0, None)
    assert (shown[failed]["error"], shown[failed]["error_detail"]["stage"]) == ("No model.", "storyboard")
    detail = (await http.get(f"{HISTORY}/{beta}")).json()
    assert detail["task"] == shown[beta]
    assert [scene["narration"] for scene in detail["storyboard"]["scenes"]] == ["Scene 0.", "Scene 1."]
    assert detail["storyboard"]["scenes"][0]["segment_url"].endswith("/01_segment.mp4")
    detail = (await http.get(f"{HISTORY}/{failed}")).json()
    assert (detail["task"]["metadata"], detail["storyboard"]) == ({"order": 7}, None)
    for each, said in ((failed, "ended before it had a storyboard"), (runs, "has no storyboard yet. Ask again later")):
        got = (await http.get(f"/api/tasks/{each}/storyboard")).json()
        assert (got["status"], got["reason"]) == (409, "STORYBOARD_NOT_READY")
        assert said in got["detail"]
    for method, path in (("GET", runs), ("POST", f"{runs}/duplicate")):
        got = await http.request(method, f"{HISTORY}/{path}")
        assert (got.status_code, got.json()["reason"]) == (409, "TASK_NOT_FINISHED")
    for method, path in (("GET", "x"), ("POST", "x/duplicate"), ("DELETE", "x")):
        got = await http.request(method, f"{HISTORY}/{path}")
        assert (got.status_code, got.json()["reason"]) == (404, "TASK_NOT_FOUND")


async def test_a_duplicate_begins_nothing_and_can_be_sent(
    http: httpx.AsyncClient, deck: Deck, until_finished: Callable[..., Any]
) -> None:
    first = await sent(http, n_scenes=2, template_params={}, metadata={"order": 7}, bgm_volume=0.5)
    await until_finished(http, first)
    begun = len(deck.begun)
    got = (await http.post(f"{HISTORY}/{first}/duplicate")).json()
    assert got["task_id"] == first
    assert got["request"] | BODY == got["request"]
    assert (got["request"]["n_scenes"], got["request"]["metadata"], got["request"]["bgm_volume"]) == (
        2,
        {"order": 7},
        0.5,
    )
    assert len(deck.begun) == begun
    again = await http.post(ASYNC, json={**got["request"], "title": "Other"})
    assert again.status_code == 200, again.text
    task = await until_finished(http, again.json()["task_id"])
    assert (task["status"], task["request_params"]["title"]) == ("completed", "Other")
    assert (await http.delete(f"{HISTORY}/{first}")).json()["success"]
    assert await listed(http) == [again.json()["task_id"]]
    assert (await http.get(HISTORY)).json()["statistics"]["total_tasks"] == 1


@pytest.mark.parametrize(
    "query", [{"page": 0}, {"page_size": 0}, {"page_size": 201}, {"status": "running"}, {"sort": "size"}], ids=str
)
async def test_bad_questions(http: httpx.AsyncClient, query: dict[str, Any]) -> None:
    got = await http.get(HISTORY, params=query)
    assert (got.status_code, got.json()["reason"]) == (422, "SCHEMA")

"""One scene again: only what it changes is asked of the services, everything else is taken over."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from pixelle.runtime.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import httpx

    from gateway.settings import GatewaySettings
    from tests.unit.gateway.conftest import Deck, Open

BODY = {"text": "Why develop a reading habit", "n_scenes": 3}
FOOTAGE = "1080x1920/video_default.html"
STATIC = "1080x1920/static_default.html"
ALL = ["narrate[1]", "illustrate[1]", "clip[1]", "assemble"]


@pytest.fixture
def made(http: httpx.AsyncClient, until_finished: Any) -> Callable[..., Awaitable[dict[str, Any]]]:
    """A finished task."""

    async def make(**fields: Any) -> dict[str, Any]:
        task_id = (await http.post("/api/video/generate/async", json={**BODY, **fields})).json()["task_id"]
        return await until_finished(http, task_id)

    return make


async def redo(http: httpx.AsyncClient, task_id: str, number: int = 1, **change: Any) -> httpx.Response:
    return await http.post(f"/api/tasks/{task_id}/scenes/{number}/regenerate", json=change)


async def board(http: httpx.AsyncClient, task_id: str) -> dict[str, Any]:
    return (await http.get(f"/api/tasks/{task_id}/storyboard")).json()


@pytest.mark.parametrize(
    ("fields", "change", "asked"),
    [
        ({}, {"narration": "Something else."}, ALL),
        ({}, {"voice": "tone/a"}, ["narrate[1]", "clip[1]", "assemble"]),
        ({}, {"image_prompt": "a red door"}, ["illustrate[1]", "clip[1]", "assemble"]),
        ({}, {"seed": 77}, ["illustrate[1]", "clip[1]", "assemble"]),
        ({}, {"seed": 0}, ["illustrate[1]", "clip[1]", "assemble"]),
        ({}, {}, ["illustrate[1]", "clip[1]", "assemble"]),
        ({}, {"narration": "Both.", "image_prompt": "a red door", "seed": 7, "voice": "tone/a"}, ALL),
        ({"frame_template": FOOTAGE}, {"voice": "tone/a"}, ALL),
        ({"frame_template": FOOTAGE}, {"seed": 5}, ["illustrate[1]", "clip[1]", "assemble"]),
        ({"frame_template": STATIC}, {"narration": "Else."}, ["narrate[1]", "clip[1]", "assemble"]),
    ],
)
async def test_only_what_the_change_touches_is_asked_for(  # noqa: PLR0917 - fixtures
    http: httpx.AsyncClient, deck: Deck, made: Any, until_finished: Any, fields: Any, change: Any, asked: list[str]
) -> None:
    task = await made(**fields)
    before, clean = len(deck.begun), (await board(http, task["task_id"]))["scenes"]
    got = await redo(http, task["task_id"], **change)
    assert got.status_code == 200, got.text
    new_id = got.json()["task_id"]
    new = await until_finished(http, new_id)
    assert new_id != task["task_id"]
    assert (new["status"], new["regenerated_from"]) == ("completed", task["task_id"])
    assert sorted(deck.steps()[before:]) == sorted(asked)
    assert {each.partition("/")[0] for each in deck.begun[before:]} == {new_id}
    assert new["progress"]["current"] == new["progress"]["total"]

    scenes = (await board(http, new_id))["scenes"]
    for name in ("narration", "image_prompt", "voice"):
        assert scenes[1][name] == change.get(name, clean[1][name])
    redrawn = change == {} or change.get("seed") == 0
    assert (scenes[1]["seed"] != clean[1]["seed"]) == (redrawn or "seed" in change)
    assert scenes[1]["seed"] == change.get("seed") or redrawn or "seed" not in change
    plan = ("index", "narration", "image_prompt", "seed", "voice", "words", "duration", "frame_count")
    for index in (0, 2):
        assert [scenes[index].get(name) for name in plan] == [clean[index].get(name) for name in plan]
    # the old one stays as it was
    assert (await board(http, task["task_id"]))["scenes"] == clean


async def test_what_is_asked_for_is_the_change(
    http: httpx.AsyncClient, deck: Deck, made: Any, until_finished: Any
) -> None:
    task = await made(title="My title", seed=40, metadata={"order": 1})
    first = deck.requests["illustrate[1]"].prompt
    got = await redo(http, task["task_id"], narration="Else.", voice="tone/a", seed=9, image_prompt="a red door")
    new = await until_finished(http, got.json()["task_id"])
    spoken, drawn, clip = (deck.requests[f"{name}[1]"] for name in ("narrate", "illustrate", "clip"))
    assert (spoken.text, spoken.voice_id) == ("Else.", "tone/a")
    assert (drawn.prompt.prompt, drawn.prompt.narration, drawn.prompt.seed) == ("a red door", "Else.", 9)
    assert drawn.prompt.series == first.series
    assert (clip.page.title, clip.page.text, clip.page.index, clip.page.count) == ("My title", "Else.", 1, 3)
    assert [scene.text for scene in deck.requests["assemble"].scenes] == ["Scene 0.", "Else.", "Scene 2."]
    assert new["metadata"] == {"order": 1}

    # a redo of the redo keeps what the first one changed
    before = len(deck.begun)
    last = await until_finished(http, (await redo(http, new["task_id"], 0)).json()["task_id"])
    assert last["regenerated_from"] == new["task_id"]
    assert sorted(deck.steps()[before:]) == ["assemble", "clip[0]", "illustrate[0]"]
    assert (await board(http, last["task_id"]))["scenes"][1]["voice"] == "tone/a"

    # what the new task shows as its request makes the same video
    again = await http.post("/api/video/generate/async", json=last["request_params"])
    assert again.status_code == 200, again.text
    await until_finished(http, again.json()["task_id"])
    assert deck.requests["narrate[1]"].voice_id == "tone/a"
    assert deck.requests["narrate[0]"].voice_id == ""
    assert deck.steps().count("storyboard") == 1


async def test_what_is_wrong_is_said_and_costs_nothing(http: httpx.AsyncClient, deck: Deck, made: Any) -> None:
    task_id = (await made())["task_id"]
    static = (await made(frame_template=STATIC, n_scenes=1))["task_id"]
    before = len(deck.begun)
    for got, status, reason, said in (
        (await redo(http, task_id, 3), 404, "SCENE_NOT_FOUND", "3 scenes, numbered from 0 to 2; there is no scene 3"),
        (await redo(http, task_id, -1), 404, "SCENE_NOT_FOUND", "there is no scene -1"),
        (await redo(http, static, 1), 404, "SCENE_NOT_FOUND", "1 scene, number 0"),
        (await redo(http, "nobody", 0), 404, "TASK_NOT_FOUND", "'nobody'"),
        (await redo(http, task_id, voice="tone/b"), 400, "VOICE_NOT_FOUND", "Did you mean 'tone/a'"),
        (await redo(http, static, 0), 400, "NOTHING_TO_CHANGE", "no pictures"),
        (await redo(http, static, 0, image_prompt="a lamp", seed=7), 400, "NOTHING_TO_CHANGE", "no pictures"),
        (await redo(http, task_id, narration=" \n"), 400, "TEXT_NOT_SPEAKABLE", "narration: "),
        (await redo(http, task_id, narration=""), 422, "SCHEMA", "narration"),
        (await redo(http, task_id, narrations="x"), 422, "SCHEMA", "narrations"),
        (await redo(http, task_id, seed=-1), 422, "SCHEMA", "seed"),
    ):
        assert (got.status_code, got.json()["reason"]) == (status, reason), got.text
        assert said in str(got.json()["detail"])
    assert len(deck.begun) == before
    assert len((await http.get("/api/tasks")).json()) == 2


async def test_a_running_task_has_to_end_first(http: httpx.AsyncClient, deck: Deck, until_finished: Any) -> None:
    deck.held["assemble"] = asyncio.Event()
    task_id = (await http.post("/api/video/generate/async", json=BODY)).json()["task_id"]
    await deck.until(lambda: "assemble" in deck.steps())
    got = await redo(http, task_id)
    assert (got.status_code, got.json()["reason"]) == (409, "TASK_NOT_FINISHED")
    deck.held["assemble"].set()
    await until_finished(http, task_id)
    assert (await redo(http, task_id)).status_code == 200


async def test_a_failed_task_can_be_mended(http: httpx.AsyncClient, deck: Deck, made: Any, until_finished: Any) -> None:
    deck.failures["storyboard"].append(InvalidArgument("no"))
    got = await redo(http, (await made())["task_id"])
    assert (got.status_code, got.json()["reason"]) == (409, "STORYBOARD_NOT_READY")
    deck.failures["assemble"].append(InvalidArgument("no"))
    task = await made()
    assert task["status"] == "failed"
    before = len(deck.begun)
    new = await until_finished(http, (await redo(http, task["task_id"], seed=3)).json()["task_id"])
    assert new["status"] == "completed"
    assert sorted(deck.steps()[before:]) == ["assemble", "clip[1]", "illustrate[1]"]


async def test_what_is_not_in_the_store_any_more_is_made_again(
    http: httpx.AsyncClient, deck: Deck, made: Any, until_finished: Any, settings: GatewaySettings
) -> None:
    task = await made(n_scenes=2)
    before = len(deck.begun)
    shutil.rmtree(settings.data_dir / "store" / "audio")
    new = await until_finished(http, (await redo(http, task["task_id"], 1, seed=3)).json()["task_id"])
    assert new["status"] == "completed"
    again = ["assemble", "clip[0]", "clip[1]", "illustrate[1]", "narrate[0]", "narrate[1]"]
    assert sorted(deck.steps()[before:]) == again


async def test_a_redo_under_a_key_is_one_task_with_one_seed(http: httpx.AsyncClient, made: Any) -> None:
    task_id = (await made())["task_id"]
    path = f"/api/tasks/{task_id}/scenes/1/regenerate"
    key = {"Idempotency-Key": "k"}
    got = await asyncio.gather(*(http.post(path, headers=key) for _ in range(6)))  # without any body
    assert len({each.json()["task_id"] for each in got}) == 1
    other = await http.post(f"/api/tasks/{task_id}/scenes/2/regenerate", headers=key)
    assert other.status_code == 422
    assert len((await http.get("/api/tasks")).json()) == 2


async def test_a_redo_goes_on_after_a_restart(
    opened: Open, settings: GatewaySettings, deck: Deck, until_finished: Any
) -> None:
    async with opened(settings) as http:
        task_id = (await http.post("/api/video/generate/async", json=BODY)).json()["task_id"]
        await until_finished(http, task_id)
        deck.held["illustrate[1]"] = asyncio.Event()
        new_id = (await redo(http, task_id)).json()["task_id"]
        await deck.until(lambda: deck.inside["illustrate"] == 1)
    deck.held["illustrate[1]"].set()
    async with opened(settings) as http:
        assert (await until_finished(http, new_id))["status"] == "completed"
    steps = [each.partition("/")[2] for each in deck.begun if each.startswith(new_id)]
    assert sorted(steps) == ["assemble", "clip[1]", "illustrate[1]", "illustrate[1]"]

"""Plan first, pay later: what planning asks of whom, and storyboards that come back edited."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf.json_format import MessageToDict

from gateway.boards import MAX_SCENES
from gateway.costs import price_of
from gateway.workflow.estimate import spoken_seconds
from pixelle.core.v1 import core_pb2
from pixelle.runtime.errors import Unavailable
from svc_script.requests import FIXED_SCENES

if TYPE_CHECKING:
    import httpx

    from gateway.settings import GatewaySettings
    from tests.unit.gateway.conftest import Deck, Open

BODY = {"text": "Why develop a reading habit", "n_scenes": 3}
PLAN = "/api/storyboards"
ASYNC = "/api/video/generate/async"


async def test_planning_asks_only_who_writes(http: httpx.AsyncClient, deck: Deck) -> None:
    got = await http.post(PLAN, json={**BODY, "title": "Mine", "seed": 8})
    assert got.status_code == 200, got.text
    answer = got.json()
    assert deck.steps() == ["storyboard"]
    assert (await http.get("/api/tasks")).json() == []
    board = answer["storyboard"]
    assert (board["title"], board["seed"], board["notice"]) == ("Mine", 8, "draft")
    assert [scene["seed"] for scene in board["scenes"]] == [8, 9, 10]
    estimate = answer["estimate"]
    assert (estimate["scenes"], estimate["cost"], estimate["learned"]) == (3, None, False)
    assert estimate["seconds"] > 0
    assert estimate["video_seconds"] > 0


PAID = core_pb2.Usage(input_tokens=10, output_tokens=5, calls=1, cost=0.25, currency="USD")
UNPRICED = core_pb2.Usage(input_tokens=10, output_tokens=5, calls=1)
ALL = {"speech_prices": {"local/tone": 10.0}, "picture_prices": {"local": 9.0, "local/card": 0.5}}


@pytest.mark.parametrize(
    ("prices", "usage", "fields", "cost", "currency"),
    [
        ({}, None, {}, None, ""),
        ({}, UNPRICED, {}, None, ""),
        ({}, PAID, {}, 0.25, "USD"),  # voices and pictures are made here
        (ALL, None, {}, 0.24 + 1.5, "USD"),  # 3 scenes of 8 characters, 3 pictures by the closest price
        (ALL, PAID, {}, 0.25 + 0.24 + 1.5, "USD"),
        ({"picture_prices": {"api/openai": 1.0}}, None, {}, 0.0, "USD"),  # which is not used
        ({"picture_prices": {"local/card": 1.0}, "price_currency": "EUR"}, PAID, {}, None, ""),
        (ALL, None, {"frame_template": "1080x1920/static_default.html"}, 0.24, "USD"),
        ({"footage_prices": {"local/card": 0.0}}, None, {"frame_template": "1080x1920/video_default.html"}, 0.0, "USD"),
    ],
)
async def test_a_plan_says_what_its_video_costs_where_prices_are_set(  # noqa: PLR0917 - pytest passes them by name
    opened: Open,
    settings: GatewaySettings,
    deck: Deck,
    prices: dict[str, Any],
    usage: core_pb2.Usage | None,
    fields: dict[str, Any],
    cost: float | None,
    currency: str,
) -> None:
    deck.usage = usage
    async with opened(settings.model_copy(update=prices)) as http:
        estimate = (await http.post(PLAN, json={**BODY, **fields})).json()["estimate"]
    assert estimate["cost"] == (None if cost is None else pytest.approx(cost))
    assert estimate["currency"] == currency


async def test_own_pictures_cost_nothing(opened: Open, settings: GatewaySettings) -> None:
    async with opened(settings.model_copy(update=ALL)) as http:
        sent = {"file": ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(20))}
        own = (await http.post("/api/files", files=sent)).json()["path"]
        estimate = (await http.post(PLAN, json={**BODY, "assets": [own], "n_scenes": 3})).json()["estimate"]
    assert (estimate["scenes"], estimate["cost"]) == (3, pytest.approx(0.24 + 2 * 0.5))


@pytest.mark.parametrize(
    ("before", "usage"),
    [
        (None, {"input_tokens": 10, "output_tokens": 5, "calls": 1, "cost": 0.25, "currency": "USD"}),
        (PAID, {"input_tokens": 20, "output_tokens": 10, "calls": 2, "cost": 0.5, "currency": "USD"}),
        (UNPRICED, {"input_tokens": 20, "output_tokens": 10, "calls": 2, "cost": None, "currency": ""}),
    ],
)
async def test_prompts_that_a_given_plan_lacks_are_counted(
    http: httpx.AsyncClient, deck: Deck, before: core_pb2.Usage | None, usage: dict[str, Any]
) -> None:
    deck.usage = PAID
    board: dict[str, Any] = {"scenes": [{"narration": "One."}]}
    if before:
        board["usage"] = MessageToDict(before, preserving_proto_field_name=True)
    got = (await http.post(PLAN, json={**BODY, "storyboard": board})).json()
    assert got["storyboard"]["usage"] == usage
    assert got["estimate"]["cost"] == usage["cost"]


@pytest.mark.parametrize(
    ("workflow", "price"),
    [("api/openai/dall-e", 2.0), ("api/openai/gpt", 1.0), ("api/kling", None), ("local/card", 0.0), ("", None)],
)
def test_the_price_of_a_workflow(workflow: str, price: float | None) -> None:
    assert price_of(workflow, {"api/openai": 1.0, "api/openai/dall-e": 2.0}) == price


async def test_the_estimate_learns_from_what_was_made(http: httpx.AsyncClient, until_finished: Any) -> None:
    task_id = (await http.post(ASYNC, json=BODY)).json()["task_id"]
    task = await until_finished(http, task_id)
    estimate = (await http.post(PLAN, json=BODY)).json()["estimate"]
    assert estimate["learned"]
    # the stand-ins make a second of video in far less than a second
    assert estimate["seconds"] < estimate["video_seconds"]
    assert task["result"]["duration"] == 4.5


async def test_seeds_of_a_plan_make_the_same_video(http: httpx.AsyncClient, deck: Deck, until_finished: Any) -> None:
    board = (await http.post(PLAN, json=BODY)).json()["storyboard"]
    task_id = (await http.post(ASYNC, json={**BODY, "storyboard": board})).json()["task_id"]
    await until_finished(http, task_id)
    made = (await http.get(f"/api/tasks/{task_id}/storyboard")).json()
    assert [{name: scene[name] for name in board["scenes"][0]} for scene in made["scenes"]] == board["scenes"]
    assert deck.steps().count("storyboard") == 1, "nothing is written twice"
    # what the task says about its storyboard can be sent as it is, too
    again = await http.post(ASYNC, json={**BODY, "storyboard": made})
    assert again.status_code == 200, again.text
    assert set(made["scenes"][0]) > set(board["scenes"][0])


async def test_a_plan_of_the_longest_script_can_be_sent_back(http: httpx.AsyncClient, deck: Deck) -> None:
    assert MAX_SCENES == FIXED_SCENES
    lines = [{"narration": f"Line {i}."} for i in range(MAX_SCENES)]
    got = await http.post(PLAN, json={**BODY, "storyboard": {"language": "en", "scenes": lines}})
    assert got.status_code == 200, got.text
    prompts = [scene["image_prompt"] for scene in got.json()["storyboard"]["scenes"]]
    assert prompts == [f"prompt for Line {i}." for i in range(MAX_SCENES)]
    again = await http.post(ASYNC, json={**BODY, "storyboard": got.json()["storyboard"]})
    assert again.status_code == 200, again.text
    await http.delete(f"/api/tasks/{again.json()['task_id']}")
    too_many = await http.post(PLAN, json={**BODY, "storyboard": {"scenes": [*lines, *lines]}})
    assert too_many.status_code == 422


async def test_an_edited_plan_is_made_as_edited(http: httpx.AsyncClient, deck: Deck, until_finished: Any) -> None:
    board = (await http.post(PLAN, json=BODY)).json()["storyboard"]
    first, second, third = board["scenes"]
    first["narration"] = "Changed."
    second["image_prompt"] = "a red door"
    third["seed"] = 4321
    third["voice"] = "tone/a"
    new = {"narration": "A new one."}
    board["scenes"] = [third, new, first, second]
    board["title"] = "Other title"
    task_id = (await http.post(ASYNC, json={**BODY, "storyboard": board})).json()["task_id"]
    assert (await until_finished(http, task_id))["status"] == "completed"
    spoken = [deck.requests[f"narrate[{i}]"] for i in range(4)]
    drawn = [deck.requests[f"illustrate[{i}]"].prompt for i in range(4)]
    assert [each.text for each in spoken] == ["Scene 2.", "A new one.", "Changed.", "Scene 1."]
    assert [each.voice_id for each in spoken] == ["tone/a", "", "", ""]
    assert [each.prompt for each in drawn] == ["picture 2", "prompt for A new one.", "picture 0", "a red door"]
    assert [each.seed for each in (drawn[0], drawn[2])] == [4321, first["seed"]]
    assert drawn[1].seed
    assert [each.series.index for each in drawn] == [0, 1, 2, 3]
    assert {each.series.title for each in drawn} == {"Other title"}
    assert len(deck.requests["assemble"].scenes) == 4

    # and a scene taken out
    board["scenes"] = [first, third]
    task_id = (await http.post(ASYNC, json={**BODY, "storyboard": board})).json()["task_id"]
    assert (await until_finished(http, task_id))["status"] == "completed"
    assert [scene.text for scene in deck.requests["assemble"].scenes] == ["Changed.", "Scene 2."]


async def test_a_voice_of_a_scene_is_checked_before_anything_is_spent(http: httpx.AsyncClient, deck: Deck) -> None:
    board = {"language": "en", "scenes": [{"narration": "One.", "voice": "tone/z"}]}
    got = await http.post(ASYNC, json={**BODY, "storyboard": board})
    assert (got.status_code, got.json()["reason"]) == (400, "VOICE_NOT_FOUND")
    board = {"language": "fr", "scenes": [{"narration": "Un.", "voice": "tone/a"}]}
    got = await http.post(PLAN, json={**BODY, "storyboard": board})
    assert (got.status_code, got.json()["reason"]) == (400, "LANGUAGE_NOT_SPOKEN")
    assert not deck.begun


async def test_what_cannot_be_planned_says_so(http: httpx.AsyncClient, deck: Deck) -> None:
    assert (await http.post(PLAN, json={**BODY, "frame_template": "none"})).status_code == 400
    assert (await http.post(PLAN, json={**BODY, "n_scene": 3})).status_code == 422
    deck.failures["storyboard"].append(Unavailable("The model loads.", reason="ENGINE_LOADING", retry_after=3))
    got = await http.post(PLAN, json=BODY)
    assert (got.status_code, got.json()["reason"], got.headers["Retry-After"]) == (503, "ENGINE_LOADING", "3")


async def test_who_hangs_up_stops_the_writing(http: httpx.AsyncClient, deck: Deck) -> None:
    deck.held["storyboard"] = asyncio.Event()
    planning = asyncio.create_task(http.post(PLAN, json=BODY))
    await deck.until(lambda: "storyboard" in deck.steps())
    planning.cancel()
    await deck.until(lambda: deck.cancelled == ["storyboard"])


@pytest.mark.parametrize(("text", "seconds"), [("one two three four five", 2.0), ("読書の習慣", 1.1), ("", 0.0)])
def test_how_long_a_text_is_spoken(text: str, seconds: float) -> None:
    assert spoken_seconds(text) == pytest.approx(seconds, abs=0.1)


def test_the_description_names_the_new_endpoints_and_the_header() -> None:
    from gateway.app import create_app
    from gateway.settings import GatewaySettings

    paths = create_app(GatewaySettings()).openapi()["paths"]
    with_key = [
        "/api/video/generate/async",
        "/api/video/generate/sync",
        "/api/tasks/{task_id}/scenes/{number}/regenerate",
        "/api/tasks/{task_id}/retry",
    ]
    for path in with_key:
        headers = [each["name"] for each in paths[path]["post"]["parameters"] if each["in"] == "header"]
        assert [name.lower() for name in headers] == ["idempotency-key"], path
    assert "nothing else is made" in paths["/api/storyboards"]["post"]["description"]


TEA = "Tea was a medicine first"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ({"title": TEA, "said": f"{TEA}."}, ""),
        ({"title": "每天喝一杯水", "said": "每天喝一杯水，身体会更轻松。"}, ""),
        ({"title": TEA, "said": f"{TEA}.", "given": TEA}, TEA),
        ({"title": "Tea", "said": "Tea was a medicine long before it was a drink."}, "Tea"),
        ({"title": "", "said": f"{TEA}."}, ""),
    ],
)
async def test_a_title_that_the_first_line_repeats_is_not_shown_above_it(
    http: httpx.AsyncClient, deck: Deck, until_finished: Any, written: dict[str, str], shown: str
) -> None:
    board = {"title": written["title"], "scenes": [{"narration": written["said"], "image_prompt": "a cup"}]}
    body = {"text": "x", "language": "en", "title": written.get("given"), "storyboard": board}
    task = (await http.post(ASYNC, json=body)).json()
    assert (await until_finished(http, task["task_id"]))["status"] == "completed"
    assert deck.requests["clip[0]"].page.title == shown
    assert deck.requests["assemble"].title == written["title"]

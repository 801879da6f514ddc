"""Words alone: what is asked of the script service, what is refused before, who hangs up."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from pixelle.core.v1 import core_pb2
from pixelle.runtime.errors import FailedPrecondition, NotFound, ResourceExhausted

if TYPE_CHECKING:
    import httpx

    from tests.unit.gateway.conftest import Deck

CHAT, NARRATION = "/api/llm/chat", "/api/content/narration"
PROMPTS, TITLE = "/api/content/image-prompt", "/api/content/title"


async def test_a_prompt_is_answered(http: httpx.AsyncClient, deck: Deck) -> None:
    got = await http.post(CHAT, json={"prompt": "Hi"})
    assert got.json() == {
        "success": True,
        "message": "Success",
        "content": "Hello",
        "tokens_used": None,
        "truncated": False,
    }
    asked = deck.last
    assert (asked.prompt, asked.temperature, asked.max_tokens, asked.response_schema) == ("Hi", 0.7, 2000, "")
    assert deck.begun[-1].startswith("chat-local/"), "one caller's questions take turns with others'"
    deck.usage = core_pb2.Usage(output_tokens=7)
    schema = {"type": "object"}
    body = {"prompt": "Hi", "temperature": 0, "max_tokens": None, "response_schema": schema, "seed": 3}
    assert (await http.post(CHAT, json=body)).json()["tokens_used"] == 7
    assert (deck.last.temperature, deck.last.max_tokens, deck.last.seed) == (0.0, 2000, 3)
    assert deck.last.response_schema == '{"type": "object"}'


async def test_narrations_prompts_and_a_title(http: httpx.AsyncClient, deck: Deck) -> None:
    got = (await http.post(NARRATION, json={"text": "Reading", "language": "en_US"})).json()
    assert (got["narrations"], got["notice"]) == ([f"Scene {i}." for i in range(5)], "draft")
    plan, seed = deck.last.plan, deck.last.seed
    assert (plan.scene_count, plan.words.min, plan.words.max, plan.language) == (5, 5, 20, "en-US")
    await http.post(NARRATION, json={"text": "Reading", "n_scenes": 2, "min_words": 3, "max_words": 4})
    assert (deck.last.plan.scene_count, deck.last.plan.words.min, deck.last.plan.words.max) == (2, 3, 4)
    assert deck.last.seed not in {0, seed}, "a new request deserves a new script"
    got = (await http.post(PROMPTS, json={"narrations": ["One.", "Two."]})).json()
    assert got["image_prompts"] == ["prompt for One.", "prompt for Two."]
    assert (deck.last.words.min, deck.last.words.max) == (30, 60)
    assert (await http.post(TITLE, json={"text": "Reading"})).json()["title"] == "Written"
    got = (await http.post(TITLE, json={"text": "Reading", "style": "dry", "workflow": "local/outline"})).json()
    assert (got["title"], got["notice"]) == ("Written", "'dry' was not applied.")
    assert (deck.last.style, deck.last.workflow) == ("dry", "local/outline")


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        (CHAT, {}, "Field required"),
        (CHAT, {"prompt": ""}, "at least 1"),
        (CHAT, {"prompt": " \n"}, "prompt is blank"),
        (CHAT, {"prompt": "x" * 100_001}, "at most 100000"),
        (CHAT, {"prompt": "x", "temperature": 2.1}, "less than or equal to 2"),
        (CHAT, {"prompt": "x", "max_tokens": 0}, "greater than or equal to 1"),
        (CHAT, {"prompt": "x", "max_tokens": 32_001}, "less than or equal to 32000"),
        (CHAT, {"prompt": "x", "max_token": 5}, "Unknown field 'max_token'. Did you mean 'max_tokens'?"),
        (NARRATION, {"text": "x", "n_scenes": 21}, "less than or equal to 20"),
        (NARRATION, {"text": "x", "min_words": 9, "max_words": 8}, "min_words is 9, more than max_words, which is 8"),
        (NARRATION, {"text": "x", "max_words": 4}, "min_words is 5, more than max_words"),
        (NARRATION, {"text": "x", "min_words": 101}, "less than or equal to 100"),
        (NARRATION, {"text": "x", "n_scene": 3}, "Did you mean 'n_scenes'?"),
        (PROMPTS, {"narrations": []}, "at least 1"),
        (PROMPTS, {"narrations": ["a", " "]}, "narrations[1] is blank"),
        (PROMPTS, {"narrations": ["a"], "min_words": 9}, "greater than or equal to 10"),
        (PROMPTS, {"narrations": ["a"], "min_words": 70}, "min_words is 70, more than max_words"),
        (TITLE, {"text": " "}, "text is blank"),
        (TITLE, {"text": "x", "stile": "dry"}, "Did you mean 'style'?"),
    ],
    ids=lambda value: str(value)[:60],
)
async def test_refused_before_anything_is_asked(
    http: httpx.AsyncClient, deck: Deck, path: str, body: dict[str, Any], said: str
) -> None:
    got = await http.post(path, json=body)
    assert (got.status_code, got.json()["reason"]) == (422, "SCHEMA"), got.text
    assert said in str(got.json()["detail"])
    assert deck.begun == []


async def test_what_the_service_says_reaches_the_caller(http: httpx.AsyncClient, deck: Deck) -> None:
    assert (await http.post(TITLE, json={"text": "x", "language": "klingon"})).json()["reason"] == "LANGUAGE_UNKNOWN"
    for error, status in (
        (FailedPrecondition("No model.", reason="ENGINE_CANNOT_COMPLETE"), 400),
        (NotFound("No such.", reason="MODEL_NOT_FOUND"), 400),
        (ResourceExhausted("Full.", reason="QUEUE_FULL", retry_after=4), 429),
    ):
        deck.fails_next = error
        got = await http.post(CHAT, json={"prompt": "Hi"})
        assert (got.status_code, got.json()["reason"]) == (status, error.reason)
    assert got.headers["Retry-After"] == "4"  # pyright: ignore[reportPossiblyUnboundVariable]


async def test_who_hangs_up_stops_the_model(http: httpx.AsyncClient, deck: Deck) -> None:
    deck.held[""] = asyncio.Event()
    for path, body in ((CHAT, {"prompt": "Hi"}), (TITLE, {"text": "Hi"})):
        deck.begun.clear()
        deck.cancelled.clear()
        asking = asyncio.create_task(http.post(path, json=body))
        await deck.until(lambda: bool(deck.begun))
        asking.cancel()
        await deck.until(lambda: bool(deck.cancelled))


async def test_script_engines_are_listed_as_workflows(http: httpx.AsyncClient) -> None:
    (shown,) = (await http.get("/api/resources/workflows/llm")).json()["workflows"]
    assert (shown["key"], shown["kinds"], shown["available"]) == ("local/outline", ["text"], True)

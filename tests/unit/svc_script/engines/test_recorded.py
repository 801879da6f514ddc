"""The endpoint engine against replies of vendors as they were recorded: every fault by its name, every refusal used."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from pixelle.runtime.errors import PixelleError
from svc_script.engines.base import CompletionBrief, NarrationBrief, WordRange
from svc_script.engines.openai import OpenaiEngine
from tests.recorded import Recording, recording, recordings
from tests.recorded.chat import cut_into, saying
from tests.vendor import vendor

if TYPE_CHECKING:
    from collections.abc import Generator

KEY = "sk-very-secret"
VENDORS = (
    "openai",
    "azure",
    "deepseek",
    "qwen",
    "moonshot",
    "claude",
    "gemini",
    "openrouter",
    "ollama",
    "vllm",
    "llama-server",
    "lmstudio",
)
LINES = ("Bees fly to many flowers.", "They bring sweet nectar home.")
STORY = json.dumps({"scenes": [{"narration": line} for line in LINES]})
FAULTS: dict[str, tuple[str, float | None]] = {
    "azure/400-filter": ("CONTENT_FILTERED", None),
    "azure/429": ("QUOTA", 33.0),
    "azure/filtered": ("CONTENT_FILTERED", None),
    "claude/400-credit": ("CREDIT_EXHAUSTED", None),
    "claude/529": ("VENDOR_DOWN", None),
    "deepseek/401": ("KEY_REJECTED", None),
    "deepseek/402": ("CREDIT_EXHAUSTED", None),
    "gemini/400-key": ("KEY_REJECTED", None),
    "gemini/400-too-long": ("PROMPT_TOO_LONG", None),
    "gemini/429-not-free": ("CREDIT_EXHAUSTED", None),
    "gemini/429-rate": ("QUOTA", 33.82),
    "llama-server/200-too-long": ("PROMPT_TOO_LONG", None),
    "llama-server/400-too-long": ("PROMPT_TOO_LONG", None),
    "llama-server/401": ("KEY_REJECTED", None),
    "llama-server/500-too-long": ("PROMPT_TOO_LONG", None),
    "llama-server/503-loading": ("VENDOR_DOWN", None),
    "lmstudio/400-too-long": ("PROMPT_TOO_LONG", None),
    "lmstudio/stream-too-long": ("PROMPT_TOO_LONG", None),
    "moonshot/403-quota": ("CREDIT_EXHAUSTED", None),
    "moonshot/404": ("MODEL_NOT_FOUND", None),
    "moonshot/429-concurrency": ("QUOTA", 1.0),
    "moonshot/429-overloaded": ("QUOTA", None),
    "ollama/404": ("MODEL_NOT_FOUND", None),
    "ollama/404-path": ("MODEL_NOT_FOUND", None),
    "openai/401": ("KEY_REJECTED", None),
    "openai/404": ("MODEL_NOT_FOUND", None),
    "openai/429-free": ("QUOTA", 20.0),
    "openai/429-quota": ("CREDIT_EXHAUSTED", None),
    "openai/429-rate": ("QUOTA", 26.604),
    "openai/429-rate-short": ("QUOTA", 0.174),
    "openai/429-retry-after": ("QUOTA", 26.604),
    "openai/429-too-large": ("PROMPT_TOO_LONG", None),
    "openai/500": ("VENDOR_DOWN", None),
    "openai/502-page": ("VENDOR_DOWN", None),
    "openai/503": ("VENDOR_DOWN", None),
    "openai/refusal": ("MODEL_REFUSED", None),
    "openai/refusal-stream": ("MODEL_REFUSED", None),
    "openai/stream-error": ("VENDOR_DOWN", None),
    "openrouter/429-upstream": ("QUOTA", None),
    "qwen/400-inspected": ("CONTENT_FILTERED", None),
    "qwen/401": ("KEY_REJECTED", None),
    "qwen/429-quota": ("QUOTA", None),
    "qwen/stream-inspected": ("CONTENT_FILTERED", None),
    "vllm/404": ("MODEL_NOT_FOUND", None),
}
"""Kept reply to the reason of the error and the seconds to wait."""
UNTAKEN: dict[str, tuple[str, ...]] = {
    "claude/400-bounds": ("bounds",),
    "claude/400-json-mode": ("schema", "json"),
    "claude/400-max-items": ("bounds",),
    "deepseek/400-schema": ("schema",),
    "deepseek/422-schema": ("schema",),
    "gemini/400-seed": ("seed",),
    "gemini/400-states": ("bounds", "schema"),
    "llama-server/400-format": ("schema",),
    "llama-server/400-schema": ("schema",),
    "moonshot/400-schema": ("bounds", "schema"),
    "moonshot/400-temperature": ("temperature",),
    "openai/400-max-tokens": ("max_tokens",),
    "openai/400-temperature": ("temperature",),
    "vllm/400-schema": ("bounds", "schema"),
}
"""Kept refusal to what is left out of a question, one after another, when it is said again and again."""


class Endpoint:
    """An engine and the server that it asks."""

    def __init__(self, engine: OpenaiEngine, seen: list[dict[str, Any]], replies: list[Recording]) -> None:
        self.engine, self.seen, self._replies = engine, seen, replies

    def gives(self, *replies: Recording) -> OpenaiEngine:
        """The engine, with these replies to come."""
        self.seen.clear()
        self._replies[:] = replies
        return self.engine


@pytest.fixture(scope="module")
def endpoint() -> Generator[Endpoint]:
    replies: list[Recording] = []
    with vendor(choose=lambda _: replies.pop(0)) as said:
        made = OpenaiEngine(base_url=said.url, model="m", key=SecretStr(KEY), timeout=10.0)
        made.load("cpu")
        yield Endpoint(made, said.seen, replies)
        made.close()


def silent(fraction: float, message: str = "") -> None:
    del fraction, message


def fault(endpoint: Endpoint, kept: Recording) -> PixelleError:
    made = endpoint.gives(kept)
    with pytest.raises(PixelleError) as caught:
        made.complete(CompletionBrief("hi"), lambda _: None, silent)
    assert len(endpoint.seen) == 1  # retrying is the step's business
    return caught.value


@pytest.mark.parametrize("name", FAULTS)
def test_a_recorded_fault_has_its_name_and_the_time_to_wait(endpoint: Endpoint, name: str) -> None:
    reason, wait = FAULTS[name]
    error = fault(endpoint, recording(name))
    assert (error.reason, error.retry_after) == (reason, pytest.approx(wait, abs=0.01) if wait else None)
    assert error.retryable == (reason in {"QUOTA", "VENDOR_DOWN"})
    for part in ("{", "<h", "\n", "Error code"):
        assert part not in error.message, "the sentence is shown, not the JSON or the page round it"


def test_every_kept_fault_is_in_the_tables() -> None:
    kept = {each.name for vendor_ in VENDORS for each in recordings(vendor_) if _is_fault(each)}
    assert kept == FAULTS.keys() | UNTAKEN.keys()


def _is_fault(kept: Recording) -> bool:
    tells = ("error", "too-long", "filter", "inspect", "refusal")
    return kept.status != 200 or any(word in kept.name for word in tells)


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_comes_before_the_sentence(endpoint: Endpoint, form: str) -> None:
    kept = recording("openai/429-rate")
    date = format_datetime(datetime.now(UTC) + timedelta(minutes=5), usegmt=True)
    said, low, high = ("7", 7.0, 7.0) if form == "seconds" else (date, 200.0, 300.0)
    error = fault(endpoint, replace(kept, headers=kept.headers | {"retry-after": said}))
    assert low <= (error.retry_after or 0.0) <= high


@pytest.mark.parametrize("name", ["openai/stream", "qwen/thinking", "llama-server/stream", "openai/whole"])
def test_a_connection_reset_in_the_middle_of_an_answer_has_a_name(endpoint: Endpoint, name: str) -> None:
    kept = recording(name)
    body = kept.body[: len(kept.body) // 2] if kept.body else None
    error = fault(endpoint, replace(kept, chunks=kept.chunks[: len(kept.chunks) // 2], body=body, cut=True))
    assert (error.reason, error.retryable) == ("VENDOR_CUT", True)


def test_an_answer_that_the_vendor_gives_up_is_tried_again(endpoint: Endpoint) -> None:
    error = fault(endpoint, saying(recording("deepseek/stream"), "Bees fly", finish="insufficient_system_resource"))
    assert (error.reason, error.retryable) == ("VENDOR_DOWN", True)


@pytest.mark.parametrize(
    ("message", "code", "reason", "wait"),
    [
        ("Rate limit reached, please try again in 6m0s.", 429, "QUOTA", 360.0),
        ("Rate limit reached. Please retry after 2 minutes.", "rate_limit_exceeded", "QUOTA", 120.0),
        ("Insufficient Balance", "invalid_request_error", "CREDIT_EXHAUSTED", None),
        ("no such key", "401", "KEY_REJECTED", None),
    ],
)
def test_an_error_told_inside_a_stream_is_read_as_one_before_it(
    endpoint: Endpoint, message: str, code: object, reason: str, wait: float | None
) -> None:
    kept = recording("openai/stream-error")
    last = f"data: {json.dumps({'error': {'message': message, 'code': code}})}\n\n"
    error = fault(endpoint, replace(kept, chunks=(*kept.chunks[:-1], last)))
    assert (error.reason, error.retry_after) == (reason, wait)


@pytest.mark.parametrize("body", ["[]", '"ok"', '{"object": "list", "data": []}'])
def test_json_that_is_no_answer_is_said_so(endpoint: Endpoint, body: str) -> None:
    assert fault(endpoint, replace(recording("openai/whole"), body=body)).reason == "VENDOR_ANSWER"


def test_the_page_of_a_proxy_is_told_by_its_title(endpoint: Endpoint) -> None:
    assert "502 Bad Gateway" in fault(endpoint, recording("openai/502-page")).message


def test_what_the_vendor_behind_a_gateway_says_is_told(endpoint: Endpoint) -> None:
    assert "temporarily rate-limited upstream" in fault(endpoint, recording("openrouter/429-upstream")).message


@pytest.mark.parametrize(
    ("name", "told"),
    [("gemini/400-key", "refused the key: API key not valid"), ("gemini/429-rate", "You exceeded your current quota")],
)
def test_a_sentence_is_found_in_a_list_of_errors(endpoint: Endpoint, name: str, told: str) -> None:
    assert told in fault(endpoint, recording(name)).message


def test_the_key_does_not_show_where_an_endpoint_repeats_it(endpoint: Endpoint) -> None:
    told = json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}."}})
    error = fault(endpoint, replace(recording("openai/401"), body=told))
    assert "provided: ***" in error.message


def sent(body: dict[str, Any]) -> set[str]:
    """What of a question may be refused."""
    form = body.get("response_format", {})
    there = {"temperature", "max_tokens", "seed"} & set(body)
    if "json_schema" in form:
        there |= {"json", "schema"} | ({"bounds"} if "minItems" in json.dumps(form) else set())
    return there | ({"json"} if form else set())


@pytest.mark.parametrize("name", UNTAKEN)
def test_what_a_vendor_does_not_take_is_left_out(endpoint: Endpoint, name: str) -> None:
    refusal, good = recording(name), saying(recording("openai/stream"), STORY)
    left_out = UNTAKEN[name]
    made = endpoint.gives(*[refusal] * len(left_out), good)
    got = made.narrate(NarrationBrief("Bees", 2, WordRange(3, 6), "en", seed=3, model=name), silent)
    assert got.lines == LINES
    asked = [sent(body) for body in endpoint.seen]
    for before, after, what in zip(asked, asked[1:], left_out, strict=False):
        assert what in before
        assert what not in after
    gone = {"bounds"} if "schema" in left_out else set[str]()
    assert asked[-1] == {"temperature", "max_tokens", "seed", "json", "schema", "bounds"} - {*left_out} - gone


@pytest.mark.parametrize("name", ["openai/stream", "azure/stream", "deepseek/thinking", "qwen/thinking", "vllm/stream"])
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_an_answer_is_the_same_however_the_network_cuts_it(endpoint: Endpoint, name: str, size: int) -> None:
    text = "你好，Bees — “fly”."
    made = endpoint.gives(cut_into(saying(recording(name), text), size))
    assert made.complete(CompletionBrief("hi"), lambda _: None, silent).text == text


def test_an_empty_count_of_tokens_is_no_end(endpoint: Endpoint) -> None:
    kept = recording("claude/stream-gateway")
    assert fault(endpoint, replace(kept, chunks=kept.chunks[:3])).reason == "VENDOR_CUT"


@pytest.mark.parametrize(
    "name",
    ["openai/stream", "azure/stream", "qwen/stream", "moonshot/thinking", "openai/whole", "claude/stream-gateway"],
)
def test_counted_tokens_are_those_recorded(endpoint: Endpoint, name: str) -> None:
    kept = recording(name)
    counted = [int(each.split(":")[1].strip(" ,}")) for each in _fields(kept.content.decode(), "prompt_tokens")]
    usage = endpoint.gives(kept).complete(CompletionBrief("hi"), lambda _: None, silent).usage
    assert usage.input_tokens == (counted[-1] if counted else 0)


def _fields(text: str, name: str) -> list[str]:
    return [part.split(",")[0] for part in text.split(f'"{name}"')[1:]]

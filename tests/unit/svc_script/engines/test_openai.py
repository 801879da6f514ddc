"""The endpoint engine against a small real server that speaks the protocol with prepared answers."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from pixelle.runtime.errors import (
    Cancelled,
    FailedPrecondition,
    NotFound,
    PixelleError,
    ResourceExhausted,
    Unauthenticated,
    Unavailable,
)
from svc_script.engines.base import CompletionBrief, NarrationBrief, PictureBrief, TitleBrief, WordRange
from svc_script.engines.openai import OpenaiEngine
from svc_script.wording import count_words

if TYPE_CHECKING:
    from collections.abc import Generator

Reply = str | tuple[int, dict[str, str], str]
"""A text to stream, or status, headers and message of a refusal."""
FIVE = WordRange(3, 6)
KEY = "sk-very-secret"


class Vendor:
    """Answers the n-th request with the n-th reply (the last one again and again) and keeps what it was sent."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.seen: list[dict[str, Any]] = []
        self.url = ""
        self.hold = threading.Event()

    def next(self, body: dict[str, Any]) -> Reply:
        self.seen.append(body)
        return self.replies[min(len(self.seen), len(self.replies)) - 1]


@contextmanager
def vendor(*replies: Reply) -> Generator[Vendor]:
    said = Vendor(*replies)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            reply = said.next(body)
            if isinstance(reply, tuple):
                status, headers, message = reply
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                payload = json.dumps({"error": {"message": message, "type": "x"}}).encode()
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)
                return
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            if reply == "SILENCE":
                said.hold.wait(20)
                return
            for start in range(0, len(reply), 7):
                self._event({"choices": [{"index": 0, "delta": {"content": reply[start : start + 7]}}]})
            self._event({"choices": [], "usage": {"total_tokens": 42, "prompt_tokens": 2, "completion_tokens": 40}})
            self.wfile.write(b"data: [DONE]\n\n")

        def _event(self, fields: dict[str, Any]) -> None:
            chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"} | fields
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    said.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield said
    finally:
        said.hold.set()
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def engine(url: str, *, key: str = KEY, timeout: float = 10.0) -> Generator[OpenaiEngine]:
    made = OpenaiEngine(base_url=url, model="m", key=SecretStr(key), timeout=timeout)
    assert made.missing() is None
    made.load("cpu")
    try:
        yield made
    finally:
        made.close()


def silent(fraction: float, message: str = "") -> None:
    del fraction, message


def brief(count: int = 2) -> NarrationBrief:
    return NarrationBrief("Bees", count, FIVE, "en", style="for children", seed=3)


def narrated(lines: list[str]) -> str:
    return json.dumps({"narrations": lines})


GOOD = ["Bees fly to many flowers.", "They bring sweet nectar home."]


def test_a_good_answer_is_taken_and_a_schema_is_asked_for() -> None:
    with vendor(narrated(GOOD)) as said, engine(said.url) as made:
        assert made.narrate(brief(), silent).lines == tuple(GOOD)
    form = said.seen[0]["response_format"]["json_schema"]["schema"]["properties"]["narrations"]
    assert (form["minItems"], form["maxItems"]) == (2, 2)
    asked = said.seen[0]["messages"][-1]["content"]
    for fact in ("exactly 2", "3 to 6", "for children", "Bees", "tag en"):
        assert fact in asked


@pytest.mark.parametrize(
    "answer",
    [
        f"Sure! Here is your script:\n```json\n{narrated(GOOD)}\n```\nEnjoy {{it}}!",
        json.dumps([{"scene": 1, "narration": GOOD[0]}, {"scene": 2, "narration": GOOD[1]}]),
        f"<think>two {{scenes}}</think>Scenes:\n1. {GOOD[0]}\n2) {GOOD[1]}\n",
        json.dumps({"script": [f"Scene 1: {GOOD[0]}", f"**Scene 2:** {GOOD[1]}"]}),
    ],
    ids=["fenced", "objects", "numbered", "labelled"],
)
def test_chatty_answers_are_understood(answer: str) -> None:
    with vendor(answer) as said, engine(said.url) as made:
        assert made.narrate(brief(), silent).lines == tuple(GOOD)
    assert len(said.seen) == 1


def test_a_wrong_answer_is_repaired_once_with_the_fault_shown() -> None:
    with vendor(narrated([GOOD[0], "Far " * 30]), narrated(GOOD)) as said, engine(said.url) as made:
        assert made.narrate(brief(), silent).lines == tuple(GOOD)
    talk = said.seen[1]["messages"]
    assert [turn["role"] for turn in talk] == ["system", "user", "assistant", "user"]
    assert "Entry 2 has 30 words; it must have 3 to 6." in talk[-1]["content"]


def test_what_stays_too_long_is_cut_at_a_clause() -> None:
    long = "Bees fly far, and then they come back home again in the evening."
    with vendor(narrated([GOOD[0], long])) as said, engine(said.url) as made:
        assert made.narrate(brief(), silent).lines == (GOOD[0], "Bees fly far.")
    assert len(said.seen) == 2


@pytest.mark.parametrize("answer", ["I cannot do that.", narrated(GOOD[:1]), '{"narrations": ["a'])
def test_useless_answers_end_in_a_named_error(answer: str) -> None:
    with vendor(answer) as said, engine(said.url) as made, pytest.raises(FailedPrecondition) as caught:
        made.narrate(brief(), silent)
    assert caught.value.reason == "SCRIPT_UNUSABLE"
    assert len(said.seen) == 3
    assert len(said.seen[2]["messages"]) == 2  # the third try is a fresh one


def test_what_an_endpoint_refuses_is_left_out_from_then_on() -> None:
    refuse = [(400, {}, f"unsupported: {name}") for name in ("response_format json_schema", "response_format", "seed")]
    with vendor(*refuse, narrated(GOOD)) as said, engine(said.url) as made:
        assert made.narrate(brief(), silent).lines == tuple(GOOD)
        assert made.narrate(brief(), silent).lines == tuple(GOOD)
    forms = [body.get("response_format", {}).get("type") for body in said.seen]
    assert forms == ["json_schema", "json_object", None, None, None]
    assert ["seed" in body for body in said.seen] == [True, True, True, False, False]
    assert "JSON Schema" in said.seen[-1]["messages"][-1]["content"]


def test_new_models_get_their_name_for_the_token_limit() -> None:
    refuse = (400, {}, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
    with vendor(refuse, "ok") as said, engine(said.url) as made:
        made.complete(CompletionBrief("hi", max_tokens=9), lambda _: None, silent)
    assert said.seen[1]["max_completion_tokens"] == 9
    assert "max_tokens" not in said.seen[1]


def test_pictures_are_asked_for_in_parts_and_held_to_the_range() -> None:
    def prompts(count: int) -> str:
        return json.dumps({"image_prompts": ["a red boat on a calm lake at dawn"] * count})

    with vendor(prompts(10), prompts(2)) as said, engine(said.url) as made:
        got = made.picture(PictureBrief(tuple("abcdefghijkl"), WordRange(5, 9)), silent)
    assert len(got) == 12
    assert all(count_words(prompt) in WordRange(5, 9) for prompt in got)
    assert len(said.seen) == 2


def test_titles() -> None:
    with vendor('Here: {"title": "\\"How Bees Make Honey.\\""}') as said, engine(said.url) as made:
        assert made.title(TitleBrief("bees"), silent) == "How Bees Make Honey"


def test_a_completion_is_streamed_and_counted() -> None:
    pieces: list[str] = []
    with vendor("Hello there, friend of bees.") as said, engine(said.url) as made:
        done = made.complete(CompletionBrief("hi", temperature=0.1, max_tokens=50, model="big"), pieces.append, silent)
    assert "".join(pieces) == done.text == "Hello there, friend of bees."
    assert len(pieces) > 2
    assert done.tokens == 42
    assert (said.seen[0]["model"], said.seen[0]["temperature"], said.seen[0]["max_tokens"]) == ("big", 0.1, 50)


def test_a_cancelled_call_stops_reading() -> None:
    pieces: list[str] = []

    def tick(fraction: float, message: str = "") -> None:
        del fraction, message
        if len(pieces) >= 2:
            raise Cancelled("gone")

    with vendor("word " * 200) as said, engine(said.url) as made, pytest.raises(Cancelled):
        made.complete(CompletionBrief("hi"), pieces.append, tick)
    assert len(pieces) == 2


@pytest.mark.parametrize(
    ("reply", "kind", "reason"),
    [
        ((429, {"retry-after": "7"}, "slow down"), ResourceExhausted, "QUOTA"),
        ((500, {}, "oops"), Unavailable, "VENDOR_DOWN"),
        ((503, {}, "overloaded"), Unavailable, "VENDOR_DOWN"),
        ((404, {}, "no such model"), NotFound, "MODEL_NOT_FOUND"),
        ((401, {}, f"bad key {KEY}"), Unauthenticated, "KEY_REJECTED"),
        ((400, {}, "content policy"), PixelleError, "VENDOR_REFUSED"),
    ],
)
def test_refusals_have_names_and_never_show_the_key(reply: Reply, kind: type[PixelleError], reason: str) -> None:
    with vendor(reply) as said, engine(said.url) as made, pytest.raises(kind) as caught:
        made.complete(CompletionBrief("hi"), lambda _: None, silent)
    assert caught.value.reason == reason
    assert KEY not in caught.value.message
    assert len(said.seen) == 1  # retrying is the step's business
    if reason == "QUOTA":
        assert caught.value.retry_after == 7.0


def test_a_missing_key_is_said_so() -> None:
    with (
        vendor((401, {}, "no key")) as said,
        engine(said.url, key="") as made,
        pytest.raises(Unauthenticated) as caught,
    ):
        made.complete(CompletionBrief("hi"), lambda _: None, silent)
    assert caught.value.reason == "KEY_MISSING"
    assert "PIXELLE_LLM_API_KEY" in caught.value.message


def test_a_silent_endpoint_counts_as_down() -> None:
    started = time.monotonic()
    with vendor("SILENCE") as said, engine(said.url, timeout=0.3) as made, pytest.raises(Unavailable) as caught:
        made.complete(CompletionBrief("hi"), lambda _: None, silent)
    assert caught.value.reason == "VENDOR_DOWN"
    assert time.monotonic() - started < 10


def test_nobody_there() -> None:
    with engine("http://127.0.0.1:9/v1") as made, pytest.raises(Unavailable, match="cannot be reached"):
        made.complete(CompletionBrief("hi"), lambda _: None, silent)


def test_what_is_missing_is_named() -> None:
    def missing(url: str, model: str, key: str) -> str:
        return OpenaiEngine(base_url=url, model=model, key=SecretStr(key)).missing() or ""

    assert "PIXELLE_LLM_MODEL" in missing("http://127.0.0.1:1/v1", "", "k")
    assert "PIXELLE_LLM_API_KEY" in missing("", "gpt", "")
    assert missing("http://127.0.0.1:1/v1", "m", "") == ""

"""Endpoints that answer in odd ways: each ends in a script, or in an error with a name."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from pixelle.runtime.errors import (
    Cancelled,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    PixelleError,
    ResourceExhausted,
    Unauthenticated,
    Unavailable,
)
from svc_script.engines.base import BoardBrief, CompletionBrief, NarrationBrief, WordRange
from svc_script.engines.openai import OpenaiEngine
from tests.recorded import Recording
from tests.vendor import Reply, vendor

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

GOOD = ["Bees fly to many flowers.", "They bring sweet nectar home."]
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"


@contextmanager
def engine(url: str, *, timeout: float = 10.0) -> Generator[OpenaiEngine]:
    made = OpenaiEngine(base_url=url, model="m", key=SecretStr("k"), timeout=timeout)
    made.load("cpu")
    try:
        yield made
    finally:
        made.close()


def silent(fraction: float, message: str = "") -> None:
    del fraction, message


BRIEF = NarrationBrief("Bees", 2, WordRange(3, 6), "en")
SCENES = json.dumps({"title": "Bees", "scenes": [{"narration": line} for line in GOOD]})


def event(**fields: Any) -> str:
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"} | fields
    return f"data: {json.dumps(chunk)}\n\n"


def delta(content: object, finish: str | None = None, **beside: object) -> str:
    return event(choices=[{"index": 0, "delta": {"content": content} | beside, "finish_reason": finish}])


def streamed(*events: str) -> Recording:
    return Recording("odd", "", "", 200, {"content-type": "text/event-stream"}, chunks=events)


def whole(body: object, kind: str = "application/json") -> Recording:
    return Recording("odd", "", "", 200, {"content-type": kind}, body=body)


@pytest.mark.parametrize(
    "reply",
    [
        streamed(delta(SCENES, "stop")),  # neither usage nor [DONE]
        streamed(delta(SCENES)),  # nor a reason for its end
        streamed(": OPENROUTER PROCESSING\n\n", "\n\n", delta(SCENES), delta("", "stop"), "data: [DONE]\n\n"),
        streamed(event(choices=[], usage=None), delta(None, role="assistant"), delta(SCENES, "stop")),
        streamed(
            delta([{"type": "thinking", "thinking": [{"type": "text", "text": "hm {"}]}]),
            delta([{"type": "text", "text": SCENES}], "stop"),
        ),
        streamed(delta("[THINK]two {bees}[/TH"), delta(f"INK]{SCENES}", "stop")),
        streamed(delta(None, reasoning_content=SCENES[:50]), delta(None, "stop", reasoning_content=SCENES[50:])),
        streamed(
            delta(None, reasoning_content="The bees."),
            delta(None, tool_calls=[{"index": 0, "function": {"name": "answer", "arguments": SCENES[:9]}}]),
            delta(None, "tool_calls", tool_calls=[{"index": 0, "function": {"arguments": SCENES[9:]}}]),
        ),
        whole({"choices": [{"message": {"content": [{"type": "text", "text": SCENES}]}, "finish_reason": "stop"}]}),
        whole({"choices": [{"message": {"content": SCENES}, "finish_reason": "eos"}], "usage": None, "error": None}),
    ],
    ids=[
        "no usage",
        "no reason",
        "comments",
        "role first",
        "parts",
        "think",
        "as thinking",
        "tool",
        "whole parts",
        "whole",
    ],
)
def test_odd_forms_of_a_right_answer_are_read(reply: Recording) -> None:
    with vendor(reply) as said, engine(said.url) as made:
        assert made.narrate(BRIEF, silent).lines == tuple(GOOD)
    assert len(said.seen) == 1


@pytest.mark.parametrize(
    ("reply", "kind", "reason"),
    [
        (whole({"error": {"message": "No auth", "code": 401}}), Unauthenticated, "KEY_REJECTED"),
        (whole({"error": {"message": "no endpoints found", "code": 404}}), NotFound, "MODEL_NOT_FOUND"),
        (whole({"error": {"message": "Rate limit exceeded", "code": 429}}), ResourceExhausted, "QUOTA"),
        (whole({"error": "model is loading"}), Unavailable, "VENDOR_DOWN"),
        (whole({"error": {"message": "bad gateway", "code": 502}, "choices": []}), Unavailable, "VENDOR_DOWN"),
        (
            whole({"choices": [{"error": {"message": "slow down", "code": 429}, "finish_reason": "error"}]}),
            ResourceExhausted,
            "QUOTA",
        ),
        (streamed(delta("So"), delta("", "error")), Unavailable, "VENDOR_DOWN"),
        (streamed(delta("So"), delta("", "network_error")), Unavailable, "VENDOR_DOWN"),
        (streamed(delta("So"), delta("", "SAFETY")), FailedPrecondition, "CONTENT_FILTERED"),
        (streamed(delta("So"), delta("", "content_filter: RECITATION")), FailedPrecondition, "CONTENT_FILTERED"),
        (streamed(delta("So"), delta("", "sensitive")), FailedPrecondition, "CONTENT_FILTERED"),
        (streamed(delta("So"), delta("", "refusal")), FailedPrecondition, "MODEL_REFUSED"),
        (
            whole({"choices": None, "base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}}),
            FailedPrecondition,
            "CREDIT_EXHAUSTED",
        ),
        (
            streamed(event(choices=None, base_resp={"status_code": 2013, "status_msg": "context window exceeds"})),
            InvalidArgument,
            "PROMPT_TOO_LONG",
        ),
        (streamed(delta("So far so")), Unavailable, "VENDOR_CUT"),
        (whole("<html><title>Welcome</title></html>", "text/html"), Unavailable, "VENDOR_ANSWER"),
        (whole({"detail": "Not here"}), Unavailable, "VENDOR_ANSWER"),
        (whole([]), Unavailable, "VENDOR_ANSWER"),
    ],
)
def test_errors_told_with_a_good_status_have_their_names(
    reply: Recording, kind: type[PixelleError], reason: str
) -> None:
    with vendor(reply) as said, engine(said.url) as made, pytest.raises(kind) as caught:
        made.narrate(BRIEF, silent)
    assert (caught.value.reason, len(said.seen)) == (reason, 1)


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (400, {"code": "invalid argument", "error": "Incorrect API key provided: xai-***."}, "KEY_REJECTED"),
        (
            400,
            {"error": "This model's maximum prompt length is 131072 and you sent 5e5."},
            "PROMPT_TOO_LONG",
        ),
        (400, {"error": {"code": "1261", "message": "Prompt exceeds max length"}}, "PROMPT_TOO_LONG"),
        (429, {"error": {"code": "1113", "message": "余额不足或无可用资源包,请充值。"}}, "CREDIT_EXHAUSTED"),
        (403, {"code": 30001, "message": "Sorry, your account balance is insufficient"}, "CREDIT_EXHAUSTED"),
        (400, {"error": {"message": "You have reached your specified API usage limits."}}, "CREDIT_EXHAUSTED"),
        (403, {"error": {"message": 'Your input was flagged for "violence"', "code": 403}}, "CONTENT_FILTERED"),
        (400, {"error": {"message": "Your prompt was flagged as violating our usage policy."}}, "CONTENT_FILTERED"),
    ],
)
def test_what_an_endpoint_says_counts_for_more_than_its_status(status: int, body: object, reason: str) -> None:
    with (
        vendor(Reply(status=status, body=body)) as said,
        engine(said.url) as made,
        pytest.raises(PixelleError) as caught,
    ):
        made.narrate(BRIEF, silent)
    assert (caught.value.reason, len(said.seen)) == (reason, 1)


def test_a_sentence_is_told_without_what_is_packed_around_it() -> None:
    body = {"object": "error", "message": {"detail": [{"loc": ["body", "n"], "msg": "Extra inputs are not permitted"}]}}
    with vendor(Reply(status=422, body=body)) as said, engine(said.url) as made, pytest.raises(PixelleError) as caught:
        made.narrate(BRIEF, silent)
    assert caught.value.message.endswith("refused the request: Extra inputs are not permitted")


@pytest.mark.parametrize(
    "words",
    ["Failed to generate JSON. Please adjust your prompt.", "Json mode response is not supported when thinking is on"],
)
def test_where_json_cannot_be_forced_it_is_asked_for(words: str) -> None:
    def choose(body: dict[str, Any]) -> Reply:
        return Reply(status=400, body=words) if "response_format" in body else Reply(SCENES)

    with vendor(choose=choose) as said, engine(said.url) as made:
        assert made.narrate(BRIEF, silent).lines == tuple(GOOD)
    assert "JSON Schema" in said.asked


@pytest.mark.parametrize(
    ("text", "read", "cut"),
    [
        ("bees " * 6000, 4096, True),
        ("bees " * 6000, 6107, False),
        ("bees " * 1500, 2048, False),
        ("蜜蜂" * 5000, 4096, True),
    ],
)
def test_a_question_that_was_cut_without_a_word_is_told(text: str, read: int, cut: bool) -> None:
    brief = NarrationBrief(text, 2, WordRange(3, 6), "en")
    with vendor(Reply(SCENES, usage=(read, 40))) as said:
        made = OpenaiEngine(base_url=said.url, model="m", key=SecretStr("k"), context=64_000)
        made.load("cpu")
        if cut:
            with pytest.raises(InvalidArgument, match="PIXELLE_LLM_CONTEXT=4096") as caught:
                made.narrate(brief, silent)
            assert caught.value.reason == "PROMPT_TOO_LONG"
        else:
            assert made.narrate(brief, silent).lines == tuple(GOOD)
        made.close()


def test_a_web_page_tells_where_the_address_should_end() -> None:
    page = whole("<html><title>Welcome</title></html>", "text/html; charset=utf-8")
    with vendor(page) as said, engine(said.url) as made, pytest.raises(Unavailable, match=r"ends in /v1"):
        made.narrate(BRIEF, silent)


ASKED: dict[str, Callable[[dict[str, Any]], bool]] = {
    "stream": lambda body: bool(body["stream"]),
    "system": lambda body: body["messages"][0]["role"] == "system",
    "room": lambda body: bool({"max_tokens", "max_completion_tokens"} & set(body)),
}


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("stream", "Your organization must be verified to stream this model."),
        ("system", "System role not supported"),
        ("system", "Conversation roles must alternate user/assistant/user/assistant/..."),
        ("system", "Unsupported value: 'messages[0].role' does not support 'system' with this model."),
        (
            "room",
            (
                "This model's maximum context length is 4097 tokens. However, you requested 6197 tokens (197 in the "
                "messages, 6000 in the completion). Please reduce the length of the messages or completion."
            ),
        ),
        (
            "room",
            (
                "You passed 312 input tokens and requested 4700 output tokens. "
                "However, the model's context length is only 4096 tokens."
            ),
        ),
    ],
)
def test_what_small_or_new_models_do_not_take_is_asked_for_otherwise(what: str, words: str) -> None:
    def choose(body: dict[str, Any]) -> Reply:
        return Reply(status=400, body=words) if ASKED[what](body) else Reply(SCENES, streams=body["stream"])

    with vendor(choose=choose) as said, engine(said.url) as made:
        assert made.narrate(BRIEF, silent).lines == tuple(GOOD)
        first = len(said.seen)
        assert made.narrate(BRIEF, silent).lines == tuple(GOOD)
    assert first <= 3
    assert len(said.seen) == first + 1  # what was learned is kept
    assert "You write scripts" in json.dumps(said.seen[-1]["messages"])


@pytest.mark.parametrize(
    "entries",
    [
        [{"旁白": GOOD[0], "画面": "a red bee"}, {"旁白": GOOD[1], "画面": "a blue bee"}],
        [{"Narration": GOOD[0], "Image Prompt": "a red bee"}, {"Narration": GOOD[1], "Image Prompt": "a blue bee"}],
        [
            {"scene": {"narration": GOOD[0], "picture": "a red bee"}},
            {"scene": {"voice-over": GOOD[1], "x": "a blue bee"}},
        ],
        [
            {"scene": "Scene 1", "image text": "a red bee", "voice": GOOD[0]},
            {"scene": "Scene 2", "image text": "a blue bee", "voice": GOOD[1]},
        ],
        {"1": {"text": GOOD[0], "visual": "a red bee"}, "2": {"text": GOOD[1], "visual": "a blue bee"}},
    ],
    ids=["Chinese", "capitals", "wrapped", "labelled", "numbered"],
)
def test_entries_are_known_by_what_they_hold(entries: object) -> None:
    answer = json.dumps({"Title": "Bees", "Style": "ink", "Cast": [], "Scenes": entries})
    with vendor(answer) as said, engine(said.url) as made:
        board = made.compose(BoardBrief(BRIEF, pictures=WordRange(3, 9)), lambda _i, _b: None, silent)
    assert board.title == "Bees"
    assert [(beat.narration, beat.image_prompt) for beat in board.beats] == [
        (GOOD[0], "a red bee, ink"),
        (GOOD[1], "a blue bee, ink"),
    ]
    assert len(said.seen) == 1


def test_why_an_endpoint_cannot_be_reached_is_told() -> None:
    with engine("http://127.0.0.1:9/v1") as made, pytest.raises(Unavailable, match=r"reached: .*refused.*LLM_BASE_U"):
        made.narrate(BRIEF, silent)


def test_questions_one_after_the_other_share_a_connection() -> None:
    lines: list[int] = []

    def talk(line: socket.socket) -> None:
        answer = {"choices": [{"message": {"content": SCENES}, "finish_reason": "stop"}]}
        payload = json.dumps(answer).encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(payload)}\r\n\r\n".encode()
        lines.append(1)
        line.sendall(head + payload)
        if whole_request(line):
            lines.append(2)
            line.sendall(head + payload)

    with endpoint(talk) as url, engine(url) as made:
        for _ in range(2):
            assert made.narrate(BRIEF, silent).lines == tuple(GOOD)
    assert lines == [1, 2]


def test_speaking_tls_to_a_server_that_does_not_is_told() -> None:
    with (
        vendor("x") as said,
        engine(said.url.replace("http:", "https:")) as made,
        pytest.raises(Unavailable, match="SSL"),
    ):
        made.narrate(BRIEF, silent)


def whole_request(line: socket.socket) -> bytes:
    """A request with its body; b"" where the line is closed."""
    read = b""
    while b"\r\n\r\n" not in read:
        if not (more := line.recv(65536)):
            return b""
        read += more
    head, _, body = read.partition(b"\r\n\r\n")
    length = next(
        int(each.split(b":")[1]) for each in head.split(b"\r\n") if each.lower().startswith(b"content-length:")
    )
    while len(body) < length:
        body += line.recv(65536)
    return head + body


@contextmanager
def endpoint(talk: Callable[[socket.socket], None]) -> Generator[str]:
    """A server whose only connection is handed to `talk` once a request has been read."""

    def serve() -> None:
        with server, server.accept()[0] as line:
            line.settimeout(20)
            whole_request(line)
            talk(line)

    server = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/v1"
    finally:
        thread.join()


@pytest.mark.parametrize("begin", [b"", HEAD, HEAD + b": processing\n\n"], ids=["nothing", "headers", "comments"])
def test_a_cancelled_call_does_not_wait_for_an_endpoint_that_says_nothing(begin: bytes) -> None:
    asked, left, let_go = threading.Event(), threading.Event(), threading.Event()

    def talk(line: socket.socket) -> None:
        line.sendall(begin)
        asked.set()
        if not begin:  # its connection is closed when it says the first word
            assert let_go.wait(20)
            line.sendall(HEAD)
        with suppress(OSError):
            while line.recv(1):
                pass
        left.set()

    def tick(fraction: float, message: str = "") -> None:
        del fraction, message
        if asked.is_set():
            raise Cancelled("gone")

    with endpoint(talk) as url, engine(url, timeout=600) as made:
        with pytest.raises(Cancelled):
            made.complete(CompletionBrief("hi"), lambda _: None, tick)
        let_go.set()
        assert left.wait(20)


def test_comments_that_never_end_do_not_hide_that_nobody_waits() -> None:
    told, left = threading.Event(), threading.Event()

    def talk(line: socket.socket) -> None:
        line.sendall(HEAD)
        try:
            while True:
                line.sendall(b": OPENROUTER PROCESSING\n\n")
                told.set()
        except OSError:
            left.set()

    def tick(fraction: float, message: str = "") -> None:
        del fraction, message
        if told.is_set():
            raise Cancelled("gone")

    with endpoint(talk) as url, engine(url) as made:
        with pytest.raises(Cancelled):
            made.complete(CompletionBrief("hi"), lambda _: None, tick)
        assert left.wait(20)

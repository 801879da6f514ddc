"""The endpoint engine against a small real server that speaks the protocol with prepared answers."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

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
from pixelle.vendors.waits import retry_after
from svc_script.engines.base import CompletionBrief, NarrationBrief, PictureBrief, TitleBrief, WordRange
from svc_script.engines.openai import OpenaiEngine
from svc_script.prices import Price
from tests.vendor import Reply, vendor

if TYPE_CHECKING:
    from collections.abc import Generator

FIVE = WordRange(3, 6)
KEY = "sk-very-secret"


@contextmanager
def engine(url: str, *, key: str = KEY, timeout: float = 10.0, price: Price | None = None) -> Generator[OpenaiEngine]:
    made = OpenaiEngine(base_url=url, model="m", key=SecretStr(key), timeout=timeout, price=price)
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
    return json.dumps({"scenes": [{"narration": line} for line in lines]})


GOOD = ["Bees fly to many flowers.", "They bring sweet nectar home."]


def test_a_good_answer_is_taken_and_a_schema_is_asked_for() -> None:
    with vendor(narrated(GOOD)) as said, engine(said.url) as made:
        assert made.narrate(brief(), silent).lines == tuple(GOOD)
    form = said.seen[0]["response_format"]["json_schema"]["schema"]["properties"]["scenes"]
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
    assert "Entry 2: the narration has 30 words; it must have 3 to 6." in talk[-1]["content"]


def test_what_stays_too_long_is_cut_at_a_clause() -> None:
    long = "They fly far, and then they come back home again in the evening."
    with vendor(narrated([GOOD[0], long])) as said, engine(said.url) as made:
        assert made.narrate(brief(), silent).lines == (GOOD[0], "They fly far.")
    assert len(said.seen) == 2


@pytest.mark.parametrize("answer", ["I cannot do that.", narrated(GOOD[:1]), '{"narrations": ["a'])
def test_useless_answers_end_in_a_named_error(answer: str) -> None:
    with vendor(answer) as said, engine(said.url) as made, pytest.raises(FailedPrecondition) as caught:
        made.narrate(brief(), silent)
    assert caught.value.reason == "SCRIPT_UNUSABLE"
    assert len(said.seen) == 3
    assert len(said.seen[2]["messages"]) == 2  # the third try is a fresh one


def test_what_an_endpoint_refuses_is_left_out_from_then_on() -> None:
    refuse = [
        Reply(status=400, body=f"unsupported: {name}")
        for name in ("response_format json_schema", "response_format", "seed")
    ]
    with vendor(*refuse, narrated(GOOD)) as said, engine(said.url) as made:
        assert made.narrate(brief(), silent).lines == tuple(GOOD)
        assert made.narrate(brief(), silent).lines == tuple(GOOD)
    forms = [body.get("response_format", {}).get("type") for body in said.seen]
    assert forms == ["json_schema", "json_object", None, None, None]
    assert ["seed" in body for body in said.seen] == [True, True, True, False, False]
    assert "JSON Schema" in said.seen[-1]["messages"][-1]["content"]


def test_new_models_get_their_name_for_the_token_limit() -> None:
    refuse = Reply(status=400, body="Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
    with vendor(refuse, "ok") as said, engine(said.url) as made:
        made.complete(CompletionBrief("hi", max_tokens=9), lambda _: None, silent)
    assert said.seen[1]["max_completion_tokens"] == 9
    assert "max_tokens" not in said.seen[1]


def test_pictures_are_asked_for_in_parts_and_held_to_the_range() -> None:
    said_of = "a red boat on a calm lake at dawn"

    def prompts(count: int) -> str:
        return json.dumps({"style": "ink", "cast": [], "image_prompts": [said_of] * count})

    narrations = tuple(f"Line {number}." for number in range(40))
    with vendor(prompts(30), prompts(10)) as said, engine(said.url) as made:
        drawn = made.picture(PictureBrief(narrations, WordRange(5, 50)), silent)
    assert len(drawn.prompts) == 40
    assert set(drawn.prompts) == {f"{said_of}, ink"}
    assert len(said.seen) == 2
    assert "narrations numbered 31, 32" in said.asked
    assert "share this style, so do not describe technique in them: ink" in said.asked
    assert drawn.usage.calls == 2


def test_titles() -> None:
    with vendor('Here: {"title": "\\"How Bees Make Honey.\\""}') as said, engine(said.url) as made:
        assert made.title(TitleBrief("bees"), silent).text == "How Bees Make Honey"


LONG_TITLE = "The Secret Life of Bees and Everything That They Never Told You About Honey"


def test_a_title_that_is_too_long_is_asked_for_again_before_it_is_cut() -> None:
    long, good = json.dumps({"title": LONG_TITLE}), json.dumps({"title": "The Secret Life of Bees"})
    with vendor(long, good) as said, engine(said.url) as made:
        assert made.title(TitleBrief("bees"), silent).text == "The Secret Life of Bees"
    with vendor(long) as said, engine(said.url) as made:
        assert LONG_TITLE.startswith(made.title(TitleBrief("bees"), silent).text)
        assert len(said.seen) == 3


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


def error(status: int, body: object, **headers: str) -> Reply:
    return Reply(status=status, body=body, headers={name.replace("_", "-"): text for name, text in headers.items()})


@pytest.mark.parametrize(
    ("reply", "kind", "reason"),
    [
        (error(429, "slow down", retry_after="7"), ResourceExhausted, "QUOTA"),
        (error(429, {"error": {"message": "x", "code": "insufficient_quota"}}), FailedPrecondition, "CREDIT_EXHAUSTED"),
        (error(402, "Insufficient Balance"), FailedPrecondition, "CREDIT_EXHAUSTED"),
        (error(500, "oops"), Unavailable, "VENDOR_DOWN"),
        (error(503, "overloaded", retry_after="3"), Unavailable, "VENDOR_DOWN"),
        (error(408, "too slow"), Unavailable, "VENDOR_TIMEOUT"),
        (error(404, "no such model"), NotFound, "MODEL_NOT_FOUND"),
        (error(401, f"bad key {KEY}"), Unauthenticated, "KEY_REJECTED"),
        (error(403, "not your region"), PixelleError, "FORBIDDEN"),
        (
            error(400, "The maximum context length is 8192 tokens; max_tokens ..."),
            InvalidArgument,
            "PROMPT_TOO_LONG",
        ),
        (error(400, "flagged by our content policy"), FailedPrecondition, "CONTENT_FILTERED"),
        (error(400, "messages must alternate"), InvalidArgument, "VENDOR_REFUSED"),
        (Reply(refusal="I can't help with that."), FailedPrecondition, "MODEL_REFUSED"),
        (Reply("So far", finish="content_filter"), FailedPrecondition, "CONTENT_FILTERED"),
        (Reply(None), FailedPrecondition, "ANSWER_EMPTY"),
        (Reply(None, thinking="hm " * 50, finish="length"), FailedPrecondition, "ANSWER_TRUNCATED"),
        (Reply("<think>only this</think>"), FailedPrecondition, "ANSWER_EMPTY"),
        (Reply("one two", fault="cut"), Unavailable, "VENDOR_CUT"),
        (Reply("one two", finish=None, usage=None), Unavailable, "VENDOR_CUT"),
        (Reply("one two", fault="garbage"), Unavailable, "VENDOR_ANSWER"),
        (Reply("one two", fault="error"), Unavailable, "VENDOR_DOWN"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_failures_have_names_and_never_show_the_key(reply: Reply, kind: type[PixelleError], reason: str) -> None:
    with vendor(reply) as said, engine(said.url) as made, pytest.raises(kind) as caught:
        made.complete(CompletionBrief("hi"), lambda _: None, silent)
    assert caught.value.reason == reason
    assert KEY not in caught.value.message
    assert len(said.seen) == 1  # retrying is the step's business
    assert caught.value.retryable == isinstance(caught.value, ResourceExhausted | Unavailable)
    wanted = reply.headers.get("retry-after")
    assert caught.value.retry_after == (float(wanted) if wanted else None)


def test_a_refusal_or_a_failure_while_a_script_is_written_keeps_its_name() -> None:
    for reply, reason in ((Reply(refusal="No."), "MODEL_REFUSED"), (error(429, "x", retry_after="2"), "QUOTA")):
        with vendor(reply) as said, engine(said.url) as made, pytest.raises(PixelleError) as caught:
            made.narrate(brief(), silent)
        assert (caught.value.reason, len(said.seen)) == (reason, 1)


@pytest.mark.parametrize(
    ("said_", "low", "high"),
    [("9", 9, 9), ("0.5", 0.5, 0.5), ("-4", 0, 0), ("Wed, 21 Oct 2099 07:28:00 GMT", 1e6, 1e10)],
)
def test_how_long_to_wait_is_seconds_or_a_date(said_: str, low: float, high: float) -> None:
    assert low <= (retry_after({"retry-after": said_}) or 0) <= high


@pytest.mark.parametrize("said_", ["", "soon", "inf", "nan"])
def test_nonsense_is_no_waiting_time(said_: str) -> None:
    assert retry_after({"retry-after": said_}) is None


def test_a_word_that_stands_in_for_a_key_is_not_hidden() -> None:
    with (
        vendor(error(404, "the ollama model is not there")) as said,
        engine(said.url, key="ollama") as made,
        pytest.raises(NotFound, match="the ollama model"),
    ):
        made.complete(CompletionBrief("hi"), lambda _: None, silent)


def test_a_missing_key_is_said_so() -> None:
    with (
        vendor(error(401, "no key")) as said,
        engine(said.url, key="") as made,
        pytest.raises(Unauthenticated) as caught,
    ):
        made.complete(CompletionBrief("hi"), lambda _: None, silent)
    assert caught.value.reason == "KEY_MISSING"
    assert "PIXELLE_LLM_API_KEY" in caught.value.message


def test_a_silent_endpoint_is_a_timeout() -> None:
    with vendor(Reply(fault="silence")) as said, engine(said.url, timeout=0.3) as made:
        with pytest.raises(Unavailable, match=r"sent nothing for 0\.3 s") as caught:
            made.complete(CompletionBrief("hi"), lambda _: None, silent)
        assert not said.go_on.is_set()  # it was still silent when we gave up
    assert caught.value.reason == "VENDOR_TIMEOUT"


def test_nobody_there() -> None:
    with engine("http://127.0.0.1:9/v1") as made, pytest.raises(Unavailable, match="cannot be reached"):
        made.complete(CompletionBrief("hi"), lambda _: None, silent)


def test_a_cut_off_script_is_asked_for_again_with_more_room() -> None:
    half = narrated(GOOD)[:70]
    with vendor(Reply(half, finish="length"), narrated(GOOD)) as said, engine(said.url) as made:
        assert made.narrate(brief(), silent).lines == tuple(GOOD)
    assert said.seen[1]["max_tokens"] == 2 * said.seen[0]["max_tokens"]
    assert "cut off at the token limit" in said.asked


@pytest.mark.parametrize("word", ["MAX_TOKENS", "model_length", "model_context_window_exceeded"])
def test_other_words_for_the_token_limit(word: str) -> None:
    with vendor(Reply(narrated(GOOD)[:70], finish=word), narrated(GOOD)) as said, engine(said.url) as made:
        assert made.narrate(brief(), silent).lines == tuple(GOOD)
    assert "cut off at the token limit" in said.asked


@pytest.mark.parametrize(
    ("reply", "reason"),
    [(Reply(narrated(GOOD)[:40], finish="length"), "ANSWER_TRUNCATED"), (Reply(None), "ANSWER_EMPTY")],
)
def test_what_stays_cut_off_or_empty_is_named(reply: Reply, reason: str) -> None:
    with vendor(reply) as said, engine(said.url) as made, pytest.raises(FailedPrecondition) as caught:
        made.narrate(brief(), silent)
    assert (caught.value.reason, len(said.seen)) == (reason, 3)


def test_an_endpoint_that_does_not_stream_is_read_whole() -> None:
    with vendor(Reply(narrated(GOOD), streams=False)) as said, engine(said.url) as made:
        written = made.narrate(brief(), silent)
    assert written.lines == tuple(GOOD)
    assert written.usage.output_tokens == 40


def test_bounds_of_lists_are_left_out_where_they_are_refused() -> None:
    refuse = error(400, "Invalid schema for response_format 'answer': 'minItems' is not permitted")
    with vendor(refuse, narrated(GOOD)) as said, engine(said.url) as made:
        assert made.narrate(brief(), silent).lines == tuple(GOOD)
    forms = [body["response_format"]["type"] for body in said.seen]
    assert forms == ["json_schema", "json_schema"]
    assert "minItems" not in json.dumps(said.seen[1])


def test_what_one_model_refuses_another_is_still_asked_for() -> None:
    refuse = error(422, {"detail": [{"loc": ["body", "seed"], "msg": "extra fields not permitted"}]})
    with vendor(refuse, "one", "two") as said, engine(said.url) as made:
        for model in ("small", "large"):
            made.complete(CompletionBrief("hi", model=model), lambda _: None, silent)
    assert [(body["model"], "seed" in body) for body in said.seen] == [
        ("small", True),
        ("small", False),
        ("large", True),
    ]


def test_thinking_does_not_come_out_of_a_completion() -> None:
    pieces: list[str] = []
    answer = Reply("<think>Let me see: <b>2</b></think>Four <i>it</i> is.", thinking="hm")
    with vendor(answer) as said, engine(said.url) as made:
        done = made.complete(CompletionBrief("2+2?"), pieces.append, silent)
    assert done.text == "".join(pieces) == "Four <i>it</i> is."


def test_tokens_and_costs_add_up_over_repairs() -> None:
    price = Price(2.0, 10.0, "EUR")
    replies = Reply(narrated(GOOD[:1]), usage=(1000, 100)), Reply(narrated(GOOD), usage=(2000, 200))
    with vendor(*replies) as said, engine(said.url, price=price) as made:
        usage = made.narrate(brief(), silent).usage
    assert (usage.input_tokens, usage.output_tokens, usage.calls, usage.currency) == (3000, 300, 2, "EUR")
    assert usage.cost == pytest.approx(0.009)


def test_without_counted_tokens_no_cost_is_made_up() -> None:
    with vendor(Reply(narrated(GOOD), usage=None)) as said, engine(said.url, price=Price(1, 1, "USD")) as made:
        usage = made.narrate(brief(), silent).usage
    assert (usage.calls, usage.cost) == (1, None)


def test_fields_of_the_endpoint_s_own_go_with_every_question() -> None:
    refuse = error(400, "Your organization must be verified to stream this model.")
    with vendor(refuse, Reply("ok", streams=False)) as said:
        made = OpenaiEngine(base_url=said.url, model="m", key=SecretStr(KEY), extra={"thinking": {"type": "disabled"}})
        made.load("cpu")
        made.complete(CompletionBrief("hi"), lambda _: None, silent)
        made.close()
    assert [body["thinking"] for body in said.seen] == [{"type": "disabled"}] * 2
    assert [body["stream"] for body in said.seen] == [True, False]


PERSON = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "default": "Bo"},
        "home": {"$ref": "#/$defs/Home"},
        "kind": {"enum": ["default", "other"]},
    },
    "required": ["home"],
    "$defs": {"Home": {"type": "object", "properties": {"town": {"type": "string"}}}},
}


def test_a_schema_of_the_caller_is_closed_as_strict_endpoints_want_it() -> None:
    with vendor('{"name": "Mia"}') as said, engine(said.url) as made:
        made.complete(CompletionBrief("who?", schema=json.dumps(PERSON)), lambda _: None, silent)
    form = said.seen[0]["response_format"]["json_schema"]
    assert form["strict"]
    assert form["schema"]["required"] == ["name", "home", "kind"]
    assert form["schema"]["properties"]["kind"] == {"enum": ["default", "other"]}
    home = form["schema"]["$defs"]["Home"]
    assert (form["schema"]["additionalProperties"], home["additionalProperties"], home["required"]) == (
        False,
        False,
        ["town"],
    )
    assert "default" not in form["schema"]["properties"]["name"]


def test_a_schema_with_any_fields_is_not_asked_for_strictly() -> None:
    free = {"type": "object", "additionalProperties": {"type": "number"}}
    with vendor('{"a": 1}') as said, engine(said.url) as made:
        made.complete(CompletionBrief("who?", schema=json.dumps(free)), lambda _: None, silent)
    form = said.seen[0]["response_format"]["json_schema"]
    assert (form["strict"], form["schema"]) == (False, free)


def test_a_refused_schema_of_a_caller_does_not_weaken_the_questions_for_scripts() -> None:
    refuse = error(400, "Invalid schema for response_format 'answer': In context=(), 'x' is not permitted.")
    with vendor(refuse, '{"name": "Mia"}', narrated(GOOD)) as said, engine(said.url) as made:
        made.complete(CompletionBrief("who?", schema=json.dumps(PERSON)), lambda _: None, silent)
        assert made.narrate(brief(), silent).lines == tuple(GOOD)
    assert [body["response_format"]["type"] for body in said.seen] == ["json_schema", "json_object", "json_schema"]


def test_what_is_missing_is_named() -> None:
    def missing(url: str, model: str, key: str) -> str:
        return OpenaiEngine(base_url=url, model=model, key=SecretStr(key)).missing() or ""

    assert "PIXELLE_LLM_MODEL" in missing("http://127.0.0.1:1/v1", "", "k")
    assert "PIXELLE_LLM_API_KEY" in missing("", "gpt", "")
    assert missing("http://127.0.0.1:1/v1", "m", "") == ""

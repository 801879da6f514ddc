"""Hosted interfaces on their recorded replies: each way in which they fail has its name and the vendor's reason."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from pixelle.runtime.errors import (
    Cancelled,
    DeadlineExceeded,
    FailedPrecondition,
    InvalidArgument,
    ResourceExhausted,
    Unavailable,
)
from svc_media.engines.base import Brief
from svc_media.hosted import model
from tests.comfyui import nodes
from tests.comfyui.painting import Ticks
from tests.hosted import ArkStandIn, Reply, told
from tests.recorded import recordings
from tests.unit.svc_media.engines.test_hosted import VENDORS, at, failure, film, paint

if TYPE_CHECKING:
    from collections.abc import Callable

FILTERED = (FailedPrecondition, "CONTENT_FILTERED")
CREDIT = (FailedPrecondition, "CREDIT_EXHAUSTED")
KEY = (FailedPrecondition, "VENDOR_KEY_REFUSED")
FAILED = (FailedPrecondition, "VENDOR_FAILED")
BUSY = (ResourceExhausted, "QUOTA")
DOWN = (Unavailable, "VENDOR_DOWN")
SUBMITTED: dict[str, tuple[tuple[type, str], str]] = {
    "openai/refused": (FILTERED, "safety_violations=[sexual]"),
    "openai/refused_dalle": (FILTERED, "not allowed by our safety system"),
    "openai/key": (KEY, "Incorrect API key provided"),
    "openai/unverified": (KEY, "organization must be verified"),
    "openai/no_credit": (CREDIT, "Billing hard limit"),
    "openai/no_quota": (CREDIT, "exceeded your current quota"),
    "openai/busy": (BUSY, "Please try again in 12s"),
    "openai/fault": (DOWN, "had an error"),
    "ark/refused": (FILTERED, "the input text may contain sensitive information"),
    "ark/picture_failed": (FILTERED, "the output image may contain sensitive information"),
    "ark/size": ((InvalidArgument, "VENDOR_REFUSED"), "at least 3686400 pixels"),
    "ark/key": (KEY, "missing or invalid"),
    "ark/not_open": ((FailedPrecondition, "VENDOR_REFUSED"), "activate the model service"),
    "ark/no_credit": (CREDIT, "overdue balance"),
    "ark/limit": (CREDIT, "Safe Experience Mode"),
    "ark/free_gone": (CREDIT, "free trial quota"),
    "ark/busy": (BUSY, "Images Per Minute"),
    "ark/fault": (DOWN, "unexpected internal error"),
    "kling/refused_submit": (FILTERED, "content security policy"),
    "kling/key": (KEY, "access key not found"),
    "kling/key_late": (KEY, "expired"),
    "kling/no_credit": (CREDIT, "Account balance not enough"),
    "kling/busy": (BUSY, "parallel task over resource pack limit"),
    "kling/fault": (DOWN, "500"),
    "kling/closed": (DOWN, "503"),
    "dashscope/refused_submit": (FILTERED, "Input data may contain inappropriate content"),
    "dashscope/key": (KEY, "Invalid API-key provided"),
    "dashscope/not_open": (KEY, "eligible for using the model"),
    "dashscope/no_credit": (CREDIT, "good standing"),
    "dashscope/free_gone": (CREDIT, "use free tier only"),
    "dashscope/overdue": (CREDIT, "postpaid bill is overdue"),
    "dashscope/busy": (BUSY, "rate limit exceeded"),
    "dashscope/fault": (DOWN, "internal error"),
}
"""Answers to what was asked for: the error, and words of the vendor in it."""
LOOKED: dict[str, tuple[tuple[type, str], str]] = {
    "ark/clip_refused": (FILTERED, "the output video may contain sensitive information"),
    "ark/clip_failed": (FAILED, "unexpected internal error"),
    "ark/clip_expired": (FAILED, "expired"),
    "kling/refused": (FILTERED, "Failure to pass the risk control system"),
    "kling/failed": (FAILED, "The resolution or aspect ratio of the input image is invalid"),
    "dashscope/refused": (FILTERED, "Output data may contain inappropriate content"),
    "dashscope/refused_likeness": (FILTERED, "IP infringement"),
    "dashscope/failed": (FAILED, "InvalidParameter"),
    "dashscope/lost": (FAILED, "does not know the task"),
}
"""Answers to how far a task is."""
POLLED = [name for name in VENDORS if name != "openai"]
TASKS = {"ark": "GET /api/v3/contents", "kling": "GET /v1/", "dashscope": "GET /api/v1/tasks"}
"""Where each vendor is asked how far a task is."""
WORKING = {
    "ark": told("ark/clip_running"),
    "kling": told("kling/processing"),
    "dashscope": told("dashscope/running"),
}
EXPIRED = [(name, f"{name}/result_expired") for name in VENDORS]


def clips(name: str) -> bool:
    """Only clips are looked after there."""
    return name == "ark"


@pytest.mark.parametrize("name", SUBMITTED)
def test_a_refusal_is_said_with_the_vendors_words(name: str) -> None:
    error, words = SUBMITTED[name]
    with at(name.partition("/")[0]) as (engine, vendor):
        vendor.faults = [("POST ", told(name))]
        caught = failure(engine)
        assert len([method for method, *_ in vendor.seen if method == "POST"]) == 1, "never tried again in here"
    assert (type(caught), caught.reason) == error
    assert words in caught.message
    assert not {"k3y", "s3cret", "acc3ss"} & set(caught.message.split())
    wait = {"openai/busy": 12.0, "ark/busy": 3.0}.get(name)
    assert wait is None or caught.retry_after == wait


@pytest.mark.parametrize("name", LOOKED)
def test_a_failed_task_is_said_with_the_vendors_words(name: str) -> None:
    error, words = LOOKED[name]
    vendor_name = name.partition("/")[0]
    with at(vendor_name) as (engine, vendor):
        vendor.faults = [(TASKS[vendor_name], WORKING[vendor_name]), (TASKS[vendor_name], told(name))]
        caught = failure(engine, clip=clips(vendor_name))
        assert not vendor.fetched
    assert (type(caught), caught.reason) == error
    assert words in caught.message


def test_a_filter_is_known_by_its_words_where_the_code_says_nothing() -> None:
    words = {"output.code": "FAILED", "output.message": "Output data is suspected of being involved in IP infringement"}
    with at("dashscope") as (engine, vendor):
        vendor.faults = [(TASKS["dashscope"], told("dashscope/refused_likeness", words))]
        caught = failure(engine)
    assert (type(caught), caught.reason) == FILTERED


def test_every_recorded_reply_of_these_vendors_is_used() -> None:
    good = {
        "openai/picture", "openai/picture_url", "ark/picture", "ark/clip_submitted", "ark/clip_queued",
        "ark/clip_running", "ark/clip_done", "kling/submitted", "kling/submitted_now", "kling/waiting",
        "kling/processing", "kling/clip_done", "kling/clip_done_now", "kling/picture_done", "dashscope/submitted",
        "dashscope/pending", "dashscope/running", "dashscope/picture_done", "dashscope/picture_partly",
        "dashscope/clip_done", "dashscope/clip_done_now", "dashscope/cancelled", "dashscope/cancel_late",
    }  # fmt: skip
    used = good | {*SUBMITTED, *LOOKED} | {file for _, file in EXPIRED}
    kept = {each.name.removeprefix("media/") for name in VENDORS for each in recordings(f"media/{name}")}
    assert kept == used


@pytest.mark.parametrize("name", VENDORS)
@pytest.mark.parametrize(
    ("page", "error"), [("proxy/bad_gateway", DOWN), ("proxy/welcome", (Unavailable, "VENDOR_ANSWER"))]
)
def test_a_page_of_a_proxy_is_no_answer(name: str, page: str, error: tuple[type, str]) -> None:
    with at(name) as (engine, vendor):
        vendor.faults = [("POST ", told(page))]
        caught = failure(engine)
    assert (type(caught), caught.reason) == error
    if page == "proxy/bad_gateway":
        assert "'502 Bad Gateway'" in caught.message
        assert "<" not in caught.message


@pytest.mark.parametrize("name", POLLED)
def test_a_page_a_fault_and_a_limit_while_it_works_are_waited_out(name: str) -> None:
    status, headers, body = told(f"{name}/busy")
    passing: list[Reply] = [
        told("proxy/bad_gateway"),
        told(f"{name}/fault"),
        (status, {**headers, "retry-after": "0"}, body),
    ]
    with at(name) as (engine, vendor):
        vendor.faults = [(TASKS[name], each) for each in passing]
        made = film(engine) if clips(name) else paint(engine)
        assert made.spent
        assert not vendor.faults


@pytest.mark.parametrize("name", VENDORS)
@pytest.mark.parametrize("reply", [(200, {}, {}), (200, {}, {"data": None, "output": None})])
def test_an_answer_without_a_result_is_none(name: str, reply: Reply) -> None:
    with at(name) as (engine, vendor):
        vendor.faults = [("POST ", reply)]
        caught = failure(engine)
    assert (type(caught), caught.reason) == (Unavailable, "VENDOR_ANSWER")


@pytest.mark.parametrize(("name", "file"), EXPIRED)
def test_a_result_whose_address_has_expired_is_not_taken_for_one(name: str, file: str) -> None:
    with at(name) as (engine, vendor):
        vendor.faults = [("GET /files", told(file))]
        if name == "openai":
            picture = vendor.file(nodes.png(vendor.thing()), "png")
            vendor.faults.append(("POST ", told("openai/picture_url", {"data.0.url": picture})))
        caught = failure(engine)
    assert (type(caught), caught.reason) == (Unavailable, "VENDOR_UNREACHABLE")
    assert "answered 403" in caught.message
    assert "s3cret" not in caught.message, "the signature of the address"


@pytest.mark.parametrize("breaks", [2, 3])
@pytest.mark.parametrize(
    "fault",
    [(200, {"content-length": "9999"}, b"\x89PNG"), (503, {}, b"SlowDown"), (404, {}, b"NoSuchKey")],
    ids=["cut", "busy", "not there yet"],
)
def test_a_result_that_cannot_be_fetched_at_once_is_not_made_again(fault: Reply, breaks: int) -> None:
    with at("ark") as (engine, vendor):
        vendor.faults = [("GET /files", fault)] * breaks
        if breaks == 2:
            assert paint(engine).spent
        else:
            assert failure(engine).reason == "VENDOR_UNREACHABLE"
        assert len(vendor.fetched) == 3
        assert [method for method, *_ in vendor.seen] == ["POST"]


def test_a_picture_that_comes_as_an_address_is_fetched() -> None:
    with at("openai", image_model="dall-e-3") as (engine, vendor):
        picture = vendor.file(nodes.png(nodes.Thing("cd" * 32, 256, 448)), "png")
        vendor.faults = [("POST ", told("openai/picture_url", {"data.0.url": picture}))]
        assert paint(engine).pixels.shape == (448, 256, 3)
        assert vendor.seen[0][3]["response_format"] == "b64_json"


def test_older_and_newer_answers_of_a_vendor_are_understood() -> None:
    with at("kling") as (engine, vendor):
        clip = vendor.file(nodes.mp4(vendor.thing()), "mp4")
        vendor.faults = [
            ("POST ", told("kling/submitted")),
            ("GET /v1", told("kling/clip_done", {"data.task_result.videos.0.url": clip})),
        ]
        assert film(engine).spent == 0.0, "it was not said then"
        paid = told("kling/picture_done", {
            "data.task_result.images.0.url": vendor.file(nodes.png(vendor.thing()), "png"),
            "data.final_unit_deduction": "0",
        })  # fmt: skip
        vendor.faults = [("GET /v1", paid)]
        made = paint(engine)
        assert (made.spent, made.unit) == (0.5, "of Kling's balance")
    with at("dashscope") as (engine, vendor):
        picture = vendor.file(nodes.png(vendor.thing()), "png")
        vendor.faults = [(TASKS["dashscope"], told("dashscope/picture_partly", {"output.results.1.url": picture}))]
        assert paint(engine).spent == 1.0


@pytest.mark.parametrize(
    "name",
    [
        "kling/key", "kling/closed", "kling/busy", "kling/no_credit", "dashscope/key", "dashscope/busy",
        "dashscope/no_credit", "dashscope/refused_submit", "dashscope/fault", "openai/refused", "openai/no_quota",
    ],
)  # fmt: skip
def test_a_refusal_with_status_200_is_none_the_less_one(name: str) -> None:
    vendor_name = name.partition("/")[0]
    with at(vendor_name) as (engine, vendor):
        vendor.faults = [("POST ", (200, {}, told(name)[2]))]
        caught = failure(engine)
    assert (type(caught), caught.reason) == SUBMITTED[name][0]


@pytest.mark.parametrize("name", ["kling", "dashscope"])
def test_a_fault_with_status_200_is_waited_out_too(name: str) -> None:
    with at(name) as (engine, vendor):
        vendor.faults = [(TASKS[name], (200, {}, told(f"{name}/fault")[2]))]
        assert paint(engine).spent
        assert not vendor.faults


UNHEARD_OF = {"ark": ("status", "ark/clip_running"), "kling": ("data.task_status", "kling/processing")}
UNHEARD_OF["dashscope"] = ("output.task_status", "dashscope/running")
"""Where each vendor says how far a task is, and a reply that says it."""


@pytest.mark.parametrize("name", POLLED)
def test_a_status_that_nobody_has_heard_of_is_waited_out(name: str) -> None:
    place, reply = UNHEARD_OF[name]
    with at(name) as (engine, vendor):
        vendor.faults = [(TASKS[name], told(reply, {place: status})) for status in ("SUSPENDED", "post_processing", "")]
        assert (film(engine) if clips(name) else paint(engine)).spent
        assert not vendor.faults
        assert [method for method, *_ in vendor.seen].count("POST") == 1


def test_a_limit_of_some_seconds_is_left_to_the_step_and_a_longer_one_waited_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waited: list[float] = []

    def rest(seconds: float, beat: Callable[[], object]) -> None:
        waited.append(seconds)
        beat()

    monkeypatch.setattr(model, "rest", rest)
    status, _, body = told("openai/busy")
    with at("openai") as (engine, vendor):
        vendor.faults = [("POST ", (status, {"retry-after": "40"}, body))] * 2
        assert paint(engine).spent
        assert waited == [40.0, 40.0]
        for wait in ("14", "600"):
            vendor.faults = [("POST ", (status, {"retry-after": wait}, body))]
            assert failure(engine).retry_after == float(wait)
        assert len(waited) == 2


@pytest.mark.parametrize("name", POLLED)
def test_a_task_that_never_ends_is_given_up_and_withdrawn(name: str) -> None:
    with at(name, seconds=0.3) as (engine, vendor):
        vendor.next = lambda task: WORKING[name]  # type: ignore[method-assign]
        caught = failure(engine, clip=clips(name))
        assert (type(caught), caught.reason) == (DeadlineExceeded, "VENDOR_TIMEOUT")
        if name != "kling":
            vendor.wait("DELETE tasks/task-0" if name == "ark" else "POST tasks/task-0/cancel")


def test_no_answer_in_time() -> None:
    with at("openai", seconds=0.3) as (engine, vendor):
        vendor.gate.clear()
        assert isinstance(failure(engine), DeadlineExceeded)


@pytest.mark.parametrize("name", POLLED)
def test_who_leaves_has_the_task_cancelled_where_that_can_be(name: str) -> None:
    with at(name) as (engine, vendor), ThreadPoolExecutor(1) as pool:
        ticks = Ticks()
        vendor.next = lambda task: WORKING[name]  # type: ignore[method-assign]
        # too late: it has begun, and is paid; whoever leaves need not know
        vendor.faults = [("POST /api/v1/tasks", told("dashscope/cancel_late"))]
        named = engine.named("", film=True)
        filming = pool.submit(lambda: named.film(Brief("waves", 128, 128, 7), duration=1, fps=0, tick=ticks))
        vendor.wait(TASKS[name].replace(" /", " "))
        ticks.gone.set()
        with pytest.raises(Cancelled):
            filming.result(30)
        if name != "kling":
            vendor.wait("DELETE tasks/task-0" if name == "ark" else "POST tasks/task-0/cancel")


def test_who_leaves_does_not_wait_for_a_slow_answer() -> None:
    with at("openai") as (engine, vendor), ThreadPoolExecutor(1) as pool:
        ticks = Ticks()
        vendor.gate.clear()
        painting = pool.submit(paint, engine, tick=ticks)
        vendor.wait("POST images")
        ticks.gone.set()
        with pytest.raises(Cancelled):
            painting.result(30)


@pytest.mark.parametrize("name", POLLED)
def test_a_result_that_is_too_large_is_not_swallowed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "_LARGEST_PICTURE", 100)
    with at(name) as (engine, _):
        assert failure(engine).reason == "VENDOR_RESULT_TOO_LARGE"


@pytest.mark.parametrize("name", POLLED)
def test_a_result_that_is_no_picture_is_not_taken_for_one(name: str) -> None:
    with at(name) as (engine, vendor):
        for seed, other in enumerate((told("proxy/welcome"), (200, {"content-type": "image/png"}, b""))):
            vendor.faults = [("GET /files", other)]
            caught = failure(engine, seed=seed)
            assert (type(caught), caught.reason) == (Unavailable, "VENDOR_ANSWER")
            assert "s3cret" not in caught.message


def test_a_picture_that_cannot_be_decoded_is_none() -> None:
    with at("openai") as (engine, vendor):
        for text in ("%%%", "bm8gcGljdHVyZQ=="):
            vendor.faults = [("POST ", told("openai/picture", {"data.0.b64_json": text}))]
            assert failure(engine).reason in {"VENDOR_ANSWER", "RESULT_UNREADABLE"}


def test_a_result_is_fetched_only_from_where_it_may_be() -> None:
    with at("ark") as (engine, vendor), ArkStandIn() as other:
        vendor.files_at = other.url.removesuffix(other.base)
        assert failure(engine).reason == "VENDOR_ANSWER"
        assert not other.fetched
        for address in ("https://127.0.0.1:1", "https://169.254.169.254", "file:///etc"):
            vendor.files_at = address
            assert failure(engine).reason == "VENDOR_ANSWER"

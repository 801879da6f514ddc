"""What a vendor has begun is paid once: it is found again by whoever asks for the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pixelle.runtime.artifacts import ArtifactStore
from pixelle.runtime.errors import Cancelled, DeadlineExceeded
from pixelle.vendors.orders import Orders
from tests.comfyui.painting import Ticks
from tests.hosted import HostedStandIn, told
from tests.unit.svc_media.engines.test_hosted import VENDORS, at, failure, film, paint
from tests.unit.svc_media.engines.test_hosted_recorded import POLLED, TASKS, WORKING, clips

if TYPE_CHECKING:
    from pathlib import Path

    from svc_media.hosted.base import HostedEngine

GONE = {
    "ark": (404, {}, {"error": {"code": "ResourceNotFound", "message": "The specified task is not found"}}),
    "kling": (404, {}, {"code": 1203, "message": "The resource is not exist", "request_id": "1"}),
    "dashscope": told("dashscope/lost"),
}
"""What is answered about a task that is not known any more; the sentences of the first two are ours."""


class PowerCut(BaseException):
    """The process ends here: nothing that could clean up is run."""


class Cut(Ticks):
    """Cuts the power at these words."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words

    def __call__(self, fraction: float, message: str = "") -> None:
        if self._words in message:
            raise PowerCut
        super().__call__(fraction, message)


def make(engine: HostedEngine, name: str, tick: Ticks | None = None, **fields: Any) -> Any:
    return (film if clips(name) else paint)(engine, tick=tick, **fields)


def asked(vendor: HostedStandIn) -> int:
    """How often something was asked for that is paid."""
    return sum(method == "POST" and not path.endswith("/cancel") for method, path, _, _ in vendor.seen)


@pytest.fixture
def store(tmp_path: Path) -> ArtifactStore:
    return ArtifactStore(tmp_path.as_uri())


@pytest.mark.parametrize("name", POLLED)
@pytest.mark.parametrize("when", ["is working", "fetching the result"])
def test_a_task_that_ran_through_a_power_cut_is_gone_on_with(name: str, when: str, store: ArtifactStore) -> None:
    with at(name, orders=Orders(store)) as (engine, vendor):
        with pytest.raises(PowerCut):
            make(engine, name, Cut(when))
        again = type(engine)(
            keys=engine.keys,
            base_url=engine.base_url,
            image_model=engine.defaults[False],
            video_model=engine.defaults[True],
            poll=0.02,
            orders=Orders(store),
        )
        made = make(again, name)
        assert made.spent, "what it cost is told none the less"
        assert asked(vendor) == 1
        make(again, name)
        assert asked(vendor) == 2, "what was handed out is not handed out twice"


def test_a_picture_that_was_named_before_a_power_cut_is_fetched(store: ArtifactStore) -> None:
    with at("ark", orders=Orders(store)) as (engine, vendor):
        with pytest.raises(PowerCut):
            paint(engine, tick=Cut("fetching"))
        made = paint(engine)
        assert (made.spent, made.unit) == (16384.0, "tokens")
        assert asked(vendor) == 1


@pytest.mark.parametrize("name", POLLED)
def test_other_seeds_pictures_and_accounts_are_other_orders(name: str) -> None:
    orders = Orders()
    with at(name, orders=orders) as (engine, vendor):
        with pytest.raises(PowerCut):
            make(engine, name, Cut("is working"))
        make(engine, name, seed=8)
        make(engine, name, prompt="a harbour")
        assert asked(vendor) == 3
        engine.keys = tuple("other" for _ in engine.keys)
        make(engine, name)
        assert asked(vendor) == 4


@pytest.mark.parametrize("name", POLLED)
@pytest.mark.parametrize("end", ["failed", "gone", "expired"])
def test_what_came_to_nothing_meanwhile_is_made_anew(name: str, end: str) -> None:
    with at(name) as (engine, vendor):
        with pytest.raises(PowerCut):
            make(engine, name, Cut("is working"))
        failed = told("ark/clip_failed" if name == "ark" else f"{name}/failed")
        vendor.faults = {
            "failed": [(TASKS[name], failed)],
            "gone": [(TASKS[name], GONE[name])],
            "expired": [("GET /files", told(f"{name}/result_expired"))],
        }[end]
        assert make(engine, name).spent
        assert asked(vendor) == 2


@pytest.mark.parametrize("name", POLLED)
def test_what_was_cancelled_too_late_is_handed_out_to_who_asks_again(name: str) -> None:
    with at(name) as (engine, vendor):
        vendor.faults = [
            ("POST /api/v1/tasks", told("dashscope/cancel_late")),
            ("DELETE ", (409, {}, {"error": {"code": "Conflict", "message": "it is running"}})),
        ]
        leaving(engine, name)
        assert make(engine, name).spent
        assert asked(vendor) == 1


@pytest.mark.parametrize("name", ["ark", "dashscope"])
def test_what_was_cancelled_in_time_is_made_anew(name: str) -> None:
    with at(name) as (engine, vendor):
        leaving(engine, name)
        make(engine, name)
        assert asked(vendor) == 2


@pytest.mark.parametrize("name", POLLED)
def test_what_is_ready_is_not_withdrawn_by_who_leaves(name: str) -> None:
    with at(name) as (engine, vendor):
        leaving(engine, name, "fetching")
        assert not [path for method, path, *_ in vendor.seen if method == "DELETE" or path.endswith("/cancel")]
        assert make(engine, name).spent
        assert asked(vendor) == 1


def leaving(engine: HostedEngine, name: str, when: str = "is working") -> None:
    class Leaving(Ticks):
        def __call__(self, fraction: float, message: str = "") -> None:
            if when in message:
                raise Cancelled("gone")

    with pytest.raises(Cancelled):
        make(engine, name, Leaving())


def test_a_task_that_never_ends_is_waited_for_twice_and_then_made_anew() -> None:
    with at("kling", seconds=0.3) as (engine, vendor):
        true, vendor.next = vendor.next, lambda task: WORKING["kling"]  # type: ignore[method-assign]
        for _ in range(2):
            assert isinstance(failure(engine), DeadlineExceeded)
        assert asked(vendor) == 1
        engine.seconds, vendor.next = 30.0, true  # type: ignore[method-assign]
        assert paint(engine).spent
        assert asked(vendor) == 2


@pytest.mark.parametrize("name", POLLED)
def test_a_filter_that_spoke_is_not_asked_again_for_it(name: str) -> None:
    with at(name) as (engine, vendor):
        refused = told("ark/clip_refused" if name == "ark" else f"{name}/refused")
        vendor.faults = [(TASKS[name], refused)]
        assert failure(engine, clip=clips(name)).reason == "CONTENT_FILTERED"
        make(engine, name)
        assert asked(vendor) == 2


@pytest.mark.parametrize("name", POLLED)
def test_a_result_that_could_not_be_fetched_is_fetched_by_the_next_try(name: str) -> None:
    with at(name) as (engine, vendor):
        vendor.faults = [("GET /files", (503, {}, b"SlowDown"))] * 3
        assert failure(engine, clip=clips(name)).reason == "VENDOR_UNREACHABLE"
        assert make(engine, name).spent
        assert asked(vendor) == 1


@pytest.mark.parametrize("name", POLLED)
def test_what_cannot_be_used_is_paid_twice_at_most(name: str) -> None:
    with at(name) as (engine, vendor):
        page = told("proxy/welcome")  # in place of the result, with status 200
        vendor.faults = [("GET /files", page)] * 2
        first, second = (failure(engine, clip=clips(name)) for _ in range(2))
        assert (first.reason, first.retryable) == ("VENDOR_ANSWER", True)
        assert (second.reason, second.retryable) == ("VENDOR_ANSWER", False)
        assert "asked for twice" in second.message
        assert asked(vendor) == 2
        assert make(engine, name).spent, "who asks again is served"
        assert asked(vendor) == 3


@pytest.mark.parametrize("name", VENDORS)
def test_an_answer_that_is_cut_off_is_asked_for_once_more_only(name: str) -> None:
    with at(name) as (engine, vendor):
        vendor.faults = [("POST ", (200, {"content-length": "9999"}, b'{"data": ['))] * 2
        first, second = (failure(engine, clip=clips(name)) for _ in range(2))
        assert (first.reason, first.retryable) == ("VENDOR_UNREACHABLE", True)
        assert (second.reason, second.retryable) == ("VENDOR_UNREACHABLE", False)
        assert asked(vendor) == 2
        assert make(engine, name).spent, "who asks again is served"

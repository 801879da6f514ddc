"""Tasks at RunningHub: what is sent, progress, cancel, places, every kind of refusal and failure with its text."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from pixelle.runninghub import faults
from pixelle.runtime.artifacts import ArtifactStore
from pixelle.runtime.errors import (
    Cancelled,
    Conflict,
    DeadlineExceeded,
    FailedPrecondition,
    InvalidArgument,
    PixelleError,
    ResourceExhausted,
    Unavailable,
)
from pixelle.vendors.orders import Orders
from svc_media.engines.base import Brief
from svc_media.engines.runninghub import RunninghubEngine
from tests.comfyui import nodes
from tests.comfyui.painting import Ticks, others_graph
from tests.comfyui.runninghub import HubStandIn, told
from tests.comfyui.standin import CORPUS
from tests.recorded import recording, recordings

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    from svc_media.engines.base import Picture

NAMES = ("image_plain.json", "image_edit.json", "image_explodes.json", "image_greedy.json", "image_model_missing.json")


@pytest.fixture
def hub() -> Generator[HubStandIn]:
    with HubStandIn() as server:
        for name in NAMES:
            server.offer(name.removesuffix(".json"), CORPUS / name)
        yield server


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., RunninghubEngine]:
    for name in NAMES:
        told = {"source": "runninghub", "workflow_id": name.removesuffix(".json")}
        (tmp_path / name).write_text(json.dumps(told))
    (tmp_path / "image_gone.json").write_text('{"source": "runninghub", "workflow_id": "190"}')
    (tmp_path / "image_export.json").write_text((CORPUS / "image_plain.json").read_text())

    def engine(hub: HubStandIn, **options: Any) -> RunninghubEngine:
        options.setdefault("poll", 0.02)
        return RunninghubEngine(hub.url, options.pop("key", hub.key), tmp_path, **options)

    return engine


def paint(engine: RunninghubEngine, name: str = NAMES[0], tick: Ticks | None = None, **fields: Any) -> Picture:
    given: dict[str, Any] = {"prompt": "a lighthouse", "width": 256, "height": 320, "seed": 7}
    brief = Brief(**(given | fields))
    named = engine.named(name, film=False)
    named.check(brief)
    return named.paint(brief, tick=tick or Ticks())


def failure(engine: RunninghubEngine, name: str = NAMES[0], **fields: Any) -> PixelleError:
    with pytest.raises(PixelleError) as caught:
        paint(engine, name, **fields)
    return caught.value


def test_what_a_request_sets_and_every_seed_is_sent(hub: HubStandIn, make: Callable[..., RunninghubEngine]) -> None:
    ticks = Ticks()
    made = paint(make(hub, instance="plus"), tick=ticks)
    assert made.pixels.shape == (320, 256, 3)
    assert (made.spent, made.unit) == (4.0, "RunningHub coins")
    (sent,) = hub.created
    assert (sent["workflowId"], sent["instanceType"]) == ("image_plain", "plus")
    told = {(each["nodeId"], each["fieldName"]): each["fieldValue"] for each in sent["nodeInfoList"]}
    graph = hub.workflows["image_plain"]
    marked = {title: node for node, parts in graph.items() if (title := parts["_meta"]["title"]).startswith("$")}
    assert told[marked["$prompt.text!"], "text"] == "a lighthouse"
    assert any(field == "seed" and value == 7 for (_, field), value in told.items())
    fractions = [fraction for fraction, _ in ticks.heard]
    assert fractions == sorted(fractions)
    assert "instanceType" not in (paint(make(hub)), hub.created[-1])[1]


def test_a_given_picture_is_uploaded(hub: HubStandIn, make: Callable[..., RunninghubEngine]) -> None:
    picture = nodes.png(nodes.Thing("ab" * 32, 320, 256))
    paint(make(hub), "image_edit.json", reference=picture)
    (name,) = [name for place, folder, name in hub.comfy.files if (place, folder) == ("input", "api")]
    assert hub.comfy.files["input", "api", name] == picture
    assert any(each["fieldValue"] == f"api/{name}" for each in hub.created[0]["nodeInfoList"])


def test_a_cancelled_task_is_cancelled_there(hub: HubStandIn, make: Callable[..., RunninghubEngine]) -> None:
    hub.comfy.gate.clear()
    ticks = Ticks()
    with ThreadPoolExecutor(1) as pool:
        painting = pool.submit(paint, make(hub), tick=ticks)
        ticks.wait("RunningHub is working")
        gone = time.monotonic()
        ticks.gone.set()
        with pytest.raises(Cancelled):
            painting.result(30)
    print(f"from leaving to the cancel at RunningHub: {time.monotonic() - gone:.3f} s")
    (task,) = hub.cancelled
    hub.comfy.wait(lambda: task in hub.comfy.whose("interrupted"))


def test_out_of_time_the_task_is_cancelled_there(hub: HubStandIn, make: Callable[..., RunninghubEngine]) -> None:
    hub.comfy.gate.clear()
    error = failure(make(hub, seconds=0.5))
    hub.comfy.gate.set()
    assert isinstance(error, DeadlineExceeded)
    assert len(hub.cancelled) == 1


def test_it_waits_while_the_places_of_the_account_are_taken(
    hub: HubStandIn, make: Callable[..., RunninghubEngine]
) -> None:
    hub.places = 1
    hub.comfy.gate.clear()
    hub.comfy.enqueue(others_graph())
    ticks = Ticks()
    with ThreadPoolExecutor(1) as pool:
        painting = pool.submit(paint, make(hub), tick=ticks)
        hub.wait("/task/openapi/create", 3)
        assert not hub.created
        hub.comfy.gate.set()
        assert painting.result(30).pixels.std() > 8
    assert any("waiting for RunningHub to take" in message for _, message in ticks.heard)


@pytest.mark.parametrize(
    ("name", "error", "said"),
    [
        ("image_explodes.json", (FailedPrecondition, "RUNNINGHUB_FAILED"), "mat1 and mat2 shapes"),
        ("image_greedy.json", (FailedPrecondition, "RUNNINGHUB_OUT_OF_MEMORY"), "INSTANCE_TYPE=plus"),
        ("image_model_missing.json", (FailedPrecondition, "RUNNINGHUB_REFUSED"), "dream/gone.safetensors"),
        ("image_gone.json", (InvalidArgument, "RUNNINGHUB_WORKFLOW_UNKNOWN"), "workflow_id"),
        ("image_export.json", (FailedPrecondition, "WORKFLOW_NO_ID"), "workflows/selfhost"),
        ("image_nobody.json", (InvalidArgument, "WORKFLOW_UNKNOWN"), "'runninghub/"),
    ],
)
def test_the_real_reason_is_told(
    hub: HubStandIn, make: Callable[..., RunninghubEngine], name: str, error: tuple[type, str], said: str
) -> None:
    caught = failure(make(hub), name)
    assert (type(caught), caught.reason) == error
    assert said in caught.message


@pytest.mark.parametrize(
    ("recorded", "error", "words"),
    [
        ("create/key", (FailedPrecondition, "RUNNINGHUB_KEY_REFUSED"), "APIKEY_UNAUTHORIZED"),
        ("create/free_user", (FailedPrecondition, "RUNNINGHUB_KEY_REFUSED"), "UNSUPPORTED_FREE_USER"),
        ("create/no_credit", (FailedPrecondition, "CREDIT_EXHAUSTED"), "NOT_ENOUGH_WALLET"),
        ("create/unknown", (InvalidArgument, "RUNNINGHUB_WORKFLOW_UNKNOWN"), "WORKFLOW_NOT_EXISTS"),
        ("create/unsaved", (InvalidArgument, "RUNNINGHUB_WORKFLOW_UNKNOWN"), "save and run it once"),
        ("create/node_info", (FailedPrecondition, "RUNNINGHUB_REFUSED"), "APIKEY_INVALID_NODE_INFO"),
        ("create/fault", (Unavailable, "RUNNINGHUB_DOWN"), "UNKNOWN_ERROR"),
        ("outputs/failed", (FailedPrecondition, "RUNNINGHUB_FAILED"), "Node 276 (SONIC_PreData)"),
        ("upload/too_large", (FailedPrecondition, "RUNNINGHUB_REFUSED"), "APIKEY_FILE_SIZE_EXCEEDED"),
    ],
)
def test_recorded_refusals_have_names(
    hub: HubStandIn, make: Callable[..., RunninghubEngine], recorded: str, error: tuple[type, str], words: str
) -> None:
    path, _, name = recorded.partition("/")
    hub.replies = [(f"/task/openapi/{path}", 200, told(name))]
    given = {"reference": nodes.png(nodes.Thing("ab" * 32, 320, 256))} if path == "upload" else {}
    caught = failure(make(hub), "image_edit.json" if given else NAMES[0], **given)
    assert (type(caught), caught.reason) == error
    assert words in caught.message


def test_a_task_that_is_lost_may_be_tried_again() -> None:
    lost = told("lost")
    caught = faults.refused(lost["code"], lost["msg"])
    assert (caught.reason, caught.retryable) == ("RUNNINGHUB_TASK_LOST", True)


def test_every_recorded_reply_is_used() -> None:
    by_standin = {
        "key", "unknown", "busy", "node_info", "created", "status", "lost", "queued", "running", "failed", "outputs",
        "cancelled", "uploaded",
    }  # fmt: skip
    by_test = {"free_user", "no_credit", "unsaved", "fault", "too_large"}
    assert {each.name.rpartition("/")[2] for each in recordings("media/runninghub")} == by_standin | by_test


def test_a_result_that_cannot_be_fetched_any_more(hub: HubStandIn, make: Callable[..., RunninghubEngine]) -> None:
    hub.replies = [("/files", 403, recording("media/kling/result_expired").body)]
    caught = failure(make(hub))
    assert (type(caught), caught.reason) == (Unavailable, "VENDOR_UNREACHABLE")


@pytest.mark.parametrize(
    ("path", "reply", "error"),
    [
        ("create", (200, {"code": 1000, "msg": "Unknown error"}), (Unavailable, "RUNNINGHUB_DOWN")),
        ("create", (200, {"code": 1501, "msg": "content"}), (FailedPrecondition, "CONTENT_FILTERED")),
        ("create", (200, {"code": 0, "data": {}}), (Unavailable, "VENDOR_ANSWER")),
        ("create", (200, "<html>"), (Unavailable, "VENDOR_ANSWER")),
        ("create", (502, "Bad Gateway"), (Unavailable, "VENDOR_DOWN")),
        ("create", (429, "slow"), (ResourceExhausted, "QUOTA")),
        (
            "outputs",
            (200, {"code": 805, "data": {"failedReason": "task cancelled"}}),
            (Conflict, "RUNNINGHUB_CANCELLED"),
        ),
        ("outputs", (200, {"code": 0, "data": []}), (FailedPrecondition, "COMFYUI_NO_OUTPUT")),
    ],
)
def test_faults_have_names(
    hub: HubStandIn, make: Callable[..., RunninghubEngine], path: str, reply: tuple[int, Any], error: tuple[type, str]
) -> None:
    hub.replies = [(f"/task/openapi/{path}", *reply)]
    caught = failure(make(hub))
    assert (type(caught), caught.reason) == error
    assert hub.key not in caught.message


def test_a_fault_while_it_works_is_waited_out(hub: HubStandIn, make: Callable[..., RunninghubEngine]) -> None:
    hub.replies = [("/task/openapi/status", 503, "busy"), ("/task/openapi/status", 200, {"code": 1000, "msg": "x"})]
    assert paint(make(hub)).pixels.std() > 8
    assert not hub.replies


def test_without_a_key_it_says_so_and_asks_nobody(hub: HubStandIn, make: Callable[..., RunninghubEngine]) -> None:
    engine = make(hub, key="")
    assert "PIXELLE_RUNNINGHUB_API_KEY" in (engine.missing() or "")
    assert failure(engine).reason == "ENGINE_NOT_INSTALLED"
    assert not hub.seen
    wrong = failure(make(hub, key="wr0ng"))
    assert wrong.reason == "RUNNINGHUB_KEY_REFUSED"
    assert "wr0ng" not in wrong.message


def test_what_is_offered(hub: HubStandIn, make: Callable[..., RunninghubEngine]) -> None:
    engine = make(hub, image_workflow=NAMES[0])
    offers = {offer.model: offer for offer in engine.offers()}
    assert (offers[""].images, offers[""].videos) == (True, False)
    assert offers["image_plain.json"].reason == ""
    assert "workflow_id" in offers["image_export.json"].reason
    assert not hub.seen, "listing asks nobody"


class PowerCut(BaseException):
    """The process ends here."""


def cut_off(engine: RunninghubEngine, **fields: Any) -> None:
    """A picture is asked for, and the power fails while it is fetched."""

    def cut(fraction: float, message: str = "") -> None:
        del fraction
        if "fetching" in message:
            raise PowerCut

    named = engine.named("image_edit.json" if fields else NAMES[0], film=False)
    with pytest.raises(PowerCut):
        named.paint(Brief("a lighthouse", 256, 320, 7, **fields), tick=cut)


def test_a_task_that_ran_through_a_power_cut_is_gone_on_with(
    hub: HubStandIn, make: Callable[..., RunninghubEngine], tmp_path: Path
) -> None:
    orders = Orders(ArtifactStore((tmp_path / "store").as_uri()))
    picture = nodes.png(nodes.Thing("ab" * 32, 320, 256))
    cut_off(make(hub, orders=orders), reference=picture)
    assert not hub.cancelled
    again = make(hub, orders=orders)
    assert paint(again, "image_edit.json", reference=picture).spent
    assert len(hub.created) == 1
    paint(again, "image_edit.json", reference=picture)
    assert len(hub.created) == 2, "what was handed out is not handed out twice"


def test_a_task_that_came_to_nothing_meanwhile_is_made_anew(
    hub: HubStandIn, make: Callable[..., RunninghubEngine]
) -> None:
    engine = make(hub)
    cut_off(engine)
    hub.replies = [("/task/openapi/outputs", 200, {"code": 805, "data": {"failedReason": "task cancelled"}})]
    assert paint(engine).spent
    assert len(hub.created) == 2


def test_a_file_that_could_not_be_fetched_is_fetched_by_the_next_try(
    hub: HubStandIn, make: Callable[..., RunninghubEngine]
) -> None:
    engine = make(hub)
    hub.replies = [("/files", 503, "SlowDown")] * 3
    assert failure(engine).reason == "VENDOR_UNREACHABLE"
    assert paint(engine).spent
    assert len(hub.created) == 1

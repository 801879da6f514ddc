"""What real ComfyUI servers are recorded to say: the stand-in says it in the same form, the engine understands it."""

from __future__ import annotations

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np
import pytest
from websockets.sync.client import connect

from pixelle.comfyui import faults
from pixelle.comfyui.library import Library
from pixelle.comfyui.progress import Progress
from pixelle.runtime.errors import Conflict, FailedPrecondition, PixelleError, Unavailable
from tests.comfyui import nodes
from tests.comfyui.painting import Ticks, failure, others_graph, paint
from tests.comfyui.standin import CORPUS, Graph, StandIn
from tests.recorded import recording, recordings

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

    from tests.unit.svc_media.conftest import Make

GRAPH: Graph = {
    "1": {"class_type": "DWPreprocessor", "inputs": {"ckpt_name": "flux1-dev-fp8.safetensors"}},
    "3": {"class_type": "KSampler", "inputs": {"steps": 20}},
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "v1-5-pruned-emaonly-fp16.safetensors"}},
    "7": {"class_type": "SaveImage", "inputs": {}},
    "9": {"class_type": "SaveImage", "inputs": {}},
    "10": {"class_type": "LoadImage", "inputs": {"image": "never.png"}},
}
REFUSED = {
    "model_missing": ("COMFYUI_MODEL_MISSING", "'v1-5-pruned-emaonly-fp16.safetensors'"),
    "model_missing_of_many": ("COMFYUI_MODEL_MISSING", "'flux1-dev-fp8.safetensors'"),
    "node_missing": ("COMFYUI_NODE_MISSING", "'NunchakuLoader'"),
    "node_missing_old": ("COMFYUI_NODE_MISSING", "'DWPreprocessor'"),
    "input_missing": ("COMFYUI_REFUSED", "filename_prefix"),
    "file_missing": ("COMFYUI_REFUSED", "Invalid image file: never.png"),
    "no_outputs": ("COMFYUI_REFUSED", "Prompt has no outputs"),
    "prompt_id": ("COMFYUI_REFUSED", "canonical lowercase"),
    "fault": ("COMFYUI_DOWN", "500"),
}


def events(name: str) -> list[dict[str, Any]]:
    return [json.loads(message) for message in recording(f"media/comfyui/{name}").chunks]


def form(told: Any) -> Any:
    """Names and kinds of all that is in it; of a list and of nodes one stands for all."""
    if isinstance(told, dict):
        if told and all(name.partition(".")[0].isdecimal() or len(name) == 36 for name in told):
            return {"a node": form(next(iter(told.values())))}
        return {name: form(value) for name, value in told.items()}
    if isinstance(told, list):
        return [form(told[0])] if told and not isinstance(told[0], str) else []
    return "number" if isinstance(told, (int, float)) and not isinstance(told, bool) else type(told).__name__


@pytest.mark.parametrize("name", REFUSED)
def test_a_recorded_refusal_has_its_name(name: str) -> None:
    kept = recording(f"media/comfyui/{name}")
    error = faults.refused(kept.status, kept.body, GRAPH)
    assert (error.reason, REFUSED[name][1] in error.message) == (REFUSED[name][0], True), error.message


def test_recorded_failures_have_their_names() -> None:
    (failed,), (interrupted,) = events("failed"), events("interrupted")
    assert faults.failed(failed["data"], GRAPH).reason == "COMFYUI_OUT_OF_MEMORY"
    assert faults.interrupted(interrupted["data"]).reason == "COMFYUI_INTERRUPTED"


def test_a_recorded_run_is_told_as_progress() -> None:
    progress, heard = Progress(GRAPH), [0.0]
    for event in events("run"):
        progress.take(event["type"], event["data"])
        assert progress.fraction >= heard[-1]
        heard.append(progress.fraction)
        if event["type"] == "progress":
            assert progress.message == f"KSampler, step {event['data']['value']} of 20"
    assert heard[-1] > 0.8


def asked(server: StandIn, graph: Any, **more: Any) -> httpx.Response:
    return httpx.post(f"{server.url}/prompt", json={"prompt": graph, "client_id": "me", **more}, trust_env=False)


def listening(server: StandIn) -> ClientConnection:
    return connect(f"ws{server.url.removeprefix('http')}/ws?clientId=me", proxy=None, close_timeout=0.2)


def opened(name: str) -> Graph:
    graph: Graph = json.loads((CORPUS / name).read_text())
    return graph


def test_the_stand_in_refuses_in_the_recorded_form() -> None:
    unsaved, no_end = opened("image_fixed_seed.json"), opened("image_fixed_seed.json")
    for node, parts in [*unsaved.items()]:
        if parts["class_type"] == "SaveImage":
            del parts["inputs"]["filename_prefix"]
            del no_end[node]
    with StandIn() as server, StandIn(old=True) as old, StandIn() as small:
        small.max_upload, small.many_models = 100, True
        told = {
            "model_missing": asked(server, opened("image_model_missing.json")),
            "model_missing_of_many": asked(small, opened("image_model_missing.json")),
            "node_missing": asked(server, opened("image_node_missing.json")),
            "node_missing_old": asked(old, opened("image_node_missing.json")),
            "input_missing": asked(server, unsaved),
            "file_missing": asked(server, opened("image_edit.json")),
            "no_outputs": asked(server, no_end),
            "prompt_id": asked(server, opened("image_plain.json"), prompt_id=uuid.uuid4().hex),
            "upload_too_large": httpx.post(
                f"{small.url}/upload/image", files={"image": ("a.png", b"x" * 200, "image/png")}, trust_env=False
            ),
            "uploaded": httpx.post(
                f"{server.url}/upload/image", files={"image": ("a.png", b"x", "image/png")}, trust_env=False
            ),
            "load": httpx.get(f"{server.url}/prompt", trust_env=False),
        }
        server.failing = 1
        told["fault"] = asked(server, {})
    for name, answer in told.items():
        kept = recording(f"media/comfyui/{name}")
        assert answer.status_code == kept.status, name
        if isinstance(kept.body, str):
            assert answer.text.split()[:3] == kept.body.split()[:3], name
            continue
        body = answer.json()
        for each in (kept.body, body):  # a node's own options differ
            for node in each.get("node_errors") or ():
                for fault in each["node_errors"][node]["errors"]:
                    config = fault["extra_info"].pop("input_config", ())
                    assert (config is None) == (name == "model_missing_of_many")
        assert form(body) == form(kept.body), name
    named = told["model_missing_of_many"].json()["node_errors"]["1"]["errors"][0]
    assert named["details"].endswith("not in (list of length 22)")


def test_the_stand_in_tells_a_run_in_the_recorded_form_and_order() -> None:
    graph = others_graph()
    with StandIn() as server, listening(server) as socket:
        asked(server, graph)
        heard: list[dict[str, Any]] = []
        previews = 0
        while not heard or (heard[-1]["type"], heard[-1]["data"].get("node", "")) != ("executing", None):
            message = socket.recv(30)
            if isinstance(message, bytes):
                previews += message[:8] == b"\0\0\0\1\0\0\0\1"
            else:
                heard.append(json.loads(message))
        asked(server, graph)
        again: list[str] = []
        while "execution_success" not in again:
            message = socket.recv(30)
            again += [json.loads(message)["type"]] if isinstance(message, str) else []
        running = httpx.get(f"{server.url}/queue", trust_env=False).json()
        (prompt_id,) = server.history.keys() - {event["data"].get("prompt_id") for event in heard} or [""]
        kept = httpx.get(f"{server.url}/history/{heard[-1]['data']['prompt_id']}", trust_env=False).json()
    assert previews == 4, "one for each step"
    assert "crystools.monitor" in {event["type"] for event in heard}, "what others tell everybody"
    assert "executed" in again, "of a node that was remembered"
    assert "progress" not in again
    assert running.keys() == {"queue_running", "queue_pending"}
    assert prompt_id == "" or len(prompt_id) == 36
    known = recording("media/comfyui/history").body
    assert form(kept) == form(known)
    for expected in events("run"):
        same = [each for each in heard if each["type"] == expected["type"]]
        assert form(expected["data"]) in [form(each["data"]) for each in same], expected["type"]
    seen, wanted = ([*dict.fromkeys(each["type"] for each in told)] for told in (heard, events("run")))
    assert [kind for kind in seen if kind != "crystools.monitor"] == wanted


@pytest.mark.parametrize(("name", "file"), [("failed", "greedy"), ("interrupted", "gives_up"), ("blocked", "blocked")])
def test_the_stand_in_fails_in_the_recorded_form(name: str, file: str) -> None:
    given = {"prompt": "x", "width": 64, "height": 64}
    graph = Library([CORPUS]).open(f"image_{file}.json").filled(given, seed=1, send=lambda _: "")
    (expected,) = events(name)
    with StandIn() as server, listening(server) as socket:
        asked(server, graph)
        told: dict[str, Any] = {}
        while told.get("type") != expected["type"]:
            message = socket.recv(30)
            told = json.loads(message) if isinstance(message, str) else {}
    data, known = told["data"], expected["data"]
    assert data.keys() == known.keys()
    for field in ("exception_type", "exception_message"):
        assert data.get(field) == known.get(field)


def test_the_queue_has_the_recorded_form() -> None:
    with StandIn() as server:
        server.gate.clear()
        server.enqueue(others_graph())
        server.wait(lambda: bool(server.when("start")))
        told = httpx.get(f"{server.url}/queue", trust_env=False).json()
        server.gate.set()
    (entry,), (known,) = told["queue_running"], recording("media/comfyui/queue").body["queue_running"]
    assert len(entry) == len(known)
    assert form(entry[3]) == form(known[3])


def test_every_recorded_answer_is_used() -> None:
    told = {"run", "failed", "blocked", "interrupted", "queue", "history", "load", "uploaded", "upload_too_large"}
    assert {each.name.rpartition("/")[2] for each in recordings("media/comfyui")} == told | {*REFUSED}


def test_a_branch_that_ends_without_a_file_does_not_end_the_prompt(make: Make) -> None:
    with StandIn() as server:
        engine = make(server)
        assert paint(engine, "image_half_blocked.json").pixels.std() > 8
        for _ in range(3):  # from the second time on all of it is remembered there: it is over at once
            error = failure(engine, "image_blocked.json")
            assert (error.reason, "no face was found" in error.message) == ("COMFYUI_FAILED", True)
        assert all(entry["status"]["completed"] for entry in server.history.values())
    with StandIn(deaf=True) as server:
        assert failure(make(server), "image_blocked.json").reason == "COMFYUI_NO_OUTPUT"


def test_what_a_node_has_made_of_itself_counts_as_its_own(make: Make) -> None:
    with StandIn() as server:
        made = paint(make(server), "image_expands.json")
        (entry,) = server.history.values()
        saved = {node: told["images"][0]["filename"] for node, told in entry["outputs"].items()}
        marked = server.files["output", "", saved["11.0.0.1"]]
    assert np.abs(np.asarray(_opened(marked), float) - made.pixels).max() == 0, "that of the node marked $output"


def test_a_remembered_result_whose_file_is_gone_is_said(make: Make) -> None:
    with StandIn() as server:
        engine = make(server)
        paint(engine)
        for place in [place for place in server.files if place[0] == "output"]:
            del server.files[place]
        error = failure(engine, "image_plain.json")
    assert (type(error), error.reason) == (FailedPrecondition, "COMFYUI_RESULT_GONE")
    assert "another seed" in error.message


def test_a_file_that_is_too_large_for_the_server_is_said(make: Make) -> None:
    with StandIn() as server:
        server.max_upload = 100
        error = failure(make(server), "image_edit.json", reference=nodes.png(nodes.Thing("ab" * 32, 320, 256)))
    assert (type(error), error.reason) == (FailedPrecondition, "COMFYUI_UPLOAD_TOO_LARGE")
    assert "Maximum request body size 100 exceeded" in error.message
    assert "--max-upload-size" in error.message


def test_a_socket_on_which_nothing_comes_is_not_waited_for(make: Make) -> None:
    with StandIn(mute=True) as server:
        assert paint(make(server)).pixels.shape == (320, 256, 3)
        assert len(server.when("queued")) == 1


def test_steps_are_told_by_servers_that_do_not_say_whose_they_are(make: Make) -> None:
    with StandIn(old=True) as server:
        ticks = Ticks()
        paint(make(server), tick=ticks)
        assert any("step" in message for _, message in ticks.heard)
        error = failure(make(server), "image_node_missing.json")
    assert (error.reason, "'NunchakuLoader'" in error.message) == ("COMFYUI_NODE_MISSING", True)


def test_a_node_that_gives_up_looks_like_an_interruption_and_that_is_said(make: Make) -> None:
    for deaf in (False, True):
        with StandIn(deaf=deaf) as server:
            error = failure(make(server), "image_gives_up.json")
        assert (type(error), error.reason) == (Conflict, "COMFYUI_INTERRUPTED")
        assert "console" in error.message


def test_the_place_among_many_is_right_although_the_server_does_not_sort_them(make: Make) -> None:
    with StandIn() as server, ThreadPoolExecutor(1) as pool:
        server.gate.clear()
        for number in range(4):
            server.enqueue(others_graph(number))
        server.wait(lambda: bool(server.when("start")))
        ticks = Ticks()
        painting = pool.submit(paint, make(server), tick=ticks)
        ticks.wait("in ComfyUI's queue, 4 before us")
        ticks.gone.set()
        with pytest.raises(PixelleError):
            painting.result(30)
        server.gate.set()


def test_a_server_that_breaks_over_a_prompt_is_down(make: Make) -> None:
    with StandIn() as server:
        server.failing = 1
        error = failure(make(server), "image_plain.json")
    assert (type(error), error.reason) == (Unavailable, "COMFYUI_DOWN")


def _opened(data: bytes) -> Any:
    import io

    from PIL import Image

    return Image.open(io.BytesIO(data)).convert("RGB")

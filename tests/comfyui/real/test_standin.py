"""The stand-in, which most tests use, beside the real server: the same prompts, what both say of them."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from websockets.sync.client import connect

from pixelle.comfyui.library import Library
from pixelle.comfyui.workflow import Upload
from tests.comfyui import nodes
from tests.comfyui.standin import StandIn

if TYPE_CHECKING:
    from pathlib import Path

    from svc_media.engines.comfyui import ComfyuiEngine
    from tests.comfyui.real.server import ComfyUI
    from tests.comfyui.validation import Graph

    Events = list[tuple[str, dict[str, Any]]]

_SILENT = {"status", "binary", "crystools.monitor"}
"""Messages of the server as a whole, of previews and of nodes that others have written."""
RUN = [
    "image_plain.json",
    "image_everything.json",
    "image_expands.json",
    "image_half_blocked.json",
    "image_blocked.json",
    "image_explodes.json",
    "image_greedy.json",
    "image_gives_up.json",
    "image_text_only.json",
    "image_half_wrong.json",
    "video_short.json",
    "video_webp.json",
    "tts_voice.json",
    "tts_mp3.json",
]
REFUSED = [
    "image_model_missing.json",
    "image_sampler_unknown.json",
    "image_edit.json",
    "tts_clone.json",
    "image_no_end.json",
    "image_no_saved_name.json",
    "image_types_mixed.json",
    "image_size_wrong.json",
]


@pytest.fixture(scope="module")
def library(files: Path) -> Library:
    return Library([files], ("image", "video", "audio"))


def graph_of(library: Library, name: str) -> Graph:
    """A file of the corpus, filled; or `image_fixed_seed.json` with one fault. None of its nodes has run before."""
    file_given = Upload(b"of no server")
    given: dict[str, Any] = {"prompt": name, "text": name, "width": 128, "height": 128}
    given |= {"image": file_given, "ref_audio": file_given}
    file = library.open("image_fixed_seed.json" if name in _FAULTS else name)
    graph = file.filled(given, seed=zlib.crc32(name.encode()), send=lambda _: "not there")
    if name in _FAULTS:
        _FAULTS[name](graph)
    return graph


def _without_end(graph: Graph) -> None:
    for node in [node for node, parts in graph.items() if parts["class_type"] == "SaveImage"]:
        del graph[node]


def _without_saved_name(graph: Graph) -> None:
    del graph["7"]["inputs"]["filename_prefix"]


def _mixed(graph: Graph) -> None:
    graph["6"]["inputs"]["vae"] = ["1", 1]


def _wrong_size(graph: Graph) -> None:
    graph["4"]["inputs"] |= {"width": "wide", "height": 8}


_FAULTS: dict[str, Any] = {
    "image_no_end.json": _without_end,
    "image_no_saved_name.json": _without_saved_name,
    "image_types_mixed.json": _mixed,
    "image_size_wrong.json": _wrong_size,
}


def run(url: str, graph: Graph) -> tuple[Events, dict[str, Any]]:
    """What is told of a prompt, by WebSocket and then in the history."""
    heard: Events = []
    with connect(f"ws{url.removeprefix('http')}/ws?clientId=me", proxy=None, close_timeout=0.2) as socket:
        answer = httpx.post(f"{url}/prompt", json={"prompt": graph, "client_id": "me"}, timeout=30).json()
        while not heard or heard[-1][0] not in {"execution_success", "execution_error", "execution_interrupted"}:
            message = socket.recv(60)
            event: dict[str, Any] = json.loads(message) if isinstance(message, str) else {"type": "binary", "data": {}}
            if event["data"].get("exception_type") != "ExecutionBlocked":
                heard.append((event["type"], event["data"]))
    prompt = answer["prompt_id"]
    entry: dict[str, Any] = {}
    while not entry:
        entry = httpx.get(f"{url}/history/{prompt}", timeout=30).json().get(prompt, {})
    return heard, entry


def told(heard: Events) -> set[tuple[str, frozenset[str]]]:
    """Kinds of messages with the names in them."""
    return {(kind, frozenset(data)) for kind, data in heard if kind not in _SILENT | {"progress_state"}}


def states(heard: Events) -> dict[str, tuple[str, frozenset[str]]]:
    """What was said last of each node."""
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for kind, data in heard:
        if kind == "progress_state":
            found |= {_shape(node): (each["state"], frozenset(each)) for node, each in data["nodes"].items()}
    return found


def _shape(node: str) -> str:
    """A node that another has made of itself has a number of its own in each server."""
    return node.partition(".")[0] + "." * ("." in node)


def left(entry: dict[str, Any]) -> dict[str, Any]:
    """Per node: kinds of files, with the names that describe one and the folder it lies in."""
    found: dict[str, Any] = {}
    for node, kinds in entry["outputs"].items():
        files = {
            kind: {(frozenset(file), file["type"]) if isinstance(file, dict) else type(file) for file in listed}
            for kind, listed in kinds.items()
        }
        found[_shape(node)] = files
    return found


@pytest.mark.parametrize("name", RUN)
def test_a_prompt_is_told_in_the_same_words(
    comfyui: ComfyUI, engine: ComfyuiEngine, library: Library, name: str
) -> None:
    del engine  # it has emptied the server
    graph = graph_of(library, name)
    with StandIn() as standin:
        heard, entry = run(standin.url, graph)
    heard_there, entry_there = run(comfyui.url, graph)
    assert told(heard) == told(heard_there)
    kept = next(data["nodes"] for kind, data in heard_there if kind == "execution_cached")  # of a prompt before
    assert {node: state for node, state in states(heard).items() if node not in kept} == states(heard_there)
    assert left(entry) == left(entry_there)
    assert entry["status"].keys() == entry_there["status"].keys()
    assert entry["status"]["status_str"] == entry_there["status"]["status_str"]
    messages = [[kind for kind, _ in each["status"]["messages"]] for each in (entry, entry_there)]
    assert messages[0] == messages[1]
    assert {_shape(node) for node in entry["meta"]} == {_shape(node) for node in entry_there["meta"]}
    assert len(entry["prompt"]) == len(entry_there["prompt"])


@pytest.mark.parametrize("name", REFUSED)
def test_a_prompt_is_refused_in_the_same_words(comfyui: ComfyUI, library: Library, name: str) -> None:
    graph = graph_of(library, name)
    with StandIn() as standin:
        ours, theirs = (
            httpx.post(f"{url}/prompt", json={"prompt": graph}, timeout=30) for url in (standin.url, comfyui.url)
        )
    assert (ours.status_code, theirs.status_code) == (400, 400)
    assert refusal(ours.json()) == refusal(theirs.json())


def refusal(body: dict[str, Any]) -> tuple[Any, ...]:
    """The sort of error, and per node the sorts of faults, of which inputs, for which outputs."""
    faults = {
        node: (
            sorted(
                (fault["type"], fault["message"], fault["extra_info"].get("input_name")) for fault in each["errors"]
            ),
            sorted(each["dependent_outputs"]),
            each["class_type"],
        )
        for node, each in (body["node_errors"] or {}).items()
    }
    return body["error"]["type"], body["error"]["message"], faults


def test_the_other_routes_answer_in_the_same_form(comfyui: ComfyUI, engine: ComfyuiEngine, library: Library) -> None:
    del engine
    comfyui.shut()
    with StandIn() as standin:
        standin.gate.clear()
        graph = graph_of(library, "image_plain.json")
        standin.enqueue(graph)
        comfyui.occupy("the other routes")
        standin.wait(lambda: bool(standin.when("start")))
        comfyui.wait(lambda: comfyui.queue()[0])
        pages: list[list[Any]] = []
        for url in (standin.url, comfyui.url):
            data = nodes.png(nodes.Thing("cd" * 32, 64, 64))
            sent = {"subfolder": "pixelle", "type": "input", "overwrite": "true"}
            upload = httpx.post(f"{url}/upload/image", files={"image": ("a.png", data, "image/png")}, data=sent)
            gone = httpx.get(f"{url}/view", params={"filename": "none.png", "type": "output"})
            queue = httpx.get(f"{url}/queue").json()
            pages.append(
                [
                    upload.json(),
                    gone.status_code,
                    httpx.get(f"{url}/prompt").json(),
                    {name: [len(entry) for entry in entries] for name, entries in queue.items()},
                    httpx.get(f"{url}/history/unknown").json(),
                    httpx.post(f"{url}/queue", json={"delete": ["unknown"]}).status_code,
                    httpx.post(f"{url}/interrupt", json={"prompt_id": "unknown"}).status_code,
                ]
            )
        standin.gate.set()
    comfyui.open()
    assert pages[0] == pages[1]

"""A workflow file in API format, checked when it is read and filled in for one request."""

from __future__ import annotations

import copy
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from pixelle.comfyui.grammar import OUTPUT, Mark, marks_of
from pixelle.runtime.errors import FailedPrecondition

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["SEEDS", "Graph", "Upload", "Value", "Workflow"]

Graph = dict[str, dict[str, Any]]
"""Node id to {class_type, inputs, _meta}."""

SEEDS = ("seed", "noise_seed")


@dataclass(frozen=True)
class Upload:
    """A file that has to be at the server before a node can load it."""

    data: bytes


Value = str | int | float | Upload


@dataclass(frozen=True)
class Workflow:
    """What a file says."""

    name: str
    """The file's name, for example "image_flux.json"."""
    graph: Graph
    marks: tuple[Mark, ...]
    """What callers may set, in the file's order."""
    outputs: Mapping[str, str]
    """Node id to the name in its title's `$output.name`."""

    @classmethod
    def read(cls, name: str, text: str) -> Workflow:
        """
        Read a file's text.

        Raises FailedPrecondition: WORKFLOW_NOT_JSON, WORKFLOW_UI_FORMAT, WORKFLOW_EMPTY, WORKFLOW_TITLE_INVALID,
        WORKFLOW_INPUT_UNKNOWN.
        """
        graph = _graph(name, text)
        marks: list[Mark] = []
        outputs: dict[str, str] = {}
        for node, parts in graph.items():
            meta = parts.get("_meta")
            title = str(cast("dict[str, Any]", meta).get("title", "")) if isinstance(meta, dict) else ""
            for mark in marks_of(node, title, parts["class_type"], file=name):
                if mark.name == OUTPUT:
                    outputs[node] = mark.field
                    continue
                if mark.field not in parts["inputs"]:
                    raise FailedPrecondition(
                        f"Node {node} ({parts['class_type']}) in {name!r} has no input {mark.field!r}, which its title "
                        f"{title!r} sets. Its inputs: {', '.join(parts['inputs']) or 'none'}.",
                        reason="WORKFLOW_INPUT_UNKNOWN",
                    )
                marks.append(mark)
        return cls(name, graph, tuple(marks), outputs)

    def takes(self, parameter: str) -> bool:
        """True when some title marks this parameter."""
        return any(mark.name == parameter for mark in self.marks)

    @property
    def open_seeds(self) -> bool:
        """True when some seed that nobody marks is 0, which asks for another one every time."""
        marked = {(mark.node, mark.field) for mark in self.marks}
        return any(self._open(node, field, marked) for node in self.graph for field in SEEDS)

    def _open(self, node: str, field: str, marked: set[tuple[str, str]]) -> bool:
        literal = self.graph[node]["inputs"].get(field)
        return literal == 0 and not isinstance(literal, (bool, list)) and (node, field) not in marked

    def lacking(self, given: Mapping[str, object] | set[str]) -> list[str]:
        """Parameters that must be given and are not, in the file's order."""
        return list(dict.fromkeys(mark.name for mark in self.marks if mark.required and mark.name not in given))

    def filled(self, values: Mapping[str, Value], *, seed: int, send: Callable[[Upload], str]) -> Graph:
        """
        The graph to send: literals of the file where `values` has nothing.

        seed: for inputs called seed or noise_seed that hold the literal 0, which asks for another one every time.
        send: puts a file on the server and returns the name it has there; called once for each file.
        Raises FailedPrecondition: WORKFLOW_PARAMETER_MISSING, WORKFLOW_NOT_A_FILE, WORKFLOW_NOT_UPLOADED.
        """
        if missing := self.lacking(values):
            raise FailedPrecondition(
                f"The workflow {self.name!r} needs {', '.join(map(repr, missing))}, which this request does not give. "
                "Give it, or take the ! out of the node's title so that the value in the file counts.",
                reason="WORKFLOW_PARAMETER_MISSING",
                details={"parameter": missing[0]},
            )
        graph = copy.deepcopy(self.graph)
        marked = {(mark.node, mark.field) for mark in self.marks}
        for node, parts in graph.items():
            for field in SEEDS:
                if self._open(node, field, marked):
                    parts["inputs"][field] = seed
        sent: dict[Upload, str] = {}
        for mark in self.marks:
            if mark.name not in values:
                continue
            value = values[mark.name]
            self._agree(mark, value)
            if isinstance(value, Upload):
                sent[value] = value = sent.get(value) or send(value)
            inputs = graph[mark.node]["inputs"]
            inputs[mark.field] = _as(inputs[mark.field], value, up=mark.name == "duration")
        return graph

    def _agree(self, mark: Mark, value: Value) -> None:
        """A file for an input that loads one, and only there."""
        place = f"${mark.name} in the title of node {mark.node} of {self.name!r}"
        if mark.upload and not isinstance(value, Upload):
            raise FailedPrecondition(
                f"{place} asks for a file, but {mark.name!r} is none. Take the ~ out, or use another node.",
                reason="WORKFLOW_NOT_A_FILE",
            )
        if isinstance(value, Upload) and not mark.upload:
            raise FailedPrecondition(
                f"{place} gets a file, which has to be sent to the server first. Write $~{mark.name}.{mark.field}.",
                reason="WORKFLOW_NOT_UPLOADED",
            )


def _as(literal: object, value: str | float, *, up: bool) -> str | float:
    """`value` in the type that the file has there; `up`: a whole number must not be less."""
    if isinstance(value, str) or isinstance(literal, bool):
        return value
    if isinstance(literal, int):
        return math.ceil(value) if up else round(value)
    if isinstance(literal, float):
        return float(value)
    if isinstance(literal, str):
        return f"{value:g}" if isinstance(value, float) else str(value)
    return value


def _graph(name: str, text: str) -> Graph:
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FailedPrecondition(
            f"The workflow file {name!r} is not JSON: {error}.", reason="WORKFLOW_NOT_JSON"
        ) from None
    if not isinstance(found, dict):
        raise _empty(name)
    tree = cast("dict[str, Any]", found)
    if isinstance(tree.get("prompt"), dict) and "class_type" not in tree["prompt"]:
        tree = cast("dict[str, Any]", tree["prompt"])  # the body of a call to the server, as browsers' tools show it
    if isinstance(tree.get("nodes"), list):
        raise FailedPrecondition(
            f"The workflow file {name!r} is in the format of ComfyUI's editor, which its server does not run. Open it "
            "in ComfyUI, choose Workflow > Export (API) (in older versions: Settings > Enable Dev mode, then Save (API "
            "Format)), and put that file in its place.",
            reason="WORKFLOW_UI_FORMAT",
        )
    graph: Graph = {}
    for node, parts in tree.items():
        if not isinstance(parts, dict) or not isinstance(cast("dict[str, Any]", parts).get("class_type"), str):
            raise _empty(name, node)
        known = cast("dict[str, Any]", parts)
        inputs = known.setdefault("inputs", {})
        if not isinstance(inputs, dict):
            raise _empty(name, node)
        graph[node] = known
    if not graph:
        raise _empty(name)
    return graph


def _empty(name: str, node: str = "") -> FailedPrecondition:
    what = f"the entry {node!r} is no node with a class_type and inputs" if node else "it holds no nodes"
    return FailedPrecondition(
        f"The workflow file {name!r} is not in ComfyUI's API format: {what}. Export it with Workflow > Export (API).",
        reason="WORKFLOW_EMPTY",
    )

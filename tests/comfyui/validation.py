"""What a ComfyUI server says of a prompt before it queues it, as Comfy-Org/ComfyUI's execution.py of 2026 says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.comfyui import nodes

if TYPE_CHECKING:
    from collections.abc import Callable

Graph = dict[str, dict[str, Any]]
Told = tuple[dict[str, Any] | None, Any, list[str]]
"""The error, `node_errors`, and the output nodes that can be made."""
_LONG = 20
"""Values of a list from which on only their number is told."""


@dataclass(frozen=True)
class Validation:
    """One server's view."""

    old: bool = False
    """As before 2025."""
    lacks: frozenset[str] = frozenset()
    """Node types that are not installed."""
    without_models: bool = False
    many_models: bool = False
    """More than it lists in an answer."""
    loadable: Callable[[str], bool] = lambda _: True

    def of(self, graph: Graph) -> Told:
        nothing: Any = [] if self.old else {}
        for node, parts in graph.items():
            kind = parts.get("class_type")
            if kind not in nodes.INPUTS or kind in self.lacks:
                return self._missing(node, kind, parts), nothing, []
        ends = [node for node, parts in graph.items() if parts["class_type"] in nodes.OUTPUT_NODES]
        if not ends:
            return _error("prompt_no_outputs", "Prompt has no outputs", ""), nothing, []
        good: list[str] = []
        told: dict[str, Any] = {}
        said: list[str] = []
        for end in ends:
            bad = self._bad(end, graph)
            for node, faults in bad.items():
                kind = graph[node]["class_type"]
                entry = told.setdefault(node, {"errors": faults, "dependent_outputs": [], "class_type": kind})
                entry["dependent_outputs"].append(end)
            said += [f"{fault['message']}: {fault['details']}" for fault in bad.get(end, [])]
            good += [] if bad else [end]
        if good:
            return None, told, good
        error = _error("prompt_outputs_failed_validation", "Prompt outputs failed validation", "\n".join(said))
        return error, told, []

    def _missing(self, node: str, kind: str | None, parts: dict[str, Any]) -> dict[str, Any]:
        where = f"Node ID '#{node}'"
        if self.old:
            said = f"Cannot execute because node {kind} does not exist."
            return _error("invalid_prompt", said, where)
        title = parts.get("_meta", {}).get("title", kind)
        said = f"Node '{title}' not found. The custom node may not be installed."
        if kind is None:
            said = f"Node '{title or f'ID #{node}'}' has no class_type. "
            said += "The workflow may be corrupted or a custom node is missing."
        told = {"node_id": node, "class_type": kind, "node_title": title}
        return _error("missing_node_type", said, where, **told)

    def _bad(self, end: str, graph: Graph) -> dict[str, list[dict[str, Any]]]:
        """Faults by the nodes above an output node; nodes below a bad one have none of their own."""
        try:
            above = upstream(graph, end)
        except KeyError as error:
            extra = {"exception_type": "KeyError", "traceback": []}
            message = "Exception when validating node"
            return {end: [_error("exception_during_validation", message, str(error), **extra)]}
        return {node: faults for node in above if (faults := self._faults(node, graph))}

    def _faults(self, node: str, graph: Graph) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for name, config in nodes.INPUTS[graph[node]["class_type"]].items():
            inputs = graph[node]["inputs"]
            if name not in inputs:
                found.append(_error("required_input_missing", "Required input is missing", name, input_name=name))
            elif isinstance(inputs[name], list):
                if len(inputs[name]) != 2:
                    message = "Bad linked input, must be a length-2 list of [node_id, slot_index]"
                    found.append(_error("bad_linked_input", message, name, input_name=name))
                else:
                    found += self._unfit(name, config, inputs[name], graph)
            else:
                found += self._wrong(name, config, inputs[name])
        return found

    def _unfit(self, name: str, config: tuple[Any, ...], link: list[Any], graph: Graph) -> list[dict[str, Any]]:
        wanted = config[0]
        given = nodes.OUTPUTS[graph[link[0]]["class_type"]][link[1]]
        if wanted == given or isinstance(wanted, list):
            return []
        extra = {"input_name": name, "input_config": [wanted, {}], "received_type": given, "linked_node": link}
        said = f"{name}, received_type({given}) mismatch input_type({wanted})"
        return [_error("return_type_mismatch", "Return type mismatch between linked nodes", said, **extra)]

    def _wrong(self, name: str, config: tuple[Any, ...], value: Any) -> list[dict[str, Any]]:
        sort, limits = config[0], dict(config[1]) if len(config) > 1 else {}
        extra: dict[str, Any] = {"input_name": name, "input_config": [sort, limits], "received_value": value}
        found: list[dict[str, Any]] = []
        if isinstance(sort, list) and value not in (known := self._known(sort)):
            listed = str(known) if len(known) <= _LONG else f"(list of length {len(known)})"
            extra["input_config"] = [known, limits] if len(known) <= _LONG else None
            said = f"{name}: {value!r} not in {listed}"
            found.append(_error("value_not_in_list", "Value not in list", said, **extra))
        elif sort == "FILE" and not self.loadable(value):
            said = f"{name} - Invalid image file: {value}"
            message = "Custom validation failed for node"
            found.append(_error("custom_validation_failed", message, said, input_name=name))
        elif sort in ("INT", "FLOAT"):
            try:
                number = int(value) if sort == "INT" else float(value)
            except ValueError as error:
                message = f"Failed to convert an input value to a {sort} value"
                more = extra | {"exception_message": str(error)}
                return [_error("invalid_input_type", message, f"{name}, {value}, {error}", **more)]
            for word, limit, over in (("smaller", "min", -1), ("bigger", "max", 1)):
                if limit in limits and (number - limits[limit]) * over > 0:
                    message = f"Value {number} {word} than {limit} of {limits[limit]}"
                    found.append(_error(f"value_{word}_than_{limit}", message, name, **extra))
        return found

    def _known(self, sort: list[str]) -> list[str]:
        if "safetensors" not in str(sort):
            return sort
        more = [f"model_{number:02}.safetensors" for number in range(_LONG)] if self.many_models else []
        return [] if self.without_models else [*sort, *more]


def upstream(graph: Graph, end: str) -> list[str]:
    """A node and all that it is made of. Raises KeyError for a link to nowhere."""
    found, todo = [end], [end]
    while todo:
        for value in graph[todo.pop()]["inputs"].values():
            if isinstance(value, list) and value[0] not in found:
                graph[value[0]]
                found.append(value[0])
                todo.append(value[0])
    return found


def _error(kind: str, message: str, details: str, **extra: Any) -> dict[str, Any]:
    return {"type": kind, "message": message, "details": details, "extra_info": extra}

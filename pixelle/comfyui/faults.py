"""What ComfyUI says when it refuses or fails a prompt, as errors of ours."""

from __future__ import annotations

import re
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any, cast

from pixelle.runtime.errors import Conflict, FailedPrecondition, PixelleError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixelle.comfyui.workflow import Graph

__all__ = ["ELSEWHERE", "failed", "interrupted", "refused"]

ELSEWHERE = frozenset({"COMFYUI_NODE_MISSING", "COMFYUI_MODEL_MISSING"})
"""Reasons for which another server may well take the same prompt."""

_MODELS = {".safetensors", ".sft", ".ckpt", ".pt", ".pt2", ".pth", ".bin", ".gguf", ".onnx", ".pkl"}
_MEMORY = ("outofmemory", "out of memory", "allocation on device")
_LONGEST = 600
_NODE_ID = re.compile(r"Node ID '#([^']+)'")


def refused(status: int, body: object, graph: Graph) -> PixelleError:
    """
    The error for an answer of POST /prompt that is no success.

    body: its JSON {error: {type, message, details, extra_info}, node_errors: {id: {class_type, errors: [...]}}},
    or its text. Reasons: COMFYUI_NODE_MISSING, COMFYUI_MODEL_MISSING, COMFYUI_REFUSED; COMFYUI_DOWN for status 5xx
    without such a body.
    """
    error = _get(body, "error")
    for node, told in _items(_get(body, "node_errors")):
        for fault in _list(_get(told, "errors")):
            return _of_node(node, str(_get(told, "class_type") or ""), fault, graph)
    extra = _get(error, "extra_info")
    missing = str(_get(extra, "class_type") or "")
    told = _NODE_ID.search(str(_get(error, "details") or ""))  # all that older servers say
    node = str(_get(extra, "node_id") or (told[1] if told else ""))
    if _get(error, "type") in {"missing_node_type", "invalid_prompt"} and (missing or node):
        missing = missing or str(graph.get(node, {}).get("class_type", ""))
        return FailedPrecondition(
            f"The ComfyUI server has no node {missing!r}, which node {node} of the workflow uses. Install the custom "
            "nodes it belongs to there (ComfyUI Manager: Install Missing Custom Nodes) and restart ComfyUI.",
            reason="COMFYUI_NODE_MISSING",
            details={"node": node, "class_type": missing},
        )
    text = " ".join(str(part) for part in (_get(error, "message"), _get(error, "details")) if part)
    text = text or (error if isinstance(error, str) else body if isinstance(body, str) else "")
    if status >= 500 and not error:
        return Unavailable(f"The ComfyUI server answered {status} to a prompt.", reason="COMFYUI_DOWN", retry_after=5.0)
    return FailedPrecondition(
        f"ComfyUI refused the workflow ({status}): {_short(text) or 'it did not say why'}.", reason="COMFYUI_REFUSED"
    )


def _of_node(node: str, class_type: str, fault: object, graph: Graph) -> PixelleError:
    """One entry of node_errors."""
    extra = _get(fault, "extra_info")
    field, value = str(_get(extra, "input_name") or ""), _get(extra, "received_value")
    details = {"node": node, "class_type": class_type}
    where = f"node {node} ({class_type}{_title(graph, node)})"
    if _get(fault, "type") == "value_not_in_list":
        value = graph.get(node, {}).get("inputs", {}).get(field) if value is None else value
        if isinstance(value, str) and PureWindowsPath(PurePosixPath(value).name).suffix.lower() in _MODELS:
            return FailedPrecondition(
                f"The ComfyUI server does not have the model {value!r}, which {where} wants as {field}. Put the file "
                "into its models folder, or name one that is there in the workflow file.",
                reason="COMFYUI_MODEL_MISSING",
                details=details | {"model": value},
            )
    said = _short(f"{_get(fault, 'message') or 'refused'}: {_get(fault, 'details') or field}")
    return FailedPrecondition(f"ComfyUI refused {where}: {said}.", reason="COMFYUI_REFUSED", details=details)


def failed(data: Mapping[str, Any], graph: Graph) -> PixelleError:
    """
    The error for an `execution_error` {node_id, node_type, exception_type, exception_message}.

    Reasons: COMFYUI_OUT_OF_MEMORY, COMFYUI_FAILED.
    """
    node, class_type = str(data.get("node_id") or ""), str(data.get("node_type") or "")
    kind, said = str(data.get("exception_type") or "error"), _short(str(data.get("exception_message") or ""))
    details = {"node": node, "class_type": class_type}
    where = f"Node {node} ({class_type}{_title(graph, node)})"
    if any(word in f"{kind} {said}".lower() for word in _MEMORY):
        return FailedPrecondition(
            f"{where} ran out of memory at the ComfyUI server. Ask for a smaller size or fewer frames, or start "
            f"ComfyUI with --lowvram. It said: {said}",
            reason="COMFYUI_OUT_OF_MEMORY",
            details=details,
        )
    return FailedPrecondition(
        f"{where} failed at the ComfyUI server with {kind}: {said}", reason="COMFYUI_FAILED", details=details
    )


def interrupted(data: Mapping[str, Any]) -> PixelleError:
    """The error for a prompt of ours that somebody else interrupted (COMFYUI_INTERRUPTED)."""
    return Conflict(
        f"Somebody interrupted the prompt at the ComfyUI server, in node {data.get('node_id')} "
        f"({data.get('node_type')}). Start it again when that was not meant; if nobody did, the node has given up by "
        "itself and the server's console says why.",
        reason="COMFYUI_INTERRUPTED",
    )


def _title(graph: Graph, node: str) -> str:
    title = _get(graph.get(node, {}).get("_meta"), "title")
    return f" {title!r}" if title and title != graph[node]["class_type"] else ""


def _short(text: str) -> str:
    text = " ".join(text.split()).rstrip(".")
    return text if len(text) <= _LONGEST else text[:_LONGEST] + " ..."


def _get(tree: object, name: str) -> Any:
    return cast("dict[str, Any]", tree).get(name) if isinstance(tree, dict) else None


def _items(tree: object) -> list[tuple[str, Any]]:
    return list(cast("dict[str, Any]", tree).items()) if isinstance(tree, dict) else []


def _list(tree: object) -> list[Any]:
    return cast("list[Any]", tree) if isinstance(tree, list) else []

"""What RunningHub says when it refuses or fails a task, as errors of ours."""

from __future__ import annotations

import json
from contextlib import suppress

from pixelle.runtime.errors import (
    Conflict,
    FailedPrecondition,
    InvalidArgument,
    PixelleError,
    ResourceExhausted,
    Unavailable,
)
from pixelle.vendors.caller import text_at, tree

__all__ = ["BUSY", "failed", "refused"]

BUSY = "RUNNINGHUB_BUSY"
"""The reason when the account has as many tasks as it may have: it passes by itself."""

_CODES: dict[tuple[int, ...], tuple[type[PixelleError], str, str]] = {
    (415, 421, 814, 1003, 1011, 1520): (
        ResourceExhausted,
        BUSY,
        "RunningHub takes no more tasks of this account now ({}). Wait, or lower PIXELLE_RUNNINGHUB_CONCURRENT_LIMIT.",
    ),
    (412, 801, 802, 806, 811, 1002): (
        FailedPrecondition,
        "RUNNINGHUB_KEY_REFUSED",
        "RunningHub refuses the key ({}). Set PIXELLE_RUNNINGHUB_API_KEY, and PIXELLE_RUNNINGHUB_URL of its region.",
    ),
    (416, 812): (
        FailedPrecondition,
        "CREDIT_EXHAUSTED",
        "The RunningHub account has no credit left ({}). Top it up.",
    ),
    (380, 810, 901): (
        InvalidArgument,
        "RUNNINGHUB_WORKFLOW_UNKNOWN",
        "RunningHub cannot run this workflow ({}). Check the workflow_id in the file; save and run it once there.",
    ),
    (423, 807): (Unavailable, "RUNNINGHUB_TASK_LOST", "RunningHub does not know the task any more ({})."),
    (500, 808, 1000, 1005, 1010, 1012): (
        Unavailable,
        "RUNNINGHUB_DOWN",
        "RunningHub has a fault ({}). Try again later.",
    ),
    (1501, 1505): (
        FailedPrecondition,
        "CONTENT_FILTERED",
        "RunningHub's filter will not make this ({}). Say it differently.",
    ),
}
"""Codes of its table of errors, and what they mean here."""
_MEMORY = ("outofmemory", "out of memory", "allocation on device")
_LONGEST = 600


def refused(code: int, message: str, tips: str = "") -> PixelleError:
    """
    The error for an answer whose code is not 0.

    message: its `msg`. tips: what it says about the nodes (`promptTips`). Reasons: RUNNINGHUB_BUSY,
    RUNNINGHUB_KEY_REFUSED, CREDIT_EXHAUSTED, RUNNINGHUB_WORKFLOW_UNKNOWN, RUNNINGHUB_TASK_LOST, RUNNINGHUB_DOWN,
    CONTENT_FILTERED, RUNNINGHUB_REFUSED.
    """
    said = f"{code}: {_short(message) or 'it did not say why'}"
    for codes, (kind, reason, text) in _CODES.items():
        if code in codes:
            return kind(text.format(said), reason=reason, retry_after=10.0 if reason == BUSY else None)
    return FailedPrecondition(
        f"RunningHub refused the workflow ({said}{_nodes(tips)}).",
        reason="RUNNINGHUB_REFUSED",
    )


def failed(reason: object) -> PixelleError:
    """
    The error for a task that failed there.

    reason: `failedReason` {node_id, node_name, exception_type, exception_message}, or a text with it. Reasons:
    RUNNINGHUB_OUT_OF_MEMORY, RUNNINGHUB_CANCELLED, RUNNINGHUB_FAILED.
    """
    if isinstance(reason, str):
        with suppress(ValueError):
            reason = json.loads(reason)
    kind = text_at(reason, "exception_type") or "an error"
    said = _short(text_at(reason, "exception_message") or (reason if isinstance(reason, str) else ""))
    node = text_at(reason, "node_id")
    where = f"Node {node} ({text_at(reason, 'node_name') or text_at(reason, 'node_type')})" if node else "The task"
    if any(word in f"{kind} {said}".lower() for word in _MEMORY):
        return FailedPrecondition(
            f"{where} ran out of memory at RunningHub. Set PIXELLE_RUNNINGHUB_INSTANCE_TYPE=plus, or ask for a smaller "
            f"size or fewer frames. It said: {said}",
            reason="RUNNINGHUB_OUT_OF_MEMORY",
        )
    if not node and ("cancel" in said.lower() or "interrupt" in f"{kind} {said}".lower()):
        return Conflict(
            f"Somebody cancelled the task at RunningHub ({said}). Start it again when that was not meant.",
            reason="RUNNINGHUB_CANCELLED",
        )
    details = {"node": node} if node else {}
    return FailedPrecondition(
        f"{where} failed at RunningHub with {kind}: {said or 'it did not say why'}",
        reason="RUNNINGHUB_FAILED",
        details=details,
    )


def _nodes(tips: str) -> str:
    """The first complaint about a node."""
    told: object = None
    with suppress(ValueError):
        told = json.loads(tips)
    errors = tree(told, "node_errors")
    for node, entry in errors.items() if isinstance(errors, dict) else ():
        said = text_at(entry, "errors", 0, "details") or text_at(entry, "errors", 0, "message")
        return f"; node {node} ({text_at(entry, 'class_type')}): {_short(said)}"
    return f"; {_short(text_at(told, 'error'))}" if text_at(told, "error") else ""


def _short(text: str) -> str:
    text = " ".join(text.split()).rstrip(".")
    return text if len(text) <= _LONGEST else text[:_LONGEST] + " ..."

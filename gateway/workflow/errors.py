"""Errors of tasks as they are kept, and the first real one inside a group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from pixelle.runtime.errors import PixelleError, from_http

if TYPE_CHECKING:
    import logging

    from gateway.workflow.record import Json

__all__ = ["facts_of", "leaves", "quiet", "restored", "why"]


def leaves(error: BaseException) -> list[BaseException]:
    """The errors inside a group, in order; an error that is no group alone."""
    if isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)
        return [leaf for inner in group.exceptions for leaf in leaves(inner)]
    return [error]


def facts_of(error: PixelleError) -> Json:
    """What is kept of an error beside its message and HTTP status."""
    return {"reason": error.reason, "details": error.details, "retry_after": error.retry_after}


def restored(message: str, status: object, facts: Any) -> PixelleError:
    """The inverse of `facts_of`. status: HTTP status, 500 when it is no number."""
    kind = from_http(status if isinstance(status, int) else 500)
    facts = facts or {}
    return kind(
        message,
        reason=facts.get("reason", ""),
        details=facts.get("details"),
        retry_after=facts.get("retry_after"),
    )


def why(error: BaseException) -> Json:
    """The first error of ours inside a group, for programs; the text of any other is not shown."""
    for leaf in leaves(error):
        if isinstance(leaf, PixelleError):
            place: Json = {"stage": leaf.details["stage"]} if "stage" in leaf.details else {}
            if leaf.details.get("scene", "").isdecimal():
                place["scene"] = int(leaf.details["scene"])
            return {"reason": leaf.reason, "retryable": leaf.retryable, "error": leaf.message, **place}
    return {"reason": "BUG", "retryable": False, "error": "Something went wrong inside."}


def quiet(logger: logging.Logger, kind: type[Exception]) -> None:
    """Drop tracebacks of failed and cancelled tasks, which are reported with the task: of this kind, and groups."""

    def wanted(record: logging.LogRecord) -> bool:
        return not (record.exc_info and isinstance(record.exc_info[1], (kind, BaseExceptionGroup)))

    if not logger.filters:
        logger.addFilter(wanted)

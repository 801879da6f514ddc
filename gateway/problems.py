"""Errors as callers see them: RFC 9457 problems that never show the inside."""

from __future__ import annotations

import logging
import re
import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from gateway.unknown import unknown_field
from gateway.workflow.database import unavailable
from pixelle.runtime import traces
from pixelle.runtime.errors import DeadlineExceeded, Internal, PixelleError, disk_full, from_http

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from starlette.routing import BaseRoute

__all__ = ["hidden", "install", "of_status", "problem", "trace_of"]

_log = structlog.get_logger("gateway")
_TRACEPARENT = re.compile(r"^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$")
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_SHOWN = frozenset({"type", "loc", "msg"})
_NAMES = {413: ("BODY_TOO_LARGE", "Request entity too large"), 416: ("RANGE_BEYOND_END", "Range not satisfiable")}
"""Reason and title by status, where they are not the status's own: these have other names from Python 3.13 on."""
_LISTED = 20
"""Faults of one request that are told: each is looked up among what is known, and a body can have thousands."""
_NAME = 80
"""Characters of a name in a body that are told."""
_NO_OBJECT = "The body is no JSON object. Send one, with the header Content-Type: application/json."


def hidden(error: BaseException, **fields: str) -> PixelleError:
    """What callers are told about a fault of ours; the log has the rest under the trace id in `details`."""
    if full := disk_full(error):
        return full
    if isinstance(error, OperationalError):
        return _away(error)
    trace_id = traces.trace_id() or uuid.uuid4().hex
    _log.error("fault", trace_id=trace_id, exc_info=error, **fields)
    return Internal(
        f"Something went wrong inside. The log has it under trace id {trace_id}.", details={"trace_id": trace_id}
    )


def _away(error: BaseException) -> PixelleError:
    _log.warning("database away", because=str(error.__cause__ or error).partition("\n")[0])
    return unavailable(error)


def problem(
    error: PixelleError, *, path: str, trace_id: str, detail: object = None, status: int = 0, title: str = ""
) -> JSONResponse:
    """
    The answer for an error.

    path: of the request, for `instance`. detail: instead of the error's message. status, title: instead of the error's.
    """
    body: dict[str, Any] = {
        "type": f"urn:pixelle:error:{error.reason.lower().replace('_', '-')}",
        "title": title or error.kind.title,
        "status": status or error.kind.http,
        "detail": error.message if detail is None else detail,
        "instance": path,
        "reason": error.reason,
        "retryable": error.retryable,
        "trace_id": error.details.get("trace_id", trace_id),
    }
    body |= {name: error.details[name] for name in ("service", "stage", "scene", "task_id") if name in error.details}
    headers = {"Retry-After": f"{max(1, round(error.retry_after))}"} if error.retry_after is not None else {}
    if body["status"] == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body, body["status"], headers, media_type="application/problem+json")


def of_status(status: int, detail: str, request: Request) -> JSONResponse:
    """The answer where HTTP itself has a name for what is wrong."""
    named = HTTPStatus(status)
    reason, title = _NAMES.get(status, (named.name, named.phrase.capitalize()))
    late = named == HTTPStatus.REQUEST_TIMEOUT  # of the caller's own, which may come in time when it is sent again
    error = (DeadlineExceeded if late else from_http(status))(detail, reason=reason)
    return problem(error, path=request.url.path, trace_id=trace_of(request), status=status, title=title)


def trace_of(request: Request) -> str:
    """The caller's trace id (W3C traceparent), else a new one."""
    given = _TRACEPARENT.match(request.headers.get("traceparent", ""))
    return given.group(1) if given else uuid.uuid4().hex


def install(app: FastAPI) -> None:
    """Make every error of the app a problem."""

    async def known(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, PixelleError)
        return problem(error, path=request.url.path, trace_id=trace_of(request))

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        first = from_http(422)("The request does not have the documented form.", reason="SCHEMA")
        found = error.errors()
        detail = [_explained(dict(item), request) for item in found[:_LISTED]]
        if (more := len(found) - _LISTED) > 0:
            detail.append({"type": "too_many_faults", "loc": ["body"], "msg": f"So {more} more are not listed."})
        return problem(first, path=request.url.path, trace_id=trace_of(request), detail=detail, status=422)

    async def plain(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        status = HTTPStatus(error.status_code)
        answer = of_status(status, _of_the_framework(request, error), request)
        answer.headers.update(error.headers or {})
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            answer.headers["Allow"] = ", ".join(_methods(request))
        return answer

    async def away(request: Request, error: Exception) -> JSONResponse:
        return problem(_away(error), path=request.url.path, trace_id=trace_of(request))

    async def fault(request: Request, error: Exception) -> JSONResponse:
        return problem(hidden(error, path=request.url.path), path=request.url.path, trace_id=trace_of(request))

    served = logging.getLogger("uvicorn.error")
    if _not_logged not in served.filters:
        served.addFilter(_not_logged)
    app.add_exception_handler(PixelleError, known)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, plain)
    app.add_exception_handler(OperationalError, away)
    app.add_exception_handler(Exception, fault)


def _not_logged(record: logging.LogRecord) -> bool:
    """The server would write a fault down once more, as plain lines between ours and with whatever its text holds."""
    return not record.getMessage().startswith("Exception in ASGI application")


def _of_the_framework(request: Request, error: HTTPException) -> str:
    """What is said where the framework's own words do not help."""
    path = request.url.path[:200]
    if error.status_code == HTTPStatus.NOT_FOUND:
        return f"There is nothing at {path!r}. /docs lists what there is."
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return f"{path!r} is not asked with {request.method} but with {' or '.join(_methods(request))}."
    if isinstance(error.__cause__, UnicodeDecodeError):
        return "The body is not UTF-8, which JSON is sent in."
    if isinstance(error.__cause__, RecursionError):
        return "The body is nested too deeply."
    return str(error.detail)


def _methods(request: Request) -> list[str]:
    """Those that something answers to here; the framework names those of the first route that has the path."""
    routes: list[BaseRoute] = request.app.routes
    asked = ({**request.scope, "method": method} for method in _METHODS)
    found = [each["method"] for each in asked if any(route.matches(each)[0] is Match.FULL for route in routes)]
    return found or ["GET", "HEAD"]  # of the studio's files, which are no routes


def _explained(item: dict[str, Any], request: Request) -> dict[str, Any]:
    """One entry of a 422 without what was sent (it may be long or private), with the nearest known field."""
    shown = {name: value for name, value in item.items() if name in _SHOWN}
    shown["msg"] = str(shown.get("msg", "")).removeprefix("Value error, ")
    shown["loc"] = [part[:_NAME] if isinstance(part, str) else part for part in item.get("loc", ())]
    name = str(item["loc"][-1]) if item.get("loc") else ""
    if item.get("type") in {"model_attributes_type", "missing"} and tuple(item["loc"]) == ("body",):
        shown["msg"] = _NO_OBJECT
    if item.get("type") == "json_invalid":
        fault = str(item.get("ctx", {}).get("error", "it cannot be read")).removesuffix(" at")
        shown["msg"] = f"The body is no JSON: {fault} at character {name}."
    if item.get("type") == "missing" and tuple(item["loc"]) == ("body", "file"):
        shown["msg"] = (
            "There is no file. Send it in the field 'file' of a multipart/form-data form: -F file=@photo.jpg."
        )
    if "Expected UploadFile" in shown["msg"]:
        shown["msg"] = f"{name!r} is text and not a file. With curl a file's path follows an @: -F {name}=@photo.jpg."
    if item.get("type") == "extra_forbidden" and item["loc"][0] == "body":
        shown["msg"] = unknown_field(request, item["loc"])
    return shown

"""A bound on what a request body may weigh."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request

from gateway.problems import problem, trace_of
from pixelle.runtime.errors import InvalidArgument

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["BodyLimit"]


class BodyLimit:
    """ASGI middleware that answers 413 to larger bodies, announced or not."""

    def __init__(self, app: ASGIApp, *, max_bytes: int) -> None:
        """max_bytes: of the whole body."""
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        announced = request.headers.get("content-length", "0")
        if announced.isdecimal() and int(announced) > self._max_bytes:
            text = f"The request body is larger than {self._max_bytes} bytes."
            error = InvalidArgument(text, reason="BODY_TOO_LARGE")
            answer = problem(error, path=scope["path"], trace_id=trace_of(request), status=413)
            await answer(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._max_bytes:
                raise HTTPException(413, f"The request body is larger than {self._max_bytes} bytes.")
            return message

        await self._app(scope, counted, send)

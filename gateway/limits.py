"""What no request may be: too heavy, or about a name that nothing can have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request

from gateway.problems import of_status, problem, trace_of
from pixelle.runtime.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["BodyLimit"]


class BodyLimit:
    """ASGI middleware that answers 413 to larger bodies, announced or not, and 404 to paths with a NUL in them."""

    def __init__(self, app: ASGIApp, *, max_bytes: int, uploads: Mapping[str, int] | None = None) -> None:
        """max_bytes: of the whole body. uploads: the same for paths that take files."""
        self._app = app
        self._max_bytes = max_bytes
        self._uploads = uploads or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        if "\0" in scope["path"]:  # databases do not even take it as a question
            missing = NotFound(f"There is nothing at {scope['path'][:200]!r}.", reason="NOT_FOUND")
            await problem(missing, path=scope["path"], trace_id=trace_of(request))(scope, receive, send)
            return
        most = self._uploads.get(scope["path"], self._max_bytes)
        announced = request.headers.get("content-length", "0")
        if announced.isdecimal() and int(announced) > most:
            await of_status(413, f"The request body is larger than {most} bytes.", request)(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > most:
                raise HTTPException(413, f"The request body is larger than {most} bytes.")
            return message

        await self._app(scope, counted, send)

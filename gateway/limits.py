"""What no request may be: too heavy, in too many pieces, half sent, or about a name that nothing can have."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request

from gateway.problems import of_status, problem, trace_of
from pixelle.runtime.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["BodyLimit"]


_MEMBERS = 100_000
"""Commas in a body of JSON: three hours of words with their times have fewer. Reading it holds up everybody else."""


class BodyLimit:
    """
    ASGI middleware that answers 413 to larger bodies, announced or not, 408 to those whose rest does not come, and 404
    to paths with a NUL in them.
    """

    def __init__(
        self, app: ASGIApp, *, max_bytes: int, uploads: Mapping[str, int] | None = None, silence: float = 60.0
    ) -> None:
        """
        max_bytes: of the whole body. uploads: the same for paths that take files. silence: seconds between two pieces.
        """
        self._app = app
        self._max_bytes = max_bytes
        self._uploads = uploads or {}
        self._silence = silence

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
        text = scope["path"] not in self._uploads
        seen, members, whole = 0, 0, False

        async def counted() -> Message:
            nonlocal seen, members, whole
            if whole:  # asked whether the client is still there
                return await receive()
            message = await self._next(receive)
            piece = message.get("body", b"")
            whole = not message.get("more_body", False)
            seen += len(piece)
            members += piece.count(b",") if text else 0
            if seen > most:
                raise HTTPException(413, f"The request body is larger than {most} bytes.")
            if members > _MEMBERS:
                raise HTTPException(413, f"The request body has more than {_MEMBERS} commas. Send less at a time.")
            return message

        await self._app(scope, counted, send)

    async def _next(self, receive: Receive) -> Message:
        try:
            async with asyncio.timeout(self._silence):
                return await receive()
        except TimeoutError as error:  # of a telephone that has lost its network nobody else would ever tell
            raise HTTPException(
                408, f"The rest of the request did not come within {self._silence:g} s. Send it again."
            ) from error

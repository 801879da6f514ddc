"""A slash at the end of an address, which many write and nobody means."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["SlashesIgnored"]

_NAMED = ("/api/files/", "/studio/")
"""What is below these are names of files."""


class SlashesIgnored:
    """
    ASGI middleware that takes `/api/tasks/` for `/api/tasks`.

    A redirect would do for those who follow it; it would send a body twice, and lead out of TLS behind a proxy.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on."""
        path = scope.get("path", "")
        if scope["type"] == "http" and path.endswith("/") and (path in _NAMED or not path.startswith(_NAMED)):
            scope = {**scope, "path": path.rstrip("/") or "/"}
        await self._app(scope, receive, send)

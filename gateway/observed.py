"""How long answers take, and the span that everything done for a request is inside."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from pixelle.runtime import metrics, traces

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Observed"]

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Observed:
    """ASGI middleware; put on only where the settings ask for numbers or spans."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note when its answer begins: an open stream of events is no slow answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        began = time.monotonic()

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                code = str(message["status"])
                metrics.record(metrics.HTTP_SECONDS, time.monotonic() - began, method, _route(scope), code)
            await send(message)

        with traces.span(f"HTTP {method}", kind="SERVER", parent=traces.parent_of(scope["headers"])) as span:
            try:
                await self._app(scope, receive, noted)
            finally:
                if isinstance(span, traces.Span):
                    span.rename(f"{method} {_route(scope)}")


def _route(scope: Scope) -> str:
    """The path with the names of its parameters, not what was in their place."""
    route: Any = scope.get("route")
    return getattr(route, "path", "none")

"""What keeps a gateway from starting, told to its server as a sentence instead of a trace."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pixelle.runtime.errors import PixelleError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["StartTold"]


class StartTold:
    """Around everything: servers such as uvicorn print what a failed start says, which is a trace by default."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on; only a failed start says something else."""
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return

        async def told(message: Message) -> None:
            error = sys.exception()  # this is called where it was caught
            if message["type"] == "lifespan.startup.failed" and isinstance(error, PixelleError):
                message = {**message, "message": f"pixelle: {error.message}"}
            await send(message)

        await self._app(scope, receive, told)

"""An HTTP server on a socket of its own, which stops as the app in it does."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pixelle.runtime.errors import FailedPrecondition

if TYPE_CHECKING:
    from collections.abc import Generator

    from fastapi import FastAPI

__all__ = ["bound", "serve_app"]


def bound(host: str, port: int) -> socket.socket:
    """A socket that does not listen yet. Raises FailedPrecondition (ADDRESS_IN_USE)."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise FailedPrecondition(
            f"Cannot listen on {host}:{port}: {error.strerror or error}. Choose another one with --host and --port.",
            reason="ADDRESS_IN_USE",
        ) from error
    return listening


async def serve_app(app: FastAPI, listening: socket.socket) -> None:
    """Serve a gateway until SIGINT or SIGTERM. Raises what keeps it from starting."""
    import uvicorn

    class Server(uvicorn.Server):
        @contextmanager
        def capture_signals(self) -> Generator[None]:
            # uvicorn's own way raises the signal again at the end, in the middle of our closing
            loop = asyncio.get_running_loop()
            for sign in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(sign, self.told, sign)
            yield

        def told(self, sign: int) -> None:
            app.state.parts.tasks.feed.end()  # or open streams of events would be waited for
            self.handle_exit(sign, None)

    host, port = listening.getsockname()[:2]
    where = f"[{host}]" if ":" in host else host
    server = Server(uvicorn.Config(app, lifespan="off", log_level="warning", timeout_graceful_shutdown=10))
    # entered here, so that what keeps it from starting is an error of ours and not a trace in uvicorn's log
    async with app.router.lifespan_context(app):
        listening.listen(128)
        sys.stderr.write(f"Serving on http://{where}:{port} (API: /docs). Stop with Ctrl-C.\n")
        await server.serve(sockets=[listening])

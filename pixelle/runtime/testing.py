"""Real servers for tests, on a private socket."""

from __future__ import annotations

import tempfile
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pixelle.runtime.client import dial
from pixelle.runtime.server import start_server

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import grpc.aio

    from pixelle.runtime.server import Service

__all__ = ["running"]


@asynccontextmanager
async def running(*services: Service) -> AsyncGenerator[grpc.aio.Channel]:
    """Serve `services` on a unix socket of their own until the block ends; yields a channel to them, loaded."""
    with tempfile.TemporaryDirectory(prefix="pixelle-") as folder:
        server = await start_server(services, f"unix:{Path(folder) / 'socket'}")
        try:
            await server.ready()
            async with dial(server.address) as channel:
                yield channel
        finally:
            await server.stop()

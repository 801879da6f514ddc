"""A ComfyUI server written from its public source: HTTP, WebSocket, one queue, one prompt at a time."""

from __future__ import annotations

import asyncio
import socket
import threading
from pathlib import Path
from typing import Self

import uvicorn

from tests.comfyui.audience import Audience
from tests.comfyui.machine import Machine
from tests.comfyui.routes import Routes
from tests.comfyui.validation import Graph

__all__ = ["CORPUS", "Graph", "StandIn"]

CORPUS = Path(__file__).parent / "workflows"
"""Files for every sentence of the title grammar."""


class StandIn(Machine):
    """Start it with `with`. `gate` cleared holds every sampler step; `happened` tells what took place and when."""

    def __init__(
        self,
        *,
        key: str = "",
        header: str = "authorization",
        old: bool = False,
        deaf: bool = False,
        mute: bool = False,
        lacks: frozenset[str] = frozenset(),
        without_models: bool = False,
    ) -> None:
        """
        old: as before 2025: chooses prompt ids itself and interrupts whatever runs, tells less.
        deaf: no WebSocket, as behind some proxies. mute: a WebSocket on which nothing comes but the first message
        (issue 9393 of Comfy-Org/ComfyUI). lacks: node types that are not installed.
        """
        super().__init__(Audience(mute=mute), old=old, lacks=lacks, without_models=without_models)
        self.key, self.header, self.deaf = key, header, deaf
        self.max_upload = 104_857_600
        self.failing = 0
        """So many of the next POST /prompt are answered with 500."""
        self.port = 0
        self._silent = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen; on the same port as before, with nothing remembered."""
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", self.port))
        listening.listen(64)
        self.port = listening.getsockname()[1]
        self.forget()
        app = Routes(self).app()
        config = uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._loop = asyncio.new_event_loop()
        self.audience.gather(self._loop)

        def serve() -> None:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._server.serve([listening]))
            listening.close()

        self._threads = [
            threading.Thread(target=serve, name="standin"),
            threading.Thread(target=self.work, name="standin-gpu"),
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Die: connections break, the queue is forgotten."""
        self.halt()
        self._server.should_exit = self._server.force_exit = True
        for thread in self._threads:
            thread.join()

    @property
    def silent(self) -> bool:
        """Answers 503 to everything, as a proxy whose server hangs; work goes on."""
        return self._silent.is_set()

    @silent.setter
    def silent(self, value: bool) -> None:
        (self._silent.set if value else self._silent.clear)()
        if value:
            self.drop_sockets()

    def drop_sockets(self) -> None:
        """Hang up on everybody who listens."""

        async def drop() -> None:
            for connection in list(self._server.server_state.connections):
                if "WebSocket" in type(connection).__name__:
                    connection.transport.abort()  # type: ignore[union-attr]

        asyncio.run_coroutine_threadsafe(drop(), self._loop).result(5)

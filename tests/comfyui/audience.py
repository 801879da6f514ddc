"""Who listens at the stand-in's WebSocket, and what they are told."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING, Any

from starlette.websockets import WebSocket, WebSocketDisconnect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Audience:
    """Clients by the id they have given themselves: the last to take an id has it. Tell it from any thread."""

    def __init__(self, *, mute: bool = False) -> None:
        """mute: nothing is told but the greeting."""
        self.mute = mute
        self._queues: dict[str, asyncio.Queue[str | bytes]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def gather(self, loop: asyncio.AbstractEventLoop) -> None:
        """A server begins on this loop: nobody listens yet."""
        self._queues, self._loop = {}, loop

    def tell(self, client: str | None, kind: str, /, **data: Any) -> None:
        """client: None for everybody."""
        self.post(client, json.dumps({"type": kind, "data": data}))

    def post(self, client: str | None, message: str | bytes) -> None:
        """As `tell`, in the bytes that are sent."""

        def post() -> None:
            if self.mute:
                return
            for own, queue in self._queues.items():
                if client in (None, own):
                    queue.put_nowait(message)

        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the server has ended
                self._loop.call_soon_threadsafe(post)

    def tell_status(self, left: int) -> None:
        """To everybody. left: prompts that are not made yet."""
        self.tell(None, "status", status={"exec_info": {"queue_remaining": left}})
        # what custom nodes tell everybody, and a text (event 3) of one of them
        self.tell(None, "crystools.monitor", cpu_utilization=1.5, gpus=[{"gpu_utilization": 7}])
        self.post(None, b"\x00\x00\x00\x03\x00\x00\x00\x011working")

    async def listen(self, ws: WebSocket, greeting: Callable[[str], Iterable[dict[str, Any]]]) -> None:
        """Until the client leaves. greeting: what a client is told first, by its id."""
        await ws.accept()
        own = ws.query_params.get("clientId", "")
        queue = self._queues[own] = asyncio.Queue()
        for message in greeting(own):
            await ws.send_text(json.dumps(message))

        async def heard() -> None:
            with contextlib.suppress(WebSocketDisconnect):
                while True:
                    await ws.receive_text()

        listening = asyncio.create_task(heard())
        try:
            while not listening.done():
                getting = asyncio.create_task(queue.get())
                await asyncio.wait({getting, listening}, return_when=asyncio.FIRST_COMPLETED)
                if not getting.done():
                    getting.cancel()
                    break
                message = getting.result()
                await (ws.send_bytes(message) if isinstance(message, bytes) else ws.send_text(message))
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            listening.cancel()
            if self._queues.get(own) is queue:
                del self._queues[own]

"""Several ComfyUI servers behind one engine: who is well, and who has least to do."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from pixelle.runtime.errors import PixelleError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from pixelle.comfyui.client import Server

__all__ = ["Servers"]

_FRESH = 3.0
"""Seconds for which the answer to `ailing` is believed."""
_RESTED = 5.0
"""Seconds for which a server that did not answer is asked last."""


class Servers:
    """The servers, in the order of the settings."""

    def __init__(self, servers: Sequence[Server], *, clock: Callable[[], float] = time.monotonic) -> None:
        self.all = list(servers)
        self._clock = clock
        self._lock = threading.Lock()
        self._ours: dict[Server, int] = dict.fromkeys(servers, 0)
        self._used: dict[Server, float] = dict.fromkeys(servers, 0.0)
        self._down: dict[Server, float] = {}
        self._known: tuple[float, str | None] | None = None

    def close(self) -> None:
        """Let go of all connections."""
        for server in self.all:
            server.close()

    def ailing(self) -> str | None:
        """Why no server would take a prompt now; None when one would. Asked at most every three seconds."""
        with self._lock:
            if self._known and self._clock() - self._known[0] < _FRESH:
                return self._known[1]
        loads = self._loads(self.all)
        errors = [error for error in loads.values() if isinstance(error, PixelleError)]
        reason = " ".join(error.message for error in errors) if len(errors) == len(self.all) else None
        with self._lock:
            self._known = (self._clock(), reason)
        return reason

    def take(self, without: Collection[Server] = ()) -> Server:
        """
        The server with the shortest queue, ours that are on their way to it included; of equal ones the one used
        longest ago. It counts as one prompt more until `leave`.

        without: servers not to take. Raises Unavailable (COMFYUI_DOWN) when none answers, else the error of the last.
        """
        able = [server for server in self.all if server not in without]
        now = self._clock()
        rested = [server for server in able if now - self._down.get(server, -_RESTED) >= _RESTED]
        with self._lock:
            before = dict(self._ours)
        loads = self._loads(rested or able)
        if not any(isinstance(load, int) for load in loads.values()):
            loads |= self._loads([server for server in able if server not in loads])
        with self._lock:
            # what others had there when it was asked, and ours as they are now; whichever of ours were on their way
            # may be in the answer and must not count twice
            well = {
                server: max(0, load - max(before[server], self._ours[server])) + self._ours[server]
                for server, load in loads.items()
                if isinstance(load, int)
            }
            if not well:
                raise _nobody(loads)
            best = min(well, key=lambda server: (well[server], self._used[server]))
            self._ours[best] += 1
            self._used[best] = self._clock()
        return best

    def leave(self, server: Server) -> None:
        """The prompt that the server was taken for has ended, or never came there."""
        with self._lock:
            self._ours[server] -= 1

    def failed(self, server: Server) -> None:
        """Ask this one last for a while."""
        with self._lock:
            self._down[server] = self._clock()
            self._known = None

    def _loads(self, servers: Sequence[Server]) -> dict[Server, int | PixelleError]:
        """Queue length or error of each, asked side by side."""

        def ask(server: Server) -> int | PixelleError:
            try:
                load = server.load()
            except PixelleError as error:
                self.failed(server)
                return error
            self._down.pop(server, None)
            return load

        if len(servers) < 2:
            return {server: ask(server) for server in servers}
        with ThreadPoolExecutor(len(servers), thread_name_prefix="comfyui-health") as pool:
            return dict(zip(servers, pool.map(ask, servers), strict=True))


def _nobody(loads: dict[Server, int | PixelleError]) -> PixelleError:
    errors = [error for error in loads.values() if isinstance(error, PixelleError)]
    if errors and not any(isinstance(error, Unavailable) for error in errors):
        return errors[-1]
    said = " ".join(error.message for error in errors) or "No ComfyUI server is left to ask."
    return Unavailable(said, reason="COMFYUI_DOWN", retry_after=5.0)

"""The browser at the end of a pipe: started, spoken to in the Chrome DevTools Protocol, ended with all it began."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import shutil
import signal
import tempfile
import time
from typing import TYPE_CHECKING, Any, cast

from pixelle.runtime.priority import NICENESS
from svc_render.cbor import Messages, packed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["Chromium", "DevtoolsError", "Session"]

# The browser reads commands from 3 and writes to 4. The shell outlives us when we are killed: the pipe closes, the
# browser ends, and its folder goes too, once its last process has stopped writing there. Where it may, as root, the
# browser would put itself before everybody else.
_RUN = (
    "exec 3<&0 4>&1 </dev/null >/dev/null; "
    'if setpriv --bounding-set -sys_nice true 2>/dev/null; then set -- setpriv --bounding-set -sys_nice "$@"; fi; '
    f'nice -n {NICENESS} "$@"; '
    'for _ in 1 2 3 4 5 6 7 8 9; do rm -rf -- "$0" 2>/dev/null && break; sleep 0.2; done'
)
_START_SECONDS = 30.0
_END_SECONDS = 5.0
_KEPT = 4000  # bytes of what the browser writes to stderr


class DevtoolsError(Exception):
    """The browser refused a command, or it or the page is gone."""


class Session:
    """A conversation with the browser itself or with one of its pages."""

    def __init__(self, chromium: Chromium, name: str) -> None:
        """name: the protocol's sessionId, "" for the browser itself."""
        self.on: dict[str, Callable[[dict[str, Any]], None]] = {}
        """Who is told of which event, with its parameters; called from the event loop."""
        self._chromium = chromium
        self._name = name
        self._awaited: set[asyncio.Future[Any]] = set()
        self._lost = ""

    async def send(self, method: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """A command's result. Raises DevtoolsError."""
        answer = self.awaited()
        self._chromium.write(self._name, method, params, answer)
        return await answer

    def post(self, method: str, params: Mapping[str, Any] | None = None) -> None:
        """Send a command whose result nobody needs."""
        if not self._lost:
            self._chromium.write(self._name, method, params, None)

    def awaited(self) -> asyncio.Future[Any]:
        """A future that fails when the browser or the page is gone. Raises DevtoolsError when it is."""
        if self._lost:
            raise DevtoolsError(self._lost)
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._awaited.add(future)
        future.add_done_callback(self._awaited.discard)
        return future

    def lose(self, why: str) -> None:
        """Fail whatever is awaited, now and later."""
        self._lost = self._lost or why
        for future in list(self._awaited):
            if not future.done():
                future.set_exception(DevtoolsError(why))


class Chromium(asyncio.SubprocessProtocol):
    """A running browser; its pages can open no windows."""

    def __init__(self, folder: str) -> None:
        """folder: its own, removed at its end."""
        self.root = Session(self, "")
        """The conversation with the browser itself."""
        self.version = ""
        self._folder = folder
        self._sessions = {"": self.root}
        self._answers: dict[int, tuple[str, asyncio.Future[Any]]] = {}
        self._serial = itertools.count(1)
        self._messages = Messages()
        self._said = b""
        self._ended = asyncio.get_running_loop().create_future()
        self._process: asyncio.SubprocessTransport | None = None

    @classmethod
    async def start(cls, executable: str, flags: Iterable[str], environment: Mapping[str, str]) -> Chromium:
        """
        Start a browser that keeps its files to a folder of its own.

        environment: all that it is told of ours. Raises DevtoolsError, OSError.
        """
        folder = tempfile.mkdtemp(prefix="pixelle-browser-")
        told = {**environment, "TMPDIR": folder}
        command = (executable, "--remote-debugging-pipe=cbor", f"--user-data-dir={folder}", *flags)
        loop = asyncio.get_running_loop()
        # a group of its own, which Ctrl-C does not reach, but no session: Linux shares the cores out among sessions
        # first (sched(7), autogroup), whatever the priorities in them are
        try:
            _, chromium = await loop.subprocess_exec(
                lambda: cls(folder), "/bin/sh", "-c", _RUN, folder, *command, env=told, process_group=0
            )
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        try:
            async with asyncio.timeout(_START_SECONDS):
                chromium.version = (await chromium.root.send("Browser.getVersion"))["product"]
                await chromium.root.send("Target.setDiscoverTargets", {"discover": True})
        except BaseException as error:
            await chromium.kill()
            if isinstance(error, TimeoutError):
                raise DevtoolsError(f"it has not answered for {_START_SECONDS:g} s.") from error
            raise
        return chromium

    @property
    def alive(self) -> bool:
        """Whether it still answers."""
        return "" in self._sessions

    async def attach(self, target: str) -> Session:
        """A conversation with a page. Raises DevtoolsError."""
        answer = await self.root.send("Target.attachToTarget", {"targetId": target, "flatten": True})
        session = self._sessions[answer["sessionId"]] = Session(self, answer["sessionId"])
        return session

    async def close(self) -> None:
        """End the browser and everything it started."""
        self.root.post("Browser.close")
        try:
            await asyncio.wait({self._ended}, timeout=_END_SECONDS)
        finally:
            await self.kill()

    async def kill(self) -> None:
        """End the browser at once."""
        self._kill_all()
        try:
            await asyncio.wait({self._ended}, timeout=_END_SECONDS)
            await asyncio.to_thread(_remove, self._folder)
        except asyncio.CancelledError:
            _remove(self._folder)  # the loop ends, and takes along whoever still waits
            raise
        finally:
            if self._process:
                self._process.close()

    def write(
        self, session: str, method: str, params: Mapping[str, Any] | None, answer: asyncio.Future[Any] | None
    ) -> None:
        """Send a command. answer: given its result or DevtoolsError."""
        number = next(self._serial)
        if answer:
            self._answers[number] = (method, answer)
        command: dict[str, Any] = {"id": number, "method": method, "params": params or {}}
        if session:
            command["sessionId"] = session
        assert self._process
        pipe = cast("asyncio.WriteTransport", self._process.get_pipe_transport(0))
        pipe.write(packed(command))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the event loop."""
        self._process = cast("asyncio.SubprocessTransport", transport)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Called by the event loop: a large message comes in many pieces."""
        if fd == 2:
            self._said = (self._said + data)[-_KEPT:]
            return
        try:
            messages = list(self._messages.fed(data))
        except ValueError as error:
            self._said = str(error).encode()
            self._kill_all()
            return
        for message in messages:
            self._take(message)

    def process_exited(self) -> None:
        """Called by the event loop: what the browser leaves behind ends too."""
        self._kill_all()
        self._lose()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """Called by the event loop."""
        if fd != 2:
            self._lose()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the event loop when the process has ended and its pipes are closed."""
        self._lose()
        if self._process:
            self._process.close()
        if not self._ended.done():
            self._ended.set_result(None)

    def _kill_all(self) -> None:
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.get_pid(), signal.SIGKILL)

    def _lose(self) -> None:
        said = self._said.decode(errors="replace").strip().rpartition("\n")[2]
        for session in list(self._sessions.values()):
            session.lose(f"it has ended: {said}" if said else "it has ended.")
        self._sessions.clear()
        self._answers.clear()

    def _take(self, message: dict[str, Any]) -> None:
        if "id" in message:
            method, answer = self._answers.pop(message["id"], ("", None))
            if answer is None or answer.done():
                return
            if "error" in message:
                answer.set_exception(DevtoolsError(f"{method}: {message['error']['message']}"))
            else:
                answer.set_result(message["result"])
            return
        name, method, params = message.get("sessionId", ""), message.get("method", ""), message.get("params", {})
        if method == "Target.detachedFromTarget":
            lost = self._sessions.pop(params["sessionId"], None)
            if lost:
                lost.lose("the page is closed.")
        if method == "Target.targetCreated" and "openerId" in params["targetInfo"]:  # a page's window
            self.root.post("Target.closeTarget", {"targetId": params["targetInfo"]["targetId"]})
        session = self._sessions.get(name)
        if not session:
            return
        if method == "Inspector.targetCrashed":
            session.lose("the page has crashed.")
        hear = session.on.get(method)
        if hear:
            hear(params)


def _remove(folder: str) -> None:
    """Processes that were killed may still be on their way out, and write."""
    for _ in range(10):
        shutil.rmtree(folder, ignore_errors=True)
        if not os.path.lexists(folder):
            return
        time.sleep(0.05)

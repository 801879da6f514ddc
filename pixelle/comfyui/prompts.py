"""One prompt from being sent to its result: progress, cancel, time-out, a server that forgets it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import structlog

from pixelle.comfyui import faults
from pixelle.comfyui.progress import Progress
from pixelle.runtime.errors import Cancelled, DeadlineExceeded, PixelleError, Unavailable
from pixelle.vendors.caller import text_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pixelle.comfyui.client import Server
    from pixelle.comfyui.listener import Listener
    from pixelle.comfyui.servers import Servers
    from pixelle.comfyui.workflow import Graph, Upload, Value, Workflow
    from pixelle.runtime.work import Tick

__all__ = ["Done", "Prompts"]

_log = structlog.get_logger("pixelle.comfyui")

_BEAT = 0.1
"""Seconds between two looks at whether anybody still waits."""
_LOOK, _LOOK_RUNNING = 1.0, 5.0
"""Seconds between two questions to the server: while we wait or cannot listen, and while it tells us what it does."""


@dataclass(frozen=True)
class Done:
    """A prompt that has ended well."""

    server: Server
    outputs: Mapping[str, Any]
    """Node id to {kind: [{filename, subfolder, type}]}, as in the server's history."""
    blocked: PixelleError | None = None
    """Why a node has been given nothing, if one has: a branch of the workflow that ends without a file."""


@dataclass
class _Sent:
    """A prompt that is in a server's queue."""

    server: Server
    client_id: str
    prompt_id: str
    graph: Graph
    listener: Listener | None
    progress: Progress
    running: bool = False
    """We have heard of it over the socket that is open."""
    ended: bool = False
    blocked: PixelleError | None = None
    silent_since: float | None = None
    """When the server stopped to answer."""
    look_at: float = field(default=0.0)


class _Lost(Exception):
    """The server does not know the prompt any more, or does not answer."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Prompts:
    """Runs prompts at whichever server has least to do."""

    def __init__(
        self,
        servers: Servers,
        *,
        seconds: float = 1700.0,
        patience: float = 20.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """
        seconds: for one prompt, its time in the queue included.
        patience: seconds for which a server that has our prompt may be silent.
        """
        self._servers = servers
        self._seconds = seconds
        self._patience = patience
        self._clock = clock

    def run(
        self, workflow: Workflow, values: Mapping[str, Value], *, seed: int, tick: Tick, name: str = "reference"
    ) -> Done:
        """
        Run a workflow; when the server loses the prompt it is sent once more, to any server.

        name: what files are called at the server. Cancelled (by `tick`) or out of time, our prompt is taken out of the
        queue or interrupted. Raises Unavailable (COMFYUI_DOWN, COMFYUI_PROMPT_LOST), DeadlineExceeded
        (COMFYUI_TIMEOUT) and what `faults` and `Workflow.filled` say.
        """
        left: list[_Sent] = []
        try:
            return self._until_done(workflow, values, left, seed=seed, tick=tick, name=name)
        finally:
            for sent in left:  # a server that was only silent may have it still
                self._withdraw(sent.server, sent.prompt_id)

    def _until_done(
        self, workflow: Workflow, values: Mapping[str, Value], left: list[_Sent], *, seed: int, tick: Tick, name: str
    ) -> Done:
        """`left` is given the prompts that were lost."""
        deadline = self._clock() + self._seconds
        lost = ""
        for _ in range(2):
            sent = self._send(workflow, values, seed=seed, tick=tick, name=name)
            try:
                return Done(sent.server, self._watch(sent, deadline, tick), sent.blocked)
            except _Lost as error:
                lost = error.why
                left.append(sent)
                _log.warning("prompt lost", server=sent.server.name, prompt=sent.prompt_id, because=lost)
            except (Cancelled, DeadlineExceeded):
                self._withdraw(sent.server, sent.prompt_id)
                raise
            finally:
                self._servers.leave(sent.server)
                if sent.listener:
                    sent.listener.close()
        raise Unavailable(
            f"ComfyUI lost the prompt twice: {lost}. Look why the server stops; it will be tried again.",
            reason="COMFYUI_PROMPT_LOST",
            retry_after=5.0,
        )

    def _send(self, workflow: Workflow, values: Mapping[str, Value], *, seed: int, tick: Tick, name: str) -> _Sent:
        """Put the prompt into the queue of a server that answers and has its nodes and models."""
        without: set[Server] = set()
        while True:
            server = self._servers.take(without)
            try:
                return self._submit(server, workflow, values, seed=seed, tick=tick, name=name)
            except BaseException as error:
                self._servers.leave(server)
                reason = error.reason if isinstance(error, PixelleError) else ""
                if reason == "COMFYUI_DOWN":
                    self._servers.failed(server)
                elif reason not in faults.ELSEWHERE:
                    raise
                without.add(server)
                if len(without) == len(self._servers.all):
                    raise

    def _submit(
        self, server: Server, workflow: Workflow, values: Mapping[str, Value], *, seed: int, tick: Tick, name: str
    ) -> _Sent:
        def upload(file: Upload) -> str:
            tick(0.01, "sending a file to ComfyUI")
            return server.upload(file, name)

        graph = workflow.filled(values, seed=seed, send=upload)
        client_id, prompt_id = uuid4().hex, str(uuid4())
        tick(0.01, "sending to ComfyUI")
        listener = server.listen(client_id)
        try:
            given = server.submit(graph, client_id=client_id, prompt_id=prompt_id)
        except BaseException as error:
            if listener:
                listener.close()
            if isinstance(error, Unavailable):  # it may have come into the queue although no answer came back
                self._withdraw(server, prompt_id)
            raise
        return _Sent(server, client_id, given, graph, listener, Progress(graph))

    def _withdraw(self, server: Server, prompt_id: str) -> None:
        try:
            server.withdraw(prompt_id)
        except PixelleError as error:
            _log.warning("prompt not withdrawn", server=server.name, prompt=prompt_id, because=error.reason)

    def _watch(self, sent: _Sent, deadline: float, tick: Tick) -> Mapping[str, Any]:
        """The outputs, once it has ended."""
        while True:
            tick(sent.progress.fraction, sent.progress.message)
            now = self._clock()
            if now > deadline:
                raise DeadlineExceeded(
                    f"ComfyUI did not finish within {self._seconds:g} s ({sent.progress.message}). Give it more time "
                    "with PIXELLE_COMFYUI_SECONDS, another server, or less work.",
                    reason="COMFYUI_TIMEOUT",
                )
            self._listen(sent)
            if sent.ended or now >= sent.look_at:
                outputs = self._look(sent, now)
                if outputs is not None:
                    while not sent.ended and self._listen(sent):
                        continue  # a quick prompt is over before all is heard that was said of it
                    return outputs

    def _listen(self, sent: _Sent) -> bool:
        """Wait a beat for an event and note it; whether one came. Raises what a failed prompt says."""
        if sent.listener is None or sent.ended:
            time.sleep(_BEAT)
            return False
        try:
            event = sent.listener.next(_BEAT)
        except ConnectionError:
            sent.listener.close()
            sent.listener, sent.running, sent.look_at = None, False, 0.0
            return False
        if event is not None:
            self._note(sent, *event)
        return event is not None

    def _note(self, sent: _Sent, kind: str, data: Mapping[str, Any]) -> None:
        """An event of this client. Raises what a failed prompt says."""
        # before 2024 progress does not say whose it is; nobody else's comes to this client
        if data.get("prompt_id", sent.prompt_id if kind == "progress" else None) != sent.prompt_id:
            return
        sent.running = True
        sent.look_at = self._clock() + _LOOK_RUNNING
        if kind == "execution_error" and data.get("exception_type") == "ExecutionBlocked":
            sent.blocked = faults.failed(data, sent.graph)  # the prompt goes on without that branch
            return
        if kind == "execution_error":
            raise faults.failed(data, sent.graph)
        if kind == "execution_interrupted":
            raise faults.interrupted(data)
        sent.ended = kind == "execution_success" or (kind == "executing" and data.get("node") is None)
        sent.progress.take(kind, data)

    def _look(self, sent: _Sent, now: float) -> Mapping[str, Any] | None:
        """Ask the server. Raises _Lost, and what a failed prompt says."""
        try:
            place = sent.server.place(sent.prompt_id)
            # in this order: a prompt that ends in between has left the queue for the history
            entry = None if place else sent.server.history(sent.prompt_id)
        except Unavailable as error:
            sent.silent_since = now if sent.silent_since is None else sent.silent_since
            sent.progress.message = "ComfyUI does not answer"
            sent.look_at = now + _LOOK / 2
            if now - sent.silent_since >= self._patience:
                self._servers.failed(sent.server)
                raise _Lost(error.message) from error
            return None
        sent.silent_since = None
        if entry is not None:
            return _outputs(entry, sent.graph)
        if place is None:
            raise _Lost(f"{sent.server.name} does not know it any more, as after a restart")
        if sent.listener is None:
            sent.listener = sent.server.listen(sent.client_id)
        if not place.running:
            sent.progress.queued(place.before)
        sent.look_at = now + (_LOOK_RUNNING if sent.listener and sent.running else _LOOK)
        return None


def _outputs(entry: Mapping[str, Any], graph: Graph) -> Mapping[str, Any]:
    """What an entry of the history holds. Raises what a failed prompt says."""
    status = entry.get("status")
    if isinstance(status, dict):
        messages: Any = status.get("messages") or []
        for kind, data in messages:
            if kind == "execution_error":
                raise faults.failed(data, graph)
            if kind == "execution_interrupted":
                raise faults.interrupted(data)
    found: dict[str, Any] = {}
    outputs, meta = entry.get("outputs"), entry.get("meta")
    for node, told in outputs.items() if isinstance(outputs, dict) else ():
        # a node that the server has made of one of ours, such as "12.0.0.1", is shown as that one
        shown = text_at(meta, node, "display_node") or node
        found[shown] = _joined(found.get(shown), told)
    return found


def _joined(one: Any, other: Any) -> Any:
    """What two nodes that are shown as one have left."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return other
    lists: dict[str, list[Any]] = {name: [*listed] for name, listed in one.items() if isinstance(listed, list)}
    for name, listed in other.items():
        if isinstance(listed, list):
            lists.setdefault(name, []).extend(listed)
    return lists

"""What the stand-in works with: its files, one queue, one prompt at a time, and what has happened."""

from __future__ import annotations

import hashlib
import threading
import time
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from tests.comfyui.execution import Execution
from tests.comfyui.validation import Graph, Told, Validation

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from tests.comfyui import nodes
    from tests.comfyui.audience import Audience

Entry = tuple[float, str, Graph, dict[str, Any], list[str]]
"""A prompt in the queue: number, id, graph, extra data, outputs."""


class Machine:
    """`gate` cleared holds every sampler step; `happened` tells what took place and when."""

    def __init__(
        self,
        audience: Audience,
        *,
        old: bool = False,
        lacks: frozenset[str] = frozenset(),
        without_models: bool = False,
    ) -> None:
        """old: as before 2025: interrupts whatever runs, tells less. lacks: node types that are not installed."""
        self.audience = audience
        self.old, self.lacks, self.without_models = old, lacks, without_models
        self.many_models = False
        self.gate = threading.Event()
        self.gate.set()
        self.happened: list[tuple[float, str, str]] = []
        self.submitted: list[Graph] = []
        self._change = threading.Condition()
        self.forget()

    def forget(self) -> None:
        """As a server that has just been started."""
        self.files: dict[tuple[str, str, str], bytes] = {}
        self.history: dict[str, dict[str, Any]] = {}
        self.pending: list[Entry] = []
        self.running: Entry | None = None
        self.last_node = ""
        self.cache: dict[str, tuple[nodes.Thing, dict[str, Any] | None]] = {}
        self.interrupted = False
        self._number = 0
        self.stopped = False

    # what has happened

    def note(self, what: str, prompt_id: str = "") -> None:
        with self._change:
            self.happened.append((time.monotonic(), what, prompt_id))
            self._change.notify_all()

    def wait(self, condition: Callable[[], bool], seconds: float = 30.0) -> None:
        """Until something that happened makes it true."""
        with self._change:
            assert self._change.wait_for(condition, seconds), [what for _, what, _ in self.happened]

    def when(self, what: str) -> list[float]:
        return [moment for moment, name, _ in self.happened if name == what]

    def whose(self, what: str) -> list[str]:
        return [prompt for _, name, prompt in self.happened if name == what]

    # the queue

    def validated(self, graph: Graph) -> Told:
        return Validation(
            old=self.old,
            lacks=self.lacks,
            without_models=self.without_models,
            many_models=self.many_models,
            loadable=lambda name: self._loadable(name) is not None,
        ).of(graph)

    def _loadable(self, name: str) -> bytes | None:
        path = PurePosixPath(name)
        return self.files.get(("input", "" if str(path.parent) == "." else str(path.parent), path.name))

    def enqueue(self, graph: Graph, *, client_id: str = "other") -> str:
        """A prompt of somebody else's."""
        prompt_id = hashlib.sha256(f"{client_id}{self._number}{time.monotonic()}".encode()).hexdigest()
        self.put(prompt_id, graph, client_id, self.validated(graph)[2])
        return prompt_id

    def put(self, prompt_id: str, graph: Graph, client_id: str, ends: list[str]) -> float:
        """Its number in the queue. ends: the output nodes to be made."""
        with self._change:
            number = self._number
            self._number += 1
            extra = {"client_id": client_id, "create_time": int(time.time() * 1000)}
            self.pending.append((number, prompt_id, graph, extra, ends))
        self.note("queued", prompt_id)
        self._tell_status()
        return number

    def left(self) -> int:
        """Prompts that are not made yet."""
        with self._change:
            return len(self.pending) + (self.running is not None)

    def queue(self) -> tuple[list[Entry], list[Entry]]:
        """What runs, and what waits."""
        with self._change:
            # a heap: only the first of those that wait is in its place
            waiting = [*self.pending[:1], *reversed(self.pending[1:])]
            return [self.running] if self.running else [], waiting

    def withdraw(self, prompt_ids: Iterable[str]) -> None:
        """Those of them that wait."""
        for prompt_id in prompt_ids:
            with self._change:
                gone = [each for each in self.pending if each[1] == prompt_id]
                self.pending = [each for each in self.pending if each[1] != prompt_id]
            if gone:
                self.note("deleted", prompt_id)
        self._tell_status()

    def interrupt(self, prompt_id: str | None) -> None:
        """What runs, if it is this prompt, or none is named."""
        wanted = "" if self.old else prompt_id
        with self._change:
            if self.running and wanted in ("", None, self.running[1]):
                self.interrupted = True
                self.note("interrupt", self.running[1])

    def kept(self, prompt_id: str) -> dict[str, Any]:
        """The history of one prompt, by its id; empty before it has ended."""
        with self._change:
            return {prompt_id: self.history[prompt_id]} if prompt_id in self.history else {}

    # the work

    def work(self) -> None:
        """One prompt after another, until `halt`."""
        while True:
            with self._change:
                self._change.wait_for(lambda: self.pending or self.stopped)
                if self.stopped:
                    return
                self.pending.sort(key=lambda each: each[0])
                entry = self.running = self.pending.pop(0)
                self.interrupted = False
            prompt_id, client = entry[1], entry[3].get("client_id")
            self._tell_status()
            self.note("start", prompt_id)
            kept = Execution(self, entry).run()
            with self._change:
                if self.stopped:
                    return
                self.running, self.last_node = None, ""
                self.history[prompt_id] = kept
            self.note("ended", prompt_id)
            self._tell_status()
            self.audience.tell(client, "executing", node=None, prompt_id=prompt_id)

    def halt(self) -> None:
        with self._change:
            self.stopped = True
            self._change.notify_all()

    def _tell_status(self) -> None:
        self.audience.tell_status(self.left())

    def greeting(self, own: str) -> Generator[dict[str, Any]]:
        """What a client with this id is told when it begins to listen."""
        yield {"type": "status", "data": {"status": {"exec_info": {"queue_remaining": self.left()}}, "sid": own}}
        if self.running and self.last_node and self.running[3].get("client_id") == own:
            yield {"type": "executing", "data": {"node": self.last_node}}

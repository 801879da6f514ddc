"""Callers of a gateway: one that submits tasks, and many that watch them to their ends."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Heard", "Load", "Seen"]

FINAL = frozenset({"completed", "failed", "cancelled"})
_NAP = 0.01
_BLOCK = b"\n\n"
_LINES = ("Books are good", "Reading is calm", "Pages turn slowly", "Words stay", "Evenings grow long")


@dataclass
class Heard:
    """What one watcher was told about one task."""

    numbers: list[int] = field(default_factory=list[int])
    last: str = ""
    """Kind of the last event."""
    connections: int = 0


@dataclass
class Seen:
    """What the callers saw."""

    submits: list[float] = field(default_factory=list[float])
    """Seconds of each submit."""
    heard: dict[str, Heard] = field(default_factory=dict[str, Heard])
    """By task id."""
    lags: list[float] = field(default_factory=list[float])
    """Seconds by which a short sleep of the callers' own ended too late: how busy the machine is with others."""
    wrong: list[str] = field(default_factory=list[str])
    """What should not be: a sentence each."""

    @property
    def events(self) -> int:
        """Events that watchers were told."""
        return sum(len(each.numbers) for each in self.heard.values())


class Load:
    """So many tasks, and so many watchers who take one task after the other."""

    def __init__(self, urls: Sequence[str], *, tasks: int, scenes: int, watchers: int, pause: float = 0.0) -> None:
        """urls: of the gateways, asked in turn. pause: seconds between two submits."""
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
        self._clients = [httpx.AsyncClient(base_url=url, timeout=120, trust_env=False, limits=limits) for url in urls]
        self._tasks, self._scenes, self._watchers, self._pause = tasks, scenes, watchers, pause
        self._ids: asyncio.Queue[str] = asyncio.Queue()
        self._turn = itertools.cycle(self._clients)
        self._on_end: Callable[[int], None] = lambda _: None
        self.seen = Seen()

    async def run(self, on_end: Callable[[int], None]) -> None:
        """Submit and watch until every task has ended. on_end: told how many have, each time that one has."""
        self._on_end = on_end
        async with asyncio.TaskGroup() as group:
            watching = [group.create_task(self._watch_on()) for _ in range(self._watchers)]
            await self.submit()
            await self._ids.join()
            for each in watching:
                each.cancel()

    async def close(self) -> None:
        """Hang up."""
        for client in self._clients:
            await client.aclose()

    async def submit(self) -> None:
        """Submit every task, one after the other."""
        resting = asyncio.create_task(self._rest())
        try:
            await self._submit()
        finally:
            resting.cancel()

    async def _rest(self) -> None:
        while True:
            began = time.monotonic()
            await asyncio.sleep(_NAP)
            self.seen.lags.append(time.monotonic() - began - _NAP)

    async def _submit(self) -> None:
        for number in range(self._tasks):
            lines = [_LINES[scene % len(_LINES)] for scene in range(self._scenes)]
            body = {"text": ". ".join([f"Number {number}", *lines[1:]]) + ".", "mode": "fixed", "seed": number + 1}
            began = time.monotonic()
            body["split_mode"] = "sentence"
            answer = await next(self._turn).post("/api/video/generate/async", json=body)
            took = time.monotonic() - began
            self.seen.submits.append(took)
            if answer.status_code == 200:
                self._ids.put_nowait(answer.json()["task_id"])
            else:
                self.seen.wrong.append(f"submit {number} was answered {answer.status_code}: {answer.text[:200]}")
            await asyncio.sleep(max(0.0, self._pause - took))

    async def _watch_on(self) -> None:
        while True:
            task_id = await self._ids.get()
            heard = self.seen.heard[task_id] = Heard()
            while heard.last not in FINAL:
                heard.connections += 1
                try:
                    await self._watch(next(self._turn), task_id, heard)
                except httpx.TransportError as error:
                    self.seen.wrong.append(f"{task_id}: a stream broke ({type(error).__name__})")
            self._on_end(sum(each.last in FINAL for each in self.seen.heard.values()))
            self._ids.task_done()

    async def _watch(self, client: httpx.AsyncClient, task_id: str, heard: Heard) -> None:
        headers = {"Accept": "text/event-stream"}
        if heard.numbers:
            headers["Last-Event-ID"] = str(heard.numbers[-1])
        rest = b""
        async with client.stream("GET", f"/api/tasks/{task_id}/events", headers=headers) as answer:
            if answer.status_code != 200:
                self.seen.wrong.append(f"{task_id}: watching was answered {answer.status_code}")
                heard.last = "failed"
                return
            async for chunk in answer.aiter_bytes():
                *blocks, rest = (rest + chunk).split(_BLOCK)
                for block in blocks:
                    if block.startswith(b"id: "):
                        number, kind = block.split(b"\n", 2)[:2]
                        heard.numbers.append(int(number[4:]))
                        heard.last = kind[len(b"event: ") :].decode()

    async def check(self) -> None:
        """Compare what each watcher was told with what is kept, and note every difference."""
        for task_id, heard in self.seen.heard.items():
            kept = await self._kept(task_id)
            if [each["sequence"] for each in kept] != heard.numbers:
                self.seen.wrong.append(f"{task_id}: {len(kept)} events are kept, {len(heard.numbers)} were told")
            if heard.last != "completed":
                self.seen.wrong.append(f"{task_id} ended as {heard.last!r}: {json.dumps(kept[-1])[:300]}")
        if self._watchers and len(self.seen.heard) < self._tasks:
            self.seen.wrong.append(f"{self._tasks - len(self.seen.heard)} tasks were never watched")

    async def _kept(self, task_id: str) -> list[dict[str, Any]]:
        client = next(self._turn)
        headers = {"Accept": "application/json"}
        return (await client.get(f"/api/tasks/{task_id}/events", headers=headers)).json()["events"]

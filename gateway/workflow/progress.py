"""How far tasks are: kept, never going back, and watched without asking over and over."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.workflow.database import Database

__all__ = ["EVERY", "ProgressStore", "Tracker", "begin"]

EVERY = 0.1
"""Seconds between two writes of one task's progress at least."""
STAGES = ("queued", "storyboard", "scenes", "assemble", "publish", "done")
_SHARES = {"storyboard": 0.10, "scenes": 0.75, "assemble": 0.13, "publish": 0.02}
_SCENE_SHARES = {"narrate": 0.2, "illustrate": 0.3, "clip": 0.5}
_DOING = {
    "storyboard": "Writing the storyboard",
    "narrate": "speaking",
    "illustrate": "drawing",
    "clip": "filming",
    "assemble": "Joining the scenes",
    "publish": "Laying out the files",
}

_TABLE = sa.Table(
    "task_progress",
    sa.MetaData(),
    sa.Column("task_id", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)


def begin() -> dict[str, Any]:
    """The progress of a task that waits."""
    return {"current": 0, "total": 0, "percentage": 0.0, "message": "Waiting for its turn", "stage": "queued"}


class ProgressStore:
    """One row per task."""

    def __init__(self, database: Database) -> None:
        """database: shared with the engine; the table is made if it is not there."""
        self._engine = database.engine
        self._watchers: dict[str, set[asyncio.Event]] = {}
        database.make(_TABLE)

    async def create(self, task_id: str) -> bool:
        """Reserve an id; False when it is taken."""

        def insert() -> bool:
            try:
                with self._engine.begin() as connection:
                    connection.execute(_TABLE.insert().values(task_id=task_id, version=1, body=json.dumps(begin())))
            except IntegrityError:
                return False
            return True

        return await asyncio.to_thread(insert)

    async def discard(self, task_id: str) -> None:
        """Give a reserved id free."""

        def delete() -> None:
            with self._engine.begin() as connection:
                connection.execute(sa.delete(_TABLE).where(_TABLE.c.task_id == task_id))

        await asyncio.to_thread(delete)

    def bump(self, task_id: str) -> sa.Update:
        """The statement that makes a task's version grow."""
        return sa.update(_TABLE).where(_TABLE.c.task_id == task_id).values(version=_TABLE.c.version + 1)

    async def write(self, task_id: str, body: dict[str, Any]) -> None:
        """Keep a new state and wake who watches."""

        def update() -> None:
            change = sa.update(_TABLE).where(_TABLE.c.task_id == task_id)
            with self._engine.begin() as connection:
                connection.execute(change.values(version=_TABLE.c.version + 1, body=json.dumps(body)))

        await asyncio.to_thread(update)
        for event in self._watchers.get(task_id, ()):
            event.set()

    async def read(self, task_ids: Sequence[str]) -> dict[str, tuple[int, dict[str, Any]]]:
        """Version and state by task id."""

        def select() -> dict[str, tuple[int, dict[str, Any]]]:
            with self._engine.connect() as connection:
                rows = connection.execute(sa.select(_TABLE).where(_TABLE.c.task_id.in_(task_ids)))
                return {row.task_id: (row.version, json.loads(row.body)) for row in rows}

        return await asyncio.to_thread(select)

    async def changed(self, task_id: str, seconds: float) -> None:
        """Return when this process has written the task's progress, or after `seconds`."""
        event = asyncio.Event()
        self._watchers.setdefault(task_id, set()).add(event)
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), seconds)
        finally:
            self._watchers[task_id].discard(event)
            if not self._watchers[task_id]:
                del self._watchers[task_id]


class Tracker:
    """Adds up what the steps of one running task say; writes it while used as a context."""

    def __init__(self, store: ProgressStore, task_id: str, body: dict[str, Any]) -> None:
        """body: what is kept from an earlier life; nothing goes below it."""
        self._store = store
        self._task_id = task_id
        self._body = body
        self._fractions: dict[tuple[str, int | None], float] = {}
        self._scene_steps: tuple[str, ...] = ()
        self._scene_count = 0
        self._dirty = asyncio.Event()
        body["resumed_at"] = time.time()
        body.setdefault("started_at", body["resumed_at"])
        body["resumed_from"] = body["percentage"]

    async def __aenter__(self) -> Tracker:
        self._writer = asyncio.create_task(self._write())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._writer.cancel()
        await asyncio.gather(self._writer, return_exceptions=True)
        if kind is None or issubclass(kind, Exception):
            self._body["ended_at"] = time.time()
        await self._store.write(self._task_id, self._body)

    async def _write(self) -> None:
        while True:
            await self._dirty.wait()
            self._dirty.clear()
            await self._store.write(self._task_id, self._body)
            await asyncio.sleep(EVERY)

    def planned(self, scene_count: int, scene_steps: tuple[str, ...], notice: str) -> None:
        """The storyboard is there: so many scenes, each with these steps."""
        self._scene_count, self._scene_steps = scene_count, scene_steps
        self._body["total"] = 3 + scene_count * len(scene_steps)
        self._body["notice"] = notice
        self._sum_up("")

    def moved(self, step: str, scene: int | None, fraction: float, message: str = "") -> None:
        """A step is at `fraction`, 0 to 1; 1 means it has ended."""
        key = (step, scene)
        self._fractions[key] = max(fraction, self._fractions.get(key, 0.0))
        said = _DOING[step] if scene is None else f"Scene {scene + 1} of {self._scene_count}: {_DOING[step]}"
        self._sum_up(f"{said} ({message})" if message else said)

    def done(self) -> None:
        """Everything has ended."""
        self._body["stage"], self._body["percentage"], self._body["message"] = "done", 100.0, "Done"
        self._dirty.set()

    def _at(self, step: str, scene: int | None = None) -> float:
        return self._fractions.get((step, scene), 0.0)

    def _sum_up(self, message: str) -> None:
        body = self._body
        per_step = {step: _SCENE_SHARES[step] for step in self._scene_steps}
        whole = sum(per_step.values()) * self._scene_count
        scenes = [sum(self._at(step, i) * share for step, share in per_step.items()) for i in range(self._scene_count)]
        reached = _SHARES["scenes"] * (sum(scenes) / whole if whole else 0.0)
        reached += sum(_SHARES[step] * self._at(step) for step in ("storyboard", "assemble", "publish"))
        body["percentage"] = max(body["percentage"], round(100 * min(reached, 1.0), 1))
        body["current"] = max(body["current"], sum(fraction >= 1 for fraction in self._fractions.values()))
        stages = [step if scene is None else "scenes" for step, scene in self._fractions]
        body["stage"] = max([body["stage"], *stages], key=STAGES.index)
        body["message"] = message or body["message"]
        body["scenes"] = [self._scene(i) for i in range(self._scene_count)]
        body["at"] = time.time()
        self._dirty.set()

    def _scene(self, index: int) -> dict[str, Any]:
        ended = [step for step in self._scene_steps if self._at(step, index) >= 1]
        begun = any((step, index) in self._fractions for step in self._scene_steps)
        state = "making" if begun else "waiting"
        if ("clip", index) in self._fractions:
            state = "done" if "clip" in ended else "clipping"
        return {"index": index, "state": state, "steps": ended}

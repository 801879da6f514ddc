"""What is deleted: tasks whose time is over, remembered results that are not used, files that nothing refers to."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import IntegrityError

from gateway.workflow.record import FINISHED, UNFINISHED
from gateway.workflow.references import is_artifact, is_result, names_in_message, names_of_task
from gateway.workflow.shelf import discard, listed
from pixelle.runtime.errors import Conflict, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from gateway.settings import GatewaySettings
    from gateway.workflow.database import Database
    from gateway.workflow.engine import TaskEngine
    from gateway.workflow.progress import ProgressStore
    from gateway.workflow.publish import Publisher
    from gateway.workflow.record import Entry
    from gateway.workflow.webhooks import Webhooks
    from pixelle.runtime.artifacts import ArtifactStore

__all__ = ["Retention", "Swept"]

_DAY = 86_400.0
_GB = 1e9
_log = structlog.get_logger("gateway.retention")

_RELEASED = sa.Table(
    "released_files",
    sa.MetaData(),
    sa.Column("task_id", sa.Text, primary_key=True),
    sa.Column("names", sa.Text, nullable=False),
)
"""Files of deleted tasks: nothing is to remember them either, unless a kept task has them too."""


@dataclass(frozen=True)
class Swept:
    """What a sweep deleted, or would have deleted."""

    tasks: int
    results: int
    """Remembered results."""
    files: int
    bytes: int
    """Of results and files together."""


class Retention:
    """Deletes what need not be kept. Safe beside running tasks: nothing used within the grace time is touched."""

    def __init__(
        self,
        settings: GatewaySettings,
        *,
        database: Database,
        store: ArtifactStore,
        engine: TaskEngine,
        progress: ProgressStore,
        webhooks: Webhooks,
        publisher: Publisher,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """settings: how long and how much is kept. clock: seconds since 1970."""
        self._settings = settings
        self._grace = max(settings.sweep_grace_seconds, 2 * settings.step_seconds)
        self._database = database
        self._store = store
        self._engine = engine
        self._progress = progress
        self._webhooks = webhooks
        self._publisher = publisher
        self._clock = clock
        self._sweeping: asyncio.Task[None] | None = None
        database.make(_RELEASED)

    def start(self) -> None:
        """Begin to sweep now and then."""
        self._sweeping = asyncio.create_task(self._sweep_always())

    async def stop(self) -> None:
        """Stop sweeping; a sweep can be cut off anywhere."""
        if self._sweeping:
            self._sweeping.cancel()
            await asyncio.gather(self._sweeping, return_exceptions=True)

    async def _sweep_always(self) -> None:
        while True:
            await asyncio.sleep(60 * self._settings.sweep_minutes)
            try:
                await self.sweep()
            except Exception as error:  # store or database are away: the next sweep finds what this one did not
                _log.warning("cannot sweep", because=type(error).__name__)

    async def delete(self, task_id: str) -> None:
        """
        Delete a task that has ended: its record and folder now, the files that only it has with a later sweep.

        Raises NotFound (TASK_NOT_FOUND), Conflict (TASK_NOT_FINISHED, TASK_IN_USE).
        """
        record = await self._engine.find(task_id)
        if record is None:
            raise NotFound(f"Task {task_id[:100]!r} not found.", reason="TASK_NOT_FOUND")
        if record.state in FINISHED and task_id in await self._in_use():
            raise Conflict(
                f"A task that redoes a part of {task_id!r} has not ended yet. Wait for it or cancel it.",
                reason="TASK_IN_USE",
            )
        if record.state not in FINISHED or not await self._drop([task_id]):
            raise Conflict(f"Task {task_id!r} is still {record.state}. Cancel it first.", reason="TASK_NOT_FINISHED")

    async def sweep(self, *, dry_run: bool = False) -> Swept:
        """One sweep. dry_run: delete nothing, only say what would be deleted."""
        async with self._database.held("sweep"):
            # first, so that whatever is made or used from here on is newer than this list says
            stored = await listed(self._store)
            names, over = await self._tasks(stored)
            dropped = over if dry_run else await self._drop(over)
            released = await self._released() | {task_id: names[task_id] for task_id in dropped}
            for task_id in dropped:
                del names[task_id]
            # again: a task may have been sent that redoes a part of one that was deleted, and some have ended
            for entry in await self._engine.listed(FINISHED | UNFINISHED):
                if entry.task_id not in names and entry.task_id not in dropped:
                    names[entry.task_id] = await names_of_task(self._engine, entry.task_id)
            kept = {name for each in names.values() for name in each}
            results = await self._results(stored, kept, {name for each in released.values() for name in each})
            swept = await self._discard(stored, kept, results, dry_run=dry_run)
            if not dry_run:
                await self._clear([task_id for task_id in released if task_id not in names])
                await self._settle(released, stored, kept)
        done = Swept(len(dropped), *swept)
        _log.info("swept", tasks=done.tasks, results=done.results, files=done.files, bytes=done.bytes, dry_run=dry_run)
        return done

    async def _tasks(self, stored: Mapping[str, tuple[int, float]]) -> tuple[dict[str, frozenset[str]], list[str]]:
        """Files by task of those that have ended, and the ids of those whose time is over."""
        ended = await self._engine.listed(FINISHED)
        names = {each.task_id: await names_of_task(self._engine, each.task_id) for each in ended}
        over = {each.task_id for each in ended if self._is_old(each)}
        seen: set[str] = set()
        for each in ended if self._settings.keep_gb else ():  # newest first
            if each.task_id not in over:
                size = sum(stored[name][0] for name in seen | names[each.task_id] if name in stored)
                if seen and size > self._settings.keep_gb * _GB:
                    over.add(each.task_id)
                else:
                    seen |= names[each.task_id]
        return names, sorted(over - await self._in_use() if over else over)

    def _is_old(self, entry: Entry) -> bool:
        days = self._settings.keep_days
        return bool(days and entry.completed_ms) and self._clock() - (entry.completed_ms or 0) / 1000 > days * _DAY

    async def _in_use(self) -> set[str]:
        """Ids of tasks of which an unfinished one redoes a part."""
        found: set[str] = set()
        for entry in await self._engine.listed(UNFINISHED):
            record = await self._engine.find(entry.task_id)
            if record and "regenerated_from" in record.payload:
                found.add(record.payload["regenerated_from"])
        return found

    async def _drop(self, task_ids: Sequence[str]) -> list[str]:
        """Delete tasks that have ended; returns their ids."""
        for task_id in task_ids:  # first: should this process end here, the files are still known to be free
            await self._release(task_id, await names_of_task(self._engine, task_id))
        dropped = await self._engine.forget(task_ids) if task_ids else []
        await self._clear(dropped)
        return dropped

    async def _clear(self, task_ids: Sequence[str]) -> None:
        """What is known about tasks beside their record; again with the next sweep if it was cut off."""
        for task_id in task_ids:
            await self._publisher.withdraw(task_id)
        if task_ids:
            await self._progress.forget(task_ids)
            await self._webhooks.forget(task_ids)

    async def _results(
        self, stored: Mapping[str, tuple[int, float]], kept: set[str], released: set[str]
    ) -> dict[str, frozenset[str] | None]:
        """Remembered results with the files they refer to; None for those to be forgotten."""
        results = sorted(filter(is_result, stored), key=lambda name: stored[name][1])
        known = {name: await names_in_message(self._store, name) for name in results}
        oldest = self._clock() - self._settings.cache_days * _DAY if self._settings.cache_days else 0.0
        free = released - kept
        found: dict[str, frozenset[str] | None] = {
            name: None if stored[name][1] < oldest or inside & free else inside for name, inside in known.items()
        }
        if self._settings.cache_gb:
            self._shrink(stored, kept, found)
        return found

    def _shrink(
        self, stored: Mapping[str, tuple[int, float]], kept: set[str], results: dict[str, frozenset[str] | None]
    ) -> None:
        """Forget results, those first that were used longest ago, until the store is small enough."""
        counts = Counter(name for inside in results.values() for name in inside or ())
        total = sum(stored[name][0] for name in kept | set(counts) if name in stored)
        total += sum(stored[name][0] for name, inside in results.items() if inside is not None)
        for name, inside in results.items():
            if total <= self._settings.cache_gb * _GB:
                return
            if inside is None:
                continue
            results[name] = None
            total -= stored[name][0]
            for each in inside:
                counts[each] -= 1
                if not counts[each] and each not in kept and each in stored:
                    total -= stored[each][0]

    async def _discard(
        self,
        stored: Mapping[str, tuple[int, float]],
        kept: set[str],
        results: Mapping[str, frozenset[str] | None],
        *,
        dry_run: bool,
    ) -> tuple[int, int, int]:
        """Delete forgotten results, and files that nothing refers to; says how many of each and their bytes."""
        now = self._clock()
        wanted = kept | {name for inside in results.values() for name in inside or ()}
        orphans = [name for name in stored if is_artifact(name) and name not in wanted]
        forgotten = [name for name, inside in results.items() if inside is None]
        counts, size = [0, 0], 0
        for index, (group, before) in enumerate(((forgotten, now), (orphans, now - self._grace))):
            for name in group:
                gone = stored[name][1] < before if dry_run else await discard(self._store, name, before=before)
                counts[index] += gone
                size += stored[name][0] * gone
        return counts[0], counts[1], size

    async def _release(self, task_id: str, names: Iterable[str]) -> None:
        row = _RELEASED.insert().values(task_id=task_id, names=json.dumps(sorted(names)))
        with contextlib.suppress(IntegrityError):  # an earlier attempt to delete it was cut off
            await self._write(row)

    async def _released(self) -> dict[str, frozenset[str]]:
        def select() -> dict[str, frozenset[str]]:
            with self._database.engine.connect() as connection:
                rows = connection.execute(sa.select(_RELEASED))
                return {row.task_id: frozenset(json.loads(row.names)) for row in rows}

        return await asyncio.to_thread(select)

    async def _settle(
        self, released: Mapping[str, frozenset[str]], stored: Mapping[str, tuple[int, float]], kept: set[str]
    ) -> None:
        """Stop looking after files that were gone before this sweep, or belong to a kept task now."""
        done = [task_id for task_id, names in released.items() if not names - kept & stored.keys()]
        if done:
            await self._write(sa.delete(_RELEASED).where(_RELEASED.c.task_id.in_(done)))

    async def _write(self, change: sa.Insert | sa.Delete) -> None:
        def write() -> None:
            with self._database.engine.begin() as connection:
                connection.execute(change)

        await asyncio.to_thread(write)

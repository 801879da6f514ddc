"""Pictures and footage made by an engine: alone, or together with alike ones where it gains from that."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pixelle.runtime.batches import Batches
from pixelle.runtime.work import Slots

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pixelle.runtime.engines import Loaded
    from pixelle.runtime.work import Report, Tick
    from svc_media.engines.base import BatchEngine, Brief, Footage, MediaEngine, Picture

__all__ = ["Making"]

T = TypeVar("T")

_FINISHERS = 2
_MOST = 64
"""Jobs of a batch, whatever the model."""


@dataclass(frozen=True)
class _Job:
    """What one caller wants."""

    engine: MediaEngine
    brief: Brief
    duration: float = 0.0
    """Seconds of footage; 0 for a picture."""
    fps: int = 0


class Making:
    """Gives jobs to engines, in their slots."""

    def __init__(self) -> None:
        self._together: dict[str, Batches[_Job, Callable[[Tick], Any]]] = {}
        """By engine."""
        self._finishing = Slots("finishing", slots=_FINISHERS, queue=10_000, service="media")
        """What is left to be done without an engine's slot: fitting, encoding."""

    async def paint(
        self,
        loaded: Loaded[MediaEngine],
        brief: Brief,
        finish: Callable[[Picture, Tick], T],
        *,
        report: Report,
        group: str,
    ) -> T:
        """
        A picture, finished by `finish` on a thread.

        group: whom it is for; groups take turns. Raises Cancelled, ResourceExhausted and what the engine raises.
        """
        return await self._made(loaded, _Job(loaded.engine, brief), finish, report, group)

    async def film(
        self, loaded: Loaded[MediaEngine], brief: Brief, *, duration: float, fps: int, report: Report, group: str
    ) -> Footage:
        """Footage; group and errors as above."""

        def as_it_is(footage: Footage, tick: Tick) -> Footage:
            del tick
            return footage

        return await self._made(loaded, _Job(loaded.engine, brief, duration, fps), as_it_is, report, group)

    async def _made(
        self, loaded: Loaded[MediaEngine], job: _Job, finish: Callable[[Any, Tick], T], report: Report, group: str
    ) -> T:
        most = loaded.engine.features.batch
        if not most:
            return await loaded.slots.run(lambda tick: finish(_alone(job, tick), tick), report=report, group=group)
        engine = cast("BatchEngine", loaded.engine)
        alike = await asyncio.to_thread(engine.alike, job.brief, duration=job.duration)
        if loaded.name not in self._together:
            self._together[loaded.name] = Batches(loaded.slots, _many, size=_MOST, queue=loaded.slots.queue)
        batches = self._together[loaded.name]
        key = (job.duration, job.fps, alike)
        async with aclosing(batches.run([job], report=report, group=group, alike=key, most=most)) as results:
            rest = await anext(results)
        return await self._finishing.run(lambda tick: finish(rest(tick), tick), report=report, group=group)


def _alone(job: _Job, tick: Tick) -> Picture | Footage:
    if job.duration:
        return job.engine.film(job.brief, duration=job.duration, fps=job.fps, tick=tick)
    return job.engine.paint(job.brief, tick=tick)


def _many(jobs: Sequence[_Job], tick: Tick) -> Sequence[Callable[[Tick], Picture | Footage]]:
    """What is left to be done for each of some alike jobs."""
    first, briefs = jobs[0], [job.brief for job in jobs]
    engine = cast("BatchEngine", first.engine)
    if first.duration:
        return engine.film_many(briefs, duration=first.duration, fps=first.fps, tick=tick)
    return engine.paint_many(briefs, tick=tick)

"""How long steps take on this installation, learned from those it has done."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gateway.workflow.database import Database

__all__ = ["Durations", "Learned", "Observed", "Past"]

_WEIGHT = 0.25
"""Of the newest observation in the mean, once there are a few."""
_CACHED = 0.1
"""A step that takes less than this share of what was expected came out of a cache."""
_BELIEVED = 20
"""So many quick ones in a row are not luck: this is a faster machine or engine."""

_TABLE = sa.Table(
    "step_durations",
    sa.MetaData(),
    sa.Column("step", sa.Text, primary_key=True),
    sa.Column("engines", sa.Text, primary_key=True),
    sa.Column("seen", sa.Integer, nullable=False),
    sa.Column("seconds", sa.Double, nullable=False),
    sa.Column("size", sa.Double, nullable=False),
    sa.Column("cached", sa.Integer, nullable=False),
    sa.Column("quick", sa.Integer, nullable=False),
)


@dataclass(frozen=True)
class Observed:
    """A step that has ended."""

    step: str
    """Its kind, for example "narrate"; "scenes" is the time from the storyboard to the last clip."""
    of: str
    """What its speed depends on: workflow keys, template, language."""
    seconds: float
    size: float
    """How much there was to do, for example words; 0 when not known."""


@dataclass(frozen=True)
class Past:
    """What is known of one kind of step with one engine."""

    count: int
    seconds: float
    """Mean of the recent ones."""
    size: float
    """The same of their sizes."""
    cached: int = 0
    """How many came out of a cache; they are in no mean."""
    quick: int = 0
    """How many of the last ones did, without one in between that did not."""

    def expected(self, size: float) -> float:
        """Seconds for a step of this size."""
        if size <= 0 or self.size <= 0:
            return self.seconds
        return self.seconds * min(max(size / self.size, 0.05), 20.0)

    def was_cached(self, observed: Observed) -> bool:
        """True when the step was done too quickly to have been work."""
        return observed.seconds < _CACHED * self.expected(observed.size)

    def and_then(self, observed: Observed) -> Past:
        """With one more."""
        if self.was_cached(observed) and self.quick + 1 < _BELIEVED:
            return Past(self.count, self.seconds, self.size, self.cached + 1, self.quick + 1)
        if self.quick + 1 >= _BELIEVED:
            return Past(1, observed.seconds, observed.size, self.cached)
        weight = max(_WEIGHT, 1 / (self.count + 1))
        return Past(
            self.count + 1,
            self.seconds + weight * (observed.seconds - self.seconds),
            self.size + weight * (observed.size - self.size),
            self.cached,
        )


class Learned:
    """All that was known when it was read."""

    def __init__(self, rows: Mapping[tuple[str, str], Past]) -> None:
        """rows: by step and what it depends on."""
        self._rows = rows

    def past(self, step: str, of: str) -> Past | None:
        """The nearest that is known: this step with these engines, else the same step with others, else None."""
        if (step, of) in self._rows:
            return self._rows[step, of]
        others = [past for (name, _), past in self._rows.items() if name == step]
        return max(others, key=lambda past: past.count, default=None)

    def exactly(self, step: str, of: str) -> Past | None:
        """What is known of this step with these engines alone."""
        return self._rows.get((step, of))


class Durations:
    """One row per kind of step and what it depends on."""

    def __init__(self, database: Database) -> None:
        """database: where tasks are kept; the table is made if it is not there."""
        self._engine = database.engine
        database.make(_TABLE)

    async def read(self) -> Learned:
        """All that is known now."""

        def select() -> Learned:
            with self._engine.connect() as connection:
                rows = connection.execute(sa.select(_TABLE))
                return Learned(
                    {
                        (row.step, row.engines): Past(row.seen, row.seconds, row.size, row.cached, row.quick)
                        for row in rows
                    }
                )

        return await asyncio.to_thread(select)

    async def learn(self, observed: Sequence[Observed]) -> None:
        """Add steps that have ended."""
        # in one order, so that two processes that learn at the same time never wait for each other in a ring
        ordered = sorted(observed, key=lambda each: (each.step, each.of))
        for _ in range(3):
            try:
                await asyncio.to_thread(self._learn, ordered)
            except IntegrityError:  # another process put the same row in: it is there now
                continue
            return

    def _learn(self, observed: Sequence[Observed]) -> None:
        with self._engine.begin() as connection:
            for each in observed:
                mine = sa.and_(_TABLE.c.step == each.step, _TABLE.c.engines == each.of)
                row = connection.execute(sa.select(_TABLE).where(mine).with_for_update()).first()
                if row is None:
                    new = {"step": each.step, "engines": each.of, "seconds": each.seconds, "size": each.size}
                    connection.execute(_TABLE.insert().values(**new, seen=1, cached=0, quick=0))
                    continue
                past = Past(row.seen, row.seconds, row.size, row.cached, row.quick).and_then(each)
                values = {name: getattr(past, name) for name in ("seconds", "size", "cached", "quick")}
                connection.execute(sa.update(_TABLE).where(mine).values(**values, seen=past.count))

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

_THESE = (
    sa.select(_TABLE)
    .where(sa.tuple_(_TABLE.c.step, _TABLE.c.engines).in_(sa.bindparam("kinds", expanding=True)))
    .order_by(_TABLE.c.step, _TABLE.c.engines)
    .with_for_update()
)
_NEW = _TABLE.insert()
_CHANGE = sa.update(_TABLE).where(
    _TABLE.c.step == sa.bindparam("a_step"), _TABLE.c.engines == sa.bindparam("some_engines")
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
    fresh: bool = False
    """No cache can have had it: when it was quick, it is quick."""


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

    def row(self) -> dict[str, float]:
        """As it is kept."""
        return {
            "seen": self.count,
            "seconds": self.seconds,
            "size": self.size,
            "cached": self.cached,
            "quick": self.quick,
        }

    def was_cached(self, observed: Observed) -> bool:
        """True when the step was done too quickly to have been work."""
        return not observed.fresh and observed.seconds < _CACHED * self.expected(observed.size)

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
        kinds = list(dict.fromkeys((each.step, each.of) for each in observed))
        if not kinds:
            return
        with self._engine.begin() as connection:
            known = {
                (row.step, row.engines): Past(row.seen, row.seconds, row.size, row.cached, row.quick)
                for row in connection.execute(_THESE, {"kinds": kinds})
            }
            new = [kind for kind in kinds if kind not in known]
            for each in observed:
                kind = each.step, each.of
                known[kind] = known[kind].and_then(each) if kind in known else Past(1, each.seconds, each.size)
            if new:
                connection.execute(_NEW, [{"step": step, "engines": of, **known[step, of].row()} for step, of in new])
            old = [kind for kind in kinds if kind not in new]
            if old:
                rows = [{"a_step": step, "some_engines": of, **known[step, of].row()} for step, of in old]
                connection.execute(_CHANGE, rows)

"""Who may queue how much, and whose task is next."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from gateway.workflow.record import UNFINISHED, Turn
from pixelle.runtime.errors import PermissionDenied, ResourceExhausted

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from gateway.settings import GatewaySettings
    from gateway.workflow.database import Database
    from gateway.workflow.engine import TaskEngine
    from gateway.workflow.record import Entry

__all__ = ["DEFAULT_PRIORITY", "Admission", "turn_of"]

DEFAULT_PRIORITY = 5
_HIGHEST = 9
_LEVEL = 10**8
"""Turns of one priority; ten priorities fit the 31 bits that the queue has for the order."""
_RECENT = 20
_UNKNOWN = 60.0
"""Seconds a video is taken to need before one has been made here."""
_LONGEST = 3600.0


class Admission:
    """The door in front of the queue."""

    def __init__(self, settings: GatewaySettings, database: Database, engine: TaskEngine) -> None:
        """settings: how many tasks may wait, in all and per caller."""
        self._in_all = settings.queue_tasks
        self._per_caller = settings.key_waiting
        self._database = database
        self._engine = engine
        self._one = asyncio.Lock()

    @asynccontextmanager
    async def alone(self) -> AsyncGenerator[None]:
        """Nobody else is given a turn meanwhile, in any process."""
        async with self._one, self._database.held("queueing tasks"):
            yield

    @asynccontextmanager
    async def turn(self, caller: str, priority: int, *, may_hurry: bool) -> AsyncGenerator[Turn]:
        """
        A place in the queue; the task must be queued before it is left, so that nobody else is given the same.

        Raises PermissionDenied (PRIORITY_NOT_ALLOWED), ResourceExhausted (QUEUE_FULL, KEY_QUEUE_FULL).
        """
        if priority > DEFAULT_PRIORITY and not may_hurry:
            raise PermissionDenied(
                f"priority={priority} is above {DEFAULT_PRIORITY}, which is for keys in PIXELLE_URGENT_KEYS only. "
                f"Send {DEFAULT_PRIORITY} or less, or leave it out.",
                reason="PRIORITY_NOT_ALLOWED",
            )
        async with self.alone():
            unfinished = await self._engine.listed(UNFINISHED)
            await self._check(caller, unfinished)
            yield turn_of(caller, priority, unfinished)

    async def _check(self, caller: str, unfinished: Sequence[Entry]) -> None:
        waiting = [task for task in unfinished if task.state == "pending"]
        mine = sum(task.turn.caller == caller for task in waiting)
        if self._per_caller and mine >= self._per_caller:
            running = sum(task.state == "running" and task.turn.caller == caller for task in unfinished)
            raise ResourceExhausted(
                f"{mine} of your tasks wait already, and no more may (PIXELLE_KEY_WAITING). Try again when one has "
                "begun.",
                reason="KEY_QUEUE_FULL",
                retry_after=await self._until_one_begins(running),
            )
        if self._in_all and len(waiting) >= self._in_all:
            raise ResourceExhausted(
                f"{len(waiting)} tasks wait already, and no more may (PIXELLE_QUEUE_TASKS). Try again later.",
                reason="QUEUE_FULL",
                retry_after=await self._until_one_begins(len(unfinished) - len(waiting)),
            )

    async def _until_one_begins(self, running: int) -> float:
        """Seconds, as long as it took lately: of so many that run side by side, one ends."""
        newest = await self._engine.listed({"completed"}, limit=_RECENT)
        recent = [task.seconds for task in newest if task.seconds is not None]
        mean = sum(recent) / len(recent) if recent else _UNKNOWN
        return min(max(1.0, mean / max(1, running)), _LONGEST)


def turn_of(caller: str, priority: int, unfinished: Sequence[Entry]) -> Turn:
    """
    The turn of a new task: start-time fair queueing (Goyal, Vin and Cheng 1996) with every task as long as any other.

    Of one priority, callers take turns however many tasks each has; a higher priority (0 to 9) goes first.
    """
    first = (_HIGHEST - priority) * _LEVEL
    peers = [task for task in unfinished if first <= task.turn.order < first + _LEVEL]
    waiting = [task.turn.order for task in peers if task.state == "pending"]
    # whoever has been away begins where the others are now: being away saves up no turns
    now = min(waiting) if waiting else max((task.turn.order for task in peers), default=first)
    mine = [task.turn.order + 1 for task in peers if task.turn.caller == caller]
    return Turn(caller, min(max([now, *mine]), first + _LEVEL - 1))

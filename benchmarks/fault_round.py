"""One round: tasks under way, a fault at a point drawn from the seed, and the end of every task."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from benchmarks.fault_site import STEPS, VARIANTS
from deploy.stage import ENDED

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.fault_site import Site

__all__ = ["Case", "Round"]

_LONGEST = 120.0
"""Seconds after a fault within which every task must have ended."""
_PATIENCE = 29.0
"""Seconds for which a step is tried again: seven tries with the default settings."""


@dataclass(frozen=True)
class Case:
    """One kind of fault."""

    name: str
    act: Callable[[Round], None]
    """Hurts and undoes it; tasks are under way."""
    weight: int
    """How often it comes in sixty rounds."""
    may_fail: bool = False
    """Whether a task may end as failed; it must then complete when it is retried."""
    early: bool = False
    """True when `act` submits the tasks itself."""
    needs_disk: bool = False
    """True when it fills the disk of the store."""
    before: int = len(STEPS)
    """It strikes when fewer steps than this are kept: later, what it hurts has nothing left to do."""
    tested: bool = True
    """Whether tests run it too; the others take long or have tests of their own."""


@dataclass
class Round:
    """What one case acts on."""

    site: Site
    case: Case
    seed: int
    rng: random.Random = field(init=False)
    point: int = field(init=False)
    """How many steps of the first task are kept when the fault strikes."""
    delay: float = field(init=False)
    """Seconds from there."""
    tasks: dict[str, int] = field(default_factory=dict[str, int])
    """Variant by task id, in the order in which they were submitted."""
    finished: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    """Steps that were kept before the fault, by task id."""
    answers: list[str] = field(default_factory=list[str])
    """What gateways said that they should not say, whatever happens."""
    refused: int = 0
    """How often a gateway said that it cannot answer now."""
    struck_at: float = 0.0
    away: float = 0.0
    """Seconds for which something was away, where that is not up to the case."""
    watch: str = "gateway-2"
    """The gateway that is asked; a case that hurts it names another."""

    def __post_init__(self) -> None:
        self.rng = random.Random(f"{self.case.name} {self.seed}")
        self.point = self.rng.randrange(self.case.before)
        self.delay = self.rng.uniform(0.0, 0.12)

    @property
    def may_fail(self) -> bool:
        """Whether a task may end as failed: the case says so, or steps have been tried for as long as documented."""
        return self.case.may_fail or self.away > _PATIENCE

    def begin(self) -> None:
        """Submit two tasks and wait for the point."""
        if self.case.early:
            return
        for variant in range(len(VARIANTS)):
            self.tasks[self.site.stage.submit("gateway-1", **VARIANTS[variant])] = variant
        self.until_point()

    def until_point(self) -> None:
        """Return when the fault is to strike."""
        first = next(iter(self.tasks))
        asked = (
            "SELECT count(*) FROM dbos.operation_outputs WHERE workflow_uuid = %s AND output IS NOT NULL",
            (first,),
        )
        deadline = time.monotonic() + 60
        with self.site.stage.database() as connection:
            while time.monotonic() < deadline:
                row = connection.execute(*asked).fetchone()
                if row and row[0] >= self.point:
                    break
                time.sleep(0.002)
        time.sleep(self.delay)

    def owner(self) -> str:
        """The worker that has the first task; any when none has it yet."""
        found = self.site.stage.owner(next(iter(self.tasks)))
        return found if found in self.site.cluster.workers else self.rng.choice(self.site.cluster.workers)

    def strike(self, action: Callable[[], Any]) -> None:
        """Note what is finished, then do it."""
        self.finished = {task_id: self.site.stage.kept(task_id) for task_id in self.tasks}
        self.struck_at = time.time()
        action()

    def pause(self, low: float, high: float) -> None:
        """Let the fault last for some seconds."""
        time.sleep(self.rng.uniform(low, high))

    def ended(self) -> dict[str, dict[str, Any]]:
        """Every task when it has ended, or as it was last seen."""
        deadline = time.monotonic() + _LONGEST
        return {task_id: self._ended(task_id, deadline) for task_id in self.tasks}

    def retry(self, task_id: str) -> dict[str, Any]:
        """A failed task after it was told to go on."""
        answer = self.site.stage.clients[self.watch].post(f"/api/tasks/{task_id}/retry")
        if answer.status_code != 200:
            return {"status": "failed", "error": f"retry answered {answer.status_code}: {answer.text[:200]}"}
        return self._ended(task_id, time.monotonic() + _LONGEST)

    def video(self, task_id: str) -> bytes:
        """The finished file, b"" when a gateway cannot give it within 20 s."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            answer = self._get(f"/api/files/{task_id}/final.mp4", {})
            if answer is not None:
                return answer.content
            time.sleep(0.1)
        return b""

    def _ended(self, task_id: str, deadline: float) -> dict[str, Any]:
        found: dict[str, Any] = {"status": "never seen", "version": -1}
        while time.monotonic() < deadline:
            answer = self._get(f"/api/tasks/{task_id}", {"wait": 1.0, "since": found["version"]})
            if answer is None:
                time.sleep(0.05)
                continue
            found = answer.json()
            if found["status"] in ENDED:
                break
        return found

    def _get(self, path: str, params: dict[str, Any]) -> httpx.Response | None:
        try:
            answer = self.site.stage.clients[self.watch].get(path, params=params)
        except httpx.TransportError as error:
            self.answers.append(f"{self.watch} gave no answer to {path}: {type(error).__name__}")
            return None
        if answer.status_code == 200:
            return answer
        if answer.status_code == 503 and answer.json().get("reason"):
            self.refused += 1
        else:
            self.answers.append(f"{self.watch} answered {answer.status_code} to {path}: {answer.text[:200]}")
        return None

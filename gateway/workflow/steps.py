"""Steps: one remembered call each, tried again when that may help."""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import structlog

from gateway.problems import hidden
from gateway.workflow.brief import bare, from_json, to_json
from gateway.workflow.engine import Step
from pixelle.runtime import metrics, traces
from pixelle.runtime.client import result_of
from pixelle.runtime.errors import Cancelled, DeadlineExceeded, PixelleError, ResourceExhausted

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Mapping

    from google.protobuf.message import Message

    from gateway.settings import GatewaySettings
    from gateway.workflow.tracker import Tracker

__all__ = ["Asking", "Patience", "Place", "Steps"]

M = TypeVar("M", bound="Message")
_log = structlog.get_logger("gateway.steps")


@dataclass(frozen=True)
class Patience:
    """How long and how often a step is tried."""

    attempts: int = 7
    first_wait: float = 0.5
    """Seconds before the second try; doubles up to `longest_wait`."""
    longest_wait: float = 15.0
    """Seconds; an error that asks for more than this ends the step: somebody has to act first."""
    deadline: float = 1800.0
    """Seconds for one try."""
    queueing: float = 3600.0
    """Seconds, in all, that a step waits for a place in the full queue of a service."""

    @classmethod
    def of(cls, settings: GatewaySettings) -> Patience:
        """As the settings say."""
        return cls(
            settings.step_attempts,
            settings.retry_seconds,
            deadline=settings.step_seconds,
            queueing=settings.step_queue_seconds,
        )

    def is_full(self, error: PixelleError) -> bool:
        """True when nothing was tried yet: the service has no place now and says when to come back."""
        return isinstance(error, ResourceExhausted) and 0 < (error.retry_after or 0) <= self.longest_wait

    def wait(self, error: PixelleError, tried: int) -> float | None:
        """Seconds until the next try after `tried` of them, or None to give up."""
        attempts = min(2, self.attempts) if isinstance(error, DeadlineExceeded) else self.attempts
        # a call that we did not cancel ourselves was cut off by a service that stops, for example to be updated
        passing = error.retryable or isinstance(error, Cancelled)
        if not passing or tried >= attempts:
            return None
        asked = error.retry_after or 0.0
        if asked > self.longest_wait:
            return None
        return max(asked, min(self.first_wait * 2 ** (tried - 1), self.longest_wait))


class Asking:
    """What the work of a step is handed: how to ask a service in its name."""

    def __init__(self, request_id: str, deadline: float, report: Callable[[float, str], None]) -> None:
        self.request_id = request_id
        """The same whenever this step of this task is tried."""
        self._deadline = deadline
        self._report = report

    def report(self, fraction: float, message: str = "") -> None:
        """Say how far the step is; the end of the step is said by its end."""
        self._report(min(fraction, 0.99), message)

    async def ask(
        self, method: Any, request: Any, service: str, *, pieces: Mapping[str, Callable[[Any], None]] | None = None
    ) -> Any:
        """
        The result of a streaming call with this step's id and deadline. Raises PixelleError.

        pieces: by field, told what the service sends of the result before it is whole.
        """
        request.request_id = self.request_id
        return await result_of(
            method, request, timeout=self._deadline, service=service, report=self.report, pieces=pieces
        )


class Place:
    """A step's place in the order of steps."""

    def __init__(self, steps: Steps, stage: str, scene: int | None) -> None:
        self._steps = steps
        self._stage = stage
        self._scene = scene
        self._step = Step(stage if scene is None else f"{stage}[{scene}]")

    async def message(self, work: Callable[[Asking], Awaitable[M]], kind: type[M]) -> M:
        """The kept message of this step, or that of `work`, which is then kept. Raises PixelleError."""

        made: M | None = None

        async def as_json(asking: Asking) -> dict[str, Any]:
            nonlocal made
            made = bare(await work(asking))
            return to_json(made)

        kept = await self.json(as_json)
        return from_json(kept, kind) if made is None else made

    async def json(self, work: Callable[[Asking], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
        """As `message`, for results that are no message."""
        result = await self._step.run(lambda: self._kept_or(work))
        self._steps.tracker.moved(self._stage, self._scene, 1.0)
        return result

    async def _kept_or(self, work: Callable[[Asking], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
        kept = self._steps.kept.get(self._step.name)
        if kept is not None:
            return kept
        with self._observed():
            return await self._patiently(work)

    @contextmanager
    def _observed(self) -> Generator[None]:
        """A span, how long it takes, and that it is under way."""
        began, outcome = time.monotonic(), "failed"
        what = {} if self._scene is None else {"scene": self._scene}
        metrics.record(metrics.STEPS_RUNNING, 1, self._stage)
        try:
            with traces.span(f"step {self._stage}", kind="CLIENT", task_id=self._steps.task_id, attributes=what):
                yield
            outcome = "ok"
        except asyncio.CancelledError:
            outcome = "cancelled"
            raise
        finally:
            metrics.record(metrics.STEPS_RUNNING, -1, self._stage)
            metrics.record(metrics.STEP_SECONDS, time.monotonic() - began, self._stage, outcome)

    async def _patiently(self, work: Callable[[Asking], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
        task_id, patience = self._steps.task_id, self._steps.patience

        def report(fraction: float, message: str) -> None:
            self._steps.tracker.moved(self._stage, self._scene, fraction, message)

        asking = Asking(f"{task_id}/{self._step.name}", patience.deadline, report)
        tried, queued = 0, 0.0
        while True:
            tried += 1
            report(0.0, "" if tried == 1 else f"try {tried}")
            try:
                return await work(asking)
            except PixelleError as error:
                wait = patience.wait(error, tried)
                if patience.is_full(error):  # busy with others, for as long as their work takes: no try of ours
                    tried -= 1
                    wait = error.retry_after if queued < patience.queueing else None
                    queued += wait or 0.0
                if wait is None:
                    raise self._placed(error) from error
                fields = {"task_id": task_id, "step": self._step.name, "reason": error.reason}
                _log.warning("retry", tried=tried, wait=wait, **fields)
                metrics.record(metrics.STEP_RETRIES, 1, self._stage, error.reason)
                self._steps.tracker.retried(self._stage, self._scene, tried=tried, wait=wait, error=error)
                await asyncio.sleep(wait)
            except Exception as error:  # the border: what nobody expected must not be kept or shown as it came
                raise self._placed(hidden(error, task_id=task_id)) from error

    def _placed(self, error: PixelleError) -> PixelleError:
        """The same error, saying where in the task it came up."""
        error.details = {**error.details, "stage": self._stage}
        if self._scene is not None:
            error.details["scene"] = str(self._scene)
        return error


class Steps:
    """The steps of one task, in an order that must be the same every time the task is told."""

    def __init__(
        self, task_id: str, tracker: Tracker, patience: Patience, kept: Mapping[str, dict[str, Any]] | None = None
    ) -> None:
        """kept: results of another task's steps, by step name; what is there is not made again."""
        self.task_id = task_id
        self.tracker = tracker
        self.patience = patience
        self.kept = kept or {}

    def take(self, stage: str, scene: int | None = None) -> Place:
        """The next place. Take places in a fixed order; fill them in any order."""
        return Place(self, stage, scene)

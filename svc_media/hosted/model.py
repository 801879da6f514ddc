"""One model of a vendor as an engine: asked, looked after, cancelled, fetched."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from pixelle.runtime.engines import Features
from pixelle.runtime.errors import Cancelled, DeadlineExceeded, FailedPrecondition, PixelleError, ResourceExhausted
from pixelle.vendors.caller import cut, lost
from pixelle.vendors.waiting import polled, rest
from svc_media.engines.base import Footage, Picture
from svc_media.engines.models import OfEngine, refuse_steps
from svc_media.hosted.answers import Pending, Ready, noted, read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pixelle.runtime.work import Tick
    from pixelle.vendors.caller import Question
    from svc_media.engines.base import Brief
    from svc_media.hosted.answers import Family
    from svc_media.hosted.base import HostedEngine

__all__ = ["HostedModel"]

M = TypeVar("M", Picture, Footage)

_ENDED = frozenset({"VENDOR_FAILED", "VENDOR_REFUSED"})
"""What is said of a task that failed, was cancelled there, or is not known any more."""
_OVER = _ENDED | {"CONTENT_FILTERED", "RESULT_UNREADABLE"}
"""After these, an order is not asked for again."""

_LOST = "lost"
"""Noted of an order whose result was not to be had: it may be made once more."""
_STEP, _QUIET = 15.0, 120.0
"""Seconds that the step of a task waits for a place by itself, and that are waited here for a limit to be lifted."""
_LARGEST_PICTURE, _LARGEST_FILM = 50_000_000, 500_000_000
"""Bytes of a result that are fetched."""


@dataclass(frozen=True)
class HostedModel(OfEngine["HostedEngine"]):
    """The engine with one model."""

    engine: HostedEngine
    name: str
    family: Family

    @property
    def features(self) -> Features:
        """What the model makes."""
        return Features(images=self.family.images, videos=self.family.videos)

    @property
    def edits(self) -> bool:
        """The model can start from a picture."""
        return self.family.edits

    @property
    def negative_prompts(self) -> bool:
        """The model can be told what to avoid."""
        return self.family.negative_prompts

    def fingerprint(self) -> str:
        """The server, the model and what the deployment adds."""
        extra = (json.dumps(dict(self.engine.extra), sort_keys=True),) if self.engine.extra else ()
        return hashlib.sha256(repr((self.engine.base_url, self.name, *extra)).encode()).hexdigest()

    def check(self, brief: Brief, *, duration: float = 0.0) -> None:
        """What the vendor has no place for. Raises FailedPrecondition (ENGINE_NO_STEPS, REFERENCE_MISSING)."""
        del duration
        refuse_steps(brief, self.engine.vendor)
        if self.family.needs_picture and not brief.reference:
            raise FailedPrecondition(
                f"The model {self.name!r} starts from a picture. Give one as reference.", reason="REFERENCE_MISSING"
            )

    def paint(self, brief: Brief, *, tick: Tick) -> Picture:
        """Have a picture made and fit it."""
        from svc_media.fitting import picture

        return self._ordered(brief, 0.0, tick, lambda made: picture(made.data, brief.width, brief.height))

    def film(self, brief: Brief, *, duration: float, fps: int, tick: Tick) -> Footage:
        """Have a clip made and fit it."""
        from svc_media.fitting import footage

        return self._ordered(
            brief,
            duration,
            tick,
            lambda made: footage(made.data, brief.width, brief.height, duration=duration, fps=fps, tick=tick),
        )

    def _ordered(self, brief: Brief, seconds: float, tick: Tick, fit: Callable[[Ready], M]) -> M:
        """
        Ask, wait, fetch and fit. What the vendor has begun is remembered until it is handed out: who asks again after
        a restart, a cancellation that came too late or a bad hour of the network gets it, and it is paid once.

        seconds: of footage; 0 for a picture. Raises what `refusal` and `failure` say, DeadlineExceeded
        (VENDOR_TIMEOUT), and as `Caller.download` and `fit`.
        """
        orders = self.engine.orders
        what = self.fingerprint(), self.engine.keys, replace(brief, reference=b"")
        key = orders.key(*what, brief.reference, seconds)
        facts = orders.find(key) or {}
        again = bool(facts.get(_LOST))
        if facts and not again:
            try:
                return self._handed_out(key, read(facts), seconds, tick, fit)
            except DeadlineExceeded:
                orders.forget(key)  # it has had its time twice
                raise
            except PixelleError as error:
                again = error.retryable and lost(error)
                if not (again or error.reason in _ENDED):
                    raise
        begun: Ready | Pending | None = None
        try:
            begun = self._begun(key, brief, seconds, tick)
            return self._handed_out(key, begun, seconds, tick, fit)
        except PixelleError as error:
            if not (error.retryable and (lost(error) if begun else cut(error))):
                raise
            if again:  # and perhaps paid twice: nobody is to pay a third time without having asked for it
                orders.forget(key)
                said = f"{error.message} It was asked for twice, and may have been paid twice."
                raise FailedPrecondition(said, reason=error.reason) from error
            orders.note(key, {_LOST: True})
            raise

    def _begun(self, key: str, brief: Brief, seconds: float, tick: Tick) -> Ready | Pending:
        engine = self.engine
        tick(0.02, f"asking {engine.vendor}")
        question = engine.submit(self.name, self._from(brief, film=bool(seconds)), seconds=seconds)
        # a task that was begun and not heard of would run on and be paid for
        asking = (lambda: self._waiting(tick)) if engine.at_once else lambda: None
        begun = engine.submitted(self._taken(question, asking, tick), question)
        if isinstance(begun, Pending) or not begun.data:
            engine.orders.note(key, noted(begun))
        return begun

    def _from(self, brief: Brief, *, film: bool) -> Brief:
        """The brief with its picture to start from as vendors take it."""
        from svc_media.hosted.starting import prepared

        if not brief.reference:
            return brief
        return replace(brief, reference=prepared(brief.reference, brief.width, brief.height, film=film))

    def _taken(self, question: Question, asking: Callable[[], None], tick: Tick) -> Mapping[str, Any]:
        """What is answered; a vendor that asks to be left alone for longer than a step waits is left alone."""
        until = time.monotonic() + _QUIET
        while True:
            try:
                return self.engine.caller.ask(question, asking)
            except ResourceExhausted as error:
                wait = error.retry_after or 0.0
                if not _STEP < wait <= until - time.monotonic():
                    raise
                rest(wait, lambda: tick(0.02, f"{self.engine.vendor} has reached a limit and asks to wait"))

    def _handed_out(self, key: str, begun: Ready | Pending, seconds: float, tick: Tick, fit: Callable[[Ready], M]) -> M:
        """What comes of an order; forgotten once it is here, or when nothing can come of it any more."""
        engine = self.engine
        done: Ready | None = None
        try:
            done = self._waited(begun, tick) if isinstance(begun, Pending) else begun
            made = done if done.data else replace(done, data=self._fetched(done.url, seconds, tick))
            fitted = replace(fit(made), spent=made.spent, unit=made.unit)
        except (Cancelled, DeadlineExceeded):
            # what is ready is paid; a vendor may take its withdrawal for a wish to have it deleted
            if done is None and isinstance(begun, Pending) and self._withdrawn(begun):
                engine.orders.forget(key)
            raise
        except PixelleError as error:
            if error.reason in _OVER or lost(error):
                engine.orders.forget(key)
            raise
        engine.orders.forget(key)
        return fitted

    def _waiting(self, tick: Tick) -> None:
        tick(0.1, f"{self.engine.vendor} is working")

    def _waited(self, task: Pending, tick: Tick) -> Ready:
        engine = self.engine

        def waiting() -> None:
            self._waiting(tick)

        return polled(
            lambda: engine.looked(engine.caller.ask(task.look, waiting)),
            waiting,
            vendor=engine.vendor,
            every=engine.poll,
            seconds=engine.seconds,
        )

    def _fetched(self, url: str, seconds: float, tick: Tick) -> bytes:
        engine = self.engine
        limit, accept = (_LARGEST_FILM, ("video/",)) if seconds else (_LARGEST_PICTURE, ("image/",))
        fetching = lambda: tick(0.9, f"fetching the result from {engine.vendor}")  # noqa: E731
        return engine.caller.download(url, fetching, limit=limit, accept=accept)

    def _withdrawn(self, task: Pending) -> bool:
        """The vendor has stopped it: nothing will come of it."""
        if task.cancel is None:
            return False
        try:
            self.engine.caller.ask(task.cancel, lambda: None)
        except PixelleError:
            return False  # it has ended, or has begun and cannot be stopped any more
        return True

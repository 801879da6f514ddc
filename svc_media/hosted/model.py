"""One model of a vendor as an engine: asked, looked after, cancelled, fetched."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pixelle.runtime.engines import Features
from pixelle.runtime.errors import Cancelled, DeadlineExceeded, FailedPrecondition, PixelleError
from pixelle.vendors.waiting import polled
from svc_media.engines.models import OfEngine, refuse_steps
from svc_media.hosted.answers import Pending

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixelle.runtime.work import Tick
    from pixelle.vendors.caller import Question
    from svc_media.engines.base import Brief, Footage, Picture
    from svc_media.hosted.answers import Family, Ready
    from svc_media.hosted.base import HostedEngine

__all__ = ["HostedModel"]

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
        """The server and the model."""
        return hashlib.sha256(repr((self.engine.base_url, self.name)).encode()).hexdigest()

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

        made = self._made(brief, seconds=0.0, tick=tick)
        return replace(picture(made.data, brief.width, brief.height), spent=made.spent, unit=made.unit)

    def film(self, brief: Brief, *, duration: float, fps: int, tick: Tick) -> Footage:
        """Have a clip made and fit it."""
        from svc_media.fitting import footage

        made = self._made(brief, seconds=duration, tick=tick)
        film = footage(made.data, brief.width, brief.height, duration=duration, fps=fps, tick=tick)
        return replace(film, spent=made.spent, unit=made.unit)

    def _made(self, brief: Brief, *, seconds: float, tick: Tick) -> Ready:
        """
        Ask, wait and fetch; cancelled by `tick`, the vendor's task is cancelled too where that can be.

        Raises what `refusal` and `failure` say, DeadlineExceeded (VENDOR_TIMEOUT), and as `Caller.download`.
        """

        engine = self.engine

        def waiting() -> None:
            tick(0.1, f"{engine.vendor} is working")

        # a task that was begun and not heard of would run on and be paid for
        asking = waiting if engine.at_once else lambda: None
        tick(0.02, f"asking {engine.vendor}")
        question = engine.submit(self.name, brief, seconds=seconds)
        done = engine.submitted(engine.caller.ask(question, asking), question)
        if isinstance(done, Pending):
            done = self._waited(done, waiting)
        if done.data:
            return done
        limit, accept = (_LARGEST_FILM, ("video/",)) if seconds else (_LARGEST_PICTURE, ("image/",))
        fetching = lambda: tick(0.9, f"fetching the result from {engine.vendor}")  # noqa: E731
        return replace(done, data=engine.caller.download(done.url, fetching, limit=limit, accept=accept))

    def _waited(self, task: Pending, waiting: Callable[[], None]) -> Ready:
        engine = self.engine
        try:
            return polled(
                lambda: engine.looked(engine.caller.ask(task.look, waiting)),
                waiting,
                vendor=engine.vendor,
                every=engine.poll,
                seconds=engine.seconds,
            )
        except (Cancelled, DeadlineExceeded):
            if task.cancel:
                self._withdraw(task.cancel)
            raise

    def _withdraw(self, cancel: Question) -> None:
        try:
            self.engine.caller.ask(cancel, lambda: None)
        except PixelleError:
            return  # it has ended, or has begun and cannot be stopped any more: nothing else can be done

"""An engine over a vendor's interface: the vendor's file says what is asked and what answers mean, the rest is here."""

from __future__ import annotations

import base64
import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pixelle.runtime.engines import Features
from pixelle.runtime.errors import (
    Cancelled,
    DeadlineExceeded,
    FailedPrecondition,
    InvalidArgument,
    PixelleError,
    nearest,
)
from pixelle.runtime.fetch import sniff
from pixelle.vendors.caller import Caller
from pixelle.vendors.waiting import polled
from svc_media.engines.base import OfEngine, Offer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pixelle.runtime.work import Tick
    from pixelle.vendors.caller import Question
    from svc_media.engines.base import Brief, Footage, Picture

__all__ = ["Family", "HostedEngine", "Pending", "Ready", "data_url"]

_LARGEST_PICTURE, _LARGEST_FILM = 50_000_000, 500_000_000
"""Bytes of a result that are fetched."""


@dataclass(frozen=True)
class Family:
    """Models of a vendor that are asked alike."""

    begins: str
    """What their names begin with."""
    known: tuple[str, ...]
    """Those that are listed; newer ones of the family can be named as well."""
    images: bool = False
    videos: bool = False
    edits: bool = False
    """They can start from a picture."""
    needs_picture: bool = False
    """They cannot without one."""
    negative_prompts: bool = False


@dataclass(frozen=True)
class Ready:
    """What was made: a file to fetch, or its bytes."""

    url: str = ""
    data: bytes = b""
    spent: float = 0.0
    """What the vendor counted, in `unit`; 0 when it does not say."""
    unit: str = ""


@dataclass(frozen=True)
class Pending:
    """Work that the vendor has begun."""

    look: Question
    """Asks how far it is."""
    cancel: Question | None = None
    """Stops it; None where the vendor cannot."""


class HostedEngine(ABC):
    """
    One vendor. A vendor's file sets the class attributes and writes `headers`, `submit`, `submitted` and `looked`.

    Pictures have no steps here, and a seed where the vendor takes one; equal requests are remembered either way.
    """

    vendor = ""
    """Its name for people."""
    version = "1"
    summary = ""
    key_settings: tuple[str, ...] = ()
    """Environment variables without which nothing works."""
    families: tuple[Family, ...] = ()
    meanings: Mapping[str, str] = MappingProxyType({})
    """Codes of its refusals: "content", "credit" or "busy"."""
    at_once = False
    """It answers with the result; else with a task to look after."""

    def __init__(
        self,
        *,
        keys: Sequence[str],
        base_url: str,
        image_model: str = "",
        video_model: str = "",
        seconds: float = 900.0,
        poll: float = 3.0,
    ) -> None:
        """
        keys: the values of `key_settings`. base_url: what paths are put behind. image_model, video_model: for requests
        that name none. seconds: for one picture or clip. poll: seconds between two looks.
        """
        self.keys = tuple(keys)
        self.base_url = base_url.rstrip("/")
        self.defaults = {False: image_model, True: video_model}
        self._seconds = seconds
        self._poll = poll
        self.caller = Caller(self.vendor, self.base_url, self.headers, seconds=seconds, meanings=self.meanings)

    # what a vendor's file writes

    @abstractmethod
    def headers(self) -> Mapping[str, str]:
        """Sent with every question; made anew each time."""

    @abstractmethod
    def submit(self, model: str, brief: Brief, *, seconds: float) -> Question:
        """What is asked. seconds: of footage; 0 for a picture."""

    @abstractmethod
    def submitted(self, told: Mapping[str, Any], asked: Question) -> Ready | Pending:
        """What the answer to `asked` means. Raises what `failure` makes of a refusal."""

    def looked(self, told: Mapping[str, Any]) -> Ready | None:
        """What the answer to `Pending.look` means; None: not yet. Raises what `failure` makes of a failure."""
        raise NotImplementedError(f"{self.vendor} answers at once and is never looked after")

    # what the service asks

    @property
    def features(self) -> Features:
        """What its models make."""
        return Features(
            images=any(family.images for family in self.families), videos=any(family.videos for family in self.families)
        )

    @property
    def edits(self) -> bool:
        """Some model can start from a picture."""
        return any(family.edits for family in self.families)

    @property
    def negative_prompts(self) -> bool:
        """Some model can be told what to avoid."""
        return any(family.negative_prompts for family in self.families)

    def missing(self) -> str | None:
        """The key that is not set."""
        for setting, value in zip(self.key_settings, self.keys, strict=True):
            if not value:
                return f"no key is set. Set {setting}; what is asked for is then sent to {self.vendor} and paid there"
        return None

    def ailing(self) -> str | None:
        """Not asked: it would be a call for every listing."""
        return None

    def load(self, device: str) -> None:
        """Nothing to load."""
        del device

    def close(self) -> None:
        """Connections are not kept."""
        return

    def fingerprint(self) -> str:
        """Models decide: asked of the engine with one of them."""
        return ""

    def offers(self) -> Sequence[Offer]:
        """The engine's own key for the default models, those, and those that are known."""
        image, video = (bool(self.defaults[film]) for film in (False, True))
        own = (Offer("", self.vendor, image, video),) if image or video else ()
        known = [
            Offer(name, f"{self.vendor} {name}", family.images, family.videos)
            for family in self.families
            for name in dict.fromkeys((*family.known, *self._set_in(family)))
        ]
        return (*own, *known)

    def _set_in(self, family: Family) -> list[str]:
        """The default models that are of a family and of no earlier one."""
        defaults = [name for name in self.defaults.values() if name]
        return [
            name for name in defaults if next((f for f in self.families if name.startswith(f.begins)), None) is family
        ]

    def named(self, model: str, *, film: bool) -> _OneModel:
        """This engine with a model. Raises InvalidArgument (WORKFLOW_UNKNOWN), FailedPrecondition (WORKFLOW_UNSET)."""
        name = model or self.defaults[film]
        if not name:
            raise FailedPrecondition(
                f"No model of {self.vendor} is set for {'footage' if film else 'pictures'}. Name one.",
                reason="WORKFLOW_UNSET",
            )
        for family in self.families:
            if name.startswith(family.begins):
                return _OneModel(self, name, family)
        known = [name for family in self.families for name in family.known]
        raise InvalidArgument(
            f"{self.vendor} has no model {name!r} that is known here.{nearest(name, known)}", reason="WORKFLOW_UNKNOWN"
        )

    def paint(self, brief: Brief, *, tick: Tick) -> Picture:
        """Paint with the default model."""
        return self.named("", film=False).paint(brief, tick=tick)

    def film(self, brief: Brief, *, duration: float, fps: int, tick: Tick) -> Footage:
        """Film with the default model."""
        return self.named("", film=True).film(brief, duration=duration, fps=fps, tick=tick)

    def made(self, model: str, brief: Brief, *, seconds: float, tick: Tick) -> Ready:
        """
        Ask, wait and fetch; cancelled by `tick`, the vendor's task is cancelled too where that can be.

        Raises what `refusal` and `failure` say, DeadlineExceeded (VENDOR_TIMEOUT), and as `Caller.download`.
        """

        def waiting() -> None:
            tick(0.1, f"{self.vendor} is working")

        # a task that was begun and not heard of would run on and be paid for
        asking = waiting if self.at_once else lambda: None
        tick(0.02, f"asking {self.vendor}")
        question = self.submit(model, brief, seconds=seconds)
        done = self.submitted(self.caller.ask(question, asking), question)
        if isinstance(done, Pending):
            done = self._waited(done, waiting)
        if done.data:
            return done
        limit, accept = (_LARGEST_FILM, ("video/",)) if seconds else (_LARGEST_PICTURE, ("image/",))
        fetching = lambda: tick(0.9, f"fetching the result from {self.vendor}")  # noqa: E731
        return replace(done, data=self.caller.download(done.url, fetching, limit=limit, accept=accept))

    def _waited(self, task: Pending, waiting: Any) -> Ready:
        try:
            return polled(
                lambda: self.looked(self.caller.ask(task.look, waiting)),
                waiting,
                vendor=self.vendor,
                every=self._poll,
                seconds=self._seconds,
            )
        except (Cancelled, DeadlineExceeded):
            if task.cancel:
                self._withdraw(task.cancel)
            raise

    def _withdraw(self, cancel: Question) -> None:
        try:
            self.caller.ask(cancel, lambda: None)
        except PixelleError:
            return  # it has ended, or has begun and cannot be stopped any more: nothing else can be done


@dataclass(frozen=True)
class _OneModel(OfEngine[HostedEngine]):
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

    def paint(self, brief: Brief, *, tick: Tick) -> Picture:
        """Have a picture made and fit it."""
        from svc_media.fitting import picture

        self._refuse(brief)
        made = self.engine.made(self.name, brief, seconds=0.0, tick=tick)
        return replace(picture(made.data, brief.width, brief.height), spent=made.spent, unit=made.unit)

    def film(self, brief: Brief, *, duration: float, fps: int, tick: Tick) -> Footage:
        """Have a clip made and fit it."""
        from svc_media.fitting import footage

        self._refuse(brief)
        made = self.engine.made(self.name, brief, seconds=duration, tick=tick)
        film = footage(made.data, brief.width, brief.height, duration=duration, fps=fps, tick=tick)
        return replace(film, spent=made.spent, unit=made.unit)

    def _refuse(self, brief: Brief) -> None:
        """What the vendor has no place for must not be lost silently."""
        if brief.steps:
            raise FailedPrecondition(
                f"{self.engine.vendor} does not take a number of steps. Leave out steps.", reason="ENGINE_NO_STEPS"
            )
        if self.family.needs_picture and not brief.reference:
            raise FailedPrecondition(
                f"The model {self.name!r} starts from a picture. Give one as reference.", reason="REFERENCE_MISSING"
            )


def data_url(picture: bytes) -> str:
    """A picture as a data: URL."""
    return f"data:{sniff(picture)};base64,{base64.b64encode(picture).decode()}"

"""An engine over a vendor's interface: the vendor's file says what is asked and what answers mean, the rest is here."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pixelle.runtime.engines import Features
from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, nearest
from pixelle.vendors.caller import Caller
from pixelle.vendors.orders import Orders
from svc_media.engines.base import Offer
from svc_media.engines.models import ManyModels
from svc_media.hosted.model import HostedModel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pixelle.vendors.caller import Question
    from svc_media.engines.base import Brief
    from svc_media.hosted.answers import Family, Pending, Ready

__all__ = ["HostedEngine"]


class HostedEngine(ManyModels, ABC):
    """
    One vendor. A vendor's file sets the class attributes and writes `headers`, `submit`, `submitted` and `looked`.

    Pictures have no steps here, and a seed where the vendor takes one; equal requests are remembered either way.
    """

    vendor = ""
    """Its name for people."""
    version = "3"
    summary = ""
    key_settings: tuple[str, ...] = ()
    """Environment variables without which nothing works."""
    families: tuple[Family, ...] = ()
    meanings: Mapping[str, str] = MappingProxyType({})
    """Codes of its refusals: "content", "credit" or "busy"."""
    at_once = False
    """It answers with the result; else with a task to look after."""
    extra: Mapping[str, Any] = MappingProxyType({})
    """Fields that the deployment adds to every request; part of what decides the result."""

    def __init__(
        self,
        *,
        keys: Sequence[str],
        base_url: str,
        image_model: str = "",
        video_model: str = "",
        seconds: float = 900.0,
        poll: float = 3.0,
        orders: Orders | None = None,
    ) -> None:
        """
        keys: the values of `key_settings`. base_url: what paths are put behind. image_model, video_model: for requests
        that name none. seconds: for one picture or clip. poll: seconds between two looks. orders: where tasks that the
        vendor has begun are remembered; None: in this process.
        """
        self.keys = tuple(keys)
        self.base_url = base_url.rstrip("/")
        self.defaults = {False: image_model, True: video_model}
        self.seconds = seconds
        self.poll = poll
        self.orders = orders or Orders()
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

    def named(self, model: str, *, film: bool) -> HostedModel:
        """This engine with a model. Raises InvalidArgument (WORKFLOW_UNKNOWN), FailedPrecondition (WORKFLOW_UNSET)."""
        name = model or self.defaults[film]
        if not name:
            raise FailedPrecondition(
                f"No model of {self.vendor} is set for {'footage' if film else 'pictures'}. Name one.",
                reason="WORKFLOW_UNSET",
            )
        for family in self.families:
            if name.startswith(family.begins):
                return HostedModel(self, name, family)
        known = [name for family in self.families for name in family.known]
        raise InvalidArgument(
            f"{self.vendor} has no model {name!r} that is known here.{nearest(name, known)}", reason="WORKFLOW_UNKNOWN"
        )

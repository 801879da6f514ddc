"""What engines with one model and engines with many have in common, and one of the many as an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from pixelle.runtime.errors import FailedPrecondition, InvalidArgument
from svc_media.engines.base import Offer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from pixelle.runtime.engines import Features
    from pixelle.runtime.work import Tick
    from svc_media.engines.base import Brief, Footage, MediaEngine, Picture

__all__ = ["ManyModels", "OfEngine", "SingleModel", "refuse_steps"]

E = TypeVar("E", bound="_Whole")


def refuse_steps(brief: Brief, who: str, instead: str = "") -> None:
    """Raises FailedPrecondition (ENGINE_NO_STEPS) when a number of steps is asked for. instead: what to do besides."""
    if brief.steps:
        raise FailedPrecondition(
            f"{who} does not take a number of steps, but steps is {brief.steps}. Leave out steps{instead}.",
            reason="ENGINE_NO_STEPS",
        )


class SingleModel:
    """What engines with one model say of their models."""

    features: Features

    def check(self, brief: Brief, *, duration: float = 0.0) -> None:
        """It has no steps. Raises FailedPrecondition (ENGINE_NO_STEPS)."""
        del duration
        refuse_steps(brief, "This engine")

    def ailing(self) -> str | None:
        """It works in this process: what it needs is there or `missing`."""
        return None

    def offers(self) -> Sequence[Offer]:
        """The engine's key alone."""
        return (Offer("", "", self.features.images, self.features.videos),)

    def named(self, model: str, *, film: bool) -> Self:
        """Itself. Raises InvalidArgument (WORKFLOW_UNKNOWN) for a model."""
        del film
        if model:
            raise InvalidArgument(
                f"This engine has no models to choose from, but the workflow names {model!r}. Leave that out.",
                reason="WORKFLOW_UNKNOWN",
            )
        return self


class _Model(Protocol):
    """What one of many models does."""

    def check(self, brief: Brief, *, duration: float = 0.0) -> None: ...
    def paint(self, brief: Brief, *, tick: Tick) -> Picture: ...
    def film(self, brief: Brief, *, duration: float, fps: int, tick: Tick) -> Footage: ...


class ManyModels:
    """What an engine of many models does when it is asked without one: its default model does it."""

    def named(self, model: str, *, film: bool) -> _Model:
        """The engine with one of its models."""
        raise NotImplementedError

    def fingerprint(self) -> str:
        """Models decide: asked of the engine with one of them."""
        return ""

    def check(self, brief: Brief, *, duration: float = 0.0) -> None:
        """As the default model."""
        self.named("", film=bool(duration)).check(brief, duration=duration)

    def paint(self, brief: Brief, *, tick: Tick) -> Picture:
        """Paint with the default model."""
        return self.named("", film=False).paint(brief, tick=tick)

    def film(self, brief: Brief, *, duration: float, fps: int, tick: Tick) -> Footage:
        """Film with the default model."""
        return self.named("", film=True).film(brief, duration=duration, fps=fps, tick=tick)


class _Whole(Protocol):
    """What an engine says for all of its models."""

    @property
    def version(self) -> str: ...
    @property
    def summary(self) -> str: ...
    def missing(self) -> str | None: ...
    def ailing(self) -> str | None: ...
    def load(self, device: str) -> None: ...
    def offers(self) -> Sequence[Offer]: ...
    def named(self, model: str, *, film: bool) -> MediaEngine: ...


class OfEngine(Generic[E]):
    """One model or file of an engine, as an engine: what it does not say itself, its engine says."""

    engine: E

    @property
    def version(self) -> str:
        """As the engine."""
        return self.engine.version

    @property
    def summary(self) -> str:
        """As the engine."""
        return self.engine.summary

    def missing(self) -> str | None:
        """As the engine."""
        return self.engine.missing()

    def ailing(self) -> str | None:
        """As the engine."""
        return self.engine.ailing()

    def load(self, device: str) -> None:
        """As the engine."""
        self.engine.load(device)

    def close(self) -> None:
        """The engine is closed, not what it consists of."""

    def offers(self) -> Sequence[Offer]:
        """As the engine."""
        return self.engine.offers()

    def named(self, model: str, *, film: bool) -> MediaEngine:
        """Another one of the engine."""
        return self.engine.named(model, film=film)

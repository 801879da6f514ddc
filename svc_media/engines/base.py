"""What the media service asks of an engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pixelle.runtime.engines import Features
    from pixelle.runtime.work import Tick

__all__ = [
    "BatchEngine",
    "Brief",
    "Footage",
    "Lora",
    "MediaEngine",
    "Offer",
    "Picture",
    "Series",
]


@dataclass(frozen=True)
class Series:
    """The video a picture belongs to."""

    seed: int
    """Shared by all scenes of the video."""
    index: int
    """Position of this scene, from 0."""
    count: int
    """Number of scenes."""
    title: str = ""
    """What all scenes have in common."""
    cast: tuple[tuple[str, str], ...] = ()
    """Name and look of everybody who is seen in several scenes."""


@dataclass(frozen=True)
class Lora:
    """A small addition to a model."""

    path: str
    """Its name in `data/loras`, or a path."""
    weight: float = 1.0


@dataclass(frozen=True)
class Brief:
    """What to make."""

    prompt: str
    width: int
    """Pixels; the result has exactly this width."""
    height: int
    """Pixels; the result has exactly this height."""
    seed: int
    negative_prompt: str = ""
    steps: int = 0
    """Denoising steps; 0 means the model's own number."""
    narration: str = ""
    """What the voice says, for engines that match words."""
    series: Series | None = None
    reference: bytes = b""
    """A picture file to start from; empty when there is none."""
    guidance: float | None = None
    """How closely the prompt is followed; None means the model's own."""
    sampler: str = ""
    loras: tuple[Lora, ...] = ()
    strength: float | None = None
    """How far the picture to start from is changed, up to 1; None means the model's own."""

    @property
    def scene_seed(self) -> int:
        """Scenes of one video differ even when all else is the same; the first has the seed that was asked for."""
        turn = self.series.index if self.series else 0
        return (self.seed + turn * 0x9E3779B1) % 2**32


@dataclass(frozen=True)
class Offer:
    """A model that can be named behind an engine's workflow key."""

    model: str
    """What is named: "image_flux.json" in "selfhost/image_flux.json"; "" for the engine's key alone."""
    display_name: str
    images: bool
    videos: bool
    reason: str = ""
    """Why it cannot be used now and how to make it so. Empty when it can."""


@dataclass(frozen=True)
class Picture:
    """A finished picture."""

    pixels: NDArray[np.uint8]
    """RGB, [height, width, 3]."""
    spent: float = 0.0
    """What it cost at a vendor, in `unit`; 0 when nothing is told."""
    unit: str = ""
    """What the vendor counts, for example "tokens"."""
    credit: str = ""
    """Who is to be named where it is shown; "" when nobody has to be."""


@dataclass(frozen=True)
class Footage:
    """Finished moving pictures."""

    mp4: bytes
    """H.264 in MP4, constant frame rate, no sound."""
    frames: int
    fps: int
    spent: float = 0.0
    """As in `Picture`."""
    unit: str = ""
    credit: str = ""
    """As in `Picture`."""


class MediaEngine(Protocol):
    """Makes pictures, footage or both; says in `features` which."""

    version: str
    summary: str
    features: Features
    edits: bool
    """It can start from a given picture."""
    negative_prompts: bool
    """It can be told what to avoid."""

    def missing(self) -> str | None:
        """What must be installed before `load` works, with the command; None when ready."""
        ...

    def ailing(self) -> str | None:
        """Why a request would fail just now although nothing is missing; None when it would not. May ask a server."""
        ...

    def offers(self) -> Sequence[Offer]:
        """What can be named now: the engine's own key and the models behind it."""
        ...

    def named(self, model: str, *, film: bool) -> MediaEngine:
        """
        This engine with one of its models, "" for its default; cheap, done before `load`.

        film: footage is wanted. Raises InvalidArgument (WORKFLOW_UNKNOWN) and FailedPrecondition.
        """
        ...

    def check(self, brief: Brief, *, duration: float = 0.0) -> None:
        """
        Raise PixelleError for what a brief asks and this cannot do; cheap, done before `load`.

        brief: its prompt may be yet to be written. duration: seconds of footage; 0 for a picture.
        """
        ...

    def load(self, device: str) -> None:
        """Called once, before any work."""
        ...

    def close(self) -> None:
        """Let go of everything `load` took."""
        ...

    def fingerprint(self) -> str:
        """What decides the result beside the request and the version: weights, packs."""
        ...

    def paint(self, brief: Brief, *, tick: Tick) -> Picture:
        """Make a picture. Called only when `features.images`."""
        ...

    def film(self, brief: Brief, *, duration: float, fps: int, tick: Tick) -> Footage:
        """
        Make footage of at least `duration` seconds, less than one frame more. Called only when `features.videos`.

        fps: frames per second; 0 means the engine's own. brief.width and brief.height are even.
        """
        ...


class BatchEngine(MediaEngine, Protocol):
    """Makes alike requests together; such an engine says so in `features.batch`."""

    def alike(self, brief: Brief, *, duration: float = 0.0) -> Hashable:
        """
        What must be equal for briefs to be made together; whatever else decides the result beside the brief.

        duration: seconds of footage; 0 for a picture. Raises PixelleError for what is wrong with the brief.
        """
        ...

    def paint_many(self, briefs: Sequence[Brief], *, tick: Tick) -> Sequence[Callable[[Tick], Picture]]:
        """Make alike pictures; what is left to be done needs no slot."""
        ...

    def film_many(
        self, briefs: Sequence[Brief], *, duration: float, fps: int, tick: Tick
    ) -> Sequence[Callable[[Tick], Footage]]:
        """Make alike footage; what is left to be done needs no slot."""
        ...

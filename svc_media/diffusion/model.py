"""The engine diffusers with one of its models: a brief becomes a plan and a job, pixels become what was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from pixelle.runtime.engines import Features
from pixelle.runtime.errors import FailedPrecondition
from svc_media.diffusion.catalogue import GUIDED
from svc_media.diffusion.samplers import check_sampler
from svc_media.diffusion.sizes import frame_count, model_size
from svc_media.engines.base import Picture
from svc_media.engines.models import OfEngine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pixelle.runtime.work import Tick
    from svc_media.diffusion.catalogue import Entry
    from svc_media.diffusion.running import Job, Plan
    from svc_media.engines.base import Brief, Footage
    from svc_media.engines.diffusers import DiffusersEngine

__all__ = ["SUMMARY", "VERSION", "OneModel"]

VERSION = "3"
SUMMARY = "Diffusion models in this process, from a catalogue: SD, SDXL, Flux, Qwen-Image, Wan, LTX and others"


@dataclass(frozen=True)
class OneModel(OfEngine["DiffusersEngine"]):
    """The engine with one model."""

    engine: DiffusersEngine
    name: str
    entry: Entry

    @property
    def features(self) -> Features:
        """What the model makes."""
        makes = self.entry.makes
        return Features(
            images=makes == "images",
            videos=makes == "videos",
            seeded=True,
            models=True,
            tuned=True,
            batch=1 if self.entry.takes_picture and makes == "videos" else self.entry.batch,
        )

    @property
    def edits(self) -> bool:
        """It can start from a picture."""
        return self.entry.takes_picture

    @property
    def negative_prompts(self) -> bool:
        """It can be told what to avoid."""
        return self.entry.takes_negative

    def fingerprint(self) -> str:
        """The entry and its files."""
        return self.engine.library.fingerprint(self.entry)

    def alike(self, brief: Brief, *, duration: float = 0.0) -> Plan:
        """
        All of a brief but its words, its seed and its picture.

        Raises InvalidArgument (SAMPLER_UNKNOWN), FailedPrecondition (REFERENCE_MISSING, MODEL_NOT_GUIDED,
        MODEL_HAS_NO_STRENGTH), and what `Library.lora` raises.
        """
        from svc_media.diffusion.running import Plan

        entry = self.entry
        check_sampler(brief.sampler, entry, self.name)
        if brief.guidance is not None and not entry.guided:
            raise FailedPrecondition(
                f"The model {self.name!r} works without guidance, but guidance is {brief.guidance:g}. Leave it out.",
                reason="MODEL_NOT_GUIDED",
            )
        guidance = entry.guidance if brief.guidance is None else brief.guidance
        if brief.negative_prompt.strip() and guidance <= GUIDED:
            raise FailedPrecondition(
                f"negative_prompt works by guidance of more than {GUIDED:g}, and with {self.name!r} guidance is "
                f"{guidance:g}. Raise guidance, or leave negative_prompt out.",
                reason="MODEL_NOT_GUIDED",
            )
        if entry.needs_picture and not brief.reference:
            raise FailedPrecondition(
                f"The model {self.name!r} starts from a picture. Give one as reference.", reason="REFERENCE_MISSING"
            )
        if brief.strength is not None and (not brief.reference or entry.makes == "videos" or entry.strength is None):
            why = (
                "footage begins with it as it is"
                if entry.makes == "videos"
                else f"{self.name!r} goes by the words alone"
            )
            raise FailedPrecondition(
                f"strength says how far a given picture is changed, but {why if brief.reference else 'none is given'}. "
                "Leave it out.",
                reason="MODEL_HAS_NO_STRENGTH",
            )
        width, height = model_size(brief.width, brief.height, entry.sizes)
        files = [(self.engine.library.lora(lora.path), lora.weight) for lora in brief.loras]
        return Plan(
            model=self.name,
            width=width,
            height=height,
            frames=frame_count(duration, entry.frames) if entry.frames else 1,
            steps=brief.steps or entry.steps,
            sampler=brief.sampler or entry.sampler,
            guidance=guidance,
            strength=(brief.strength or entry.strength or 1.0) if brief.reference else 0.0,
            loras=tuple((path, path.stat().st_mtime_ns, weight) for path, weight in files),
        )

    def check(self, brief: Brief, *, duration: float = 0.0) -> None:
        """As `alike`."""
        self.alike(brief, duration=duration)

    def paint_many(self, briefs: Sequence[Brief], *, tick: Tick) -> Sequence[Callable[[Tick], Picture]]:
        """Denoise alike pictures; each is then fitted to its own size."""
        return [
            partial(_still, pixels[0], brief)
            for pixels, brief in zip(self._made(briefs, 0.0, tick), briefs, strict=True)
        ]

    def film_many(
        self, briefs: Sequence[Brief], *, duration: float, fps: int, tick: Tick
    ) -> Sequence[Callable[[Tick], Footage]]:
        """Denoise alike footage; each is then fitted and encoded."""
        rate = self.entry.frames.rate if self.entry.frames else 1
        made = self._made(briefs, duration, tick)
        return [
            partial(_moving, pixels, rate, brief, duration, fps) for pixels, brief in zip(made, briefs, strict=True)
        ]

    def paint(self, brief: Brief, *, tick: Tick) -> Picture:
        """One picture."""
        return self.paint_many([brief], tick=tick)[0](tick)

    def film(self, brief: Brief, *, duration: float, fps: int, tick: Tick) -> Footage:
        """One piece of footage."""
        return self.film_many([brief], duration=duration, fps=fps, tick=tick)[0](tick)

    def _made(self, briefs: Sequence[Brief], duration: float, tick: Tick) -> NDArray[np.uint8]:
        from svc_media.diffusion.running import run

        plan = self.alike(briefs[0], duration=duration)
        jobs = [_job(brief, plan) for brief in briefs]
        return self.engine.use(
            self.name, self.entry, lambda pipe: run(pipe, plan, jobs, tick=tick), tick=tick, plan=plan
        )


def _job(brief: Brief, plan: Plan) -> Job:
    from svc_media.diffusion.running import Job, picture_of

    # scenes of one video differ even when all else is the same; the first has the seed that was asked for
    turn = brief.series.index if brief.series else 0
    seed = (brief.seed + turn * 0x9E3779B1) % 2**32
    picture = picture_of(brief.reference, plan.width, plan.height) if brief.reference else None
    return Job(brief.prompt, brief.negative_prompt.strip(), seed, picture)


def _still(pixels: NDArray[np.uint8], brief: Brief, tick: Tick) -> Picture:
    from svc_media.diffusion.clips import fitted

    tick(0.92, "fitting the picture")
    return Picture(fitted(pixels, brief.width, brief.height))


def _moving(  # noqa: PLR0917
    pixels: NDArray[np.uint8], rate: int, brief: Brief, duration: float, fps: int, tick: Tick
) -> Footage:
    from svc_media.diffusion.clips import clip

    return clip(pixels, rate, brief.width, brief.height, duration=duration, fps=fps, tick=tick)

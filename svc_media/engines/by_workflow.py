"""Pictures and footage by workflow files, wherever those are run."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pixelle.comfyui.library import kind_of
from pixelle.comfyui.workshop import Order
from pixelle.runtime.engines import Features
from pixelle.runtime.errors import FailedPrecondition, PixelleError
from svc_media.engines.base import Offer
from svc_media.engines.models import ManyModels, OfEngine, refuse_steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixelle.comfyui.library import Kind, Makes
    from pixelle.comfyui.workflow import Value, Workflow
    from pixelle.comfyui.workshop import Product, Workshop
    from pixelle.runtime.work import Tick
    from svc_media.engines.base import Brief, Footage, Picture

__all__ = ["WorkflowEngine"]

_GRID = 16
"""Models work in blocks of so many pixels: we ask for whole ones and cut the rest off."""
_GIVEN = {"prompt", "width", "height", "seed", "index", "narration"}
_ON_REQUEST = {"negative_prompt", "steps", "cfg", "sampler", "image"}
_FILM = {"duration", "fps"}


class WorkflowEngine(ManyModels):
    """Every workflow file is a model of this engine: "selfhost/image_flux.json"."""

    version = "2"
    summary = "Workflow files"
    features = Features(images=True, videos=True)
    edits = True
    negative_prompts = True

    def __init__(self, workshop: Workshop, *, image_workflow: str, video_workflow: str, setting: str) -> None:
        """
        image_workflow, video_workflow: the files for requests that name none. setting: what the environment variables
        for them begin with, for example "PIXELLE_COMFYUI".
        """
        self.workshop = workshop
        self._defaults: dict[Makes, str] = {"image": image_workflow, "video": video_workflow}
        self._setting = setting

    def missing(self) -> str | None:
        """What the workshop misses."""
        return self.workshop.missing()

    def ailing(self) -> str | None:
        """Why an order would fail now."""
        return self.workshop.ailing()

    def load(self, device: str) -> None:
        """Nothing to load: who runs the files has the models."""

    def close(self) -> None:
        """Let go of the connections."""
        self.workshop.close()

    def offers(self) -> Sequence[Offer]:
        """The files there are now; the engine's own key for the defaults."""
        names = self.workshop.names()
        images, videos = (self._defaults[kind] in names for kind in ("image", "video"))
        own = (Offer("", self.workshop.title, images, videos),) if images or videos else ()
        return (*own, *(self._offer(name) for name in names))

    def _offer(self, name: str) -> Offer:
        kind, reason = kind_of(name), ""
        try:
            workflow = self.workshop.glance(name)
            if workflow and (lacking := workflow.lacking(_known(kind) | _ON_REQUEST)):
                reason = f"it needs {', '.join(map(repr, lacking))}, which a scene does not give"
        except PixelleError as error:
            reason = error.message
        shown = name.removesuffix(".json").replace("_", " ").strip().capitalize()
        return Offer(name, shown, kind == "image", kind == "video", reason)

    def named(self, model: str, *, film: bool) -> _OneWorkflow:
        """
        This engine with one workflow file.

        Raises InvalidArgument (WORKFLOW_UNKNOWN), FailedPrecondition (WORKFLOW_UNSET, WORKFLOW_NO_PROMPT and what
        `Workflow.read` says).
        """
        kind: Makes = "video" if film else "image"
        name = model or self._defaults[kind]
        if not name:
            raise FailedPrecondition(
                f"No workflow is set for {self.workshop.title}'s {kind}s. Name one, or set "
                f"{self._setting}_{kind.upper()}_WORKFLOW.",
                reason="WORKFLOW_UNSET",
            )
        workflow = self.workshop.open(name)
        if not workflow.takes("prompt") and not workflow.takes("image"):
            raise FailedPrecondition(
                f"No node of {name!r} takes what is to be shown. Give the node with the text the title $prompt.text! "
                "(text being the name of its input) and export the file again.",
                reason="WORKFLOW_NO_PROMPT",
            )
        return _OneWorkflow(self, workflow, "video" if kind_of(name) == "video" else "image")


@dataclass(frozen=True)
class _OneWorkflow(OfEngine[WorkflowEngine]):
    """The engine with one file."""

    engine: WorkflowEngine
    workflow: Workflow
    kind: Makes

    @property
    def features(self) -> Features:
        """What the file makes, and what it has places for."""
        return Features(
            images=self.kind == "image",
            videos=self.kind == "video",
            tuned=self.workflow.takes("cfg") or self.workflow.takes("sampler"),
        )

    @property
    def edits(self) -> bool:
        """A node takes the picture."""
        return self.workflow.takes("image")

    @property
    def negative_prompts(self) -> bool:
        """A node takes what to avoid."""
        return self.workflow.takes("negative_prompt")

    def fingerprint(self) -> str:
        """What is in the file."""
        text = repr((self.workflow.name, self.workflow.graph))
        return hashlib.sha256(text.encode()).hexdigest()

    def check(self, brief: Brief, *, duration: float = 0.0) -> None:
        """
        What the file has no place for must not be lost silently.

        Raises FailedPrecondition (ENGINE_NO_STEPS, ENGINE_NOT_TUNED, REFERENCE_MISSING).
        """
        name = f"The workflow {self.workflow.name!r}"
        if not self.workflow.takes("steps"):
            refuse_steps(brief, name, ", or give the sampler's node the title $steps")
        for field, value, mark in (
            ("guidance", brief.guidance is not None, "cfg"),
            ("sampler", bool(brief.sampler), "sampler.sampler_name"),
            ("loras", bool(brief.loras), ""),
            ("strength", brief.strength is not None, ""),
        ):
            if value and not (mark and self.workflow.takes(mark.partition(".")[0])):
                raise FailedPrecondition(
                    f"{name} does not take {field}. Leave it out"
                    + (f", or give the sampler's node the title ${mark}." if mark else ": set it in the file."),
                    reason="ENGINE_NOT_TUNED",
                )
        given = _values(brief) | (dict.fromkeys(_FILM, 0.0) if duration else {})
        if "image" in self.workflow.lacking(given):
            raise FailedPrecondition(
                f"{name} starts from a picture. Give one as reference.", reason="REFERENCE_MISSING"
            )

    def paint(self, brief: Brief, *, tick: Tick) -> Picture:
        """Run the workflow and fit the picture it saves."""
        from svc_media.fitting import picture

        made = self._made(brief, {}, tick)
        return replace(picture(made.data, brief.width, brief.height), spent=made.spent, unit=made.unit)

    def film(self, brief: Brief, *, duration: float, fps: int, tick: Tick) -> Footage:
        """Run the workflow and fit the footage it saves."""
        from svc_media.fitting import footage
        from svc_media.footage import OWN_FPS

        made = self._made(brief, {"duration": duration, "fps": fps or OWN_FPS}, tick)
        film = footage(made.data, brief.width, brief.height, duration=duration, fps=fps, tick=tick)
        return replace(film, spent=made.spent, unit=made.unit)

    def _made(self, brief: Brief, more: dict[str, Value], tick: Tick) -> Product:
        """What the workflow makes of a brief."""
        values = _values(brief) | more
        name = f"pixelle_{hashlib.sha256(brief.reference).hexdigest()[:16]}"
        return self.engine.workshop.run(Order(self.workflow, values, brief.scene_seed, self.kind, name), tick=tick)


def _known(kind: Kind) -> set[str]:
    return _GIVEN | _FILM if kind == "video" else _GIVEN


def _values(brief: Brief) -> dict[str, Value]:
    """What a brief gives to a workflow, by parameter."""
    from pixelle.comfyui.workflow import Upload

    values: dict[str, Value] = {
        "prompt": brief.prompt,
        "width": -(-brief.width // _GRID) * _GRID,
        "height": -(-brief.height // _GRID) * _GRID,
        "seed": brief.scene_seed,
        "index": brief.series.index if brief.series else 0,
        "narration": brief.narration,
    }
    if brief.negative_prompt.strip():
        values["negative_prompt"] = brief.negative_prompt
    if brief.steps:
        values["steps"] = brief.steps
    if brief.guidance is not None:
        values["cfg"] = brief.guidance
    if brief.sampler:
        values["sampler"] = brief.sampler
    if brief.reference:
        values["image"] = Upload(brief.reference)
    return values

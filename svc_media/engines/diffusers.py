"""Pictures and footage by diffusion models in this process: any model that the package diffusers can load."""

from __future__ import annotations

import threading
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal, TypeVar

from pixelle.runtime.engines import Features
from pixelle.runtime.errors import FailedPrecondition, PixelleError
from svc_media.diffusion.library import Library, not_installed
from svc_media.diffusion.model import SUMMARY, VERSION, OneModel
from svc_media.diffusion.sizes import frame_count, model_size
from svc_media.engines.base import Offer
from svc_media.engines.models import ManyModels

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pixelle.runtime.work import Tick
    from svc_media.diffusion.budget import Residents
    from svc_media.diffusion.catalogue import Entry
    from svc_media.diffusion.pipe import Pipe
    from svc_media.diffusion.running import Plan

__all__ = ["DiffusersEngine"]

_PACKAGES = ("torch", "diffusers", "transformers", "accelerate", "peft", "ftfy", "PIL", "av")

T = TypeVar("T")


class DiffusersEngine(ManyModels):
    """Every entry of the catalogue is a model of this engine: "local/diffusers/sdxl"."""

    version = VERSION
    summary = SUMMARY
    features = Features(images=True, videos=True, seeded=True, models=True, tuned=True)
    edits = True
    negative_prompts = True

    def __init__(
        self,
        data_dir: Path,
        *,
        roots: Sequence[Path] = (),
        catalogue: Path | None = None,
        downloads: bool = False,
        image_model: str = "",
        video_model: str = "",
        preload: Sequence[str] = (),
        budget: int = 0,
        parking: int = 0,
        warm_up: bool = True,
        compiled: bool = False,
    ) -> None:
        """
        data_dir, roots, catalogue, downloads: as in `Library`. image_model, video_model: for requests that name none.
        preload: models that `load` loads. budget: bytes of the device, 0 for most of what is free; parking: bytes of
        the machine's memory for models that left the device. warm_up: one step on a GPU after a model is loaded.
        compiled: models are compiled as their entries say.
        """
        self.library = Library(data_dir=data_dir, roots=roots, downloads=downloads, own=catalogue)
        self._defaults = {"images": image_model, "videos": video_model}
        self._preload = list(preload)
        self._budget, self._parking = budget, parking
        self._warm_up, self._compiled = warm_up, compiled
        self._device = "cpu"
        self._residents: Residents[Pipe] | None = None
        self._opening = threading.Lock()
        self._too_large: set[Plan] = set()

    def missing(self) -> str | None:
        """The packages that are not there."""
        absent = [name for name in _PACKAGES if find_spec(name) is None]
        if absent:
            return f"{', '.join(absent)} is not installed. Run: pip install 'pixelle-video[media,gpu]'"
        return None

    def ailing(self) -> str | None:
        """It works in this process; what a model lacks is said with the model."""
        return None

    def load(self, device: str) -> None:
        """
        Take the device and load what is to be there from the start.

        Raises FailedPrecondition (DEVICE_UNAVAILABLE), and for those models what `Residents.run` raises.
        """
        import torch  # pyright: ignore[reportMissingImports]

        if device.startswith("cuda") and not torch.cuda.is_available():
            raise FailedPrecondition(
                f"PIXELLE_DEVICE is {device!r}, but torch finds no CUDA device. Install the GPU's driver and "
                "a torch with CUDA, or set it to 'cpu'.",
                reason="DEVICE_UNAVAILABLE",
            )
        self._device = device
        for name in self._preload:
            self.use(name, self.library.find(name), lambda _: None, tick=lambda fraction, message="": None)

    def close(self) -> None:
        """Let all models go."""
        if self._residents:
            self._residents.close()
            self._residents = None

    def residents(self) -> Residents[Pipe]:
        """The models on the device."""
        from svc_media.diffusion.budget import Residents
        from svc_media.diffusion.device import TorchMemory, default_budget

        with self._opening:
            if self._residents is None:
                budget = self._budget or default_budget(self._device)
                self._residents = Residents(TorchMemory(), budget=budget, parking=self._parking)
            return self._residents

    def use(self, name: str, entry: Entry, work: Callable[[Pipe], T], *, tick: Tick, plan: Plan | None = None) -> T:
        """
        `work` with the loaded model.

        plan: what is going to be done; one that ran out of memory before is done with less of it at once.
        Raises what `Residents.run` and `loading.load` raise.
        """
        from svc_media.diffusion.loading import estimate

        def loaded(cramped: bool) -> Pipe:
            tick(0.0, "loading the model")
            chosen = entry if self._compiled else entry.model_copy(update={"compile": "none"})
            pipe = self.opened(chosen, self._device, cramped=cramped)
            if self._warm_up and self._device != "cpu":
                tick(0.0, "warming up")
                self._warm(pipe, entry)
            return pipe

        tries = 0

        def counted(pipe: Pipe) -> T:
            nonlocal tries
            tries += 1
            return work(pipe)

        found = self.residents().run(
            name,
            loaded,
            counted,
            needs=estimate(entry, self.library),
            tick=tick,
            version=self.library.fingerprint(entry),
            spare=plan in self._too_large,
        )
        if plan and tries > 1:
            self._too_large.add(plan)
        return found

    def opened(self, entry: Entry, device: str, *, cramped: bool) -> Pipe:
        """The weights, read. Raises what `loading.load` raises."""
        from svc_media.diffusion.loading import load

        return load(entry, self.library, device, cramped=cramped)

    def _warm(self, pipe: Pipe, entry: Entry) -> None:
        """One step at the model's usual size: what is compiled and chosen once is not paid by the first request."""
        from svc_media.diffusion.running import Job, Plan, run

        side = int(entry.sizes.most**0.5)
        width, height = model_size(side, side, entry.sizes)
        frames = frame_count(0.0, entry.frames) if entry.frames else 1
        job = Job("a lighthouse", "", 0)
        plan = Plan(entry.weights, width, height, frames, 1, entry.sampler, entry.guidance, 0.0, ())
        if not entry.needs_picture:
            run(pipe, plan, [job], tick=lambda fraction, message="": None)

    def offers(self) -> Sequence[Offer]:
        """The catalogue, with what is to be done for what is not there; the engine's own key for the defaults."""
        if self.missing():
            return (Offer("", "Diffusers", images=True, videos=True),)
        try:
            entries = self.library.entries()
        except PixelleError as error:
            return (Offer("", "Diffusers", images=True, videos=True, reason=error.message),)
        known = {name: self.library.missing(entry) for name, entry in entries.items()}
        own = [
            Offer("", "Diffusers", kind == "images", kind == "videos", known.get(name, f"there is no model {name!r}"))
            for kind, name in self._defaults.items()
            if name
        ]
        return (
            *own,
            *(
                Offer(name, entry.title or name, entry.makes == "images", entry.makes == "videos", known[name])
                for name, entry in entries.items()
            ),
        )

    def named(self, model: str, *, film: bool) -> OneModel:
        """
        This engine with one model.

        Raises what `Library.find` raises, FailedPrecondition (WORKFLOW_UNSET), NotFound (MODEL_NOT_INSTALLED).
        """
        kind: Literal["images", "videos"] = "videos" if film else "images"
        name = model or self._defaults[kind]
        if not name:
            raise FailedPrecondition(
                f"No model is set for {kind}. Name one, or set PIXELLE_DIFFUSERS_{kind[:-1].upper()}_MODEL.",
                reason="WORKFLOW_UNSET",
            )
        entry = self.library.find(name)
        if not self.missing() and (reason := self.library.missing(entry)):
            raise not_installed(reason)
        return OneModel(self, name, entry)

"""Weights from the disk to the device, as the catalogue says."""

from __future__ import annotations

import inspect
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import structlog

from pixelle.runtime.errors import FailedPrecondition
from svc_media.diffusion.device import TorchMemory
from svc_media.diffusion.library import not_installed
from svc_media.diffusion.names import check_names

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from svc_media.diffusion.catalogue import Entry
    from svc_media.diffusion.library import Library

__all__ = ["Pipe", "estimate", "load"]

_log = structlog.get_logger("svc_media.diffusion")
_KEPT_LORAS = 8
"""LoRAs of requests that stay with a model."""


def estimate(entry: Entry, library: Library) -> int:
    """Bytes of the device an entry needs: as it says, else its files and a third more for the work."""
    if entry.vram_gb:
        return int(entry.vram_gb * 1e9)
    folder = library.folder(entry.weights, revision=entry.revision)
    return sum(file.stat().st_size for file in folder.rglob("*.safetensors")) * 4 // 3 if folder else 0


def load(entry: Entry, library: Library, device: str, *, cramped: bool = False) -> Pipe:
    """
    The model, on the device.

    cramped: it does not fit there whole, so its parts stay in the machine's memory.
    Only safetensors files are read, and no code that comes with weights is run.
    Raises NotFound (MODEL_NOT_INSTALLED), FailedPrecondition (MODEL_BROKEN, CATALOGUE_BROKEN), and torch's
    OutOfMemoryError.
    """
    import diffusers  # pyright: ignore[reportMissingImports]
    import torch  # pyright: ignore[reportMissingImports]
    import transformers  # pyright: ignore[reportMissingImports]

    diffusers.utils.logging.set_verbosity_error()
    diffusers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    if reason := library.missing(entry):
        raise not_installed(reason)
    dtypes = entry.dtype if isinstance(entry.dtype, dict) else {"default": entry.dtype}
    if device == "cpu":  # half precision is slow there, and some of it missing
        dtypes = {"default": "float32"}
    kinds: Any = {name: getattr(torch, kind) for name, kind in ({"default": "float32"} | dtypes).items()}
    common: dict[str, Any] = {"local_files_only": not library.downloads, "use_safetensors": True}
    given: dict[str, Any] = dict.fromkeys(entry.leave_out)
    try:
        for name, part in entry.parts.items():
            where = library.folder(part.weights, file="config.json") or part.weights
            options = common | ({"variant": part.variant} if part.variant and _has_variant(where, part.variant) else {})
            given[name] = getattr(diffusers, part.kind).from_pretrained(
                where, dtype=kinds.get(name, kinds["default"]), **options
            )
        where = library.folder(entry.weights, revision=entry.revision) or entry.weights
        if entry.variant and _has_variant(where, entry.variant):
            common["variant"] = entry.variant
        if entry.revision and isinstance(where, str):
            common["revision"] = entry.revision
        cls: Any = getattr(diffusers, entry.pipeline or "DiffusionPipeline")
        pipe = cls.from_pretrained(where, dtype=kinds if len(kinds) > 1 else kinds["default"], **common, **given)
        for lora in entry.loras:
            folder = library.folder(lora.weights, file=lora.file)
            pipe.load_lora_weights(
                str(folder / lora.file) if folder else lora.weights, **({} if folder else {"weight_name": lora.file})
            )
            pipe.fuse_lora(lora_scale=lora.weight)
            pipe.unload_lora_weights()
    except Exception as error:  # whatever the readers of a dozen formats raise
        if TorchMemory().ran_out(error):
            raise
        _log.warning("model cannot be read", model=entry.weights, error=repr(error)[:500])
        raise FailedPrecondition(
            f"The model {entry.title or entry.weights!r} cannot be read ({type(error).__name__}: "
            f"{' '.join(str(error).split())[:200]}). Get it again, or correct its entry in data/models.yaml.",
            reason="MODEL_BROKEN",
        ) from error
    check_names(entry, pipe)
    pipe.set_progress_bar_config(disable=True)
    if entry.tiling:
        pipe.vae.enable_tiling()
    return Pipe(pipe, entry, device, cramped=cramped)


def _has_variant(where: Path | str, variant: str) -> bool:
    """Whether a folder has such files; of what is yet to be fetched it is believed."""
    return isinstance(where, str) or any(where.rglob(f"*.{variant}*.safetensors"))


class Pipe:
    """A loaded model: its pipelines, where its parts are, and the LoRAs it has learned."""

    def __init__(self, pipe: Any, entry: Entry, device: str, *, cramped: bool = False) -> None:
        """pipe: with all components in the machine's memory."""
        self.entry = entry
        self.device = device
        self.size = sum(module.numel() * module.element_size() for module in _tensors(pipe))
        self._pipes: dict[str, Any] = {entry.pipeline or type(pipe).__name__: pipe}
        self._main: Any = pipe
        self.own_scheduler = pipe.scheduler
        """As the weights came with it; every call works with a copy."""
        self._usual = "model" if cramped and entry.offload == "none" else entry.offload
        self._level = ""
        self._hooked: Any = None
        self._loras: OrderedDict[tuple[str, int], str] = OrderedDict()
        self.restore()
        if entry.compile != "none" and device != "cpu":
            self.compiled()

    def pipeline(self, name: str = "") -> Any:
        """The pipeline of that class over the model's components; "" means its own."""
        import diffusers  # pyright: ignore[reportMissingImports]

        pipe = self._main
        if name and name not in self._pipes:
            cls: Any = getattr(diffusers, name)
            wanted = inspect.signature(cls.__init__).parameters
            known = dict(pipe.config) | pipe.components
            made = cls(**{key: known[key] for key in wanted if key in known})
            made.set_progress_bar_config(disable=True)
            self._pipes[name] = made
        if name:
            pipe = self._pipes[name]
        if self._level in {"model", "sequential"} and self._hooked is not pipe:
            self._hook(pipe)
        return pipe

    def _hook(self, pipe: Any) -> None:
        """Hooks that bring parts to the device belong to one pipeline at a time."""
        if self.device == "cpu":
            return
        self._unhook()
        if self._level == "sequential":
            pipe.enable_sequential_cpu_offload(device=self.device)
        else:
            pipe.enable_model_cpu_offload(device=self.device)
        self._hooked = pipe

    def _unhook(self) -> None:
        if self._hooked is not None:
            self._hooked.remove_all_hooks()
            self._hooked = None

    def _place(self, level: str) -> None:
        if level == self._level:
            return
        self._unhook()
        self._main.to(self.device if level == "none" else "cpu")
        self._level = level

    def offload(self) -> None:
        """Bring parts to the device one by one."""
        self._place("model" if self._usual == "none" else self._usual)

    def restore(self) -> None:
        """As the entry says, which is on the device as a whole unless it wants less or is too large."""
        self._place(self._usual)

    def park(self) -> None:
        """Into the machine's memory."""
        self._place("parked")

    def close(self) -> None:
        """Drop every reference; torch frees the memory when it is trimmed."""
        self._hooked = None
        self._main = None
        self._pipes.clear()

    def free_hooks(self) -> None:
        """Parts that a broken-off call left on the device go back."""
        if self._hooked is not None:
            self._hooked.maybe_free_model_hooks()

    def wear(self, loras: Sequence[tuple[Path, float]]) -> None:
        """
        Work with these LoRAs and no others.

        loras: file and weight; of one named twice the weights add up. Raises FailedPrecondition (LORA_UNFIT).
        """
        if not loras and not self._loras:
            return
        pipe = self._main
        weights: dict[str, float] = {}
        for path, weight in loras:
            key = (str(path), path.stat().st_mtime_ns)
            if key not in self._loras:
                self._learn(path, key)
            self._loras.move_to_end(key)
            weights[self._loras[key]] = weights.get(self._loras[key], 0.0) + weight
        while len(self._loras) > max(_KEPT_LORAS, len(weights)):
            pipe.delete_adapters(self._loras.popitem(last=False)[1])
        if weights:
            pipe.enable_lora()
            pipe.set_adapters(list(weights), list(weights.values()))
        else:
            pipe.disable_lora()

    def _learn(self, path: Path, key: tuple[str, int]) -> None:
        name = f"lora_{len(self._loras)}_{abs(hash(key)) % 10**9}"
        try:
            self._main.load_lora_weights(
                str(path.parent), weight_name=path.name, adapter_name=name, local_files_only=True
            )
            learned = {each for names in self._main.get_list_adapters().values() for each in names}
        except Exception as error:
            self._unlearn(name)
            if TorchMemory().ran_out(error):
                raise
            raise _unfit(path, self.entry, f"{type(error).__name__}: {' '.join(str(error).split())[:160]}") from error
        if name not in learned:
            raise _unfit(path, self.entry, "no part of the model is in it")
        self._loras[key] = name

    def _unlearn(self, name: str) -> None:
        """Take out what a LoRA has left in the parts that it fits, where it does not fit them all."""
        for part in self._main.components.values():
            if name in getattr(part, "peft_config", ()):
                (part.delete_adapters if hasattr(part, "delete_adapters") else part.delete_adapter)(name)

    def compiled(self) -> None:
        """Have the denoiser compiled when it is first called; whole where it does not name its blocks."""
        denoiser = getattr(self._main, "transformer", None) or self._main.unet
        if self.entry.compile == "blocks" and getattr(denoiser, "_repeated_blocks", None):
            denoiser.compile_repeated_blocks(fullgraph=True)
        else:
            denoiser.compile()


def _unfit(path: Path, entry: Entry, why: str) -> FailedPrecondition:
    return FailedPrecondition(
        f"The LoRA {path.stem!r} does not fit {entry.title or entry.weights!r} ({why}). Use one that was made for it.",
        reason="LORA_UNFIT",
    )


def _tensors(pipe: Any) -> list[Any]:
    modules = [part for part in pipe.components.values() if hasattr(part, "parameters")]
    return [tensor for module in modules for tensor in (*module.parameters(), *module.buffers())]

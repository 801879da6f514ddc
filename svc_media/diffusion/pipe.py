"""A loaded model: its pipelines, where its parts are, what is compiled, and the LoRAs it has learned."""

from __future__ import annotations

import inspect
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import FailedPrecondition
from svc_media.diffusion.device import TorchMemory

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from svc_media.diffusion.catalogue import Entry
    from svc_media.diffusion.running import Plan

__all__ = ["Pipe"]

_KEPT_LORAS = 8
"""LoRAs of requests that stay with a model."""
_GRAPHS = 64
"""How often one block may be compiled anew: sizes, batches, with and without guidance, each LoRA. torch's own 8 are
soon used up, and what comes then would run as if nothing were compiled."""
_DENOISERS = ("transformer", "transformer_2", "unet", "prior")


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
        self.alone: set[Plan] = set()
        """What does not fit onto the device with others in one batch."""
        coder: Any = getattr(pipe, "vae", None)
        if hasattr(coder, "enable_slicing"):  # a batch's pictures are decoded one by one: as fast, and room for one
            coder.enable_slicing()
        self.restore()

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
        if self.entry.compile != "none" and self.device != "cpu":
            (self.compiled if level == "none" else self.uncompiled)()

    def offload(self, *, layers: bool = False) -> bool:
        """
        Bring parts to the device one by one. layers: layer by layer, and pictures are decoded in tiles.

        Returns False when it works so already.
        """
        if layers:
            if self._level == "sequential":
                return False
            self._place("sequential")
            self._tile(True)
        elif self._level != "sequential":
            self._place("model")
        return True

    def restore(self) -> None:
        """As the entry says, which is on the device as a whole unless it wants less or is too large."""
        self._place(self._usual)
        self._tile(self.entry.tiling)

    def _tile(self, tiled: bool) -> None:
        coder: Any = getattr(self._main, "vae", None)
        if hasattr(coder, "enable_tiling"):
            coder.enable_tiling() if tiled else coder.disable_tiling()

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
        # hooks come back with the next `pipeline`: diffusers would put them back for the first GPU, whichever is ours
        self._unhook()
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
        """Have the denoisers compiled when they are first called; whole where one does not name its blocks."""
        import torch  # pyright: ignore[reportMissingImports]

        torch._dynamo.config.recompile_limit = max(torch._dynamo.config.recompile_limit, _GRAPHS)  # noqa: SLF001
        for denoiser in self._denoisers():
            if self.entry.compile == "blocks" and getattr(denoiser, "_repeated_blocks", None):
                denoiser.compile_repeated_blocks()
            else:
                denoiser.compile()

    def uncompiled(self) -> None:
        """Layers that are fetched while they work are not for the compiler."""
        for denoiser in self._denoisers():
            for module in denoiser.modules():
                module._compiled_call_impl = None  # noqa: SLF001 - torch has no public way back

    def _denoisers(self) -> Iterable[Any]:
        return [part for name in _DENOISERS if (part := getattr(self._main, name, None)) is not None]


def _unfit(path: Path, entry: Entry, why: str) -> FailedPrecondition:
    return FailedPrecondition(
        f"The LoRA {path.stem!r} does not fit {entry.title or entry.weights!r} ({why}). Use one that was made for it.",
        reason="LORA_UNFIT",
    )


def _tensors(pipe: Any) -> list[Any]:
    modules = [part for part in pipe.components.values() if hasattr(part, "parameters")]
    return [tensor for module in modules for tensor in (*module.parameters(), *module.buffers())]

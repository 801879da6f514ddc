"""Weights from the disk to the device, as the catalogue says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

from pixelle.runtime.errors import FailedPrecondition
from svc_media.diffusion.device import TorchMemory
from svc_media.diffusion.library import not_installed
from svc_media.diffusion.names import check_names
from svc_media.diffusion.pipe import Pipe

if TYPE_CHECKING:
    from pathlib import Path

    from svc_media.diffusion.catalogue import Entry
    from svc_media.diffusion.library import Library

__all__ = ["estimate", "load"]

_log = structlog.get_logger("svc_media.diffusion")


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
    return Pipe(pipe, entry, device, cramped=cramped)


def _has_variant(where: Path | str, variant: str) -> bool:
    """Whether a folder has such files; of what is yet to be fetched it is believed."""
    return isinstance(where, str) or any(where.rglob(f"*.{variant}*.safetensors"))

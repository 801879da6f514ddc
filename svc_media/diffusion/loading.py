"""Weights from the disk to the device, as the catalogue says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

from pixelle.runtime.errors import FailedPrecondition, PixelleError
from svc_media.diffusion.device import TorchMemory
from svc_media.diffusion.library import not_installed
from svc_media.diffusion.names import check_names
from svc_media.diffusion.pipe import Pipe
from svc_media.diffusion.single import SUFFIX, check_numbers, predicts

if TYPE_CHECKING:
    from pathlib import Path

    from svc_media.diffusion.catalogue import Entry
    from svc_media.diffusion.library import Library

__all__ = ["estimate", "load"]

_log = structlog.get_logger("svc_media.diffusion")


def estimate(entry: Entry, library: Library) -> int:
    """Bytes of the device an entry needs: as it says, else the files that are loaded and a third more for the work."""
    if entry.vram_gb:
        return int(entry.vram_gb * 1e9)
    if single := library.single(entry.weights):
        return single.stat().st_size * 4 // 3
    folder = library.folder(entry.weights, revision=entry.revision)
    if folder is None:
        return 0
    # beside the components a folder often holds all of them in one file, and each of them in other numbers
    components = {file.parent for file in folder.glob(f"*/*{SUFFIX}")}
    return sum(file.stat().st_size for place in components for file in _loaded(place, entry.variant)) * 4 // 3


def _loaded(place: Path, variant: str) -> list[Path]:
    """The files of a component that are read."""
    files = list(place.glob(f"*{SUFFIX}"))
    chosen = [file for file in files if variant and f".{variant}" in file.name]
    return chosen or [file for file in files if "." not in file.name.removesuffix(SUFFIX)] or files


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
        given |= _parts(entry, library, kinds, common)
        pipe = _whole(entry, library, kinds, common, given)
        for lora in entry.loras:
            folder = library.folder(lora.weights, file=lora.file)
            pipe.load_lora_weights(
                str(folder / lora.file) if folder else lora.weights, **({} if folder else {"weight_name": lora.file})
            )
            pipe.fuse_lora(lora_scale=lora.weight)
            pipe.unload_lora_weights()
    except PixelleError:
        raise
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


def _parts(entry: Entry, library: Library, kinds: dict[str, Any], common: dict[str, Any]) -> dict[str, Any]:
    """The components that come from elsewhere."""
    import diffusers  # pyright: ignore[reportMissingImports]

    made: dict[str, Any] = {}
    for name, part in entry.parts.items():
        cls: Any = getattr(diffusers, part.kind)
        numbers: Any = kinds.get(name, kinds["default"])
        if single := library.single(part.weights):
            check_numbers(single)
            base = library.folder(entry.weights, revision=entry.revision) or entry.weights
            made[name] = cls.from_single_file(str(single), config=str(base), subfolder=name, dtype=numbers, **common)
            continue
        where = library.folder(part.weights, file="config.json") or part.weights
        options = common | ({"variant": part.variant} if part.variant and _has_variant(where, part.variant) else {})
        made[name] = cls.from_pretrained(where, dtype=numbers, **options)
    return made


def _whole(entry: Entry, library: Library, kinds: dict[str, Any], common: dict[str, Any], given: dict[str, Any]) -> Any:
    """The pipeline with all components; those in `given` are not loaded."""
    import diffusers  # pyright: ignore[reportMissingImports]

    cls: Any = getattr(diffusers, entry.pipeline or "DiffusionPipeline")
    if single := library.single(entry.weights):
        check_numbers(single)
        base = str(library.folder(entry.config) or entry.config)
        made = cls.from_single_file(str(single), config=base, dtype=kinds["default"], **common, **given)
        made.scheduler = type(made.scheduler).from_config(made.scheduler.config, **predicts(single))
        return made
    where = library.folder(entry.weights, revision=entry.revision) or entry.weights
    options = dict(common)
    if entry.variant and _has_variant(where, entry.variant):
        options["variant"] = entry.variant
    if entry.revision and isinstance(where, str):
        options["revision"] = entry.revision
    return cls.from_pretrained(where, dtype=kinds if len(kinds) > 1 else kinds["default"], **options, **given)


def _has_variant(where: Path | str, variant: str) -> bool:
    """Whether a folder has such files; of what is yet to be fetched it is believed."""
    return isinstance(where, str) or any(where.rglob(f"*.{variant}*.safetensors"))

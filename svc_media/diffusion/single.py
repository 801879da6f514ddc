"""Models in one file, as model sites hand them out: what they are, read from the head of the file."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import FailedPrecondition

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from svc_media.diffusion.catalogue import Entry

__all__ = ["SUFFIX", "check_numbers", "head", "like_its_file", "predicts"]

SUFFIX = ".safetensors"
_LONGEST_HEAD = 100_000_000
"""Bytes; the format's own limit."""
_KINDS = {
    "conditioner.embedders.1.model.transformer.resblocks.9.mlp.c_proj.bias": "sdxl",
    "cond_stage_model.transformer.text_model.embeddings.token_embedding.weight": "sd15",
}
"""Tensors that only whole checkpoints of a family have: of their text encoders."""
_SCALES = (".scale_weight", ".weight_scale", "scaled_fp8", ".absmax", ".weight_packed")
"""Ends of names beside weights that are no numbers by themselves."""


def head(file: Path) -> Mapping[str, Any]:
    """
    Name to type and shape of every tensor (safetensors: 8 bytes with the length of the JSON that follows).

    Raises FailedPrecondition (MODEL_BROKEN).
    """
    told = file.stat()
    return _head(file, told.st_size, told.st_mtime_ns)


@lru_cache(maxsize=256)
def _head(file: Path, size: int, changed: int) -> Mapping[str, Any]:
    """Read once while the file stays as it is."""
    del changed
    try:
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(8), "little")
            if not 0 < length <= min(_LONGEST_HEAD, size):
                raise ValueError("it does not begin like a safetensors file, or is cut off")
            found: dict[str, Any] = json.loads(opened.read(length))
        end = max((tensor["data_offsets"][1] for name, tensor in found.items() if name != "__metadata__"), default=0)
        if 8 + length + end > size:
            raise ValueError(f"it has {size:,} of {8 + length + end:,} bytes")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise FailedPrecondition(
            f"The file {file.name!r} cannot be read as a model: {str(error)[:120]}. Get it again.",
            reason="MODEL_BROKEN",
        ) from error
    return found


def check_numbers(file: Path) -> None:
    """Raises FailedPrecondition (MODEL_QUANTISED) for weights that need their own program, and as `head`."""
    if any(name.endswith(_SCALES) for name in head(file)):
        raise FailedPrecondition(
            f"The weights in {file.name!r} are quantised with scales beside them, which is not read here. Get the file "
            "with bf16, fp16 or plain fp8 weights, or use a ComfyUI workflow.",
            reason="MODEL_QUANTISED",
        )


def predicts(file: Path) -> dict[str, Any]:
    """What is changed of the scheduler's settings for SDXL models that say by a tensor that they predict velocity."""
    names = head(file)
    return {"prediction_type": "v_prediction", "rescale_betas_zero_snr": "ztsnr" in names} if "v_pred" in names else {}


def like_its_file(file: Path, name: str, entries: Mapping[str, Entry]) -> Entry:
    """
    An entry for a whole checkpoint nobody has described, as the family that its tensors belong to.

    Raises FailedPrecondition (MODEL_UNKNOWN_KIND), and as `head`.
    """
    names = head(file)
    kind = next((kind for tensor, kind in _KINDS.items() if tensor in names), "")
    if not kind:
        raise FailedPrecondition(
            f"The file {file.name!r} is no whole checkpoint of Stable Diffusion 1.5 or XL. Name it in "
            f"data/models.yaml: `{file.stem}: {{like: sd35-medium, weights: {file.name}}}`; one that holds the "
            f"denoiser alone (Flux, Wan, Qwen-Image, Z-Image) as `{file.stem}: {{like: flux-dev, parts: "
            f"{{transformer: {{class: FluxTransformer2DModel, weights: {file.name}}}}}}}`.",
            reason="MODEL_UNKNOWN_KIND",
        )
    like = entries[kind]
    changed = {"weights": str(file), "config": like.config or like.weights, "title": name, "vram_gb": 0.0}
    return like.model_copy(update=changed)

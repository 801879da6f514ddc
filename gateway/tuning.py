"""What a request may say of the model that makes the pictures: the same fields wherever pictures are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field

from pixelle.media.v1 import media_pb2

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Guidance", "LoraModel", "Loras", "NegativePrompt", "Sampler", "Steps", "tune"]


class LoraModel(BaseModel):
    """A small addition to a model: a style, a person."""

    model_config = ConfigDict(extra="forbid")

    path: str = Field(min_length=1, max_length=1_000, description="Its name in the media service's data/loras.")
    weight: float = Field(default=1.0, ge=-4, le=4, allow_inf_nan=False, description="How strongly it works.")


NegativePrompt = Annotated[
    str | None, Field(max_length=5_000, description="What pictures and footage are to avoid, where the model can.")
]
Steps = Annotated[int | None, Field(ge=1, le=500, description="Denoising steps. Null: the model's own.")]
Guidance = Annotated[
    float | None,
    Field(ge=0, le=50, allow_inf_nan=False, description="How closely a prompt is followed. Null: the model's own."),
]
Sampler = Annotated[str | None, Field(max_length=100, description="Sampler of the model. Null: the model's own.")]
Loras = Annotated[list[LoraModel] | None, Field(max_length=8, description="LoRAs added to the model.")]


class _Tuned(Protocol):
    """A request with these fields."""

    negative_prompt: NegativePrompt
    steps: Steps
    guidance: Guidance
    sampler: Sampler
    loras: Loras


def tune(prompt: media_pb2.MediaPrompt, request: _Tuned) -> None:
    """Put what a request says of the model into what the media service is asked."""
    prompt.negative_prompt = request.negative_prompt or ""
    prompt.steps = request.steps or 0
    prompt.sampler = request.sampler or ""
    if request.guidance is not None:
        prompt.guidance = request.guidance
    loras: Sequence[LoraModel] = request.loras or ()
    prompt.loras.extend(media_pb2.Lora(path=lora.path, weight=lora.weight) for lora in loras)

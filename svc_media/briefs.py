"""Requests checked and turned into briefs: everything that can be wrong is found here, before work is spent."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pixelle.runtime.errors import FailedPrecondition, InvalidArgument
from svc_media.engines.base import Brief, Lora, Series

if TYPE_CHECKING:
    from pixelle.media.v1 import media_pb2
    from svc_media.engines.base import MediaEngine

__all__ = ["brief_of", "check_footage", "refuse_what_it_cannot"]

_LONGEST = 5_000
_SMALLEST, _LARGEST = 256, 4096
_MOST_LORAS = 8


def brief_of(prompt: media_pb2.MediaPrompt) -> Brief:
    """
    The checked brief.

    Raises InvalidArgument: PROMPT_EMPTY, PROMPT_TOO_LONG, SIZE_OUT_OF_RANGE, STEPS_OUT_OF_RANGE, SERIES_INVALID, and
    what `_check_tuning` says.
    """
    if not prompt.prompt.strip():
        raise InvalidArgument("The prompt is empty. Say what to show, in 1 to 5,000 characters.", reason="PROMPT_EMPTY")
    for name, text in (
        ("prompt", prompt.prompt),
        ("negative_prompt", prompt.negative_prompt),
        ("narration", prompt.narration),
    ):
        if len(text) > _LONGEST:
            raise InvalidArgument(
                f"{name} has {len(text):,} characters; at most {_LONGEST:,} are read. Shorten it.",
                reason="PROMPT_TOO_LONG",
            )
    for name, length in (("width", prompt.width), ("height", prompt.height)):
        if not _SMALLEST <= length <= _LARGEST:
            raise InvalidArgument(
                f"{name} is {length}; it must be {_SMALLEST} to {_LARGEST} pixels.", reason="SIZE_OUT_OF_RANGE"
            )
    if not 0 <= prompt.steps <= 500:
        raise InvalidArgument(f"steps is {prompt.steps}; it must be 0 to 500.", reason="STEPS_OUT_OF_RANGE")
    _check_tuning(prompt)
    series = None
    if prompt.HasField("series"):
        given = prompt.series
        cast = tuple((member.name, member.look) for member in given.cast if member.name.strip())
        series = Series(given.seed, given.index, given.count, given.title, cast)
        if not 0 <= series.index < max(1, series.count):
            raise InvalidArgument(
                f"series.index is {series.index} of {series.count} scenes; it must be 0 to count - 1.",
                reason="SERIES_INVALID",
            )
    return Brief(
        prompt=prompt.prompt,
        width=prompt.width,
        height=prompt.height,
        seed=prompt.seed,
        negative_prompt=prompt.negative_prompt,
        steps=prompt.steps,
        narration=prompt.narration,
        series=series,
        guidance=prompt.guidance if prompt.HasField("guidance") else None,
        sampler=prompt.sampler,
        loras=tuple(Lora(lora.path, lora.weight if lora.HasField("weight") else 1.0) for lora in prompt.loras),
        strength=prompt.strength if prompt.HasField("strength") else None,
    )


def _check_tuning(prompt: media_pb2.MediaPrompt) -> None:
    """Raises InvalidArgument: (GUIDANCE, STRENGTH, LORA_WEIGHT)_OUT_OF_RANGE, LORAS_TOO_MANY."""
    if prompt.HasField("guidance") and not 0 <= prompt.guidance <= 50:  # NaN is not either
        raise InvalidArgument(f"guidance is {prompt.guidance:g}; it must be 0 to 50.", reason="GUIDANCE_OUT_OF_RANGE")
    if prompt.HasField("strength") and not 0 < prompt.strength <= 1:
        raise InvalidArgument(
            f"strength is {prompt.strength:g}; it must be more than 0 and at most 1.", reason="STRENGTH_OUT_OF_RANGE"
        )
    if len(prompt.loras) > _MOST_LORAS:
        raise InvalidArgument(
            f"There are {len(prompt.loras)} LoRAs; at most {_MOST_LORAS} are taken.", reason="LORAS_TOO_MANY"
        )
    for lora in prompt.loras:
        if lora.HasField("weight") and not -4 <= lora.weight <= 4:
            raise InvalidArgument(
                f"The weight of the LoRA {lora.path!r} is {lora.weight:g}; it must be -4 to 4.",
                reason="LORA_WEIGHT_OUT_OF_RANGE",
            )


def check_footage(request: media_pb2.GenerateVideoRequest) -> None:
    """Raises InvalidArgument: DURATION_OUT_OF_RANGE, FPS_OUT_OF_RANGE, SIZE_ODD."""
    duration = request.duration_seconds
    if not (math.isfinite(duration) and 0 < duration <= 600):
        raise InvalidArgument(
            f"duration_seconds is {duration:g}; it must be more than 0 and at most 600.", reason="DURATION_OUT_OF_RANGE"
        )
    if request.fps and not 15 <= request.fps <= 60:
        raise InvalidArgument(
            f"fps is {request.fps}; it must be 15 to 60, or 0 for the engine's own.", reason="FPS_OUT_OF_RANGE"
        )
    width, height = request.prompt.width, request.prompt.height
    if width % 2 or height % 2:
        raise InvalidArgument(
            f"Footage of {width} x {height} pixels cannot be encoded: both sides must be even.", reason="SIZE_ODD"
        )


def refuse_what_it_cannot(engine: MediaEngine, name: str, brief: Brief, *, reference: bool) -> None:
    """Raises FailedPrecondition: ENGINE_CANNOT_EDIT, ENGINE_NO_NEGATIVE_PROMPT, ENGINE_NOT_TUNED."""
    tuning = {"guidance": brief.guidance, "strength": brief.strength, "sampler": brief.sampler, "loras": brief.loras}
    given = [field for field, value in tuning.items() if value is not None and value not in ("", ())]
    if given and not engine.features.tuned:
        raise FailedPrecondition(
            f"The engine {name!r} does not take {' or '.join(given)}. Leave it out, or choose another workflow.",
            reason="ENGINE_NOT_TUNED",
            details={"engine": name},
        )
    if reference and not engine.edits:
        raise FailedPrecondition(
            f"The engine {name!r} cannot start from a given picture. Leave out reference, or choose a "
            "workflow that edits.",
            reason="ENGINE_CANNOT_EDIT",
            details={"engine": name},
        )
    if brief.negative_prompt.strip() and not engine.negative_prompts:
        raise FailedPrecondition(
            f"The engine {name!r} cannot be told what to avoid. Leave out negative_prompt, or choose another workflow.",
            reason="ENGINE_NO_NEGATIVE_PROMPT",
            details={"engine": name},
        )

"""One call of a pipeline: alike jobs in, pixels out, with progress for every step."""

from __future__ import annotations

import inspect
import io
import math
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageOps

from pixelle.runtime.errors import FailedPrecondition, InvalidArgument
from svc_media.diffusion.catalogue import GUIDED
from svc_media.diffusion.device import TorchMemory, paced
from svc_media.diffusion.prompts import encoded, piece_count
from svc_media.diffusion.samplers import scheduler
from svc_media.fitting import MOST_PIXELS, UNREADABLE, cut_to

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pixelle.runtime.work import Tick
    from svc_media.diffusion.pipe import Pipe

__all__ = ["Job", "Plan", "picture_of", "run"]

_READ, _DENOISED = 0.05, 0.9
"""Shares of the whole at which the prompt is read and the last step is done."""


@dataclass(frozen=True)
class Plan:
    """What jobs that are made together have in common."""

    model: str
    width: int
    """Pixels at which the model works."""
    height: int
    frames: int
    """1 for pictures."""
    steps: int
    sampler: str
    guidance: float
    strength: float
    """How far a given picture is changed; 0 when none is given."""
    loras: tuple[tuple[Path, int, float], ...]
    """File, time of its last change, weight."""


@dataclass(frozen=True)
class Job:
    """What is its own."""

    prompt: str
    negative: str
    """Empty: the model's own."""
    seed: int
    picture: Image.Image | None = None
    """What to start from, at the plan's size."""


def run(pipe: Pipe, plan: Plan, jobs: Sequence[Job], *, tick: Tick) -> NDArray[np.uint8]:
    """
    RGB, [jobs, frames, height, width, 3].

    The same plan and job give the same pixels on the same device; a job made together with others may differ from the
    same one alone in the last bits, because sums run in another order.
    Raises Cancelled within a step of its cause, InvalidArgument (PROMPT_TOO_LONG),
    FailedPrecondition (LORA_UNFIT, RESULT_NOT_FINITE), and torch's OutOfMemoryError.
    """
    import numpy as np

    tick(0.0, "reading the prompt")
    pipe.wear([(path, weight) for path, _, weight in plan.loras])
    # texts of unlike length would be padded to one, which changes what the shorter one shows
    groups: dict[int, list[int]] = {}
    for number, job in enumerate(jobs):
        groups.setdefault(piece_count(pipe.pipeline(), [job.prompt, job.negative], pipe.entry), []).append(number)
    made: dict[int, NDArray[np.uint8]] = {}
    waiting = list(groups.values())
    while waiting:
        group = waiting.pop(0)
        # models that go by words alone would show each job the pictures of all
        if len(group) > 1 and (plan in pipe.alone or (plan.strength and pipe.entry.strength is None)):
            waiting[:0] = [[number] for number in group]
            continue
        done, share = len(made) / len(jobs), len(group) / len(jobs)

        def scaled(fraction: float, message: str = "", *, done: float = done, share: float = share) -> None:
            tick(done + share * fraction, message)

        found = _together(pipe, plan, [jobs[number] for number in group], scaled)
        if found is None:
            pipe.alone.add(plan)
            waiting.insert(0, group)
        else:
            made |= dict(zip(group, found, strict=True))
    return np.stack([made[number] for number in range(len(jobs))])


def _together(pipe: Pipe, plan: Plan, jobs: Sequence[Job], tick: Tick) -> NDArray[np.uint8] | None:
    """As `_run`; None when there is too little memory for so many at once."""
    memory = TorchMemory()
    try:
        return _run(pipe, plan, jobs, tick)
    except Exception as error:
        if len(jobs) == 1 or not memory.ran_out(error):
            raise
    memory.trim()
    return None


def _run(pipe: Pipe, plan: Plan, jobs: Sequence[Job], tick: Tick) -> NDArray[np.uint8]:
    """One call of the pipeline."""
    import torch  # pyright: ignore[reportMissingImports]

    entry = pipe.entry
    line = pipe.pipeline(entry.from_picture if plan.strength and not entry.needs_picture else "")
    line.scheduler = scheduler(plan.sampler, pipe.own_scheduler, entry.shift)
    takes = inspect.signature(line.__call__).parameters
    given: dict[str, Any] = dict(entry.call)
    given |= encoded(
        line, [job.prompt for job in jobs], _negatives(jobs, entry.negative), entry, cfg=plan.guidance > GUIDED
    )
    given |= {
        "width": plan.width,
        "height": plan.height,
        "num_frames": plan.frames,
        "num_inference_steps": plan.steps,
        entry.guidance_as: plan.guidance,
        # drawn on the processor: the same on every device
        "generator": [torch.Generator("cpu").manual_seed(job.seed) for job in jobs],
        "output_type": "pt",
    }
    if plan.strength:
        pictures = [job.picture for job in jobs]
        given |= {"image": pictures[0] if entry.frames else pictures, "strength": plan.strength}
        # a few steps at little strength would be none at all
        given["num_inference_steps"] = (
            max(plan.steps, math.ceil(1 / plan.strength)) if "strength" in takes else plan.steps
        )
    pace = paced(pipe.device)

    def step(inner: Any, number: int, _: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        pace()
        total = max(getattr(inner, "num_timesteps", 0) or plan.steps, number + 1)
        tick(_READ + (_DENOISED - _READ) * (number + 1) / total, f"step {number + 1} of {total}")
        return tensors

    given |= {"callback_on_step_end": step}
    if "callback_on_step_end" not in takes:
        line.scheduler.step = _watched(line, step)
    given = {name: value for name, value in given.items() if name in takes}
    tick(_READ, "denoising")
    try:
        made = line(**given)
        pixels = made.frames if entry.frames else made.images
        if not bool(torch.isfinite(pixels).all()):
            raise FailedPrecondition(
                f"{entry.title or plan.model!r} made no numbers but NaN. Set its dtype to bfloat16 or float32 in "
                "data/models.yaml.",
                reason="RESULT_NOT_FINITE",
            )
        pixels = (pixels if entry.frames else pixels[:, None]).movedim(-3, -1)
        return (pixels.float().clamp(0, 1) * 255).round().to(torch.uint8).cpu().numpy()
    finally:
        pipe.free_hooks()


def _watched(line: Any, told: Callable[[Any, int, Any, dict[str, Any]], object]) -> Callable[..., Any]:
    """The step of a pipeline's scheduler, with `told` after each: some pipelines tell nobody how far they are."""
    own, number = line.scheduler.step, count()

    def step(*given: Any, **named: Any) -> Any:
        made = own(*given, **named)
        told(line, next(number), None, {})
        return made

    return step


def picture_of(data: bytes, width: int, height: int) -> Image.Image:
    """A given picture, upright, cut to this size. Raises InvalidArgument (REFERENCE_NOT_A_PICTURE)."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise ValueError(f"{image.width} x {image.height} pixels")
            return cut_to(ImageOps.exif_transpose(image), width, height)
    except UNREADABLE as error:
        raise InvalidArgument(
            f"The picture to start from cannot be read ({type(error).__name__}: {str(error)[:100]}). Send PNG, JPEG, "
            f"WebP or GIF of at most {MOST_PIXELS:,} pixels.",
            reason="REFERENCE_NOT_A_PICTURE",
        ) from error


def _negatives(jobs: Sequence[Job], usual: str | None) -> list[str] | None:
    """What each job avoids; None when nobody says anything."""
    if usual is None and not any(job.negative for job in jobs):
        return None
    return [job.negative or usual or "" for job in jobs]

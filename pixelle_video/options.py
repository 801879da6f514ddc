"""What may be said of a video beside its text: one list for making it and for planning it."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - callers ask for the types of the fields
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from pixelle_video.assets import Asset  # noqa: TC001 - as above
from pixelle_video.picturing import loras_of
from pixelle_video.plans import leave_open

if TYPE_CHECKING:
    from pixelle_video.tasks import Tasks

__all__ = ["VideoOptions", "request_of_video"]

_UNUSED = {"media_width", "media_height"}
"""The template states the size."""


class VideoOptions(TypedDict, total=False):
    """The arguments of `PixelleVideoCore.generate_video`, and their meaning as there."""

    mode: Literal["generate", "fixed"]
    title: str | None
    n_scenes: int
    split_mode: Literal["paragraph", "line", "sentence"]
    tts_workflow: str | None
    tts_voice: str | None
    tts_speed: float | None
    ref_audio: str | Path | None
    pronunciations: dict[str, str] | None
    verify: bool
    media_workflow: str | None
    media_width: int | None
    media_height: int | None
    frame_template: str | None
    template_params: dict[str, Any] | None
    prompt_prefix: str | None
    bgm_path: str | Path | None
    bgm_volume: float
    bgm_mode: Literal["loop", "once"]
    footage_volume: float
    video_fps: int
    min_narration_words: int
    max_narration_words: int
    min_image_prompt_words: int
    max_image_prompt_words: int
    language: str | None
    style: str | None
    target_seconds: float | None
    captions: Literal["off", "line", "word"] | None
    motion: Literal["none", "pan"] | None
    transition: Literal["none", "fade"] | None
    footage_fit: Literal["auto", "cover", "contain"]
    seed: int | None
    negative_prompt: str | None
    steps: int | None
    guidance: float | None
    sampler: str | None
    loras: list[str | tuple[str, float]] | None
    assets: list[str | Path | Asset] | None
    asset_match: Literal["order", "caption"]
    metadata: dict[str, Any] | None


async def request_of_video(
    text: str, pipeline: Literal["standard", "asset_based"], options: VideoOptions, tasks: Tasks
) -> dict[str, Any]:
    """What the gateway is sent; files of this machine are where it finds them. Raises PixelleError."""
    assets = options.get("assets")
    given: dict[str, Any] = {
        "text": text,
        "pipeline": pipeline,
        **{name: value for name, value in options.items() if name not in _UNUSED},
        "ref_audio": await tasks.reachable(options.get("ref_audio")),
        "bgm_path": await tasks.reachable(options.get("bgm_path")),
        "verify": options.get("verify") or None,
        "loras": loras_of(options.get("loras")),
        "assets": await tasks.sent(assets) if assets else None,
        "asset_match": options.get("asset_match") if assets else None,
    }
    leave_open(given)
    return {name: value for name, value in given.items() if value is not None}

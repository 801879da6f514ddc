"""The JSON of asking for pictures and footage alone."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gateway.boards import Strict
from gateway.fields import bounded, or_default
from gateway.outcome import Spent  # noqa: TC001 - pydantic needs it when the class is made
from gateway.tuning import Guidance, Loras, NegativePrompt, Sampler, Steps  # noqa: TC001 - as above

__all__ = ["ImageMade", "ImageRequest", "MediaMade", "MediaRequest"]

FOOTAGE_SECONDS = 5.0
"""Of footage whose request names no length."""


class ImageRequest(Strict):
    """What picture to make."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"prompt": "an open book by a window", "width": 1024}]}
    )

    prompt: str = Field(min_length=1, max_length=5_000, description="What to show, in English.")
    width: Annotated[int, or_default(1024)] = bounded(1024, 512, 2048, "Pixels; the result has exactly this width.")
    height: Annotated[int, or_default(1024)] = bounded(1024, 512, 2048, "Pixels; the result has exactly this height.")
    workflow: str | None = Field(default=None, max_length=500, description='Workflow key: "local/illustrate".')
    seed: int | None = Field(default=None, ge=0, lt=2**32, description="Makes it repeatable. Null: drawn.")

    @model_validator(mode="after")
    def _not_blank(self) -> ImageRequest:
        if not self.prompt.strip():
            raise ValueError("prompt is blank: say what to show.")
        return self


class MediaRequest(ImageRequest):
    """What picture or footage to make."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"prompt": "waves at dusk", "media_type": "video", "duration": 4}]},
    )

    media_type: Annotated[Literal["image", "video"], or_default("image")] = "image"
    duration: float | None = Field(
        default=None, gt=0, le=600, allow_inf_nan=False, description="Seconds of footage. Null: 5."
    )
    negative_prompt: NegativePrompt = None
    steps: Steps = None
    guidance: Guidance = None
    sampler: Sampler = None
    loras: Loras = None
    image_path: str | None = Field(
        default=None, max_length=2_000, description="A picture to start from: path or URL. Refused where it cannot."
    )

    @model_validator(mode="after")
    def _lasting(self) -> MediaRequest:
        if self.duration is not None and self.media_type == "image":
            raise ValueError("duration is of footage, and a picture has none. Leave it out, or send media_type video.")
        return self


class _Made(BaseModel):
    """What is said of everything that was made."""

    success: bool = True
    message: str = "Success"
    width: int = Field(description="Pixels.")
    height: int = Field(description="Pixels.")
    seed: int = Field(description="Sent again with the same request, it makes the same.")
    engine: str
    attribution: str = Field(default="", description="Who is to be named where it is shown; empty mostly.")
    spent: list[Spent] = Field(default_factory=list["Spent"], description="What vendors counted.")


class ImageMade(_Made):
    """A picture."""

    image_path: str = Field(description="Below /api/files/, and wherever a request takes a path.")
    image_url: str


class MediaMade(_Made):
    """A picture or footage."""

    media_path: str = Field(description="Below /api/files/, and wherever a request takes a path.")
    media_url: str
    media_type: Literal["image", "video"]
    duration: float | None = Field(description="Seconds of footage; null for a picture.")

"""The JSON of planning a video and of changing its scenes."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from gateway.boards import StoryboardModel, Strict
from gateway.fields import VoiceId  # noqa: TC001 - pydantic needs it when the class is made

__all__ = ["Estimate", "Planned", "SceneChange"]


class Estimate(BaseModel):
    """What making the planned video would take."""

    seconds: float = Field(description="Seconds of work, once its turn has come; a rough guess.")
    cost: float | None = Field(
        default=None,
        description="Of the whole video, the writing included. Null while a price that is needed is not set.",
    )
    currency: str = Field(default="", description='Of the cost: "USD".')
    scenes: int
    video_seconds: float = Field(description="Length of the video, guessed from its words.")
    learned: bool = Field(description="True when judged by videos made here, false for a rule of thumb.")


class Planned(BaseModel):
    """A plan, and what it would take."""

    success: bool = True
    message: str = "Success"
    storyboard: StoryboardModel = Field(description="Edit it as you like and send it as `storyboard` of a video.")
    estimate: Estimate


class SceneChange(Strict):
    """What is to be different in a scene. Nothing at all: another picture is drawn."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"narration": "Ten minutes are enough."}]}
    )

    narration: str | None = Field(default=None, min_length=1, max_length=20_000, description="What the voice says.")
    image_prompt: str | None = Field(
        default=None, min_length=1, max_length=5_000, description="What the picture shows, in English."
    )
    seed: int | None = Field(default=None, ge=0, lt=2**32, description="Seed of the picture. 0: drawn.")
    voice: VoiceId | None = Field(default=None, min_length=1, max_length=500, description="Voice of this scene.")

"""The JSON of a storyboard."""

from __future__ import annotations

from typing import cast

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gateway.fields import VoiceId, check_keepable

__all__ = [
    "MAX_SCENES",
    "MAX_TITLE",
    "SCENE_MADE",
    "CastMemberModel",
    "SceneModel",
    "StoryboardModel",
    "Strict",
    "UsageModel",
    "without",
]

MAX_TITLE = 10_000
MAX_SCENES = 500
"""As many as a script may be split into."""
SCENE_MADE = frozenset(
    {"audio_url", "image_url", "video_url", "composed_url", "segment_url", "duration", "words", "frame_count"}
    | {"timing_source", "verification", "voice_likeness", "attribution", "spent", "spent_unit"}
)
"""What `GET /api/tasks/{id}/storyboard` says about a scene beside its plan; nobody needs to take it out again."""


def without(value: object, names: frozenset[str]) -> object:
    """A JSON object without some of its members; anything else as it is."""
    if not isinstance(value, dict):
        return value
    return {name: each for name, each in cast("dict[str, object]", value).items() if name not in names}


class Strict(BaseModel):
    """
    A field nobody knows is refused: a misspelt one must not quietly lose its meaning. So is what cannot be kept.

    Null means the default, as everywhere in the contract.
    """

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _keepable(cls, value: object) -> object:
        if not isinstance(check_keepable(value), dict):
            return value
        given = cast("dict[str, object]", value)
        return {name: each for name, each in given.items() if each is not None or name not in cls.model_fields}


class SceneModel(Strict):
    """One beat of a video (mirror of pixelle.core.v1.Scene)."""

    index: int = Field(
        default=0, ge=0, le=1000, description="Position, from 0. Ignored on the way in: the order counts."
    )
    narration: str = Field(min_length=1, max_length=20_000, description="What the voice says.")
    image_prompt: str = Field(
        default="", max_length=5_000, description="What the picture shows, in English. Empty: written."
    )
    seed: int = Field(default=0, ge=0, lt=2**32, description="Seed of the picture. 0: drawn.")
    voice: VoiceId = Field(default="", max_length=500, description="Voice of the scene. Empty: that of the video.")
    asset: int = Field(
        default=0, ge=0, le=200, description="Which of the request's `assets` it shows, from 1. 0: none of them."
    )

    @model_validator(mode="before")
    @classmethod
    def _sent_back(cls, value: object) -> object:
        return without(value, SCENE_MADE)


class CastMemberModel(Strict):
    """Someone or something seen in several scenes (mirror of pixelle.core.v1.CastMember)."""

    name: str = Field(min_length=1, max_length=200, description="The name used in image prompts.")
    look: str = Field(default="", max_length=1_000, description="What it looks like, in English.")


class UsageModel(Strict):
    """What a language model read and wrote (mirror of pixelle.core.v1.Usage)."""

    input_tokens: int = Field(default=0, ge=0, lt=2**31, description="Tokens read; 0 when the engine does not say.")
    output_tokens: int = Field(default=0, ge=0, lt=2**31, description="Tokens written; 0 when the engine does not say.")
    calls: int = Field(default=0, ge=0, lt=2**31, description="Questions asked, repairs included.")
    cost: float | None = Field(default=None, ge=0, allow_inf_nan=False, description="Null when no price is configured.")
    currency: str = Field(default="", max_length=10, description='Of the cost: "USD".')


class StoryboardModel(Strict):
    """The plan of a video: text only, editable (mirror of pixelle.core.v1.Storyboard)."""

    title: str = Field(default="", max_length=MAX_TITLE, description="Title of the video.")
    language: str = Field(
        default="", max_length=35, description="BCP 47 tag of the narrations. Empty: that of the text."
    )
    style: str = Field(default="", max_length=5_000, description="A style line shared by all image prompts.")
    scenes: list[SceneModel] = Field(min_length=1, max_length=MAX_SCENES, description="The scenes in order.")
    notice: str = Field(default="", max_length=5_000, description="Something the reader must know.")
    engine: str = Field(default="", max_length=200, description="The engine that wrote it.")
    seed: int = Field(default=0, ge=0, lt=2**32, description="Seed of the video. 0: drawn.")
    cast: list[CastMemberModel] = Field(
        default_factory=list[CastMemberModel], max_length=50, description="Who is seen in several scenes."
    )
    usage: UsageModel | None = Field(default=None, description="What writing it took; null without a model.")

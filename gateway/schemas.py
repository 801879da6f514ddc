"""The JSON of asking for a video, and of short answers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gateway.boards import MAX_TITLE, StoryboardModel, Strict
from gateway.fields import Keepable, VoiceId, check_words
from gateway.fields import bounded as _range
from gateway.fields import or_default as _or
from gateway.material import AssetModel  # noqa: TC001 - pydantic needs it when the class is made
from gateway.outcome import Spent  # noqa: TC001 - as above
from gateway.tuning import Guidance, Loras, NegativePrompt, Sampler, Steps  # noqa: TC001 - as above

__all__ = [
    "Accepted",
    "Cancelled",
    "Deleted",
    "Health",
    "Redelivered",
    "VideoGenerateRequest",
    "VideoGenerated",
]

MAX_TEXT = 100_000
_Path = Annotated[str, Field(min_length=1, max_length=2_000)]
_LEFT_OPEN = frozenset({"n_scenes", "min_narration_words", "max_narration_words"})
"""What follows from `target_seconds` where it was not said."""


class VideoGenerateRequest(Strict):
    """What video to make."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "text": "Why develop a reading habit",
                    "mode": "generate",
                    "n_scenes": 5,
                    "title": "The Power of Reading",
                    "frame_template": "1080x1920/image_default.html",
                }
            ]
        },
    )

    text: str = Field(min_length=1, max_length=MAX_TEXT, description="A topic, source material or a whole script.")
    mode: Literal["generate", "fixed"] = Field(
        default="generate", description="Write about the text, or say exactly it."
    )
    title: str | None = Field(default=None, max_length=MAX_TITLE, description="Title of the video. Null: written.")
    n_scenes: Annotated[int, _or(5)] = _range(5, 1, 20, "Number of scenes, in mode generate; as many as `assets`.")
    tts_workflow: str | None = Field(
        default=None, max_length=500, description='Workflow key of the voice: "local/piper".'
    )
    ref_audio: str | None = Field(
        default=None, max_length=2_000, description="A recording whose voice is copied: path or URL."
    )
    voice_id: VoiceId | None = Field(default=None, max_length=500, description="Deprecated: use tts_voice.")
    min_narration_words: Annotated[int, _or(5)] = _range(5, 1, 100, "Fewest words of a narration.")
    max_narration_words: Annotated[int, _or(20)] = _range(20, 1, 200, "Most words of a narration.")
    min_image_prompt_words: Annotated[int, _or(30)] = _range(30, 10, 100, "Fewest words of an image prompt.")
    max_image_prompt_words: Annotated[int, _or(60)] = _range(60, 10, 200, "Most words of an image prompt.")
    media_workflow: str | None = Field(default=None, max_length=500, description='Workflow key: "local/illustrate".')
    video_fps: Annotated[int, _or(30)] = _range(30, 15, 60, "Frames per second.")
    frame_template: str | None = Field(default=None, max_length=500, description="Template key. Null: the default.")
    template_params: Keepable | None = Field(default=None, max_length=200, description="Values of its parameters.")
    prompt_prefix: str | None = Field(default=None, max_length=5_000, description="In front of every image prompt.")
    bgm_path: str | None = Field(default=None, max_length=2_000, description="Music: a built-in name, a path or a URL.")
    bgm_volume: Annotated[float, _or(0.3)] = Field(default=0.3, ge=0, le=1, description="Volume of the music.")

    split_mode: Annotated[Literal["paragraph", "line", "sentence"], _or("paragraph")] = Field(
        default="paragraph", description="Where a script is split, in mode fixed."
    )
    tts_voice: VoiceId | None = Field(
        default=None, max_length=500, description="Voice id. Null: the engine's for the language."
    )
    tts_speed: Annotated[float, _or(1.0)] = Field(default=1.0, ge=0.5, le=2, description="Speed of the voice.")
    pronunciations: dict[str, str] | None = Field(
        default=None,
        max_length=500,
        description='How words are to be read: {"Nguyen": "win"}, or IPA between slashes for engines that read it.',
    )
    verify: Annotated[bool, _or(False)] = Field(
        default=False, description="Listen to what was spoken, and speak again what cannot be understood."
    )
    bgm_mode: Annotated[Literal["loop", "once"], _or("loop")] = Field(
        default="loop", description="Repeat the music or not."
    )
    footage_volume: Annotated[float, _or(0.0)] = Field(
        default=0.0, ge=0, le=1, description="Volume of the footage's own sound; 0 drops it."
    )
    language: str | None = Field(default=None, max_length=35, description="BCP 47 tag. Null: that of the text.")
    style: str | None = Field(
        default=None, max_length=2_000, description="Audience and tone of the script: children, dry humour."
    )
    target_seconds: float | None = Field(
        default=None, ge=5, le=1800, description="Length of the speech, within a fifth. Decides the words per scene."
    )
    captions: Literal["off", "line", "word"] | None = Field(default=None, description="Captions in the picture.")
    motion: Literal["none", "pan"] | None = Field(default=None, description="Movement of the pictures.")
    transition: Literal["none", "fade"] | None = Field(default=None, description="How scenes follow each other.")
    footage_fit: Annotated[Literal["auto", "cover", "contain"], _or("auto")] = Field(
        default="auto",
        description="Cut footage to the page's shape, or show all of it; auto: all where less than half would be left.",
    )
    seed: int | None = Field(default=None, ge=0, lt=2**32, description="Makes pictures repeatable. Null: drawn.")
    negative_prompt: NegativePrompt = None
    steps: Steps = None
    guidance: Guidance = None
    sampler: Sampler = None
    loras: Loras = None
    storyboard: StoryboardModel | None = Field(default=None, description="A finished plan: nothing is written then.")
    assets: list[_Path | AssetModel] | None = Field(
        default=None, min_length=1, max_length=200, description="Own pictures and clips, in the order of the scenes."
    )
    asset_match: Annotated[Literal["order", "caption"], _or("order")] = Field(
        default="order", description="Which scene shows which of `assets`: by their order, or by what they are of."
    )
    callback_url: str | None = Field(
        default=None,
        max_length=2_000,
        description="Called when the task has ended, signed as Standard Webhooks says; tried again for over two hours.",
    )
    priority: Annotated[int, _or(5)] = Field(
        default=5, ge=0, le=9, description="Higher ones go first; above 5 only for keys that may."
    )
    metadata: Keepable | None = Field(
        default=None, description="Passed back with the task; up to 100,000 characters as JSON."
    )
    pipeline: Annotated[Literal["standard", "asset_based"], _or("standard")] = Field(
        default="standard", description="asset_based: the script is written around `assets`, a scene for each."
    )

    @model_validator(mode="after")
    def _ranges(self) -> VideoGenerateRequest:
        if not self.text.strip():
            raise ValueError("text is blank: send a topic or a script.")
        for name in ("narration_words", "image_prompt_words"):
            check_words(getattr(self, f"min_{name}"), getattr(self, f"max_{name}"), name)
        if self.assets and "n_scenes" not in self.model_fields_set:
            self.n_scenes = min(len(self.assets), 20)
        if self.target_seconds and self.mode == "fixed":
            raise ValueError("target_seconds has no meaning in mode fixed: the script decides. Leave it out.")
        return self

    def as_sent(self) -> dict[str, Any]:
        """As it is kept with its task, with defaults filled in: sent again, it asks for the same."""
        kept = self.model_dump(mode="json")
        return kept | (dict.fromkeys(_LEFT_OPEN - self.model_fields_set) if self.target_seconds else {})


class VideoGenerated(BaseModel):
    """Answer of the waiting endpoint."""

    success: bool = True
    message: str = "Success"
    video_url: str
    duration: float = Field(description="Seconds.")
    file_size: int = Field(description="Bytes.")
    task_id: str
    warnings: list[str] = Field(default_factory=list[str])
    credits: list[str] = Field(default_factory=list[str])
    spent: list[Spent] = []


class Accepted(BaseModel):
    """Answer of the endpoint that does not wait."""

    success: bool = True
    message: str = "Task created successfully"
    task_id: str


class Cancelled(BaseModel):
    """Answer to cancelling."""

    success: bool = True
    message: str


class Deleted(BaseModel):
    """Answer to deleting."""

    success: bool = True
    message: str


class Redelivered(BaseModel):
    """Answer to asking for another call of `callback_url`."""

    success: bool = True
    message: str


class Health(BaseModel):
    """This process is alive."""

    status: Literal["healthy"] = "healthy"
    version: str
    service: str = "Pixelle-Video API"

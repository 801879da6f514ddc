"""The JSON of the REST contract."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic needs it when the class is made
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from gateway.material import AssetModel  # noqa: TC001 - pydantic needs it when the class is made
from gateway.outcome import Loudness, Spent  # noqa: TC001 - as above
from gateway.tuning import Guidance, Loras, NegativePrompt, Sampler, Steps  # noqa: TC001 - as above
from gateway.workflow.events import Kind  # noqa: TC001 - as above

__all__ = [
    "SCENE_MADE",
    "Accepted",
    "Cancelled",
    "CastMemberModel",
    "Deleted",
    "Delivery",
    "ErrorDetail",
    "Health",
    "Progress",
    "Redelivered",
    "SceneModel",
    "SceneProgress",
    "StoryboardModel",
    "Task",
    "TaskEvent",
    "TaskEvents",
    "TaskResult",
    "UsageModel",
    "VideoGenerateRequest",
    "VideoGenerated",
]

MAX_TEXT = 100_000
MAX_TITLE = 10_000


def _or(default: object) -> BeforeValidator:
    """Null means the default, as in the documented product."""
    return BeforeValidator(lambda value: default if value is None else value)


def _range(default: int, low: int, high: int, text: str) -> Any:
    return Field(default, ge=low, le=high, description=text)


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


class _Strict(BaseModel):
    """A field nobody knows is refused: a misspelt one must not quietly lose its meaning."""

    model_config = ConfigDict(extra="forbid")


class SceneModel(_Strict):
    """One beat of a video (mirror of pixelle.core.v1.Scene)."""

    index: int = Field(
        default=0, ge=0, le=1000, description="Position, from 0. Ignored on the way in: the order counts."
    )
    narration: str = Field(min_length=1, max_length=20_000, description="What the voice says.")
    image_prompt: str = Field(
        default="", max_length=5_000, description="What the picture shows, in English. Empty: written."
    )
    seed: int = Field(default=0, ge=0, lt=2**32, description="Seed of the picture. 0: drawn.")
    voice: str = Field(default="", max_length=500, description="Voice of the scene. Empty: that of the video.")
    asset: int = Field(
        default=0, ge=0, le=200, description="Which of the request's `assets` it shows, from 1. 0: none of them."
    )

    @model_validator(mode="before")
    @classmethod
    def _sent_back(cls, value: object) -> object:
        return without(value, SCENE_MADE)


class CastMemberModel(_Strict):
    """Someone or something seen in several scenes (mirror of pixelle.core.v1.CastMember)."""

    name: str = Field(min_length=1, max_length=200, description="The name used in image prompts.")
    look: str = Field(default="", max_length=1_000, description="What it looks like, in English.")


class UsageModel(_Strict):
    """What a language model read and wrote (mirror of pixelle.core.v1.Usage)."""

    input_tokens: int = Field(default=0, ge=0, description="Tokens read; 0 when the engine does not say.")
    output_tokens: int = Field(default=0, ge=0, description="Tokens written; 0 when the engine does not say.")
    calls: int = Field(default=0, ge=0, description="Questions asked, repairs included.")
    cost: float | None = Field(default=None, ge=0, description="Null when no price is configured.")
    currency: str = Field(default="", max_length=10, description='Of the cost: "USD".')


class StoryboardModel(_Strict):
    """The plan of a video: text only, editable (mirror of pixelle.core.v1.Storyboard)."""

    title: str = Field(default="", max_length=MAX_TITLE, description="Title of the video.")
    language: str = Field(
        default="", max_length=35, description="BCP 47 tag of the narrations. Empty: that of the text."
    )
    style: str = Field(default="", max_length=5_000, description="A style line shared by all image prompts.")
    scenes: list[SceneModel] = Field(min_length=1, max_length=200, description="The scenes in order.")
    notice: str = Field(default="", max_length=5_000, description="Something the reader must know.")
    engine: str = Field(default="", max_length=200, description="The engine that wrote it.")
    seed: int = Field(default=0, ge=0, lt=2**32, description="Seed of the video. 0: drawn.")
    cast: list[CastMemberModel] = Field(
        default_factory=list[CastMemberModel], max_length=50, description="Who is seen in several scenes."
    )
    usage: UsageModel | None = Field(default=None, description="What writing it took; null without a model.")


class VideoGenerateRequest(_Strict):
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
    voice_id: str | None = Field(default=None, max_length=500, description="Deprecated: use tts_voice.")
    min_narration_words: Annotated[int, _or(5)] = _range(5, 1, 100, "Fewest words of a narration.")
    max_narration_words: Annotated[int, _or(20)] = _range(20, 1, 200, "Most words of a narration.")
    min_image_prompt_words: Annotated[int, _or(30)] = _range(30, 10, 100, "Fewest words of an image prompt.")
    max_image_prompt_words: Annotated[int, _or(60)] = _range(60, 10, 200, "Most words of an image prompt.")
    media_workflow: str | None = Field(default=None, max_length=500, description='Workflow key: "local/illustrate".')
    video_fps: Annotated[int, _or(30)] = _range(30, 15, 60, "Frames per second.")
    frame_template: str | None = Field(default=None, max_length=500, description="Template key. Null: the default.")
    template_params: dict[str, Any] | None = Field(
        default=None, max_length=200, description="Values of its parameters."
    )
    prompt_prefix: str | None = Field(default=None, max_length=5_000, description="In front of every image prompt.")
    bgm_path: str | None = Field(default=None, max_length=2_000, description="Music: a built-in name, a path or a URL.")
    bgm_volume: Annotated[float, _or(0.3)] = Field(default=0.3, ge=0, le=1, description="Volume of the music.")

    split_mode: Annotated[Literal["paragraph", "line", "sentence"], _or("paragraph")] = Field(
        default="paragraph", description="Where a script is split, in mode fixed."
    )
    tts_voice: str | None = Field(
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
    footage_fit: Annotated[Literal["cover", "contain"], _or("cover")] = Field(
        default="cover", description="Cut footage to the page's shape, or show all of it."
    )
    seed: int | None = Field(default=None, ge=0, lt=2**32, description="Makes pictures repeatable. Null: drawn.")
    negative_prompt: NegativePrompt = None
    steps: Steps = None
    guidance: Guidance = None
    sampler: Sampler = None
    loras: Loras = None
    storyboard: StoryboardModel | None = Field(default=None, description="A finished plan: nothing is written then.")
    assets: list[str | AssetModel] | None = Field(
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
    metadata: dict[str, Any] | None = Field(default=None, description="Passed back with the task.")
    pipeline: Annotated[Literal["standard", "asset_based"], _or("standard")] = Field(
        default="standard", description="asset_based: the script is written around `assets`, a scene for each."
    )

    @model_validator(mode="after")
    def _ranges(self) -> VideoGenerateRequest:
        if not self.text.strip():
            raise ValueError("text is blank: send a topic or a script.")
        for name in ("narration_words", "image_prompt_words"):
            low, high = getattr(self, f"min_{name}"), getattr(self, f"max_{name}")
            if low > high:
                raise ValueError(f"min_{name} is {low}, more than max_{name}, which is {high}.")
        if self.assets and "n_scenes" not in self.model_fields_set:
            self.n_scenes = min(len(self.assets), 20)
        if self.target_seconds and self.mode == "fixed":
            raise ValueError("target_seconds has no meaning in mode fixed: the script decides. Leave it out.")
        return self


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


class SceneProgress(BaseModel):
    """How far a scene is."""

    index: int
    state: Literal["waiting", "making", "clipping", "done"]
    steps: list[str] = Field(description="Steps that have ended: narrate, illustrate, clip.")


class Progress(BaseModel):
    """How far a task is; never goes back."""

    current: int = Field(description="Steps that have ended.")
    total: int = Field(description="Steps in all; 0 until the storyboard says how many scenes there are.")
    percentage: float = Field(ge=0, le=100)
    message: str
    stage: Literal["queued", "storyboard", "scenes", "assemble", "publish", "done"]
    scenes: list[SceneProgress] = Field(default_factory=list[SceneProgress])


class TaskEvent(BaseModel):
    """Something that happened to a task. What each kind carries besides is in docs/tasks.md."""

    model_config = ConfigDict(extra="allow")

    sequence: int = Field(description="Number of the event, per task from 1, without gaps.")
    time: datetime
    kind: Kind
    percentage: float = Field(ge=0, le=100, description="Of the whole task; never goes back.")
    eta_seconds: float | None = Field(default=None, description="Estimated seconds to the end, when known.")
    message: str = Field(description="What is being done, in a few words.")


class TaskEvents(BaseModel):
    """Some events of a task, in order."""

    events: list[TaskEvent]
    over: bool = Field(description="The task has ended and these are the last ones.")


class TaskResult(BaseModel):
    """A finished video."""

    video_url: str
    duration: float = Field(description="Seconds.")
    file_size: int = Field(description="Bytes.")
    loudness: Loudness | None = Field(default=None, description="Null for videos of older versions.")
    warnings: list[str] = Field(default_factory=list[str])
    credits: list[str] = Field(default_factory=list[str], description="Who is to be named where it is shown.")
    spent: list[Spent] = []


class Delivery(BaseModel):
    """One call of a task's `callback_url`."""

    at: datetime
    status: int | None = Field(description="HTTP status of the answer; null when there was none.")
    error: str | None = Field(description="Why it does not count as delivered; null when it does.")
    attempt: int = Field(description="From 1; again from 1 after `redeliver`.")


class ErrorDetail(BaseModel):
    """Why a task failed, for programs."""

    reason: str
    stage: str = ""
    scene: int | None = Field(default=None, description="Position of the scene, from 0.")
    service: str = ""
    retryable: bool


class Task(BaseModel):
    """One request for one video."""

    task_id: str
    task_type: Literal["video_generation"] = "video_generation"
    status: Literal["pending", "running", "completed", "failed", "cancelled"]
    progress: Progress
    result: TaskResult | None = None
    error: str | None = None
    created_at: datetime
    started_at: datetime | None = None
    completed_at: datetime | None = None
    request_params: dict[str, Any]
    error_detail: ErrorDetail | None = None
    eta_seconds: float | None = Field(default=None, description="Estimated seconds to the end, while it runs.")
    queue_position: int | None = Field(default=None, description="How many wait before it, while it is pending.")
    notice: str = Field(default="", description="The storyboard's notice.")
    metadata: dict[str, Any] | None = None
    storyboard_url: str | None = None
    captions_url: dict[str, str] | None = Field(default=None, description='"srt" and "vtt".')
    deliveries: list[Delivery] = Field(
        default_factory=list[Delivery], description="The last calls of `callback_url`, oldest first."
    )
    regenerated_from: str | None = Field(default=None, description="The task of which this one redoes a scene.")
    version: int = Field(description="Grows with every change; send it as `since` to wait for the next one.")

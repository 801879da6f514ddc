"""What callers of the SDK get back: the video, its storyboard and its scenes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Estimate", "Storyboard", "StoryboardFrame", "VideoGenerationResult", "VideoResult", "Voice"]


@dataclass
class StoryboardFrame:
    """One scene and the files made for it; a path is None where nothing was made or kept."""

    index: int
    """Position, from 0."""
    narration: str
    image_prompt: str | None = None
    audio_path: str | None = None
    media_type: str | None = None
    """"image" or "video"; None for templates without media."""
    image_path: str | None = None
    video_path: str | None = None
    composed_image_path: str | None = None
    video_segment_path: str | None = None
    duration: float = 0.0
    """Seconds."""
    created_at: datetime | None = None
    seed: int = 0
    """Of the picture; 0: drawn."""
    voice: str = ""
    """Of this scene; "" for that of the video."""
    asset: int = 0
    """Which of your own pictures and clips it shows, from 1; 0: its picture is made."""
    attribution: str = ""
    """Who is to be named where its picture is shown, for example a stock library's photographer."""


@dataclass(frozen=True)
class Estimate:
    """What making a planned video would take."""

    seconds: float
    """Of work, once its turn has come; a rough guess."""
    cost: float | None
    """Of the whole video, the writing included. None: a price that is needed is not set."""
    scenes: int
    video_seconds: float
    """Length of the video, guessed from its words."""
    learned: bool
    """True when judged by videos made before, False for a rule of thumb."""
    currency: str = ""
    """Of the cost: "USD"."""


@dataclass
class Storyboard:
    """The plan of a video and how far it has come."""

    title: str
    config: dict[str, Any] = field(default_factory=dict[str, Any])
    """The request it was made from."""
    frames: list[StoryboardFrame] = field(default_factory=list[StoryboardFrame])
    final_video_path: str | None = None
    total_duration: float = 0.0
    """Seconds."""
    created_at: datetime | None = None
    completed_at: datetime | None = None
    language: str = ""
    """BCP 47 tag."""
    style: str = ""
    seed: int = 0
    engine: str = ""
    """The engine that wrote it."""
    notice: str = ""
    """Something the reader must know, for example that a tiny model wrote a draft; may be empty."""
    cast: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    """Who is seen in several scenes: `name` and `look` of each."""
    usage: dict[str, Any] | None = None
    """What writing it took: `input_tokens`, `output_tokens`, `calls`, `cost`, `currency`; None without a model."""
    estimate: Estimate | None = None
    """Of a storyboard that was only planned."""

    @property
    def is_completed(self) -> bool:
        """Whether every scene has its finished picture stream."""
        return self.completed_at is not None

    @property
    def progress(self) -> float:
        """Finished scenes, from 0 to 1."""
        if self.is_completed:
            return 1.0
        done = sum(1 for frame in self.frames if frame.video_segment_path)
        return done / len(self.frames) if self.frames else 0.0


@dataclass
class VideoGenerationResult:
    """A finished video."""

    video_path: str
    """A file on this machine."""
    storyboard: Storyboard
    duration: float
    """Seconds."""
    file_size: int
    """Bytes."""
    created_at: datetime
    task_id: str = ""
    """The gateway's name for the task that made it."""
    warnings: list[str] = field(default_factory=list[str])
    """What was left out, for people; for example a background that could not be fetched."""
    credits: list[str] = field(default_factory=list[str])
    """Who is to be named where the video is shown."""
    spent: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    """What vendors counted for the pictures: engine, amount, unit."""


VideoResult = VideoGenerationResult
"""The name the documentation uses."""


@dataclass(frozen=True)
class Voice:
    """A voice that requests can name."""

    id: str
    """What is sent as `tts_voice`, or as `voice` of a frame: "piper/en_US-joe"."""
    name: str
    languages: list[str]
    """BCP 47 tags; empty: any."""
    gender: str
    """"female", "male" or "" when not known."""
    workflow: str
    """Workflow key of its engine."""
    cloned: bool
    """Made from a recording; only such voices can be deleted."""
    sample_url: str | None
    """Where a gateway lets it be heard; None for voices of vendors, and in this process: see `voices.sample`."""

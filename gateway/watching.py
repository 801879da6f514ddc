"""The JSON of watching a task: how far it is, what has happened to it, what came of it."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic needs it when the class is made
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from gateway.outcome import Loudness, Spent  # noqa: TC001 - pydantic needs it when the class is made
from gateway.workflow.events import Kind  # noqa: TC001 - as above

__all__ = [
    "Delivery",
    "ErrorDetail",
    "Progress",
    "SceneProgress",
    "Task",
    "TaskEvent",
    "TaskEvents",
    "TaskResult",
]


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

"""What happens while a video is made, told in the documented order and never going backwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Action", "EventType", "ProgressEvent", "Story"]

EventType = Literal[
    "generating_narrations",
    "splitting_script",
    "generating_title",
    "generating_image_prompts",
    "processing_frame",
    "frame_step",
    "concatenating",
    "completed",
]
Action = Literal["audio", "media", "compose", "video"]

_STEPS: tuple[tuple[Action, str], ...] = (
    ("audio", "narrate"),
    ("media", "illustrate"),
    ("compose", "compose"),
    ("video", "clip"),
)
"""The documented actions, and the gateway's step that ends each."""


@dataclass(frozen=True)
class ProgressEvent:
    """One thing that has begun or, for a `frame_step`, has been done."""

    event_type: EventType
    progress: float
    """From 0 to 1, of the whole video."""
    frame_current: int | None = None
    """The scene, counted from 1."""
    frame_total: int | None = None
    step: int | None = None
    """1 to 4, the place of `action` in a scene."""
    action: Action | None = None
    extra_info: str | None = None
    """What is being done now, in a few words."""
    eta_seconds: float | None = None
    """Estimated seconds to the end, when known."""


class Story:
    """Turns what the gateway says about a task, again and again, into events."""

    @classmethod
    def of_plan(cls) -> Story:
        """For a task whose storyboard is there: nothing is written."""
        story = cls(fixed=True, title_given=True, with_media=True)
        story._planning = ["splitting_script"]
        return story

    def __init__(self, *, fixed: bool, title_given: bool, with_media: bool) -> None:
        """
        fixed: the text is the script. title_given: none is written. with_media: the template shows pictures.
        """
        self._planning: list[EventType] = ["splitting_script" if fixed else "generating_narrations"]
        if not title_given:
            self._planning.append("generating_title")
        if with_media:
            self._planning.append("generating_image_prompts")
        self._actions = [(place, *step) for place, step in enumerate(_STEPS, 1) if with_media or step[0] != "media"]
        self._known: dict[str, Any] = {"stage": "queued", "percentage": 0.0, "message": "", "scenes": []}
        self._told: set[tuple[EventType, int, int]] = set()
        self._progress = 0.0
        self._last = ("", 0.0)
        self._over = False

    def heard(self, happened: dict[str, Any]) -> Iterator[ProgressEvent]:
        """What an event of GET /api/tasks/{id}/events means; events come in order, each once."""
        known, kind = self._known, happened["kind"]
        known |= {"percentage": happened["percentage"], "message": happened["message"]}
        if kind == "stage" and happened["stage"] != "done":  # the end is told by its own event
            known["stage"] = happened["stage"]
        elif kind == "storyboard":
            known["stage"] = "scenes"
            known["scenes"] = [{"index": i, "state": "waiting", "steps": []} for i in range(happened["scenes"])]
        elif kind == "scene":
            known["scenes"][happened["scene"]] |= {"state": happened["state"], "steps": happened["steps"]}
        elif kind == "step_ended" and happened["scene"] is not None:
            known["scenes"][happened["scene"]]["steps"].append(happened["step"])
        status = "completed" if kind == "completed" else "running"
        yield from self.events({"status": status, "progress": known, "eta_seconds": happened.get("eta_seconds")})

    def events(self, task: dict[str, Any]) -> Iterator[ProgressEvent]:
        """
        The events that are new in this answer of GET /api/tasks/{id}.

        Nothing that an earlier answer told is told again, except that progress within a stage went on.
        """
        said = task["progress"]
        self._progress = max(self._progress, min(1.0, round(said["percentage"] / 100, 4)))
        stage = "done" if task["status"] == "completed" else said["stage"]
        message, eta = said.get("message") or None, task.get("eta_seconds")
        fresh = list(self._stage(stage, said.get("scenes", ()), message, eta))
        if not fresh and (message or "", self._progress) != self._last and not self._over:
            fresh = self._onward(stage, said, message, eta)
        self._last = (message or "", self._progress)
        yield from fresh

    def _stage(
        self, stage: str, scenes: list[dict[str, Any]], message: str | None, eta: float | None
    ) -> Iterator[ProgressEvent]:
        if stage == "queued":
            return
        yield from self._once(self._planning[0], message, eta)
        if stage == "storyboard":
            return
        for planning in self._planning[1:]:  # written with the narrations, in one call
            yield from self._once(planning, None, eta)
        for scene in scenes:
            yield from self._scene(scene, len(scenes), message, eta)
        if stage in {"assemble", "publish", "done"}:
            yield from self._once("concatenating", message, eta)
        if stage == "done":
            self._progress = 1.0
            self._over = True
            yield from self._once("completed", message, 0.0)

    def _scene(
        self, scene: dict[str, Any], total: int, message: str | None, eta: float | None
    ) -> Iterator[ProgressEvent]:
        if scene["state"] == "waiting":
            return
        number = scene["index"] + 1
        if self._is_new("processing_frame", number):
            yield ProgressEvent("processing_frame", self._progress, number, total, extra_info=message, eta_seconds=eta)
        # a page is drawn while its clip is made, so the end of that tells both
        filmed = scene["state"] == "done" or "clip" in scene["steps"]
        ended = {*scene["steps"], "compose"} if filmed else set(scene["steps"])
        for place, action, step in self._actions:
            if step in ended and self._is_new("frame_step", number, place):
                yield ProgressEvent("frame_step", self._progress, number, total, place, action, message, eta)

    def _onward(self, stage: str, said: dict[str, Any], message: str | None, eta: float | None) -> list[ProgressEvent]:
        """Nothing began or ended, but there is more of the same stage."""
        kinds: dict[str, EventType] = {"storyboard": self._planning[0], "scenes": "processing_frame"}
        kind = kinds.get(stage, "concatenating")
        if stage == "queued" or (stage == "scenes" and not said.get("scenes")):
            return []
        total = len(said.get("scenes", ())) or None
        return [ProgressEvent(kind, self._progress, None, total, extra_info=message, eta_seconds=eta)]

    def _once(self, kind: EventType, message: str | None, eta: float | None) -> Iterator[ProgressEvent]:
        if self._is_new(kind):
            yield ProgressEvent(kind, self._progress, extra_info=message, eta_seconds=eta)

    def _is_new(self, kind: EventType, number: int = 0, place: int = 0) -> bool:
        key = (kind, number, place)
        if key in self._told:
            return False
        self._told.add(key)
        return True

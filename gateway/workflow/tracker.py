"""Adds up what the steps of one running task say, and tells it as progress and events."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from gateway.workflow.diary import Diary
from gateway.workflow.errors import why
from gateway.workflow.events import Happened
from gateway.workflow.outlook import Outlook, weight_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.workflow.durations import Observed
    from gateway.workflow.events import Kind
    from gateway.workflow.progress import ProgressStore
    from pixelle.runtime.errors import PixelleError

__all__ = ["Tracker"]

STAGES = ("queued", "storyboard", "scenes", "assemble", "publish", "done")
_NOTABLE = 1.0
"""Percent by which a task must have got on before its progress is an event, so that there are at most a hundred."""
_GUESSED = 0.9
"""Share of a step that a guess reaches at most."""
_DOING = {
    "storyboard": "Writing the storyboard",
    "narrate": "speaking",
    "illustrate": "drawing",
    "clip": "filming",
    "assemble": "Joining the scenes",
    "publish": "Laying out the files",
}


class Tracker:
    """What is known of one running task; written while used as a context."""

    def __init__(
        self, store: ProgressStore, task_id: str, body: dict[str, Any], *, outlook: Outlook | None = None
    ) -> None:
        """
        body: what is kept from an earlier life; nothing goes below it. outlook: shares of the steps; None: fixed ones.
        """
        self._diary = Diary(store, task_id, body)
        self._body = body
        self._outlook = outlook or Outlook()
        self._fractions: dict[tuple[str, int | None], float] = {}
        self._begun: dict[tuple[str, int | None], float] = {}
        self._scene_steps: tuple[str, ...] = ()
        self._scene_count = 0
        self._learned: list[Observed] = []
        self._planned_at: float | None = None
        self._told = body["percentage"]
        again = "started_at" in body
        self._scenes_before: list[dict[str, Any]] = body.get("scenes", [])
        self._fractions |= dict.fromkeys(((step, None) for step in body.get("ended", ())), 1.0)
        for scene in self._scenes_before:
            self._fractions |= {(step, scene["index"]): 1.0 for step in scene["steps"]}
        body["resumed_at"] = time.time()
        body.setdefault("started_at", body["resumed_at"])
        body["eta"] = None
        if not again or body.pop("waits", False):
            body["message"] = "Starting"
        self._level()
        self._start = self._at_level
        self._tell("resumed" if again else "started")

    async def __aenter__(self) -> Tracker:
        self._diary.begin(self._guess)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, *_: object) -> None:
        ended = kind is None or isinstance(error, Exception)
        if ended:
            self._body["ended_at"] = time.time()
            self._body["eta"] = None
            if isinstance(error, Exception):
                self._tell("failed", **why(error))
        # all of it before the task is reported as ended; a process that stops does not wait for a database that is away
        await self._diary.end(self._learned, hurry=not ended)

    @property
    def next_draft(self) -> int:
        """Number of the next try at writing the storyboard, from 1; a try of which nothing was told does not count."""
        return self._body.get("draft", 0) + 1

    def written(self, draft: int, scene: int, *, narration: str, image_prompt: str) -> None:
        """A scene of the storyboard is complete. Those of an earlier draft are no longer part of the plan."""
        self._body["draft"] = draft
        self._tell("scene_written", draft=draft, scene=scene, narration=narration, image_prompt=image_prompt)

    def planned(
        self, scene_count: int, scene_steps: tuple[str, ...], notice: str, *, title: str = "", texts: Sequence[str] = ()
    ) -> None:
        """The storyboard is there: so many scenes, each with these steps and one of these texts."""
        self._scene_count, self._scene_steps = scene_count, scene_steps
        self._outlook.planned([weight_of(text) for text in texts] or [1.0] * scene_count, scene_steps)
        self._level()
        self._body["total"] = 3 + scene_count * len(scene_steps)
        self._body["notice"] = notice
        if not self._scenes_before:
            self._planned_at = time.monotonic()
        self._sum_up("")
        if not self._body.get("planned"):
            self._body["planned"] = True
            self._tell("storyboard", title=title, scenes=scene_count, notice=notice)

    def moved(self, step: str, scene: int | None, fraction: float, message: str = "") -> None:
        """A step is at `fraction`, 0 to 1; 0 means that a try begins, 1 that the step has ended."""
        key = (step, scene)
        before = self._fractions.get(key)
        if fraction <= 0:
            self._begun[key] = time.monotonic()
        self._fractions[key] = max(fraction, before or 0.0)
        if step == "storyboard" and fraction > 0:
            self._paced(key, min(fraction, 1.0))
        stage, state = self._body["stage"], self._state(scene)
        said = _DOING[step] if scene is None else f"Scene {scene + 1} of {self._scene_count}: {_DOING[step]}"
        self._sum_up(f"{said} ({message})" if message else said, key)
        if self._body["stage"] != stage:
            self._tell("stage", stage=self._body["stage"])
        if before is None and fraction < 1:
            self._tell("step_started", step=step, scene=scene)
        if fraction >= 1 and (before or 0.0) < 1:
            self._ended(step, scene)
        if self._state(scene) != state:
            self._tell("scene", scene=scene, state=self._state(scene), steps=self._body["scenes"][scene]["steps"])
        elif self._body["percentage"] - self._told >= _NOTABLE:
            self._tell("step_progress", step=step, scene=scene, fraction=round(fraction, 3))

    def _paced(self, key: tuple[str, int | None], fraction: float) -> None:
        """A script that is given is there at once, a written one waits for others: the past says little of either."""
        if key not in self._begun or self._outlook.total is None:
            return
        seconds = (time.monotonic() - self._begun[key]) / fraction
        if fraction < 1:
            seconds = min(seconds, self._outlook.expected(*key) or seconds)
        self._outlook.took(key[0], seconds)
        reached = round(100.0 * self._outlook.reached(self._at), 1)
        self._body["percentage"] = max(self._body["percentage"], min(reached, 99.9))
        self._level()

    def _guess(self) -> bool:
        """
        Nothing was said for a while: what is under way gets on as such steps did before, but does not end.

        False when that shows nothing new.
        """
        before = self._body["percentage"]
        for key, begun in self._begun.items():
            expected = self._outlook.expected(*key)
            if expected:
                passed = (time.monotonic() - begun) / expected
                self._fractions[key] = max(self._at(*key), _GUESSED * min(passed, 1.0))
        self._sum_up("")
        newest = next(reversed(self._begun), None)
        if newest and self._body["percentage"] - self._told >= _NOTABLE:
            self._tell("step_progress", step=newest[0], scene=newest[1], fraction=round(self._at(*newest), 3))
        return self._body["percentage"] > before

    def retried(self, step: str, scene: int | None, *, tried: int, wait: float, error: PixelleError) -> None:
        """A try of a step has failed; the next one begins after `wait` seconds."""
        facts = {"step": step, "scene": scene, "tried": tried, "wait": round(wait, 3), "reason": error.reason}
        self._tell("step_retried", **facts, error=error.message)

    def done(self) -> None:
        """Everything has ended."""
        self._body["stage"], self._body["percentage"], self._body["message"] = "done", 100.0, "Done"
        self._body["eta"] = 0.0
        self._tell("stage", stage="done")
        self._tell("completed")

    def _ended(self, step: str, scene: int | None) -> None:
        facts: dict[str, Any] = {"step": step, "scene": scene}
        if scene is None:
            self._body["ended"] = [*self._body.get("ended", ()), step]
        begun = self._begun.pop((step, scene), None)
        if begun is None:  # it ended in an earlier life of the task, or in another task
            self._planned_at = None
        else:
            seconds = time.monotonic() - begun
            observed, cached = self._outlook.observed(step, scene, seconds)
            self._learned.append(observed)
            facts |= {"seconds": round(seconds, 3), "cached": cached}
            if cached and scene is not None:
                self._planned_at = None  # how long all scenes take is not learned from less than all of them
        self._tell("step_ended", **facts)
        keys = [(name, index) for index in range(self._scene_count) for name in self._scene_steps]
        if scene is not None and self._planned_at is not None and all(self._at(*each) >= 1 for each in keys):
            observed, _ = self._outlook.observed("scenes", None, time.monotonic() - self._planned_at)
            self._learned.append(observed)

    def _tell(self, kind: Kind, **facts: Any) -> None:
        body = self._body
        known = {"percentage": body["percentage"], "eta_seconds": body["eta"], "message": body["message"]}
        self._told = body["percentage"]
        self._diary.add(Happened(time.time(), kind, {**facts, **known}))

    def _at(self, step: str, scene: int | None = None) -> float:
        return self._fractions.get((step, scene), 0.0)

    def _level(self) -> None:
        """From here on what is left to show is spread over what is left to do: shares have changed, or are counted."""
        self._base, self._at_level = self._body["percentage"], self._outlook.reached(self._at)

    def _sum_up(self, message: str, moved: tuple[str, int | None] | None = None) -> None:
        """moved: the only step that has moved since the last time; None: any may have."""
        body = self._body
        reached = self._outlook.reached(self._at)
        left = 1.0 - self._at_level
        gained = max(0.0, reached - self._at_level) / left if left > 0 else 1.0
        shown = round(self._base + (100.0 - self._base) * gained, 1)
        body["percentage"] = max(body["percentage"], min(shown, 99.9))
        body["current"] = max(body["current"], sum(fraction >= 1 for fraction in self._fractions.values()))
        stages = {
            step if scene is None else "scenes" for step, scene in (self._fractions if moved is None else [moved])
        }
        body["stage"] = max([body["stage"], *stages], key=STAGES.index)
        body["message"] = message or body["message"]
        if moved is None:
            body["scenes"] = [self._scene(i) for i in range(self._scene_count)]
        elif moved[1] is not None:
            # a new list: the one before may be on its way to the database
            body["scenes"] = [*body["scenes"][: moved[1]], self._scene(moved[1]), *body["scenes"][moved[1] + 1 :]]
        body["at"] = time.time()
        body["eta"] = self._left(reached)
        self._diary.changed()

    def _left(self, reached: float) -> float | None:
        """Seconds to the end: as this installation's past has it, and more and more as this task goes."""
        gained, total = reached - self._start, self._outlook.total
        here = (time.time() - self._body["resumed_at"]) / gained if gained >= 0.03 else total
        if here is None:
            return None
        weight = max(0.0, gained)
        expected = here if total is None else (1 - weight) * total + weight * here
        return round((1 - reached) * expected, 1)

    def _state(self, index: int | None) -> str:
        if index is None:
            return ""
        scenes = self._body.get("scenes", ())
        return scenes[index]["state"] if index < len(scenes) else "waiting"

    def _scene(self, index: int) -> dict[str, Any]:
        ended = [step for step in self._scene_steps if self._at(step, index) >= 1]
        begun = any((step, index) in self._fractions for step in self._scene_steps)
        state = "making" if begun else "waiting"
        if ("clip", index) in self._fractions:
            state = "done" if "clip" in ended else "clipping"
        return {"index": index, "state": state, "steps": ended}

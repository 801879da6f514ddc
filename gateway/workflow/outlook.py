"""How much of a task's work each of its steps is, and how long all of it should take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.workflow.durations import Learned, Observed, Past

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gateway.workflow.brief import Brief

__all__ = ["STAGES", "Outlook", "weight_of"]

STAGES = ("storyboard", "scenes", "assemble", "publish")
_SHARES: dict[str, float] = {"storyboard": 0.10, "scenes": 0.75, "assemble": 0.13, "publish": 0.02}
_SCENE_SHARES: dict[str, float] = {"narrate": 0.2, "illustrate": 0.3, "clip": 0.5}
_GIVEN = Past(1, 0.05, 0.0)
"""A storyboard that the caller brought costs nothing worth telling."""


def weight_of(text: str) -> float:
    """How much there is to say, in words; scripts without spaces count six characters as one."""
    return float(max(len(text.split()), len(text) / 6))


class Outlook:
    """Shares of one task: from the past of this installation where there is one, else fixed."""

    def __init__(self, brief: Brief | None = None, learned: Learned | None = None) -> None:
        """brief: what the task will ask for. learned: what such steps took so far."""
        self._learned = learned or Learned({})
        self._keys: dict[str, str] = {}
        self._sizes: dict[str, float] = dict.fromkeys(STAGES, 0.0)
        self._words: list[float] = []
        self._scene_steps: tuple[str, ...] = ()
        self._given = False
        self._took: dict[str, float] = {}
        if brief:
            self._read(brief)
        self._settle()

    def _read(self, brief: Brief) -> None:
        plan, page = brief.write.plan, brief.clip.page
        pictures = brief.image or brief.footage
        voice = f"{brief.speak.workflow}|{plan.language}"
        kind = "own" if brief.assets else "footage" if brief.footage else "image"
        media = f"{kind}:{pictures.workflow}" if pictures else ""
        look = f"{page.template}|{brief.clip.fps}"
        self._given = brief.storyboard is not None
        self._keys = {
            "storyboard": "given" if brief.storyboard else f"{brief.write.workflow}|{plan.mode}",
            "narrate": voice,
            "illustrate": media,
            "clip": look,
            "scenes": f"{voice}|{media}|{look}",
            "assemble": str(brief.clip.fps),
            "publish": "",
        }
        if brief.storyboard:
            words = sum(weight_of(scene.narration) for scene in brief.storyboard.scenes)
        elif plan.scene_count:
            words = plan.scene_count * (plan.words.min + plan.words.max) / 2
        else:
            words = weight_of(plan.text)
        self._sizes |= dict.fromkeys(STAGES, words) | {"publish": 0.0}

    def planned(self, words: Sequence[float], scene_steps: Sequence[str]) -> None:
        """The storyboard is there: words of each scene, and the steps that every scene has."""
        self._words, self._scene_steps = list(words), tuple(scene_steps)
        self._sizes |= {"scenes": sum(words), "assemble": sum(words)}
        self._settle()

    def took(self, stage: str, seconds: float) -> None:
        """What a stage of this task takes, which goes before what such stages took."""
        self._took[stage] = seconds
        self._settle()

    def _settle(self) -> None:
        stages = {stage: self._past(stage) for stage in STAGES}
        known = {stage: past.expected(self._sizes[stage]) for stage, past in stages.items() if past} | self._took
        self.total: float | None = sum(known.values()) if len(known) == len(STAGES) else None
        """Seconds that the whole task should take; None until such a task has been done here."""
        self._shares: dict[str, float] = _SHARES
        if self.total:
            self._shares = {stage: seconds / self.total for stage, seconds in known.items()}
        pasts = {step: self._past(step) for step in self._scene_steps}
        steps = {step: past for step, past in pasts.items() if past}
        learned = len(steps) == len(self._scene_steps)
        self._weights = {
            (step, scene): steps[step].expected(words) if learned else _SCENE_SHARES[step]
            for scene, words in enumerate(self._words)
            for step in self._scene_steps
        }
        self._whole = sum(self._weights.values())

    def _past(self, step: str) -> Past | None:
        of = self._keys.get(step, "")
        if step == "storyboard" and self._given:
            return self._learned.exactly(step, of) or _GIVEN
        return self._learned.past(step, of)

    def reached(self, at: Callable[[str, int | None], float]) -> float:
        """Share of the task that is done, 0 to 1. at: how far a step of a scene (None: of no scene) is, 0 to 1."""
        scenes = sum(weight * at(*key) for key, weight in self._weights.items())
        done = self._shares["scenes"] * (scenes / self._whole if self._whole else 0.0)
        done += sum(self._shares[stage] * at(stage, None) for stage in STAGES if stage != "scenes")
        return min(done, 1.0)

    def expected(self, step: str, scene: int | None) -> float | None:
        """Seconds that a step should take; None when no such step has been done here."""
        past = self._learned.exactly(step, self._keys.get(step, ""))
        return past.expected(self._size(step, scene)) if past else None

    def _size(self, step: str, scene: int | None) -> float:
        return self._words[scene] if scene is not None else self._sizes.get(step, 0.0)

    def observed(self, step: str, scene: int | None, seconds: float) -> tuple[Observed, bool]:
        """What is to be learned from a step's end, and whether it came out of a cache."""
        # every task has a script of its own
        fresh = step == "storyboard"
        found = Observed(step, self._keys.get(step, ""), seconds, self._size(step, scene), fresh)
        past = self._learned.exactly(step, found.of)
        return found, bool(past and past.was_cached(found))

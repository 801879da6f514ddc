"""How long a planned video would take to make, judged by what this installation has made before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.workflow.state import TaskState
    from gateway.workflow.tasks import Tasks
    from pixelle.core.v1 import core_pb2

__all__ = ["Estimated", "estimate", "spoken_seconds"]

_WORDS_PER_SECOND = 2.5
_SIGNS_PER_SECOND = 4.5
_PER_SECOND = 1.0
"""Seconds of work for one second of video where nothing was made yet: about a laptop's processor."""
_LOOK_BACK = 20
_SIGNS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
"""Written signs that are spoken one by one: Japanese, Chinese, Korean."""


@dataclass(frozen=True)
class Estimated:
    """What making a video would take."""

    seconds: float
    """Of work, once its turn has come."""
    video_seconds: float
    learned: bool
    """True when it is judged by videos made here."""


async def estimate(tasks: Tasks, board: core_pb2.Storyboard, speed: float) -> Estimated:
    """speed: of the voice, 1 being its own."""
    past, _ = await tasks.page("completed", limit=_LOOK_BACK, cursor="")
    ratios = _ratios(past)
    length = sum(spoken_seconds(scene.narration) for scene in board.scenes) / (speed or 1.0)
    ratio = median(ratios) if ratios else _PER_SECOND
    return Estimated(round(length * ratio, 1), round(length, 1), learned=bool(ratios))


def spoken_seconds(text: str) -> float:
    """How long a voice of usual speed speaks a text."""
    signs = len(_SIGNS.findall(text))
    words = len(_SIGNS.sub(" ", text).split())
    return words / _WORDS_PER_SECOND + signs / _SIGNS_PER_SECOND


def _ratios(past: Sequence[TaskState]) -> list[float]:
    """Seconds of work for a second of video, of tasks that were made whole and in one go."""
    found: list[float] = []
    for each in past:
        result, began, ended = each.record.result, each.started_at, each.completed_at
        whole = not each.record.payload.get("kept") and not each.progress.get("resumed_from")
        if result and began and ended and whole and result["duration"] > 0:
            found.append((ended - began).total_seconds() / result["duration"])
    return found

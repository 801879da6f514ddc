"""A task's storyboard, each scene with what has been made for it so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gateway.convert import storyboard_model
from gateway.workflow.brief import from_json
from pixelle.core.v1 import core_pb2
from pixelle.runtime.errors import Conflict

if TYPE_CHECKING:
    from gateway.files import Intake
    from gateway.workflow.tasks import Tasks

__all__ = ["board_so_far", "facts_of"]


async def board_so_far(tasks: Tasks, intake: Intake, task_id: str, *, files: str) -> dict[str, Any]:
    """
    The storyboard as JSON; `SCENE_MADE` of gateway/boards.py names what scenes have besides their plan.

    intake: knows how callers name files of the store. files: address below which files are served.
    Raises NotFound (TASK_NOT_FOUND), Conflict (STORYBOARD_NOT_READY).
    """
    steps = await tasks.steps(task_id)
    if "storyboard" not in steps:
        over = await tasks.is_finished(task_id)
        said = "ended before it had a storyboard." if over else "has no storyboard yet. Ask again later."
        raise Conflict(f"Task {task_id!r} {said}", reason="STORYBOARD_NOT_READY")
    board = storyboard_model(from_json(steps["storyboard"], core_pb2.Storyboard)).model_dump()
    published = steps.get("publish", {}).get("frames")
    for scene in board["scenes"]:
        index = scene["index"]
        if published is None:
            scene.update(_in_store(steps, index, files, intake))
        else:
            scene.update(_in_folder(published, index, f"{files}/{task_id}/frames"))
        scene.update(facts_of(steps, index))
    return board


def _in_folder(names: list[str], index: int, folder: str) -> dict[str, str]:
    """Addresses of a scene's files in the task's folder."""
    mine = [name.partition("_")[2] for name in names if name.startswith(f"{index + 1:02d}_")]
    urls = {name.partition(".")[0]: f"{folder}/{index + 1:02d}_{name}" for name in mine}
    kinds = ("audio", "image", "video", "composed", "segment")
    return {f"{kind}_url": urls[kind] for kind in kinds if kind in urls}


def _in_store(steps: dict[str, Any], index: int, files: str, intake: Intake) -> dict[str, str]:
    """Addresses of what a scene has before its task has a folder."""
    visual = steps.get(f"illustrate[{index}]", {}).get("artifact", {})
    shown = "video" if visual.get("media_type", "").startswith("video/") else "image"
    parts = {
        "audio": steps.get(f"narrate[{index}]", {}).get("audio"),
        shown: visual,
        "composed": steps.get(f"clip[{index}]", {}).get("frame"),
    }
    named = {kind: intake.shown(from_json(each, core_pb2.Artifact)) for kind, each in parts.items() if each}
    return {f"{kind}_url": f"{files}/{path}" for kind, path in named.items() if path}


def facts_of(steps: dict[str, Any], index: int) -> dict[str, Any]:
    """What is known about the finished parts of a scene. steps: results by step name. index: from 0."""
    made: dict[str, Any] = {}
    narration = steps.get(f"narrate[{index}]")
    if narration:
        made["duration"] = narration.get("duration_seconds", 0.0)
        made["words"] = [
            {
                "text": word["text"],
                "start": word.get("start_seconds", 0.0),
                "end": word.get("end_seconds", 0.0),
            }
            for word in narration.get("words", [])
        ]
        source = narration.get("timing_source", "TIMING_SOURCE_UNSPECIFIED")
        made["timing_source"] = source.removeprefix("TIMING_SOURCE_").lower()
        heard = narration.get("verification")
        if heard:
            made["verification"] = {"word_error": 0.0, "heard": "", **heard}
        if narration.get("voice_likeness"):
            made["voice_likeness"] = {"cosine": 0.0, **narration["voice_likeness"]}
    visual = steps.get(f"illustrate[{index}]")
    if visual and visual.get("attribution"):
        made["attribution"] = visual["attribution"]
    if visual and visual.get("spent"):
        made["spent"], made["spent_unit"] = visual["spent"], visual.get("spent_unit", "")
    clip = steps.get(f"clip[{index}]")
    return made | ({"frame_count": clip.get("frame_count", 0)} if clip else {})

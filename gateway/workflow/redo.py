"""One scene of a finished task again: what the new task asks for, and which finished steps it takes over."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from google.protobuf.json_format import MessageToDict

from gateway.workflow.brief import Brief, from_json
from gateway.workflow.record import FINISHED
from gateway.workflow.tasks import Origin
from pixelle.core.v1 import core_pb2
from pixelle.runtime.errors import Conflict, InvalidArgument, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gateway.workflow.tasks import Tasks
    from pixelle.runtime.artifacts import ArtifactStore

__all__ = ["Change", "Redo", "redo_scene"]

_SEEDS = 2**31
_STEPS = frozenset({"narrate", "illustrate", "clip"})


@dataclass(frozen=True)
class Change:
    """What is to be different in a scene; what is empty stays as it is."""

    narration: str = ""
    image_prompt: str = ""
    seed: int | None = None
    """0: any other one."""
    voice: str = ""


@dataclass(frozen=True)
class Redo:
    """A task to be submitted."""

    language: str
    """BCP 47 tag of the narrations; "" when unknown."""
    request: dict[str, Any]
    """What its task shows: sent to us again, it makes the same video."""
    brief: Brief
    origin: Origin


async def redo_scene(tasks: Tasks, store: ArtifactStore, task_id: str, number: int, change: Change) -> Redo:
    """
    The task `task_id` with scene `number`, from 0, made anew. A change of nothing draws another picture.

    store: asked which of the task's files are still there.
    Raises NotFound (TASK_NOT_FOUND, SCENE_NOT_FOUND), Conflict (TASK_NOT_FINISHED, STORYBOARD_NOT_READY),
    InvalidArgument (NOTHING_TO_CHANGE).
    """
    found = await tasks.get(task_id)
    if found.state not in FINISHED:
        raise Conflict(
            f"Task {task_id!r} is {found.state}. Wait for its end or cancel it, then change its scenes.",
            reason="TASK_NOT_FINISHED",
        )
    steps = await tasks.steps(task_id)
    if "storyboard" not in steps:
        raise Conflict(f"Task {task_id!r} ended before it had a storyboard.", reason="STORYBOARD_NOT_READY")
    board = from_json(steps["storyboard"], core_pb2.Storyboard)
    brief = Brief.from_json(found.record.payload["brief"])
    scene = _scene_of(board, task_id, number)
    stays = _apply(change, scene, brief)
    kept: dict[str, dict[str, Any]] = {}
    for index in range(len(board.scenes)):
        made = {name: steps[f"{name}[{index}]"] for name in _STEPS if f"{name}[{index}]" in steps}
        for name in await _usable(made, stays if index == number else _STEPS, brief, store):
            kept[f"{name}[{index}]"] = made[name]
    brief.storyboard, brief.match = board, "given"
    shown = MessageToDict(board, preserving_proto_field_name=True)
    request = {**found.record.payload["request"], "storyboard": shown}
    return Redo(board.language, request, brief, Origin(task_id, kept))


def _scene_of(board: core_pb2.Storyboard, task_id: str, number: int) -> core_pb2.Scene:
    count = len(board.scenes)
    if 0 <= number < count:
        return board.scenes[number]
    said = "1 scene, number 0" if count == 1 else f"{count} scenes, numbered from 0 to {count - 1}"
    raise NotFound(f"Task {task_id!r} has {said}; there is no scene {number}.", reason="SCENE_NOT_FOUND")


def _apply(change: Change, scene: core_pb2.Scene, brief: Brief) -> frozenset[str]:
    """Change the scene; returns the names of its steps whose requests stay the same."""
    if not (change.narration or change.voice):
        if not (brief.image or brief.footage):
            raise InvalidArgument(
                "The video's template shows no pictures, so there is none to draw again. Send narration or voice.",
                reason="NOTHING_TO_CHANGE",
            )
        if scene.asset and not change.image_prompt:
            raise InvalidArgument(
                "The scene shows a picture or clip of your own, so there is none to draw again. Send narration or "
                "voice, or image_prompt to have a picture made instead.",
                reason="NOTHING_TO_CHANGE",
            )
    if change == Change():
        change = Change(seed=0)
    before = core_pb2.Scene()
    before.CopyFrom(scene)
    scene.narration = change.narration or scene.narration
    scene.image_prompt = change.image_prompt or scene.image_prompt
    scene.seed = scene.seed if change.seed is None else change.seed or _other(scene.seed)
    scene.voice = change.voice or scene.voice
    if change.image_prompt:
        scene.asset = 0  # it is to be made now
    stays = {"narrate", "illustrate"}
    if (scene.narration, scene.voice) != (before.narration, before.voice):
        stays.discard("narrate")
    # what is spoken is told to those who draw, too
    told = (scene.narration, scene.image_prompt, scene.seed)
    if told != (before.narration, before.image_prompt, before.seed) and not scene.asset:
        stays.discard("illustrate")
    return frozenset(stays)


def _other(seed: int) -> int:
    """A seed that is neither `seed` nor 0, which would mean any."""
    while True:
        drawn = secrets.randbelow(_SEEDS - 1) + 1
        if drawn != seed:
            return drawn


async def _usable(made: dict[str, Any], stays: frozenset[str], brief: Brief, store: ArtifactStore) -> list[str]:
    """The steps whose results are taken over: unchanged, made from what is taken over too, and all files there."""
    needs: dict[str, set[str]] = {"narrate": set(), "illustrate": set(), "clip": {"narrate"}}
    if brief.footage:
        needs["illustrate"].add("narrate")  # it is as long as what is spoken
    if brief.image or brief.footage:
        needs["clip"].add("illustrate")
    usable: list[str] = []
    for name, parts in needs.items():
        if name not in made or name not in stays or not parts <= set(usable):
            continue
        if all([await store.exists(from_json(each, core_pb2.Artifact)) for each in _artifacts(made[name])]):
            usable.append(name)
    return usable


def _artifacts(result: object) -> Iterator[dict[str, Any]]:
    """Every artifact in a step's result."""
    if isinstance(result, dict):
        members = cast("dict[str, object]", result)
        if "sha256" in members and "uri" in members:
            yield members
        for each in members.values():
            yield from _artifacts(each)
    elif isinstance(result, list):
        for each in cast("list[object]", result):
            yield from _artifacts(each)

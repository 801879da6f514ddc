"""Changing what has been made: one scene again, a task that stopped once more."""

from __future__ import annotations

import contextlib
from typing import Annotated, Any

from fastapi import APIRouter, Path

from gateway.once import OnceOnly, Work
from gateway.parts import Parts  # noqa: TC001 - FastAPI reads the annotation
from gateway.plans import SceneChange
from gateway.schemas import Accepted
from gateway.workflow.redo import Change, redo_scene
from pixelle.runtime.errors import Conflict

__all__ = ["router"]

router = APIRouter(
    prefix="/api/tasks",
    tags=["tasks"],
    responses={429: {"description": "Too many tasks wait, of this key or in all; Retry-After says when to come back"}},
)


@router.post("/{task_id}/scenes/{number}/regenerate")
async def regenerate_scene(
    task_id: str,
    number: Annotated[int, Path(description="The scene's `index` in the storyboard: the first one is 0.")],
    parts: Parts,
    once: OnceOnly,
    body: SceneChange | None = None,
) -> Accepted:
    """
    Make one scene of a finished task again, in a new task that takes over everything else and joins it anew.

    Send what is to be different; without anything, another picture is drawn. The old task stays as it is.
    """
    given = (body or SceneChange()).model_dump(exclude_none=True)

    async def check(_: bool) -> Work:
        redo = await redo_scene(parts.tasks, parts.store, task_id, number, Change(**given))
        if "voice" in given:
            await parts.checks.voices.scene_voice(given["voice"], redo.language)
        if "narration" in given:
            await parts.checks.voices.sayable(redo.brief.speak, [given["narration"]], where="narration")

        async def start(new_id: str) -> None:
            await parts.tasks.submit(redo.request, redo.brief, sender=once.sender, task_id=new_id, origin=redo.origin)

        return Work(start)

    asked: dict[str, Any] = {"do": "regenerate", "task_id": task_id, "scene": number, "change": given}
    return Accepted(task_id=await once.task(asked, check))


@router.post("/{task_id}/retry")
async def retry_task(task_id: str, parts: Parts, once: OnceOnly) -> Accepted:
    """Go on with a failed or cancelled task where it stopped, under the same id; finished steps are kept."""

    async def check(again: bool) -> Work:
        if not again:
            await parts.tasks.stopped(task_id)

        async def start(_: str) -> None:
            # under a key, another try of the same request may have done it a moment before
            with contextlib.suppress(*(() if once.key is None else (Conflict,))):
                await parts.tasks.retry(task_id, sender=once.sender, also=once.marks)

        return Work(start, task_id)

    await once.task({"do": "retry", "task_id": task_id}, check)
    return Accepted(message="Task goes on", task_id=task_id)

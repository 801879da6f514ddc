"""Watching, listing and cancelling tasks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from gateway.convert import storyboard_model, task_model
from gateway.parts import Parts, base_url
from gateway.schemas import Cancelled, Redelivered
from gateway.watching import Task  # noqa: TC001 - FastAPI reads the annotation
from gateway.workflow.brief import from_json
from pixelle.core.v1 import core_pb2
from pixelle.runtime.errors import Conflict, InvalidArgument

if TYPE_CHECKING:
    from gateway.files import Intake

__all__ = ["router"]

router = APIRouter(prefix="/api/tasks", tags=["tasks"])
_CURSOR = re.compile(r"[0-9]{1,14}\.[0-9]{1,9}")
"""Milliseconds since 1970, up to the year 5138, and how many of that moment were told."""
_Status = Literal["pending", "running", "completed", "failed", "cancelled"]


@router.get("")
async def list_tasks(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request,
    response: Response,
    parts: Parts,
    status: Annotated[_Status | None, Query(description="Only tasks in this state.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Annotated[str, Query(description="From the X-Next-Cursor header of the page before.")] = "",
) -> list[Task]:
    """Tasks, newest first. The header X-Next-Cursor is there when more follow."""
    if cursor and not _CURSOR.fullmatch(cursor):
        raise InvalidArgument(f"Unknown cursor {cursor[:100]!r}; send the one of the last answer.", reason="CURSOR")
    found, following = await parts.tasks.page(status, limit=limit, cursor=cursor)
    if following:
        response.headers["X-Next-Cursor"] = following
        response.headers["Link"] = f'<{request.url.include_query_params(cursor=following)}>; rel="next"'
    base = base_url(request, parts)
    told = await parts.webhooks.deliveries([each.record.task_id for each in found])
    return [task_model(each, base, told.get(each.record.task_id, ())) for each in found]


@router.get("/{task_id}")
async def get_task(
    task_id: str,
    request: Request,
    parts: Parts,
    wait: Annotated[float, Query(ge=0, le=60, description="Seconds to wait for a change.")] = 0.0,
    since: Annotated[int, Query(ge=-1, description="The `version` you know.")] = -1,
) -> Task:
    """A task. With `wait` and `since`, answers as soon as its version is no longer `since`."""
    if wait and since >= 0:
        found = await parts.tasks.wait(task_id, since=since, seconds=wait)
    else:
        found = await parts.tasks.get(task_id)
    told = await parts.webhooks.deliveries([task_id])
    return task_model(found, base_url(request, parts), told.get(task_id, ()))


@router.delete("/{task_id}")
async def cancel_task(task_id: str, parts: Parts) -> Cancelled:
    """Stop a task for good; the calls it is waiting for are cancelled too."""
    await parts.tasks.cancel(task_id)
    return Cancelled(message=f"Task {task_id} cancelled successfully")


@router.post("/{task_id}/redeliver", responses={409: {"description": "It has not ended yet"}})
async def redeliver(task_id: str, parts: Parts) -> Redelivered:
    """Call the `callback_url` of a task that has ended once more, now, with all attempts before it."""
    await parts.tasks.get(task_id)
    await parts.webhooks.redeliver(task_id)
    return Redelivered(message=f"The callback_url of task {task_id} is called again")


@router.get("/{task_id}/storyboard")
async def get_storyboard(task_id: str, request: Request, parts: Parts) -> dict[str, Any]:
    """The task's storyboard; each scene with what has been made for it so far, and where that can be seen and heard."""
    steps = await parts.tasks.steps(task_id)
    if "storyboard" not in steps:
        over = await parts.tasks.is_finished(task_id)
        said = "ended before it had a storyboard." if over else "has no storyboard yet. Ask again later."
        raise Conflict(f"Task {task_id!r} {said}", reason="STORYBOARD_NOT_READY")
    board = storyboard_model(from_json(steps["storyboard"], core_pb2.Storyboard)).model_dump()
    files = f"{base_url(request, parts)}/api/files"
    published = steps.get("publish", {}).get("frames")
    for scene in board["scenes"]:
        index = scene["index"]
        if published is None:
            scene.update(_in_store(steps, index, files, parts.intake))
        else:
            scene.update(_in_folder(published, index, f"{files}/{task_id}/frames"))
        scene.update(_facts(steps, index))
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


def _facts(steps: dict[str, Any], index: int) -> dict[str, Any]:
    """Facts about a scene's finished parts."""
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

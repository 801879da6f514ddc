"""Asking for videos."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request

from gateway.convert import task_model
from gateway.parts import Parts, SentBy, base_url
from gateway.schemas import Accepted, VideoGenerated, VideoGenerateRequest
from pixelle.runtime.errors import Cancelled, Internal

__all__ = ["router"]

router = APIRouter(
    prefix="/api/video",
    tags=["video"],
    responses={429: {"description": "Too many tasks wait, of this key or in all; Retry-After says when to come back"}},
)
_LOOK = 0.5
"""Seconds between two looks whether the client is still there."""


@router.post("/generate/async")
async def generate_async(body: VideoGenerateRequest, parts: Parts, sender: SentBy) -> Accepted:
    """Check the request, queue it, answer at once; watch it under `/api/tasks/{task_id}`."""
    brief = await parts.checks.brief(body)
    task_id = await parts.tasks.submit(body.model_dump(mode="json"), brief, sender=sender)
    return Accepted(task_id=task_id)


@router.post("/generate/sync")
async def generate_sync(body: VideoGenerateRequest, request: Request, parts: Parts, sender: SentBy) -> VideoGenerated:
    """As the other one, but answers when the video is there. A client that hangs up cancels it."""
    brief = await parts.checks.brief(body)
    task_id = await parts.tasks.submit(body.model_dump(mode="json"), brief, sender=sender)
    ending = asyncio.create_task(parts.tasks.ended(task_id))
    try:
        while not (await asyncio.wait({ending}, timeout=_LOOK))[0]:
            if await request.is_disconnected():
                break
    finally:
        if not ending.done():
            ending.cancel()
            await parts.tasks.cancel(task_id)
    if not ending.done() or ending.cancelled():
        raise Cancelled("The client hung up, so the task was cancelled.")
    found = ending.result()
    if found.record.error:
        found.record.error.details["task_id"] = task_id
        raise found.record.error
    task = task_model(found, base_url(request, parts))
    if task.result is None:
        if task.status == "cancelled":
            raise Cancelled(f"Task {task_id!r} was cancelled.", details={"task_id": task_id})
        raise Internal("The task ended without a result.", details={"task_id": task_id})
    return VideoGenerated(task_id=task_id, **task.result.model_dump())

"""Asking for videos."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request

from gateway.convert import task_model
from gateway.hangup import unless_gone
from gateway.once import Once, OnceOnly, Work
from gateway.parts import GatewayParts, Parts, base_url
from gateway.schemas import Accepted, VideoGenerated, VideoGenerateRequest
from pixelle.runtime.errors import Cancelled, Internal

__all__ = ["router"]

router = APIRouter(
    prefix="/api/video",
    tags=["video"],
    responses={429: {"description": "Too many tasks wait, of this key or in all; Retry-After says when to come back"}},
)


@router.post("/generate/async")
async def generate_async(body: VideoGenerateRequest, parts: Parts, once: OnceOnly) -> Accepted:
    """Check the request, queue it, answer at once; watch it under `/api/tasks/{task_id}`."""
    return Accepted(task_id=await _submitted(body, parts, once))


@router.post("/generate/sync")
async def generate_sync(body: VideoGenerateRequest, request: Request, parts: Parts, once: OnceOnly) -> VideoGenerated:
    """
    As the other one, but answers when the video is there.

    A client that hangs up cancels it, unless it sent an Idempotency-Key: it can then come back for the video.
    """
    task_id = await _submitted(body, parts, once)
    try:
        found = await unless_gone(request, parts.tasks.ended(task_id))
    except (Cancelled, asyncio.CancelledError):
        if once.key is None and not parts.tasks.feed.stopped:
            await asyncio.shield(parts.tasks.cancel(task_id))
        raise
    if found.record.error:
        found.record.error.details["task_id"] = task_id
        raise found.record.error
    task = task_model(found, base_url(request, parts))
    if task.result is None:
        if task.status == "cancelled":
            raise Cancelled(f"Task {task_id!r} was cancelled.", details={"task_id": task_id})
        raise Internal("The task ended without a result.", details={"task_id": task_id})
    return VideoGenerated(task_id=task_id, **task.result.model_dump())


async def _submitted(body: VideoGenerateRequest, parts: GatewayParts, once: Once) -> str:
    """The id of the request's task, queued now or when the request came for the first time."""

    async def check(_: bool) -> Work:
        brief = await parts.checks.brief(body)

        async def start(task_id: str) -> None:
            await parts.tasks.submit(body.as_sent(), brief, sender=once.sender, task_id=task_id)

        return Work(start)

    return await once.task({"do": "video", "body": body.model_dump(mode="json", exclude_defaults=True)}, check)

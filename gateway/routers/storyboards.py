"""Plan first, pay later: a storyboard without voices and pictures."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request

from gateway.convert import storyboard_model
from gateway.hangup import unless_gone
from gateway.parts import Parts, SentBy  # noqa: TC001 - FastAPI reads the annotation
from gateway.plans import Estimate, Planned
from gateway.schemas import VideoGenerateRequest  # noqa: TC001 - FastAPI reads the annotation
from gateway.workflow.estimate import estimate
from gateway.workflow.steps import Asking
from gateway.workflow.video import plan

if TYPE_CHECKING:
    from pixelle.core.v1 import core_pb2

__all__ = ["router"]

router = APIRouter(prefix="/api/storyboards", tags=["video"])


@router.post("")
async def plan_video(body: VideoGenerateRequest, request: Request, parts: Parts, sender: SentBy) -> Planned:
    """
    Write the storyboard that a video would be made from, and estimate what it would take; nothing else is made.

    Send it back, edited or not, as `storyboard` of `/api/video/generate/async`. A client that hangs up stops it.
    """
    brief = await parts.checks.brief(body)
    asking = Asking(
        f"plan_{secrets.token_hex(4)}/storyboard", parts.settings.step_seconds, lambda _fraction, _said: None
    )

    async def write() -> core_pb2.Storyboard:
        async with parts.shares.one(sender.caller):
            return await plan(brief, parts.services, asking)

    board = await unless_gone(request, write())
    guess = await estimate(parts.tasks, board, brief.speak.speed)
    cost = await parts.checks.costs.of(board, brief, guess.video_seconds)
    return Planned(
        storyboard=storyboard_model(board),
        estimate=Estimate(
            seconds=guess.seconds,
            cost=cost.amount if cost else None,
            currency=cost.currency if cost else "",
            scenes=len(board.scenes),
            video_seconds=guess.video_seconds,
            learned=guess.learned,
        ),
    )

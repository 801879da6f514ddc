"""Words alone: answers of the language model, narrations, image prompts and titles, without a video around them."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter

from gateway.content import (
    Chat,
    ChatRequest,
    ImagePrompts,
    ImagePromptsRequest,
    Narrations,
    NarrationsRequest,
    Title,
    TitleRequest,
)
from gateway.fields import drawn
from gateway.parts import Parts  # noqa: TC001 - FastAPI reads the annotation
from gateway.waiter import Waiting  # noqa: TC001 - as above
from pixelle.script.v1 import script_pb2
from pixelle.text.tags import check_language

__all__ = ["router"]

router = APIRouter()


@router.post("/api/llm/chat", tags=["llm"])
async def chat(body: ChatRequest, parts: Parts, waiter: Waiting) -> Chat:
    """What the language model answers to a prompt. A client that hangs up stops it."""
    asked = script_pb2.CompleteRequest(
        workflow=body.workflow or "",
        prompt=body.prompt,
        temperature=body.temperature,
        max_tokens=body.max_tokens,
        response_schema=json.dumps(body.response_schema) if body.response_schema else "",
        seed=drawn(body.seed),
    )
    method = parts.services.script.Complete
    said = await waiter.result(method, asked, service="script", what="chat", pieces={"delta": _passed})
    return Chat(content=said.text, tokens_used=said.tokens_used or None, truncated=said.truncated)


@router.post("/api/content/narration", tags=["content"])
async def narrations(body: NarrationsRequest, parts: Parts, waiter: Waiting) -> Narrations:
    """Write exactly `n_scenes` narrations about a text, each of `min_words` to `max_words`."""
    plan = script_pb2.NarrationPlan(
        text=body.text,
        mode=script_pb2.SCRIPT_MODE_GENERATE,
        scene_count=body.n_scenes,
        words=script_pb2.WordRange(min=body.min_words, max=body.max_words),
        language=_language(body.language),
        style=body.style or "",
    )
    asked = script_pb2.GenerateNarrationsRequest(workflow=body.workflow or "", plan=plan, seed=drawn(body.seed))
    method = parts.services.script.GenerateNarrations
    found = await waiter.result(method, asked, service="script", what="narration")
    return Narrations(narrations=list(found.narrations), notice=found.notice)


@router.post("/api/content/image-prompt", tags=["content"])
async def image_prompts(body: ImagePromptsRequest, parts: Parts, waiter: Waiting) -> ImagePrompts:
    """Describe one picture per narration, in English, each in `min_words` to `max_words`."""
    asked = script_pb2.GenerateImagePromptsRequest(
        workflow=body.workflow or "",
        narrations=body.narrations,
        words=script_pb2.WordRange(min=body.min_words, max=body.max_words),
        seed=drawn(body.seed),
    )
    method = parts.services.script.GenerateImagePrompts
    found = await waiter.result(method, asked, service="script", what="image-prompt")
    return ImagePrompts(image_prompts=list(found.image_prompts), style=found.style)


@router.post("/api/content/title", tags=["content"])
async def title(body: TitleRequest, parts: Parts, waiter: Waiting) -> Title:
    """Find a title of at most 60 characters, cut at no word."""
    asked = script_pb2.GenerateTitleRequest(
        workflow=body.workflow or "",
        text=body.text,
        style=body.style or "",
        language=_language(body.language),
        seed=drawn(body.seed),
    )
    method = parts.services.script.GenerateTitle
    notices: list[str] = []
    found = await waiter.result(method, asked, service="script", what="title", pieces={"notice": notices.append})
    return Title(title=found, notice=" ".join(notices))


def _language(tag: str | None) -> str:
    return check_language(tag, "language") if tag else ""


def _passed(_: Any) -> None:
    """A piece of an answer whose whole comes last."""

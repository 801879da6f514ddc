"""A text, spoken, without a video around it."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from gateway.downloads import download
from gateway.parts import GatewayParts, Parts  # noqa: TC001 - FastAPI reads the annotation
from gateway.speech import Speech, SpeechRequest  # noqa: TC001 - as above
from gateway.voices import speech_model
from gateway.waiter import Waiting, named_in_body
from pixelle.core.v1 import core_pb2
from pixelle.runtime.errors import NotFound
from pixelle.runtime.language import check_language
from pixelle.tts.v1 import tts_pb2

__all__ = ["router"]

router = APIRouter(tags=["tts"])
_NAME = re.compile(r"[0-9a-f]{64}\.wav", re.ASCII)
_SAFE = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}


@router.post("/api/tts/synthesize")
async def synthesize(body: SpeechRequest, parts: Parts, waiter: Waiting) -> Speech:
    """Speak a text and say when each word is spoken. A client that hangs up stops it."""
    with named_in_body():
        asked = await _asked(body, parts)
    narration = await waiter.result(parts.services.tts.Synthesize, asked, service="tts", what="speech")
    return speech_model(narration, waiter.base_url)


async def _asked(body: SpeechRequest, parts: GatewayParts) -> tts_pb2.SynthesizeRequest:
    voice = body.voice or body.voice_id or ""
    asked = tts_pb2.SynthesizeRequest(
        text=body.text,
        workflow=body.workflow or ("" if voice else parts.settings.tts_workflow),
        voice_id=voice,
        speed=body.speed,
        language=check_language(body.language, "language") if body.language else "",
        pronunciations=body.pronunciations,
        seed=body.seed,
        verify=body.verify,
    )
    if body.ref_audio:
        found = await parts.checks.sounds.recording(body.ref_audio, field="ref_audio")
        asked.ref_audio.CopyFrom(found)
    return asked


@router.head("/api/files/speech/{name}", include_in_schema=False, response_class=FileResponse)
@router.get("/api/files/speech/{name}", response_class=FileResponse)
async def get_speech(name: str, request: Request, parts: Parts) -> Response:
    """What `/api/tts/synthesize` spoke, whole or in ranges; kept as long as results are."""
    return await audio(parts, name, request)


async def audio(parts: GatewayParts, name: str, request: Request) -> Response:
    """Speech in the store. name: "<sha256>.wav". Raises NotFound (FILE_NOT_FOUND), Unavailable (STORE_DOWN)."""
    kept = f"audio/{name[:64]}"
    if not _NAME.fullmatch(name) or not await parts.store.used(kept):
        raise NotFound(f"There is no file {f'speech/{name}'[:200]!r}. Have it spoken again.", reason="FILE_NOT_FOUND")
    artifact = core_pb2.Artifact(
        uri=f"{parts.store.url}/{kept}",
        sha256=name[:64],
        media_type="audio/wav",
        size_bytes=await parts.store.size(kept),
    )
    shown = {**_SAFE, "Content-Disposition": f'inline; filename="{name}"'}
    return await download(parts.store, artifact, request, headers=shown)

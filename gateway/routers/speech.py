"""A text, spoken, without a video around it."""

from __future__ import annotations

from fastapi import APIRouter

from gateway.parts import GatewayParts, Parts  # noqa: TC001 - FastAPI reads the annotation
from gateway.speech import Speech, SpeechRequest  # noqa: TC001 - as above
from gateway.voices import speech_model
from gateway.waiter import Waiting, named_in_body
from pixelle.text.tags import check_language
from pixelle.tts.v1 import tts_pb2

__all__ = ["router"]

router = APIRouter(tags=["tts"])


@router.post("/api/tts/synthesize")
async def synthesize(body: SpeechRequest, parts: Parts, waiter: Waiting) -> Speech:
    """Speak a text and say when each word is spoken. A client that hangs up stops it."""
    with named_in_body():
        asked = await _asked(body, parts)
    narration = await waiter.result(parts.services.tts.Synthesize, asked, service="tts", what="speech")
    return speech_model(narration, await parts.intake.named("speech", narration.audio), waiter.base_url)


async def _asked(body: SpeechRequest, parts: GatewayParts) -> tts_pb2.SynthesizeRequest:
    voice = body.voice or body.voice_id or ""
    if not (voice or body.workflow or body.ref_audio):
        voice = parts.settings.tts_voice
        if voice:
            await parts.checks.voices.scene_voice(voice, "")
    asked = tts_pb2.SynthesizeRequest(
        text=body.text,
        workflow=body.workflow or ("" if voice else parts.settings.tts_workflow),
        voice_id=voice,
        speed=body.speed if "speed" in body.model_fields_set else parts.settings.tts_speed,
        language=check_language(body.language, "language") if body.language else "",
        pronunciations=body.pronunciations,
        seed=body.seed,
        verify=body.verify,
    )
    if body.ref_audio:
        found = await parts.checks.sounds.recording(body.ref_audio, field="ref_audio")
        asked.ref_audio.CopyFrom(found)
    return asked

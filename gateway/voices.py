"""Voices between the JSON of the REST contract and the messages of the speech service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from gateway.speech import Likeness, Speech, SpokenWord, Understood, VoiceInfo
from pixelle.core.v1 import core_pb2

if TYPE_CHECKING:
    from pixelle.tts.v1 import tts_pb2

__all__ = ["speech_model", "voice_model"]

_SOURCES = {
    core_pb2.TIMING_SOURCE_MODEL: "model",
    core_pb2.TIMING_SOURCE_ALIGNED: "aligned",
    core_pb2.TIMING_SOURCE_PROPORTIONAL: "proportional",
}


def voice_model(voice: tts_pb2.Voice, base_url: str) -> VoiceInfo:
    """base_url: how the client reaches this gateway, without a slash at the end."""
    heard = voice.cloned or (voice.workflow.startswith("local/") and voice.sample_text)
    return VoiceInfo(
        id=voice.id,
        name=voice.name,
        language=voice.languages[0] if voice.languages else "",
        languages=list(voice.languages),
        gender=cast("Any", voice.gender if voice.gender in {"female", "male"} else ""),
        workflow=voice.workflow,
        cloned=voice.cloned,
        sample_text=voice.sample_text,
        sample_url=f"{base_url}/api/resources/voices/{quote(voice.id)}/sample" if heard else None,
    )


def speech_model(narration: core_pb2.Narration, path: str, base_url: str) -> Speech:
    """path: of the sound, below /api/files/. base_url: as above."""
    said, alike = narration.verification, narration.voice_likeness
    return Speech(
        audio_path=path,
        audio_url=f"{base_url}/api/files/{path}",
        duration=narration.duration_seconds,
        words=[SpokenWord(text=w.text, start=w.start_seconds, end=w.end_seconds) for w in narration.words],
        timing_source=cast("Any", _SOURCES.get(narration.timing_source, "proportional")),
        engine=narration.engine,
        verification=Understood(word_error=said.word_error, attempts=said.attempts, limit=said.limit, heard=said.heard)
        if narration.HasField("verification")
        else None,
        voice_likeness=Likeness(cosine=alike.cosine, encoder=alike.encoder)
        if narration.HasField("voice_likeness")
        else None,
    )

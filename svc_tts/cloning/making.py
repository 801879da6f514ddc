"""CreateVoice: a recording and a consent become a voice that any later request may name."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pixelle.core.v1 import core_pb2
from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, PixelleError
from pixelle.text.tags import primary, speaks
from pixelle.tts.v1 import tts_pb2
from svc_tts.cloning.shelf import MADE
from svc_tts.engines.base import cloning
from svc_tts.listing import with_model
from svc_tts.voices import SAMPLES

if TYPE_CHECKING:
    from pixelle.runtime.engines import Engines
    from pixelle.runtime.work import Report
    from svc_tts.asking import Desk
    from svc_tts.engines.base import TtsEngine

__all__ = ["check_making", "forget_learned", "make_voice"]

_LONGEST_NAME = 100
_GENDERS = {"", "female", "male"}


def check_making(request: tts_pb2.CreateVoiceRequest, engines: Engines[TtsEngine], consent: str) -> str:
    """
    The workflow key of the engine that is to learn the voice.

    consent: what has to be agreed to; "" for anything.
    Raises InvalidArgument (NAME_INVALID, GENDER_UNKNOWN, REF_AUDIO_MISSING), FailedPrecondition (CONSENT_MISSING,
    ENGINE_CANNOT_CLONE).
    """
    if not request.name.strip() or len(request.name) > _LONGEST_NAME:
        raise InvalidArgument(
            f"The name {request.name[:40]!r} cannot be used: send 1 to {_LONGEST_NAME} characters.",
            reason="NAME_INVALID",
        )
    if request.gender not in _GENDERS:
        raise InvalidArgument(
            f"gender is {request.gender[:40]!r}; send 'female', 'male' or nothing.", reason="GENDER_UNKNOWN"
        )
    if not request.HasField("ref_audio"):
        raise InvalidArgument("There is no recording. Send ref_audio.", reason="REF_AUDIO_MISSING")
    if consent and " ".join(request.consent.split()) != " ".join(consent.split()):
        raise FailedPrecondition(
            f"A voice is copied only with consent. If it is true, send this as `consent`: {consent}",
            reason="CONSENT_MISSING",
        )
    workflow = request.workflow or _default(engines)
    features = with_model(engines.peek(workflow), engines.model(workflow)).features
    if not features.cloning:
        raise FailedPrecondition(
            f"The engine of {workflow!r} cannot copy a voice. Choose one whose features say cloning.",
            reason="ENGINE_CANNOT_CLONE",
        )
    if not speaks(features.languages, request.language):
        raise InvalidArgument(
            f"The engine of {workflow!r} does not speak {request.language!r}. It speaks: "
            f"{', '.join(features.languages)}.",
            reason="LANGUAGE_UNSUPPORTED",
        )
    return workflow


async def make_voice(request: tts_pb2.CreateVoiceRequest, workflow: str, desk: Desk, report: Report) -> tts_pb2.Voice:
    """
    Learn and keep a voice.

    The same recording under the same name is the same voice with the first consent; a language or gender that is sent
    again takes the place of the first.

    Raises InvalidArgument (REF_AUDIO_*), NotFound (ARTIFACT_NOT_FOUND), FailedPrecondition (ENGINE_NOT_INSTALLED).
    """
    loaded = await desk.engines.get(workflow)
    loaded = replace(loaded, engine=await asyncio.to_thread(with_model, loaded.engine, loaded.model))
    recording = await desk.learning.recording(request.ref_audio)
    await desk.learning.learned(recording, cloning(loaded), report, request.request_id.partition("/")[0])
    name = request.name.strip()
    digest = hashlib.sha256(f"{recording.sha256} {name}".encode()).hexdigest()
    voice_id = f"{loaded.name}/{MADE}{digest[:12]}"
    before = await desk.shelf.find(voice_id)
    told = before.voice if before else tts_pb2.Voice(languages=loaded.engine.features.languages)
    languages = [request.language] if request.language else list(told.languages)
    voice = tts_pb2.Voice(
        id=voice_id,
        name=name,
        languages=languages,
        gender=request.gender or told.gender,
        workflow=f"{loaded.workflow}/{loaded.model}" if loaded.model else loaded.workflow,
        cloned=True,
        sample_text=SAMPLES.get(primary(languages[0]) if languages else "en", ""),
    )
    kept = tts_pb2.KeptVoice(
        voice=voice,
        recording=core_pb2.Artifact(
            sha256=recording.sha256, media_type="audio/wav", size_bytes=len(recording.wav), inline=recording.wav
        ),
        consent=before.consent if before else request.consent,
        created_at=before.created_at if before else datetime.now(UTC).isoformat(timespec="seconds"),
    )
    await desk.shelf.put(kept)
    return voice


async def forget_learned(kept: tts_pb2.KeptVoice, desk: Desk) -> None:
    """
    Forget what was learned of a voice; what an engine learned that is gone is left to the sweeping of results.

    Raises Unavailable (STORE_DOWN).
    """
    workflow = kept.voice.workflow
    try:
        name = desk.engines.name(workflow)
        engine = await asyncio.to_thread(with_model, desk.engines.peek(workflow), desk.engines.model(workflow))
        key = await asyncio.to_thread(desk.learning.key, kept.recording.sha256, name, engine)
    except (PixelleError, OSError):
        return
    await desk.learning.forget(kept.recording.sha256, key)


def _default(engines: Engines[TtsEngine]) -> str:
    """The service's default engine if it can copy voices, else the first in the table that can."""
    if engines.peek().features.cloning:
        return ""
    for _, entry, engine in engines.each():
        if engine.features.cloning and not engine.features.for_tests:
            return entry.workflow
    raise FailedPrecondition(
        "No engine of this service can copy a voice. Install one whose features say cloning, for example: "
        "pip install 'pixelle-video[gpu]'",
        reason="ENGINE_CANNOT_CLONE",
    )

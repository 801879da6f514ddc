"""Voices: which there are, how they sound, and making one from a recording."""

from __future__ import annotations

import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import FileResponse

from gateway.hangup import unless_gone
from gateway.parts import GatewayParts, Parts, base_url
from gateway.schemas import Deleted
from gateway.speech import VoiceForm, VoiceList, VoiceMade
from gateway.voices import voice_model
from gateway.waiter import Waiting, named_in_body
from pixelle.runtime.client import call
from pixelle.runtime.errors import InvalidArgument, NotFound
from pixelle.runtime.fetch import sniff
from pixelle.runtime.threads import apart
from pixelle.text.tags import check_language
from pixelle.tts.v1 import tts_pb2

if TYPE_CHECKING:
    from fastapi import UploadFile

    from pixelle.core.v1 import core_pb2

__all__ = ["PATH", "router"]

PATH = "/api/resources/voices"
router = APIRouter(prefix=PATH, tags=["resources"])


@router.get("")
async def list_voices(request: Request, parts: Parts, workflow: str = "", language: str = "") -> VoiceList:
    """What can be sent as `tts_voice`, as `voice` of a scene and to `/api/tts/synthesize`."""
    tts = parts.services.tts
    if language:
        language = check_language(language, "language")
    listing = tts_pb2.ListVoicesRequest(workflow=workflow, language=language)
    voices: list[tts_pb2.Voice] = await parts.checks.questions.pages(tts.ListVoices, listing, "voices", "tts")
    known = await _ask(parts, tts.ListEngines, tts_pb2.ListEnginesRequest(page_size=1000))
    return VoiceList(
        voices=[voice_model(voice, base_url(request, parts)) for voice in voices],
        cloning_workflows=[each.workflow for each in known.engines if each.available and each.features.cloning],
        consent=known.consent,
    )


@router.post("")
async def create_voice(
    form: Annotated[VoiceForm, Form(media_type="multipart/form-data")], parts: Parts, waiter: Waiting
) -> VoiceMade:
    """
    Make a voice from a recording; from then on any request may name it. The same recording under the same name is the
    same voice. Costs nothing but the time of listening; a client that hangs up stops it.
    """
    asked = tts_pb2.CreateVoiceRequest(
        workflow=form.workflow,
        name=form.name,
        consent=form.consent,
        language=check_language(form.language, "language") if form.language else "",
        gender=form.gender,
    )
    if form.ref_audio is not None and form.ref_audio_url:
        raise InvalidArgument("Send ref_audio or ref_audio_url, not both.", reason="REF_AUDIO_TWICE")
    if form.ref_audio is not None:
        asked.ref_audio.CopyFrom(await _taken(form.ref_audio, parts))
    elif form.ref_audio_url:
        with named_in_body():
            asked.ref_audio.CopyFrom(await parts.checks.sounds.recording(form.ref_audio_url, field="ref_audio_url"))
    voice = await waiter.result(parts.services.tts.CreateVoice, asked, service="tts", what="voice")
    parts.checks.changed()
    return VoiceMade(voice=voice_model(voice, waiter.base_url))


@router.delete("/{voice_id:path}")
async def delete_voice(voice_id: str, parts: Parts) -> Deleted:
    """Forget a voice that was made here, with its recording and its consent."""
    await _ask(parts, parts.services.tts.DeleteVoice, tts_pb2.DeleteVoiceRequest(voice_id=voice_id))
    parts.checks.changed()
    return Deleted(message=f"Voice {voice_id} deleted successfully")


@router.get("/{voice_id:path}/sample", response_class=FileResponse)
async def voice_sample(voice_id: str, request: Request, parts: Parts) -> Response:
    """A voice, heard: its recording, or its sample sentence, which is spoken when first asked for."""
    listing = tts_pb2.ListVoicesRequest(voice_id=voice_id, with_samples=True)
    limit = parts.settings.step_seconds
    work = call(parts.services.tts.ListVoices, listing, timeout=limit, service="tts")
    found = (await unless_gone(request, work)).voices
    if not found:
        raise NotFound(f"There is no voice {voice_id[:200]!r}.", reason="VOICE_NOT_FOUND")
    if not found[0].HasField("sample"):
        raise NotFound(
            f"The voice {voice_id!r} has no sample: it belongs to a vendor, who would be sent the sentence.",
            reason="SAMPLE_NOT_FOUND",
        )
    sound = await parts.store.read(found[0].sample)
    return Response(sound, media_type="audio/wav", headers={"Cache-Control": "private, max-age=3600"})


async def _ask(parts: GatewayParts, method: Any, request: Any) -> Any:
    return await call(method, request, timeout=parts.settings.question_seconds, service="tts")


async def _taken(upload: UploadFile, parts: GatewayParts) -> core_pb2.Artifact:
    """The recording that was sent, in the store. Raises InvalidArgument (FILE_WRONG_TYPE)."""
    media_type = sniff(await upload.read(64))
    if not media_type.startswith(("audio/", "video/")):
        raise InvalidArgument(
            f"ref_audio is {media_type}, which is no sound. Send WAV, MP3, FLAC, M4A, AAC, OGG, AMR or WebM.",
            reason="FILE_WRONG_TYPE",
        )
    await upload.seek(0)
    with tempfile.NamedTemporaryFile() as file:
        await apart(partial(shutil.copyfileobj, upload.file, file))
        file.flush()
        artifact = await parts.store.put("upload", Path(file.name), media_type)
    artifact.ClearField("inline")
    return artifact

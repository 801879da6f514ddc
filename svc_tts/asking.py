"""What can be wrong with a request for speech is found here, before work is spent."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, NotFound, nearest
from pixelle.text.tags import check_language
from pixelle.tts.v1 import tts_pb2
from svc_tts.cloning.recording import Recording
from svc_tts.cloning.shelf import MADE
from svc_tts.engines.base import VoiceSpec
from svc_tts.listing import with_model
from svc_tts.reading.lines import Script, lines_of
from svc_tts.reading.pauses import cut_at_pauses
from svc_tts.reading.pronunciations import Pronunciations
from svc_tts.scripts import must_be_written_in
from svc_tts.voices import Named, candidates, choose, spoken_by_copy, usual_workflow, workflow_for
from svc_tts.words import is_speakable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixelle.runtime.cache import ResultCache
    from pixelle.runtime.engines import Engines, Loaded
    from svc_tts.cloning.learning import Learning
    from svc_tts.cloning.shelf import VoiceShelf
    from svc_tts.engines.base import TtsEngine
    from svc_tts.listening import Listener

__all__ = ["Desk", "Job", "check_speech", "checked_job"]

_LONGEST_TEXT = 20_000


@dataclass(frozen=True)
class Job:
    """A request that has passed every check."""

    script: Script
    tail: float
    """Seconds of silence asked for after the last line."""
    loaded: Loaded[TtsEngine]
    voice: VoiceSpec
    recording: Recording | None
    """Whose voice is to be copied; `voice.learned` is set once the engine knows it."""
    speed: float
    seed: int
    key: str
    """Of the result in the cache."""
    group: str
    """Whom it is for: those of one group wait for each other, not for everybody."""
    verify: bool


@dataclass(frozen=True)
class Desk:
    """What requests are checked against."""

    engines: Engines[TtsEngine]
    cache: ResultCache
    shelf: VoiceShelf
    learning: Learning
    listener: Listener


async def checked_job(request: tts_pb2.SynthesizeRequest, desk: Desk) -> Job:
    """
    The job that a request asks for.

    Raises InvalidArgument, FailedPrecondition and NotFound with reasons that name what is wrong.
    """
    _check_text(request.text)
    wish = await _wish(request, desk, request.text)
    _check_script(wish, request.text)
    engines, workflow, made = desk.engines, wish.workflow, wish.made
    features, pronunciations, speed = wish.engine.features, wish.pronunciations, wish.speed
    loaded = replace(await engines.get(workflow), engine=wish.engine)
    recording: Recording | None = None
    if made:
        recording = Recording(made.recording.inline, 0.0, made.recording.sha256)
    elif request.HasField("ref_audio"):
        recording = await desk.learning.recording(request.ref_audio)
    name, language = await _speaker(request, wish, desk, request.text)
    if request.verify:
        desk.listener.must_understand(language)
    script = await asyncio.to_thread(
        lines_of, request.text, language=language, speed=speed, pronunciations=pronunciations
    )
    if not script.lines:
        raise _nothing_to_say(request.text)
    # what the caller left open is part of the key by what it became
    settled = tts_pb2.SynthesizeRequest(
        workflow=f"{loaded.workflow}/{loaded.model}" if features.models else loaded.workflow,
        text=request.text,
        voice_id=name,
        speed=speed,
        language=language,
        pronunciations=request.pronunciations,
        verify=request.verify,
        seed=request.seed,
    )
    if recording:
        settled.ref_audio.sha256 = recording.sha256
    fingerprint = await asyncio.to_thread(loaded.engine.fingerprint, name)
    key = desk.cache.key(settled, engine=loaded.name, version=loaded.engine.version, voice=fingerprint, reading=_RULES)
    return Job(
        script=script,
        tail=_tail(request.text),
        loaded=loaded,
        voice=VoiceSpec(name, language, model=loaded.model if features.models else ""),
        recording=recording,
        speed=speed,
        seed=request.seed,
        key=key,
        group=request.request_id.partition("/")[0],
        verify=request.verify,
    )


async def check_speech(request: tts_pb2.SynthesizeRequest, texts: Sequence[str], desk: Desk) -> None:
    """
    Raises what `checked_job` would raise for one of the texts, as far as that can be said before an engine is loaded.

    What is wrong with a text has its position as `text` in `details`.
    """
    wish = await _wish(request, desk, " ".join(texts))
    if wish.language:
        await _speaker(request, wish, desk, "")
    elif not wish.made and not request.HasField("ref_audio"):
        named = Named.of(desk.engines, wish.workflow, wish.engine)
        await asyncio.to_thread(candidates, desk.engines, named, voice_id=request.voice_id)
    for position, text in enumerate(texts):
        try:
            _check_text(text)
            if not any(is_speakable(stretch) for stretch, _ in cut_at_pauses(text)):
                raise _nothing_to_say(text)
            _check_script(wish, text)
        except InvalidArgument as error:
            error.details = {**error.details, "text": str(position)}
            raise


@dataclass(frozen=True)
class _Wish:
    """What a request says beside its text, checked."""

    workflow: str
    made: tts_pb2.KeptVoice | None
    engine: TtsEngine
    language: str
    pronunciations: Pronunciations
    speed: float


async def _speaker(request: tts_pb2.SynthesizeRequest, wish: _Wish, desk: Desk, text: str) -> tuple[str, str]:
    """
    The engine's name of the voice that is to speak, and the language of the text; the engine need not be loaded.

    Raises as `choose` and `spoken_by_copy`.
    """
    named = Named.of(desk.engines, wish.workflow, wish.engine)
    if wish.made or request.HasField("ref_audio"):
        made = wish.made.voice if wish.made else None
        return await spoken_by_copy(named, made, text=text, language=wish.language)
    voice, language = await choose(desk.engines, named, voice_id=request.voice_id, text=text, language=wish.language)
    return voice.name, language or (voice.languages[0] if len(voice.languages) == 1 else "")


async def _wish(request: tts_pb2.SynthesizeRequest, desk: Desk, text: str) -> _Wish:
    asked_language = check_language(request.language, "language") if request.language else ""
    pronunciations = Pronunciations(request.pronunciations)
    engines = desk.engines
    workflow = request.workflow
    if request.voice_id:
        workflow = await asyncio.to_thread(workflow_for, engines, workflow, request.voice_id)
    elif not workflow and not request.HasField("ref_audio"):
        workflow = await usual_workflow(engines, text=text, language=asked_language)
    made = await desk.shelf.find(request.voice_id)
    if made is None and request.voice_id.partition("/")[2].startswith(MADE):
        raise await _no_made_voice(request.voice_id, desk)
    if made and not request.workflow:
        workflow = made.voice.workflow
    if made and request.HasField("ref_audio"):
        raise InvalidArgument(
            f"Both voice_id {request.voice_id!r} and ref_audio say whose voice it is to be. Leave one of them out.",
            reason="VOICE_TWICE",
        )
    engine = await asyncio.to_thread(with_model, engines.peek(workflow), engines.model(workflow))
    features = engine.features
    if request.HasField("ref_audio") and not features.cloning:
        able = [entry.workflow for _, entry, each in engines.each() if each.features.cloning]
        raise FailedPrecondition(
            f"The engine of {workflow or engines.default!r} cannot copy a voice. Leave out ref_audio, or choose a "
            f"workflow whose engine can: {', '.join(able) or 'none is installed'}.",
            reason="ENGINE_CANNOT_CLONE",
        )
    pronunciations.must_be_read_by(workflow or engines.default, ipa=features.ipa)
    speed = _checked_speed(request.speed, features.min_speed, features.max_speed)
    return _Wish(workflow, made, engine, asked_language, pronunciations, speed)


async def _no_made_voice(voice_id: str, desk: Desk) -> NotFound:
    known = [kept.voice.id for kept in await desk.shelf.every()]
    return NotFound(
        f"There is no voice {voice_id[:100]!r} that was made here; it may have been deleted."
        f"{nearest(voice_id[:100], known) if known else ''}",
        reason="VOICE_NOT_FOUND",
    )


def _check_script(wish: _Wish, text: str) -> None:
    """What engines of certain languages cannot read is refused; those of every language find out themselves."""
    if wish.language and wish.engine.features.languages:
        must_be_written_in(wish.language, text)


_RULES = "10"
"""Version of the rules by which text is read and tracks are put together: part of cache keys."""


def _check_text(text: str) -> None:
    if not text.strip():
        raise InvalidArgument("The text is empty. Send 1 to 20,000 characters.", reason="TEXT_EMPTY")
    if len(text) > _LONGEST_TEXT:
        raise InvalidArgument(
            f"The text has {len(text):,} characters; at most {_LONGEST_TEXT:,} can be spoken in one call. Cut it into "
            "scenes.",
            reason="TEXT_TOO_LONG",
        )
    if not is_speakable(text):
        raise _nothing_to_say(text)


def _tail(text: str) -> float:
    """Seconds of the pauses that stand after everything that is spoken."""
    seconds = 0.0
    for stretch, pause in cut_at_pauses(text):
        seconds = (0.0 if is_speakable(stretch) else seconds) + (pause or 0.0)
    return seconds


def _nothing_to_say(text: str) -> InvalidArgument:
    return InvalidArgument(
        f"There is nothing to speak in {text[:40]!r}: no letter and no digit. Add words.", reason="TEXT_NOT_SPEAKABLE"
    )


def _checked_speed(speed: float, slowest: float, fastest: float) -> float:
    """The speed to speak at; 0 means 1."""
    if speed == 0:
        return 1.0
    if not (slowest or 1.0) <= speed <= (fastest or 1.0):
        raise InvalidArgument(
            f"speed is {speed:g}; this engine speaks at {slowest or 1.0:g} to {fastest or 1.0:g}.",
            reason="SPEED_OUT_OF_RANGE",
        )
    return speed

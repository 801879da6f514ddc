"""TtsService over the engines: checks, remembers, speaks."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import grpc
import grpc.aio
import structlog

from pixelle.core.v1 import core_pb2
from pixelle.runtime.errors import FailedPrecondition, Internal, InvalidArgument
from pixelle.runtime.language import speaks
from pixelle.runtime.paging import page
from pixelle.runtime.work import stream
from pixelle.tts.v1 import tts_pb2, tts_pb2_grpc
from svc_tts.engines.base import VoiceSpec
from svc_tts.track import Track, wav
from svc_tts.voices import choose, installed, workflow_for
from svc_tts.words import is_speakable, written_words

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from pixelle.runtime.artifacts import ArtifactStore
    from pixelle.runtime.cache import ResultCache
    from pixelle.runtime.engines import Engines, Loaded
    from pixelle.runtime.work import Report, Tick
    from svc_tts.engines.base import TtsEngine

__all__ = ["TtsServicer"]

_LONGEST_TEXT = 20_000
_WAV_HEADER = 44
_CHUNK = 64 * 1024
"""Bytes of PCM in one message at most; even, so that no sample is cut."""

_log = structlog.get_logger("svc_tts")


@dataclass(frozen=True)
class _Job:
    """A request that has passed every check."""

    text: str
    loaded: Loaded[TtsEngine]
    voice: VoiceSpec
    speed: float
    key: str


class TtsServicer(tts_pb2_grpc.TtsServiceServicer):
    """The speech service."""

    def __init__(self, engines: Engines[TtsEngine], store: ArtifactStore, cache: ResultCache) -> None:
        """
        engines: the table, not loaded.
        store: where narrations go and reference recordings come from.
        cache: remembers narrations.
        """
        self._engines = engines
        self._store = store
        self._cache = cache

    async def load(self) -> None:
        """Load the default engine, and say which installed voices cannot be used."""
        await self._engines.load_default()
        for name, _, engine in self._engines.each():
            for voice in engine.voices():
                if voice.unusable:
                    _log.warning("voice unusable", voice=f"{name}/{voice.name}", why=voice.unusable)

    async def Synthesize(
        self,
        request: tts_pb2.SynthesizeRequest,
        context: grpc.aio.ServicerContext[tts_pb2.SynthesizeRequest, tts_pb2.SynthesizeResponse],
    ) -> AsyncIterator[tts_pb2.SynthesizeResponse]:
        job = await self._checked(request)
        kept = await self._cache.get(job.key, core_pb2.Narration)
        if kept is not None:
            if request.stream_audio:
                sound = await self._store.read(kept.audio)
                for message in _chunks(sound[_WAV_HEADER:], kept.sample_rate):
                    yield message
            yield tts_pb2.SynthesizeResponse(narration=kept)
            return
        # filled on the engine's thread, emptied here before each message
        heard: deque[tuple[bytes, int]] = deque()

        async def work(report: Report) -> core_pb2.Narration:
            return await self._speak(job, report, heard if request.stream_audio else None)

        async for message in stream(work, tts_pb2.SynthesizeResponse, "narration"):
            while heard:
                for chunk in _chunks(*heard.popleft()):
                    yield chunk
            yield message

    async def _checked(self, request: tts_pb2.SynthesizeRequest) -> _Job:
        """Everything that can be wrong is found here, before work is spent."""
        _check_text(request.text)
        workflow = request.workflow
        if request.voice_id:
            workflow = workflow_for(self._engines, workflow, request.voice_id)
        features = self._engines.peek(workflow).features
        if request.HasField("ref_audio") and not features.cloning:
            raise FailedPrecondition(
                f"The engine of {workflow or self._engines.default!r} cannot copy a voice. Leave out ref_audio, or "
                "choose an engine whose features say cloning.",
                reason="ENGINE_CANNOT_CLONE",
            )
        speed = _checked_speed(request.speed, features.min_speed, features.max_speed)
        loaded = await self._engines.get(workflow)
        voice, language = await choose(
            self._engines, loaded, voice_id=request.voice_id, text=request.text, language=request.language
        )
        ref_audio = await self._store.local(request.ref_audio) if request.HasField("ref_audio") else None
        # what the caller left open is part of the key by what it became
        settled = tts_pb2.SynthesizeRequest(
            workflow=loaded.workflow, text=request.text, voice_id=voice.name, speed=speed, language=language
        )
        if request.HasField("ref_audio"):
            settled.ref_audio.CopyFrom(request.ref_audio)
        fingerprint = await asyncio.to_thread(loaded.engine.fingerprint, voice.name)
        key = self._cache.key(settled, engine=loaded.name, version=loaded.engine.version, voice=fingerprint)
        return _Job(request.text, loaded, VoiceSpec(voice.name, language, ref_audio), speed, key)

    async def _speak(self, job: _Job, report: Report, heard: deque[tuple[bytes, int]] | None) -> core_pb2.Narration:
        """Speak, store and remember. `heard` receives PCM and its rate as soon as it is made."""

        def speak(tick: Tick) -> tuple[Track, bytes]:
            track = Track()
            parts: list[bytes] = []
            for piece in job.loaded.engine.synthesize(job.text, job.voice, speed=job.speed, tick=tick):
                parts.append(track.add(piece))
                if heard is not None:
                    heard.append((parts[-1], track.sample_rate))
            parts.append(track.finish())
            if heard is not None:
                heard.append((parts[-1], track.sample_rate))
            return track, wav(b"".join(parts), track.sample_rate)

        track, sound = await job.loaded.slots.run(speak, report=report)
        if [word.text for word in track.words] != written_words(job.text):
            raise Internal(f"Engine {job.loaded.name!r} did not give a time to every word.")
        timed = job.loaded.engine.features.word_timings
        narration = core_pb2.Narration(
            audio=await self._store.put("audio", sound, "audio/wav"),
            duration_seconds=track.sample_count / track.sample_rate,
            words=[core_pb2.Word(text=w.text, start_seconds=w.start, end_seconds=w.end) for w in track.words],
            timing_source=core_pb2.TIMING_SOURCE_MODEL if timed else core_pb2.TIMING_SOURCE_PROPORTIONAL,
            sample_rate=track.sample_rate,
            engine=job.loaded.name,
        )
        await self._cache.put(job.key, narration)
        return narration

    async def ListVoices(
        self,
        request: tts_pb2.ListVoicesRequest,
        context: grpc.aio.ServicerContext[tts_pb2.ListVoicesRequest, tts_pb2.ListVoicesResponse],
    ) -> tts_pb2.ListVoicesResponse:
        if request.workflow:
            self._engines.peek(request.workflow)
        found = [
            voice
            for voice in await asyncio.to_thread(installed, self._engines)
            if request.workflow in {"", voice.workflow} and speaks(list(voice.languages), request.language)
        ]
        voices, token = page(found, request.page_size, request.page_token)
        return tts_pb2.ListVoicesResponse(voices=voices, next_page_token=token)

    async def ListEngines(
        self,
        request: tts_pb2.ListEnginesRequest,
        context: grpc.aio.ServicerContext[tts_pb2.ListEnginesRequest, tts_pb2.ListEnginesResponse],
    ) -> tts_pb2.ListEnginesResponse:
        found = await asyncio.to_thread(self._engines.describe)
        engines, token = page(found, request.page_size, request.page_token)
        return tts_pb2.ListEnginesResponse(engines=engines, next_page_token=token)

    async def CreateVoice(
        self,
        request: tts_pb2.CreateVoiceRequest,
        context: grpc.aio.ServicerContext[tts_pb2.CreateVoiceRequest, tts_pb2.CreateVoiceResponse],
    ) -> AsyncIterator[tts_pb2.CreateVoiceResponse]:
        await context.abort(grpc.StatusCode.UNIMPLEMENTED, "No engine of this service can make a voice yet.")
        yield tts_pb2.CreateVoiceResponse()

    async def DeleteVoice(
        self,
        request: tts_pb2.DeleteVoiceRequest,
        context: grpc.aio.ServicerContext[tts_pb2.DeleteVoiceRequest, tts_pb2.DeleteVoiceResponse],
    ) -> tts_pb2.DeleteVoiceResponse:
        await context.abort(
            grpc.StatusCode.UNIMPLEMENTED,
            "Only voices made by CreateVoice can be deleted, and no engine of this service makes any yet.",
        )


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
        raise InvalidArgument(
            f"There is nothing to speak in {text[:40]!r}: no letter and no digit. Add words.",
            reason="TEXT_NOT_SPEAKABLE",
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


def _chunks(pcm: bytes, sample_rate: int) -> Iterator[tts_pb2.SynthesizeResponse]:
    """Messages with a stretch of sound."""
    for start in range(0, len(pcm), _CHUNK):
        yield tts_pb2.SynthesizeResponse(
            chunk=tts_pb2.AudioChunk(pcm=pcm[start : start + _CHUNK], sample_rate=sample_rate)
        )

"""TtsService over the engines: checks, remembers, speaks."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

import grpc
import grpc.aio
import structlog

from pixelle.core.v1 import core_pb2
from pixelle.runtime.language import speaks
from pixelle.runtime.paging import page
from pixelle.runtime.work import stream
from pixelle.tts.v1 import tts_pb2, tts_pb2_grpc
from svc_tts.asking import checked_job
from svc_tts.speaking import Speaker
from svc_tts.track import wav
from svc_tts.voices import installed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from pixelle.runtime.artifacts import ArtifactStore
    from pixelle.runtime.cache import ResultCache
    from pixelle.runtime.engines import Engines
    from pixelle.runtime.work import Report, Tick
    from svc_tts.asking import Job
    from svc_tts.engines.base import TtsEngine
    from svc_tts.speaking import Reading

__all__ = ["TtsServicer"]

_WAV_HEADER = 44
_CHUNK = 64 * 1024
"""Bytes of PCM in one message at most; even, so that no sample is cut."""

_log = structlog.get_logger("svc_tts")


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
        self._speaker = Speaker()

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
        job = await checked_job(request, self._engines, self._store, self._cache)
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

    async def _speak(self, job: Job, report: Report, heard: deque[tuple[bytes, int]] | None) -> core_pb2.Narration:
        """Speak, store and remember. `heard` receives PCM and its rate as soon as it is made."""

        def told(pcm: bytes, rate: int) -> None:
            if heard is not None:
                heard.append((pcm, rate))

        def speak(tick: Tick) -> Reading:
            return self._speaker.read(job, tick, seed=job.seed, heard=told)

        reading = await job.loaded.slots.run(speak, report=report)
        narration = core_pb2.Narration(
            audio=await self._store.put("audio", wav(reading.pcm, reading.sample_rate), "audio/wav"),
            duration_seconds=reading.seconds,
            words=[core_pb2.Word(text=w.text, start_seconds=w.start, end_seconds=w.end) for w in reading.words],
            timing_source=core_pb2.TimingSource.ValueType(reading.source),
            sample_rate=reading.sample_rate,
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


def _chunks(pcm: bytes, sample_rate: int) -> Iterator[tts_pb2.SynthesizeResponse]:
    """Messages with a stretch of sound."""
    for start in range(0, len(pcm), _CHUNK):
        yield tts_pb2.SynthesizeResponse(
            chunk=tts_pb2.AudioChunk(pcm=pcm[start : start + _CHUNK], sample_rate=sample_rate)
        )

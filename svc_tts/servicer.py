"""TtsService over the engines: checks, remembers, speaks, makes voices."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

import structlog

from pixelle.core.v1 import core_pb2
from pixelle.runtime.errors import FailedPrecondition, NotFound, nearest
from pixelle.runtime.metering import made
from pixelle.runtime.paging import page
from pixelle.runtime.work import Slots, stream
from pixelle.text.tags import speaks
from pixelle.tts.v1 import tts_pb2, tts_pb2_grpc
from svc_tts.asking import check_speech, checked_job
from svc_tts.cloning.making import check_making, forget_learned, make_voice
from svc_tts.listing import engines_of
from svc_tts.speaking import Speaker
from svc_tts.track import wav
from svc_tts.voices import installed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    import grpc.aio

    from pixelle.runtime.artifacts import ArtifactStore
    from pixelle.runtime.work import Report
    from svc_tts.asking import Desk, Job

__all__ = ["TtsServicer"]

_WAV_HEADER = 44
_CHUNK = 64 * 1024
"""Bytes of PCM in one message at most; even, so that no sample is cut."""

_log = structlog.get_logger("svc_tts")


class TtsServicer(tts_pb2_grpc.TtsServiceServicer):
    """The speech service."""

    def __init__(self, desk: Desk, store: ArtifactStore, *, consent: str, verify_limit: float) -> None:
        """
        desk: engines, not loaded, and what requests are checked against.
        store: where narrations go and reference recordings come from.
        consent: what has to be sent to have a voice made; "" for anything.
        verify_limit: word error above which a text is spoken again.
        """
        self._desk = desk
        self._engines = desk.engines
        self._store = store
        self._consent = consent
        self._listening = Slots("listener", service="tts")
        self._speaker = Speaker(desk.learning, desk.listener, self._listening, limit=verify_limit)

    async def load(self) -> None:
        """Load the default engine, and say which installed voices cannot be used."""
        await self._engines.load_default()
        for name, _, engine in self._engines.each():
            for voice in engine.voices():
                if voice.unusable:
                    _log.warning("voice unusable", voice=f"{name}/{voice.name}", why=voice.unusable)

    async def close(self) -> None:
        """Let engines and the transcriber go."""
        await self._speaker.close()
        await self._engines.close()
        self._listening.close()
        self._desk.listener.close()

    async def Synthesize(
        self,
        request: tts_pb2.SynthesizeRequest,
        context: grpc.aio.ServicerContext[tts_pb2.SynthesizeRequest, tts_pb2.SynthesizeResponse],
    ) -> AsyncIterator[tts_pb2.SynthesizeResponse]:
        job = await checked_job(request, self._desk)
        kept = await self._desk.cache.get(job.key, core_pb2.Narration)
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

    async def CheckSpeech(
        self,
        request: tts_pb2.CheckSpeechRequest,
        context: grpc.aio.ServicerContext[tts_pb2.CheckSpeechRequest, tts_pb2.CheckSpeechResponse],
    ) -> tts_pb2.CheckSpeechResponse:
        """Whether Synthesize can do it."""
        del context
        await check_speech(request.request, request.texts, self._desk)
        return tts_pb2.CheckSpeechResponse()

    async def _speak(self, job: Job, report: Report, heard: deque[tuple[bytes, int]] | None) -> core_pb2.Narration:
        """Speak, store and remember. `heard` receives PCM and its rate as soon as it is made."""

        def told(pcm: bytes, rate: int) -> None:
            if heard is not None:
                heard.append((pcm, rate))

        reading = await self._speaker.speak(job, report, told)
        narration = core_pb2.Narration(
            audio=await self._store.put("audio", wav(reading.pcm, reading.sample_rate), "audio/wav"),
            duration_seconds=reading.seconds,
            words=[core_pb2.Word(text=w.text, start_seconds=w.start, end_seconds=w.end) for w in reading.words],
            timing_source=core_pb2.TimingSource.ValueType(reading.source),
            sample_rate=reading.sample_rate,
            engine=job.loaded.name,
        )
        made(narration)
        if reading.likeness is not None:
            encoder = job.loaded.engine.features.speaker_encoder
            narration.voice_likeness.CopyFrom(core_pb2.VoiceLikeness(cosine=reading.likeness, encoder=encoder))
        if reading.understood:
            said = reading.understood
            narration.verification.CopyFrom(
                core_pb2.Verification(word_error=said.error, attempts=said.attempts, limit=said.limit, heard=said.heard)
            )
        await self._desk.cache.put(job.key, narration)
        return narration

    async def ListVoices(
        self,
        request: tts_pb2.ListVoicesRequest,
        context: grpc.aio.ServicerContext[tts_pb2.ListVoicesRequest, tts_pb2.ListVoicesResponse],
    ) -> tts_pb2.ListVoicesResponse:
        if request.workflow:
            self._engines.peek(request.workflow)
        made = {kept.voice.id: kept for kept in await self._desk.shelf.every()}
        stock = await asyncio.to_thread(installed, self._engines)
        found = [
            voice
            for voice in sorted([*stock, *(kept.voice for kept in made.values())], key=lambda voice: voice.id)
            if request.workflow in {"", voice.workflow}
            and request.voice_id in {"", voice.id}
            and speaks(list(voice.languages), request.language)
        ]
        voices, token = page(found, request.page_size, request.page_token)
        if request.with_samples:
            for voice in voices:
                await self._sample(voice, made.get(voice.id))
        return tts_pb2.ListVoicesResponse(voices=voices, next_page_token=token)

    async def _sample(self, voice: tts_pb2.Voice, made: tts_pb2.KeptVoice | None) -> None:
        """Have a voice heard: its recording, or its sample sentence, which is spoken once and then remembered."""
        if made:
            voice.sample.CopyFrom(made.recording)
        elif voice.sample_text and voice.workflow.startswith("local/"):
            language = voice.languages[0] if voice.languages else "en"
            request = tts_pb2.SynthesizeRequest(text=voice.sample_text, voice_id=voice.id, language=language)
            try:
                async for message in self.Synthesize(request, None):  # pyright: ignore[reportArgumentType]
                    voice.sample.CopyFrom(message.narration.audio)
            except FailedPrecondition as error:  # the others are heard all the same
                _log.warning("voice unusable", voice=voice.id, why=error.message)

    async def ListEngines(
        self,
        request: tts_pb2.ListEnginesRequest,
        context: grpc.aio.ServicerContext[tts_pb2.ListEnginesRequest, tts_pb2.ListEnginesResponse],
    ) -> tts_pb2.ListEnginesResponse:
        found = await asyncio.to_thread(engines_of, self._engines)
        engines, token = page(found, request.page_size, request.page_token)
        return tts_pb2.ListEnginesResponse(
            engines=engines,
            next_page_token=token,
            verify_reason=await asyncio.to_thread(self._desk.listener.missing) or "",
            consent=self._consent,
        )

    async def CreateVoice(
        self,
        request: tts_pb2.CreateVoiceRequest,
        context: grpc.aio.ServicerContext[tts_pb2.CreateVoiceRequest, tts_pb2.CreateVoiceResponse],
    ) -> AsyncIterator[tts_pb2.CreateVoiceResponse]:
        workflow = await asyncio.to_thread(check_making, request, self._engines, self._consent)

        async def work(report: Report) -> tts_pb2.Voice:
            return await make_voice(request, workflow, self._desk, report)

        async for message in stream(work, tts_pb2.CreateVoiceResponse, "voice"):
            yield message

    async def DeleteVoice(
        self,
        request: tts_pb2.DeleteVoiceRequest,
        context: grpc.aio.ServicerContext[tts_pb2.DeleteVoiceRequest, tts_pb2.DeleteVoiceResponse],
    ) -> tts_pb2.DeleteVoiceResponse:
        kept = await self._desk.shelf.find(request.voice_id)
        if kept:
            await forget_learned(kept, self._desk)
        if not kept or not await self._desk.shelf.remove(request.voice_id):
            known = [kept.voice.id for kept in await self._desk.shelf.every()]
            raise NotFound(
                f"There is no voice {request.voice_id[:100]!r} that was made here; only such voices can be deleted."
                f"{nearest(request.voice_id[:100], known) if known else ''}",
                reason="VOICE_NOT_FOUND",
            )
        return tts_pb2.DeleteVoiceResponse()


def _chunks(pcm: bytes, sample_rate: int) -> Iterator[tts_pb2.SynthesizeResponse]:
    """Messages with a stretch of sound."""
    for start in range(0, len(pcm), _CHUNK):
        yield tts_pb2.SynthesizeResponse(
            chunk=tts_pb2.AudioChunk(pcm=pcm[start : start + _CHUNK], sample_rate=sample_rate)
        )

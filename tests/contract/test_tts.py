"""What every TtsService must do, whoever wrote it: `pytest tests/contract/test_tts.py --tts grpc://host:port`."""

from __future__ import annotations

import hashlib
import io
import wave
from array import array
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from pixelle.core.v1 import core_pb2
from pixelle.runtime.interceptors import from_rpc_error
from pixelle.tts.v1 import tts_pb2, tts_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.asyncio(loop_scope="session")

SERVICE = "pixelle.tts.v1.TtsService"
TEXT = "Reading every day changes how you think, and it costs you only twenty minutes. In 2026, pi is still 3.14!"
DEADLINE = 300.0


@dataclass(frozen=True)
class Answer:
    """Everything a Synthesize call sent."""

    kinds: list[str]
    fractions: list[float]
    pcm: bytes
    chunk_rates: set[int]
    narration: core_pb2.Narration


@pytest.fixture
def tts(tts_channel: grpc.aio.Channel) -> tts_pb2_grpc.TtsServiceAsyncStub:
    make: Any = tts_pb2_grpc.TtsServiceStub  # its type knows blocking channels only
    return make(tts_channel)


async def speak(tts: tts_pb2_grpc.TtsServiceAsyncStub, **fields: Any) -> Answer:
    kinds: list[str] = []
    fractions: list[float] = []
    pcm = b""
    rates: set[int] = set()
    narration = core_pb2.Narration()
    async for message in tts.Synthesize(tts_pb2.SynthesizeRequest(**fields), timeout=DEADLINE):
        kind = message.WhichOneof("event")
        kinds.append(str(kind))
        if kind == "progress":
            fractions.append(message.progress.fraction)
        elif kind == "chunk":
            pcm += message.chunk.pcm
            rates.add(message.chunk.sample_rate)
        else:
            narration = message.narration
    return Answer(kinds, fractions, pcm, rates, narration)


async def refusal(tts: tts_pb2_grpc.TtsServiceAsyncStub, **fields: Any) -> tuple[str, str, str]:
    """Code name, reason and message of the error a request gets."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await speak(tts, **fields)
    error = from_rpc_error(caught.value, service="tts")
    return caught.value.code().name, error.reason, error.message


def pcm_of(narration: core_pb2.Narration) -> tuple[bytes, int]:
    """Samples (mono, 16 bit) and their rate; the audio of short texts travels inline."""
    with wave.open(io.BytesIO(narration.audio.inline)) as file:
        assert file.getnchannels() == 1
        assert file.getsampwidth() == 2
        return file.readframes(file.getnframes()), file.getframerate()


async def engines(tts: tts_pb2_grpc.TtsServiceAsyncStub) -> list[core_pb2.Engine]:
    answer = await tts.ListEngines(tts_pb2.ListEnginesRequest(page_size=1000), timeout=DEADLINE)
    return list(answer.engines)


async def voices(tts: tts_pb2_grpc.TtsServiceAsyncStub, **fields: Any) -> list[tts_pb2.Voice]:
    answer = await tts.ListVoices(tts_pb2.ListVoicesRequest(page_size=1000, **fields), timeout=DEADLINE)
    return list(answer.voices)


async def own(tts: tts_pb2_grpc.TtsServiceAsyncStub, found: list[tts_pb2.Voice]) -> list[tts_pb2.Voice]:
    """Those of the default engine where there are any: every engine that works offline is the default of one server."""
    (default,) = (engine.workflow for engine in await engines(tts) if engine.is_default)
    return [voice for voice in found if voice.workflow == default] or found


async def test_health_turns_serving(tts_channel: grpc.aio.Channel) -> None:
    make: Any = health_pb2_grpc.HealthStub
    for name in ("", SERVICE):
        async for answer in make(tts_channel).Watch(health_pb2.HealthCheckRequest(service=name), timeout=DEADLINE):
            if answer.status == health_pb2.HealthCheckResponse.SERVING:
                break


async def test_reflection_lists_the_service(tts_channel: grpc.aio.Channel) -> None:
    async def ask() -> AsyncIterator[reflection_pb2.ServerReflectionRequest]:
        yield reflection_pb2.ServerReflectionRequest(list_services="")

    make: Any = reflection_pb2_grpc.ServerReflectionStub
    names = [
        service.name
        async for answer in make(tts_channel).ServerReflectionInfo(ask(), timeout=DEADLINE)
        for service in answer.list_services_response.service
    ]
    assert SERVICE in names


async def test_the_narration_is_a_mono_wav_of_the_stated_length(tts: tts_pb2_grpc.TtsServiceAsyncStub) -> None:
    narration = (await speak(tts, text="Hello there, world.")).narration
    pcm, rate = pcm_of(narration)
    assert narration.sample_rate == rate
    assert narration.duration_seconds == pytest.approx(len(pcm) / 2 / rate, abs=1e-6)
    assert narration.audio.media_type == "audio/wav"
    assert narration.audio.size_bytes == len(narration.audio.inline)
    assert narration.audio.sha256 == hashlib.sha256(narration.audio.inline).hexdigest()
    assert narration.audio.uri
    assert narration.engine in {engine.name for engine in await engines(tts)}
    assert narration.timing_source != core_pb2.TIMING_SOURCE_UNSPECIFIED


async def test_it_can_be_heard_and_is_not_clipped(tts: tts_pb2_grpc.TtsServiceAsyncStub) -> None:
    pcm, _ = pcm_of((await speak(tts, text="Hello there, world.")).narration)
    assert 3_000 < max(abs(sample) for sample in array("h", pcm)) < 32_767


async def test_one_narration_comes_last_and_progress_never_goes_back(tts: tts_pb2_grpc.TtsServiceAsyncStub) -> None:
    answer = await speak(tts, text=TEXT + " One more time.")
    assert answer.kinds.count("narration") == 1
    assert answer.kinds[-1] == "narration"
    assert "chunk" not in answer.kinds
    assert answer.fractions == sorted(answer.fractions)
    assert all(0 <= fraction <= 1 for fraction in answer.fractions)


async def test_words_are_the_words_of_the_text_in_order(tts: tts_pb2_grpc.TtsServiceAsyncStub) -> None:
    narration = (await speak(tts, text=TEXT)).narration
    assert [word.text for word in narration.words] == TEXT.split()


async def test_word_times_lie_in_the_audio_and_do_not_overlap(tts: tts_pb2_grpc.TtsServiceAsyncStub) -> None:
    narration = (await speak(tts, text=TEXT)).narration
    end = 0.0
    for word in narration.words:
        assert end <= word.start_seconds + 1e-6, word
        assert word.start_seconds < word.end_seconds, word
        end = word.end_seconds
    assert end <= narration.duration_seconds + 1e-6


@pytest.mark.parametrize(
    "text",
    [
        "Wait — what? 🙂 Yes, 50% of $3.14 million & more… (really) \"so\" 'they' say.",
        "First line\nsecond line\n\nNew paragraph: e.g. the U.S. at 10:30.",
        "— starts with a dash; https://example.com/a?b=c and me@example.com end it",
        "99999999999999999999 1/2 -5 10–20 20°C CO₂ café naïve",
    ],
)
async def test_nothing_written_is_lost(tts: tts_pb2_grpc.TtsServiceAsyncStub, text: str) -> None:
    narration = (await speak(tts, text=text, language="en")).narration
    assert "".join("".join(word.text.split()) for word in narration.words) == "".join(text.split())
    assert all(word.start_seconds < word.end_seconds for word in narration.words)


async def test_scripts_without_spaces_are_cut_into_words(tts: tts_pb2_grpc.TtsServiceAsyncStub) -> None:
    speakers = await own(tts, await voices(tts, language="zh"))
    if not speakers:
        pytest.skip("no voice of this server speaks Chinese")
    text = "今天天气很好，我们去公园玩。你好！"
    narration = (await speak(tts, text=text, voice_id=speakers[0].id)).narration
    assert "".join(word.text for word in narration.words) == text
    assert len(narration.words) >= 6


async def test_speed_changes_the_length(tts: tts_pb2_grpc.TtsServiceAsyncStub) -> None:
    normal = (await speak(tts, text=TEXT)).narration.duration_seconds
    slow = (await speak(tts, text=TEXT, speed=0.5)).narration.duration_seconds
    fast = (await speak(tts, text=TEXT, speed=2.0)).narration.duration_seconds
    assert 1.5 < slow / normal < 2.2
    assert 0.4 < fast / normal < 0.75


async def test_speed_zero_means_one(tts: tts_pb2_grpc.TtsServiceAsyncStub) -> None:
    unset = (await speak(tts, text="Hello there, world.")).narration
    one = (await speak(tts, text="Hello there, world.", speed=1.0)).narration
    assert unset.audio.sha256 == one.audio.sha256


@pytest.mark.parametrize("suffix", [" As it is made.", ""], ids=["fresh", "maybe remembered"])
async def test_streamed_chunks_add_up_to_the_audio(tts: tts_pb2_grpc.TtsServiceAsyncStub, suffix: str) -> None:
    text = "Hello there, world." + suffix
    answer = await speak(tts, text=text, stream_audio=True)
    pcm, rate = pcm_of(answer.narration)
    assert answer.kinds[-1] == "narration"
    assert answer.chunk_rates == {rate}
    assert answer.pcm == pcm


async def test_the_same_request_gives_the_same_sound(tts: tts_pb2_grpc.TtsServiceAsyncStub) -> None:
    first = await speak(tts, text=TEXT, request_id="first")
    second = await speak(tts, text=TEXT, request_id="second")
    assert first.narration == second.narration


async def test_a_text_of_full_length_is_accepted(tts: tts_pb2_grpc.TtsServiceAsyncStub) -> None:
    text = ("All good things take a while. " * 700)[:20_000]
    call = tts.Synthesize(tts_pb2.SynthesizeRequest(text=text, language="en"), timeout=DEADLINE)
    first = await anext(aiter(call))
    assert first.WhichOneof("event") in {"progress", "narration"}
    call.cancel()


async def test_a_caller_who_leaves_does_not_hurt_the_next(tts: tts_pb2_grpc.TtsServiceAsyncStub) -> None:
    text = "Somebody asks for very much and then goes away. " * 300
    call = tts.Synthesize(tts_pb2.SynthesizeRequest(text=text, language="en"), timeout=DEADLINE)
    await anext(aiter(call))
    call.cancel()
    assert (await speak(tts, text="Somebody else.")).narration.words


@pytest.mark.parametrize(
    ("fields", "code", "reason"),
    [
        ({"text": ""}, "INVALID_ARGUMENT", "TEXT_EMPTY"),
        ({"text": " \n\t "}, "INVALID_ARGUMENT", "TEXT_EMPTY"),
        ({"text": "a" * 20_001}, "INVALID_ARGUMENT", "TEXT_TOO_LONG"),
        ({"text": "Good things take a while. " * 4_000}, "INVALID_ARGUMENT", "TEXT_TOO_LONG"),
        ({"text": "🙂 … — !"}, "INVALID_ARGUMENT", "TEXT_NOT_SPEAKABLE"),
        ({"text": "🙂🎉👍🏽"}, "INVALID_ARGUMENT", "TEXT_NOT_SPEAKABLE"),
        ({"text": TEXT, "language": "no language"}, "INVALID_ARGUMENT", "LANGUAGE_UNKNOWN"),
        ({"text": TEXT, "speed": 9.0}, "INVALID_ARGUMENT", "SPEED_OUT_OF_RANGE"),
        ({"text": TEXT, "speed": 2.01}, "INVALID_ARGUMENT", "SPEED_OUT_OF_RANGE"),
        ({"text": TEXT, "speed": 0.49}, "INVALID_ARGUMENT", "SPEED_OUT_OF_RANGE"),
        ({"text": TEXT, "speed": -1.0}, "INVALID_ARGUMENT", "SPEED_OUT_OF_RANGE"),
        ({"text": TEXT, "speed": float("nan")}, "INVALID_ARGUMENT", "SPEED_OUT_OF_RANGE"),
        ({"text": TEXT, "workflow": "local/nobody"}, "INVALID_ARGUMENT", "WORKFLOW_UNKNOWN"),
        ({"text": TEXT, "voice_id": "nobody/at-home"}, "NOT_FOUND", "VOICE_NOT_FOUND"),
    ],
)
async def test_bad_requests_are_refused(
    tts: tts_pb2_grpc.TtsServiceAsyncStub, fields: dict[str, Any], code: str, reason: str
) -> None:
    assert (await refusal(tts, **fields))[:2] == (code, reason)


@pytest.mark.parametrize(
    ("fields", "texts", "reason"),
    [
        ({}, [TEXT, "One [pause 1s] two."], ""),
        ({"speed": 1.5, "pronunciations": {"pi": "pie"}}, [], ""),
        ({}, [TEXT, "..."], "TEXT_NOT_SPEAKABLE"),
        ({}, [TEXT, "[pause 1s]"], "TEXT_NOT_SPEAKABLE"),
        ({}, [TEXT, " "], "TEXT_EMPTY"),
        ({}, [TEXT, "a" * 20_001], "TEXT_TOO_LONG"),
        ({}, [TEXT, "One [pause 11s] two."], "PAUSE_INVALID"),
        ({"pronunciations": {"": "x"}}, [TEXT], "PRONUNCIATION_INVALID"),
        ({"speed": 2.01}, [], "SPEED_OUT_OF_RANGE"),
        ({"workflow": "local/nobody"}, [], "WORKFLOW_UNKNOWN"),
        ({"language": "no language"}, [], "LANGUAGE_UNKNOWN"),
    ],
)
async def test_what_would_be_refused_is_known_before_anything_is_spoken(
    tts: tts_pb2_grpc.TtsServiceAsyncStub, fields: dict[str, Any], texts: list[str], reason: str
) -> None:
    asked = tts_pb2.CheckSpeechRequest(request=tts_pb2.SynthesizeRequest(**fields), texts=texts)
    if not reason:
        await tts.CheckSpeech(asked, timeout=DEADLINE)
        return
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await tts.CheckSpeech(asked, timeout=DEADLINE)
    error = from_rpc_error(caught.value, service="tts")
    assert error.reason == reason
    if len(texts) == 2:
        assert error.details["text"] == "1"


async def test_a_misspelt_voice_is_told_the_nearest(tts: tts_pb2_grpc.TtsServiceAsyncStub) -> None:
    voice = (await voices(tts))[0]
    code, reason, message = await refusal(tts, text=TEXT, voice_id=voice.id + "x")
    assert (code, reason) == ("NOT_FOUND", "VOICE_NOT_FOUND")
    assert repr(voice.id) in message


async def test_a_recording_is_never_ignored(tts: tts_pb2_grpc.TtsServiceAsyncStub) -> None:
    deaf = [engine for engine in await engines(tts) if engine.available and not engine.features.cloning]
    if not deaf:
        pytest.skip("every engine of this server can clone")
    for engine in deaf:
        ref_audio = core_pb2.Artifact(inline=b"RIFF", media_type="audio/wav")
        answer = await refusal(tts, text=TEXT, workflow=engine.workflow, ref_audio=ref_audio)
        assert answer[:2] == ("FAILED_PRECONDITION", "ENGINE_CANNOT_CLONE")


async def test_a_language_nobody_speaks_names_those_who_speak(tts: tts_pb2_grpc.TtsServiceAsyncStub) -> None:
    known = await voices(tts)
    everything = {voice.workflow for voice in known if not voice.languages}
    limited = sorted({voice.workflow for voice in known} - everything)
    if not limited:
        pytest.skip("every engine of this server speaks every language")
    code, reason, message = await refusal(tts, text=TEXT, workflow=limited[0], language="yo")
    assert (code, reason) == ("INVALID_ARGUMENT", "LANGUAGE_UNSUPPORTED")
    assert next(voice.id for voice in known if voice.workflow == limited[0]) in message


async def test_listed_voices_speak(tts: tts_pb2_grpc.TtsServiceAsyncStub) -> None:
    known = await own(tts, await voices(tts))
    assert known
    for voice in known[:4]:
        language = voice.languages[0] if voice.languages else "en"
        assert (await speak(tts, text="12345", voice_id=voice.id, language=language)).narration.words


async def test_voices_have_pages_and_filters(tts: tts_pb2_grpc.TtsServiceAsyncStub) -> None:
    known = await voices(tts)
    assert [voice.id for voice in known] == sorted({voice.id for voice in known})
    seen: list[tts_pb2.Voice] = []
    token = ""
    while True:
        answer = await tts.ListVoices(tts_pb2.ListVoicesRequest(page_size=1, page_token=token), timeout=DEADLINE)
        assert len(answer.voices) <= 1
        seen += answer.voices
        token = answer.next_page_token
        if not token:
            break
    assert seen == known
    for workflow in {voice.workflow for voice in known}:
        assert await voices(tts, workflow=workflow) == [voice for voice in known if voice.workflow == workflow]
    for voice in await voices(tts, language="en"):
        assert not voice.languages or any(tag.split("-")[0] == "en" for tag in voice.languages)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"page_size": -1}, "PAGE_INVALID"),
        ({"page_token": "no token"}, "PAGE_INVALID"),
        ({"workflow": "local/nobody"}, "WORKFLOW_UNKNOWN"),
    ],
)
async def test_bad_lists_are_refused(
    tts: tts_pb2_grpc.TtsServiceAsyncStub, fields: dict[str, Any], reason: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await tts.ListVoices(tts_pb2.ListVoicesRequest(**fields), timeout=DEADLINE)
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert from_rpc_error(caught.value, service="tts").reason == reason


async def test_engines_say_what_they_are(tts: tts_pb2_grpc.TtsServiceAsyncStub) -> None:
    known = await engines(tts)
    assert [engine.is_default for engine in known].count(True) == 1
    for engine in known:
        assert engine.name
        assert engine.workflow
        assert bool(engine.reason) != engine.available
        if engine.available:
            assert engine.version
            assert engine.features.min_speed <= 1 <= engine.features.max_speed


async def test_only_made_voices_can_be_deleted_and_nothing_makes_none(tts: tts_pb2_grpc.TtsServiceAsyncStub) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as deleted:
        await tts.DeleteVoice(tts_pb2.DeleteVoiceRequest(voice_id="nobody/at-home"), timeout=DEADLINE)
    assert deleted.value.code().name in {"NOT_FOUND", "UNIMPLEMENTED"}
    assert deleted.value.details()
    with pytest.raises(grpc.aio.AioRpcError) as created:
        async for _ in tts.CreateVoice(tts_pb2.CreateVoiceRequest(), timeout=DEADLINE):
            pass
    assert created.value.code().name in {"INVALID_ARGUMENT", "UNIMPLEMENTED"}
    assert created.value.details()


def silence(seconds: float, *, channels: int = 1, rate: int = 24_000) -> bytes:
    """A WAV file without sound."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((channels, 1, rate, 0, "NONE", ""))
        out.writeframes(b"\x80" * round(rate * seconds) * channels)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        silence(0.2),
        silence(5.0),
        silence(3600.0, rate=1_000),
        silence(5.0, channels=6),
        b"\x89PNG\r\n\x1a\n" + bytes(50),
        silence(5.0)[:10_000],
        b"",
    ],
    ids=["0.2 s", "silence", "1 h", "5.1 silence", "PNG", "cut off", "nothing"],
)
async def test_a_recording_that_is_none_is_refused(tts: tts_pb2_grpc.TtsServiceAsyncStub, data: bytes) -> None:
    able = [engine for engine in await engines(tts) if engine.available and engine.features.cloning]
    if not able:
        pytest.skip("no engine of this server can copy a voice")
    ref_audio = core_pb2.Artifact(inline=data, sha256=hashlib.sha256(data).hexdigest())
    code, reason, message = await refusal(tts, text=TEXT, workflow=able[0].workflow, ref_audio=ref_audio)
    assert code == "INVALID_ARGUMENT"
    assert reason.startswith(("REF_AUDIO_", "ARTIFACT_"))
    assert message


async def test_a_pause_is_heard_and_not_said(tts: tts_pb2_grpc.TtsServiceAsyncStub) -> None:
    narration = (await speak(tts, text="Hello there, [pause 1.5s] world.", language="en")).narration
    assert [word.text for word in narration.words] == ["Hello", "there,", "world."]
    assert narration.words[2].start_seconds - narration.words[1].end_seconds == pytest.approx(1.5, abs=0.25)


async def test_pronunciations_keep_the_written_words(tts: tts_pb2_grpc.TtsServiceAsyncStub) -> None:
    plain = (await speak(tts, text="Ask Nguyen in New York.", language="en")).narration
    given = {"nguyen": "win", "New York": "the old city"}
    told = (await speak(tts, text="Ask Nguyen in New York.", language="en", pronunciations=given)).narration
    assert [word.text for word in told.words] == ["Ask", "Nguyen", "in", "New", "York."]
    assert told.audio.sha256 != plain.audio.sha256


async def test_energy_is_where_the_words_are(tts: tts_pb2_grpc.TtsServiceAsyncStub) -> None:
    text = "Tomorrow, [pause 0.6s] everybody [pause 0.6s] remembers."
    narration = (await speak(tts, text=text, language="en")).narration
    pcm, rate = pcm_of(narration)
    samples = array("h", pcm)

    def level(start: float, end: float) -> float:
        part = samples[round(start * rate) : round(end * rate)]
        return float((sum(sample * sample for sample in part) / max(1, len(part))) ** 0.5)

    words = narration.words
    spoken = [level(word.start_seconds, word.end_seconds) for word in words]
    between = [level(a.end_seconds + 0.05, b.start_seconds - 0.05) for a, b in pairwise(words)]
    assert min(spoken) > 10 * max(between)

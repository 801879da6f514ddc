"""Speech by workflow files: what a narration gives to a file, which sound is taken, what is refused and when."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import grpc.aio
import numpy as np
import pytest

from pixelle.core.v1 import core_pb2
from pixelle.runtime.errors import PixelleError
from pixelle.runtime.interceptors import from_rpc_error
from pixelle.runtime.testing import running
from pixelle.tts.v1 import tts_pb2, tts_pb2_grpc
from svc_tts.engines.base import VoiceSpec
from svc_tts.engines.comfyui import ComfyuiEngine
from svc_tts.reading.lines import lines_of
from svc_tts.server import build
from svc_tts.settings import TtsSettings
from svc_tts.sound import resampled
from svc_tts.track import wav
from tests.comfyui.standin import CORPUS, StandIn

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator
    from pathlib import Path

LINES = lines_of("Nguyen paid $5. Then she left.", language="en").lines


def quiet(fraction: float, message: str = "") -> None:
    assert 0 <= fraction <= 1, message


@pytest.fixture
def standin() -> Generator[StandIn]:
    with StandIn() as server:
        yield server


@pytest.fixture
def engine(standin: StandIn) -> Generator[ComfyuiEngine]:
    made = ComfyuiEngine([standin.url], CORPUS, voices=("brian",))
    yield made
    made.close()


def inputs(standin: StandIn, number: int = -1) -> dict[str, dict[str, Any]]:
    return {node: parts["inputs"] for node, parts in standin.submitted[number].items()}


def test_a_line_is_a_prompt_with_what_the_file_has_places_for(standin: StandIn, engine: ComfyuiEngine) -> None:
    heard: list[float] = []

    def tick(fraction: float, message: str = "") -> None:
        quiet(fraction, message)
        heard.append(fraction)

    named = engine.named("tts_voice.json")
    pieces = list(named.synthesize(LINES, VoiceSpec("tts_voice/brian", "en"), speed=1.5, tick=tick, seed=4))
    assert [inputs(standin, at)["1"]["value"] for at in (0, 1)] == ["Nguyen paid $5.", "Then she left."]
    assert (inputs(standin)["2"]["voice"], inputs(standin)["2"]["speed"]) == ("brian", 1.5)
    assert heard == sorted(heard)
    assert max(heard) == 1.0
    for piece, line in zip(pieces, LINES, strict=True):
        assert piece.words == ()
        assert piece.sample_rate == 24_000
        assert piece.pause == line.pause
        assert np.abs(piece.samples).max() > 0.2


def test_the_voice_of_the_file_stays_when_none_is_named(standin: StandIn, engine: ComfyuiEngine) -> None:
    list(engine.named("tts_voice.json").synthesize(LINES[:1], VoiceSpec("tts_voice/default"), speed=1.0, tick=quiet))
    assert inputs(standin)["2"]["voice"] == "emma"


def test_saved_sound_goes_before_previewed_and_marked_before_both(standin: StandIn, engine: ComfyuiEngine) -> None:
    for name, ending in (("tts_voice.json", ".flac"), ("tts_mp3.json", ".mp3")):
        before = len(standin.files)
        spoken = list(engine.named(name).synthesize(LINES[:1], VoiceSpec(""), speed=1.0, tick=quiet))
        assert len(spoken[0].samples) > 12_000
        assert any(file.endswith(ending) for _, _, file in [*standin.files][before:])


def test_voices_are_those_of_the_files_and_of_the_settings(engine: ComfyuiEngine) -> None:
    voices = {voice.name: voice.model for voice in engine.voices()}
    assert {name for name, model in voices.items() if model == "tts_voice.json"} == {
        "tts_voice/default", "tts_voice/emma", "tts_voice/brian",
    }  # fmt: skip
    assert {name for name, model in voices.items() if model == "tts_mp3.json"} == {"tts_mp3/default"}
    assert "tts_clone.json" not in voices.values(), "it speaks with the voice of a recording alone"
    assert not {"tts_no_text.json", "tts_prompted.json"} & {*voices.values()}, "they cannot speak"
    assert "image_plain.json" not in engine.models()


@pytest.mark.parametrize(
    ("name", "reason", "said"),
    [
        ("", "WORKFLOW_UNSET", "PIXELLE_TTS_COMFYUI_WORKFLOW"),
        ("tts_vioce.json", "WORKFLOW_UNKNOWN", "'selfhost/tts_voice.json'"),
        ("image_plain.json", "WORKFLOW_UNKNOWN", "A workflow file of yours goes into"),
        ("tts_no_text.json", "WORKFLOW_NO_TEXT", "$text"),
        ("tts_prompted.json", "WORKFLOW_PARAMETER_MISSING", "'mood'"),
    ],
)
def test_a_file_that_cannot_speak_says_why(engine: ComfyuiEngine, name: str, reason: str, said: str) -> None:
    with pytest.raises(PixelleError) as caught:
        engine.named(name)
    assert caught.value.reason == reason
    assert said in caught.value.message


def test_a_file_that_saves_no_sound_says_so(engine: ComfyuiEngine) -> None:
    with pytest.raises(PixelleError) as caught:
        list(engine.named("tts_silent.json").synthesize(LINES, VoiceSpec(""), speed=1.0, tick=quiet))
    assert caught.value.reason == "COMFYUI_NO_OUTPUT"
    assert "SaveAudio" in caught.value.message


def test_without_a_file_or_a_server_it_says_what_is_missing(standin: StandIn, tmp_path: Path) -> None:
    assert "tts_" in (ComfyuiEngine([standin.url], tmp_path).ailing() or "")
    engine = ComfyuiEngine([standin.url], CORPUS)
    assert engine.ailing() is None
    standin.stop()
    down = ComfyuiEngine([standin.url], CORPUS)
    assert standin.url in (down.ailing() or "")
    standin.start()
    for each in (engine, down):
        each.close()
    assert "PIXELLE_COMFYUI_URL" in (ComfyuiEngine([], CORPUS).missing() or "")


@pytest.fixture
async def tts(standin: StandIn, tmp_path: Path) -> AsyncGenerator[tts_pb2_grpc.TtsServiceAsyncStub]:
    shutil.copytree(CORPUS, tmp_path / "data" / "workflows" / "selfhost")
    settings = TtsSettings(
        data_dir=tmp_path / "data",
        cache_dir=tmp_path,
        tts_engine="tone",
        comfyui_url=standin.url,
        tts_workflow_voices=("brian",),
    )
    make: Any = tts_pb2_grpc.TtsServiceStub
    async with running(build(settings)) as channel:
        yield make(channel)


async def spoken(tts: tts_pb2_grpc.TtsServiceAsyncStub, **fields: Any) -> core_pb2.Narration:
    async for message in tts.Synthesize(
        tts_pb2.SynthesizeRequest(text="Hello there.", language="de", **fields), timeout=60
    ):
        if message.WhichOneof("event") == "narration":
            return message.narration
    raise AssertionError("no narration")


async def test_the_result_says_where_word_times_come_from(
    tts: tts_pb2_grpc.TtsServiceAsyncStub, standin: StandIn
) -> None:
    made = await spoken(tts, workflow="selfhost/tts_voice.json")
    assert [word.text for word in made.words] == ["Hello", "there."]
    assert made.timing_source == core_pb2.TIMING_SOURCE_PROPORTIONAL
    assert made.engine == "comfyui"
    other = await spoken(tts, voice_id="comfyui/tts_voice/brian")
    assert inputs(standin)["2"]["voice"] == "brian", "the id of a voice names its file"
    assert other.audio.sha256 != made.audio.sha256


async def test_a_recording_is_sent_along_and_a_file_without_a_place_for_it_refuses_it(
    tts: tts_pb2_grpc.TtsServiceAsyncStub, standin: StandIn, speech: np.ndarray[tuple[int], np.dtype[np.float32]]
) -> None:
    pcm = np.rint(resampled(speech, 24_000, 24_000) * 32767).astype("<i2").tobytes()
    recording = core_pb2.Artifact(inline=wav(pcm, 24_000), media_type="audio/wav")
    made = await spoken(tts, workflow="selfhost/tts_clone.json", ref_audio=recording)
    assert made.duration_seconds > 0.5
    ((sent, data),) = [(name, data) for (place, _, name), data in standin.files.items() if place == "input"]
    assert inputs(standin)["2"]["audio"] == f"pixelle/{sent}"
    assert sent.endswith(".wav")
    assert data[8:12] == b"WAVE"
    prompts = len(standin.submitted)
    for workflow, fields, reason in (
        ("selfhost/tts_voice.json", {"ref_audio": recording}, "ENGINE_CANNOT_CLONE"),
        ("selfhost/tts_clone.json", {}, "VOICE_NEEDED"),
        ("selfhost/tts_mp3.json", {"speed": 1.5}, "SPEED_OUT_OF_RANGE"),
        ("selfhost/tts_nobody.json", {}, "WORKFLOW_UNKNOWN"),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await spoken(tts, workflow=workflow, **fields)
        assert from_rpc_error(caught.value, service="tts").reason == reason
    assert len(standin.submitted) == prompts, "refused before any work"


async def test_a_made_voice_remembers_its_file(
    tts: tts_pb2_grpc.TtsServiceAsyncStub, standin: StandIn, speech: np.ndarray[tuple[int], np.dtype[np.float32]]
) -> None:
    pcm = np.rint(speech * 32767).astype("<i2").tobytes()
    request = tts_pb2.CreateVoiceRequest(
        name="Ada",
        workflow="selfhost/tts_clone.json",
        ref_audio=core_pb2.Artifact(inline=wav(pcm, 24_000), media_type="audio/wav"),
        consent=TtsSettings().tts_consent,
    )
    voice = tts_pb2.Voice()
    async for message in tts.CreateVoice(request, timeout=60):
        voice = message.voice
    assert voice.workflow == "selfhost/tts_clone.json"
    await spoken(tts, voice_id=voice.id)
    assert inputs(standin)["2"]["audio"].startswith("pixelle/pixelle_")


async def test_what_there_is_is_listed(tts: tts_pb2_grpc.TtsServiceAsyncStub, standin: StandIn) -> None:
    async def listed() -> core_pb2.Engine:
        answer = await tts.ListEngines(tts_pb2.ListEnginesRequest(), timeout=30)
        return next(engine for engine in answer.engines if engine.name == "comfyui")

    engine = await listed()
    assert engine.available, engine.reason
    assert "tts_voice.json" in engine.models
    answer = await tts.ListVoices(tts_pb2.ListVoicesRequest(workflow="selfhost/tts_voice.json"), timeout=30)
    assert [voice.id for voice in answer.voices] == [
        "comfyui/tts_voice/brian", "comfyui/tts_voice/default", "comfyui/tts_voice/emma",
    ]  # fmt: skip

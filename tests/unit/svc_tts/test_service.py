"""What is ours alone beyond the contract: cache, default engine missing, voices in errors."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from pixelle.core.v1 import core_pb2
from pixelle.runtime.artifacts import ArtifactStore
from pixelle.runtime.client import call, result_of
from pixelle.runtime.errors import FailedPrecondition, Internal, InvalidArgument, NotFound
from pixelle.runtime.testing import running
from pixelle.tts.v1 import tts_pb2, tts_pb2_grpc
from svc_tts.cloning.learning import Learning
from svc_tts.cloning.shelf import VoiceShelf
from svc_tts.engines.base import Speech
from svc_tts.engines.tone import ToneEngine
from svc_tts.listening import Listener
from svc_tts.server import build
from svc_tts.settings import TtsSettings
from svc_tts.track import wav

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path


@asynccontextmanager
async def serving(folder: Path, **settings: Any) -> AsyncGenerator[Any]:
    service = build(TtsSettings(data_dir=folder, **settings))
    async with running(service) as channel:
        make: Any = tts_pb2_grpc.TtsServiceStub
        yield make(channel)


async def narrate(stub: Any, **fields: Any) -> core_pb2.Narration:
    narration: core_pb2.Narration = await result_of(
        stub.Synthesize, tts_pb2.SynthesizeRequest(**fields), timeout=60, service="tts"
    )
    return narration


async def test_the_same_request_is_spoken_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    speak = ToneEngine.synthesize

    def counted(self: ToneEngine, lines: Any, *args: Any, **more: Any) -> Any:
        calls.append(lines[0].text)
        return speak(self, lines, *args, **more)

    monkeypatch.setattr(ToneEngine, "synthesize", counted)
    async with serving(tmp_path, tts_engine="tone") as stub:
        first = await narrate(stub, text="Hello world", request_id="a")
        again = await narrate(stub, text="Hello world", request_id="b", speed=1.0, workflow="local/tone")
        other = await narrate(stub, text="Hello world", speed=1.5)
    async with serving(tmp_path, tts_engine="tone") as stub:
        later = await narrate(stub, text="Hello world")
    assert first == again == later
    assert other.audio.sha256 != first.audio.sha256
    assert len(calls) == 2


async def test_without_the_default_voice_the_service_is_up_and_says_what_is_missing(tmp_path: Path) -> None:
    async with serving(tmp_path, cache_dir=tmp_path / "empty") as stub:
        engines = (await call(stub.ListEngines, tts_pb2.ListEnginesRequest(), timeout=60, service="tts")).engines
        assert not engines[0].available
        assert "pixelle setup" in engines[0].reason
        with pytest.raises(FailedPrecondition, match="pixelle setup") as caught:
            await narrate(stub, text="Hello world")
        assert caught.value.reason == "ENGINE_NOT_INSTALLED"
        assert (await narrate(stub, text="Hello world", workflow="local/tone")).words
        voices = (await call(stub.ListVoices, tts_pb2.ListVoicesRequest(), timeout=60, service="tts")).voices
        assert {voice.workflow for voice in voices} == {"local/tone"}


async def test_a_voice_chooses_its_engine(tmp_path: Path) -> None:
    async with serving(tmp_path, cache_dir=tmp_path / "empty") as stub:
        assert (await narrate(stub, text="Hello", voice_id="tone/high")).engine == "tone"
        by_model = await narrate(stub, text="Hello", workflow="local/tone/high")
        assert by_model.audio.sha256 == (await narrate(stub, text="Hello", voice_id="tone/high")).audio.sha256
        with pytest.raises(NotFound, match="belongs to workflow 'local/tone'"):
            await narrate(stub, text="Hello", voice_id="tone/high", workflow="local/piper")


@pytest.mark.parametrize("fields", [{"text": "Сегодня хорошая погода."}, {"text": "Hello", "language": "sw"}])
async def test_a_language_nobody_speaks_names_the_voices(tmp_path: Path, fields: dict[str, str]) -> None:
    settings = TtsSettings(data_dir=tmp_path)
    if not (settings.packs_dir / "voice-en-joe").is_dir():
        pytest.skip("the voice pack is not there; `pixelle setup` fetches it")
    async with serving(tmp_path) as stub:
        with pytest.raises(InvalidArgument, match=r"piper/en_US-joe \(en-US\)") as caught:
            await narrate(stub, **fields)
    assert caught.value.reason == "LANGUAGE_UNSUPPORTED"


async def test_where_nothing_is_named_whoever_of_this_machine_speaks_the_language_speaks(tmp_path: Path) -> None:
    packs = TtsSettings(data_dir=tmp_path).packs_dir
    if lacking := [name for name in ("voice-en-joe", "voice-kokoro") if not (packs / name).is_dir()]:
        pytest.skip(f"{', '.join(lacking)} is not there; `pixelle setup --for tests` fetches it")
    chinese = "今天天气很好，我们一起去公园玩。"
    async with serving(tmp_path) as stub:
        assert (await narrate(stub, text=chinese)).engine == "kokoro"
        assert (await narrate(stub, text="The weather is good today.")).engine == "piper"
        with pytest.raises(InvalidArgument, match="any voice of 'local/piper'"):
            await narrate(stub, text=chinese, workflow="local/piper")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"language": "yo"}, "LANGUAGE_UNSUPPORTED"),
        ({"workflow": "local/piper", "language": "zh"}, "LANGUAGE_UNSUPPORTED"),
        ({"voice_id": "piper/en_US-joe", "language": "zh"}, "LANGUAGE_UNSUPPORTED"),
        ({"voice_id": "piper/nobody"}, "VOICE_NOT_FOUND"),
        ({"voice_id": "tone/made-000000000000"}, "VOICE_NOT_FOUND"),
        ({"voice_id": "piper/en_US-joe", "language": "en"}, ""),
        ({"language": "en"}, ""),
    ],
)
async def test_who_cannot_speak_is_told_before_anything_is_spoken(
    tmp_path: Path, fields: dict[str, Any], reason: str
) -> None:
    settings = TtsSettings(data_dir=tmp_path)
    if not (settings.packs_dir / "voice-en-joe").is_dir():
        pytest.skip("the voice pack is not there; `pixelle setup` fetches it")
    check = tts_pb2.CheckSpeechRequest(request=tts_pb2.SynthesizeRequest(**fields))
    async with serving(tmp_path) as stub:
        if not reason:
            await call(stub.CheckSpeech, check, timeout=60, service="tts")
            return
        with pytest.raises((InvalidArgument, NotFound)) as caught:
            await call(stub.CheckSpeech, check, timeout=60, service="tts")
    assert caught.value.reason == reason


async def test_letters_of_another_language_are_told_before_anything_is_spoken(tmp_path: Path) -> None:
    settings = TtsSettings(data_dir=tmp_path)
    if not (settings.packs_dir / "voice-en-joe").is_dir():
        pytest.skip("the voice pack is not there; `pixelle setup` fetches it")
    async with serving(tmp_path) as stub:
        with pytest.raises(InvalidArgument, match="letters of the text are Chinese") as caught:
            await narrate(stub, text="今天天气很好，我们去公园散步吧。", language="en")
        assert caught.value.reason == "LANGUAGE_MISMATCH"
        request = tts_pb2.SynthesizeRequest(language="en")
        check = tts_pb2.CheckSpeechRequest(request=request, texts=["Hello", "Привет"])
        with pytest.raises(InvalidArgument, match="Cyrillic") as caught:
            await call(stub.CheckSpeech, check, timeout=60, service="tts")
        assert caught.value.details["text"] == "1"
    async with serving(tmp_path, tts_engine="tone") as stub:  # tones are of every language
        await narrate(stub, text="今天天气很好，我们去公园散步吧。", language="en")


async def test_an_endless_name_of_a_voice_is_not_told_back(tmp_path: Path) -> None:
    async with serving(tmp_path, tts_engine="tone") as stub:
        with pytest.raises(NotFound) as caught:
            await narrate(stub, text="Hello", voice_id="tone/" + "x" * 9000)
        assert len(caught.value.message) < 1000
        request = tts_pb2.DeleteVoiceRequest(voice_id="tone/made-" + "x" * 9000)
        with pytest.raises(NotFound) as caught:
            await call(stub.DeleteVoice, request, timeout=60, service="tts")
        assert len(caught.value.message) < 1000


async def test_samples_that_are_no_numbers_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: ToneEngine, lines: Any, *args: Any, **more: Any) -> Any:
        yield Speech(np.full(24_000, np.nan, np.float32), 24_000, ())

    monkeypatch.setattr(ToneEngine, "synthesize", broken)
    async with serving(tmp_path, tts_engine="tone") as stub:
        with pytest.raises(Internal, match="samples that are no numbers"):
            await narrate(stub, text="Hello", language="en")


async def test_an_unusable_voice_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("svc_tts.engines.piper.has_espeak", lambda: False)
    folder = tmp_path / "voices"
    folder.mkdir()
    for name, language in {"de_DE-eva-low": "de_DE"}.items():
        (folder / f"{name}.onnx").write_bytes(b"")
        (folder / f"{name}.onnx.json").write_text(
            json.dumps({"audio": {"sample_rate": 16000}, "phoneme_id_map": {}, "language": {"code": language}})
        )
    settings = TtsSettings(data_dir=tmp_path)
    if not (settings.packs_dir / "voice-en-joe").is_dir():
        pytest.skip("the voice pack is not there; `pixelle setup` fetches it")
    async with serving(tmp_path) as stub:
        with pytest.raises(FailedPrecondition, match="espeak-ng") as caught:
            await narrate(stub, text="Guten Tag", voice_id="piper/de_DE-eva")
        assert caught.value.reason == "VOICE_UNUSABLE"


async def test_an_unknown_default_engine_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="Did you mean 'piper'"):
        build(TtsSettings(data_dir=tmp_path, tts_engine="pipr"))


async def test_pauses_are_heard_and_not_said(tmp_path: Path) -> None:
    async with serving(tmp_path, tts_engine="tone") as stub:
        plain = await narrate(stub, text="Hello. World")
        longer = await narrate(stub, text="[pause 1s] Hello. [pause 2s] World", speed=1.0)
        assert [word.text for word in longer.words] == ["Hello.", "World"]
        assert longer.words[0].start_seconds - plain.words[0].start_seconds == pytest.approx(1.0, abs=0.01)
        gap = longer.words[1].start_seconds - longer.words[0].end_seconds
        assert gap == pytest.approx(2.0, abs=0.1)
        ended = await narrate(stub, text="Hello. World [pause 1.5s] [pause 500ms].")
        assert ended.duration_seconds - plain.duration_seconds == pytest.approx(2.0, abs=0.01)
        assert [word.text for word in ended.words] == ["Hello.", "World"]
        with pytest.raises(InvalidArgument, match="'\\[pause 1h\\]' is no pause"):
            await narrate(stub, text="Hello [pause 1h]")
        with pytest.raises(InvalidArgument) as caught:
            await narrate(stub, text="[pause 1s]")
        assert caught.value.reason == "TEXT_NOT_SPEAKABLE"


async def test_a_pronunciation_changes_the_sound_but_not_the_words(tmp_path: Path) -> None:
    async with serving(tmp_path, tts_engine="tone") as stub:
        plain = await narrate(stub, text="Ask Nguyen now")
        told = await narrate(stub, text="Ask Nguyen now", pronunciations={"nguyen": "win"})
        assert [word.text for word in told.words] == ["Ask", "Nguyen", "now"]
        assert told.audio.sha256 != plain.audio.sha256
        with pytest.raises(FailedPrecondition) as caught:
            await narrate(stub, text="Ask", pronunciations={"ask": "/æsk/"})
        assert caught.value.reason == "ENGINE_CANNOT_IPA"


async def test_another_seed_is_another_request(tmp_path: Path) -> None:
    settings = TtsSettings(data_dir=tmp_path)
    if not (settings.packs_dir / "voice-en-joe").is_dir():
        pytest.skip("the voice pack is not there; `pixelle setup` fetches it")
    async with serving(tmp_path) as stub:
        first, second = [await narrate(stub, text="Hello there, world.", seed=seed) for seed in (0, 1)]
    assert first.audio.sha256 != second.audio.sha256
    assert [word.text for word in first.words] == [word.text for word in second.words]


async def make_voice(stub: Any, **fields: Any) -> tts_pb2.Voice:
    voice: tts_pb2.Voice = await result_of(
        stub.CreateVoice, tts_pb2.CreateVoiceRequest(**fields), timeout=60, service="tts"
    )
    return voice


def learned(folder: Path) -> list[Path]:
    """What is kept of what the tone engine learned: the pitch of a voice, in digits."""
    return [path for path in (folder / "store" / "cache").iterdir() if re.fullmatch(rb"\d+\.\d{3}", path.read_bytes())]


async def test_a_made_voice_is_listed_used_and_forgotten(tmp_path: Path, speech: Any) -> None:
    recording = core_pb2.Artifact(inline=wav(np.rint(speech * 32767).astype("<i2").tobytes(), 24_000))
    consent = TtsSettings().tts_consent
    async with serving(tmp_path, tts_engine="tone") as stub:
        with pytest.raises(FailedPrecondition, match="I agree that this voice is copied") as caught:
            await make_voice(stub, name="Joe", ref_audio=recording)
        assert caught.value.reason == "CONSENT_MISSING"
        voice = await make_voice(stub, name="Joe", ref_audio=recording, consent=consent, gender="male", language="en")
        assert voice.cloned
        assert voice.id.startswith("tone/made-")
        assert await make_voice(stub, name="Joe", ref_audio=recording, consent=consent) == voice
        copied = await narrate(stub, text="Hello world", language="en", voice_id=voice.id)
        assert copied.audio.sha256 != (await narrate(stub, text="Hello world")).audio.sha256
        assert not copied.HasField("voice_likeness")  # tones have no speaker encoder
        direct = await narrate(stub, text="Hello world", language="en", ref_audio=recording)
        assert direct.audio.sha256 == copied.audio.sha256
    async with serving(tmp_path, tts_engine="tone") as stub:  # another process with the same store
        listing = tts_pb2.ListVoicesRequest(with_samples=True, workflow="local/tone")
        voices = {v.id: v for v in (await call(stub.ListVoices, listing, timeout=60, service="tts")).voices}
        assert voices[voice.id].gender == "male"
        assert voices[voice.id].sample.inline[:4] == voices["tone/low"].sample.inline[:4] == b"RIFF"
        assert (await narrate(stub, text="Another text", language="en", voice_id=voice.id)).words
        with pytest.raises(InvalidArgument) as twice:
            await narrate(stub, text="Hello", voice_id=voice.id, ref_audio=recording)
        assert twice.value.reason == "VOICE_TWICE"
        deletion = tts_pb2.DeleteVoiceRequest(voice_id=voice.id)
        assert len(learned(tmp_path)) == 1
        await call(stub.DeleteVoice, deletion, timeout=60, service="tts")
        assert not learned(tmp_path)
        with pytest.raises(NotFound):
            await call(stub.DeleteVoice, deletion, timeout=60, service="tts")
        with pytest.raises(NotFound):
            await narrate(stub, text="Hello world", language="en", voice_id=voice.id)


async def test_a_voice_that_is_made_again_is_what_the_answer_says(tmp_path: Path, speech: Any) -> None:
    recording = core_pb2.Artifact(inline=wav(np.rint(speech * 32767).astype("<i2").tobytes(), 24_000))
    shelf = VoiceShelf(ArtifactStore.open(TtsSettings(data_dir=tmp_path)))
    async with serving(tmp_path, tts_engine="tone", tts_consent="") as stub:
        first = await make_voice(stub, name="Joe", ref_audio=recording, consent="yes", gender="male", language="en")
        before = await shelf.find(first.id)
        again = await make_voice(stub, name="Joe", ref_audio=recording, consent="sure", language="de")
        after = await shelf.find(first.id)
    assert before
    assert after
    assert after.voice == again
    assert (list(again.languages), again.gender) == (["de"], "male")
    assert (after.consent, after.created_at) == ("yes", before.created_at)


async def test_a_recording_is_known_by_its_content_alone(tmp_path: Path, speech: Any) -> None:
    store = ArtifactStore.open(TtsSettings(data_dir=tmp_path))
    mine = await store.put("upload", wav(np.rint(speech * 32767).astype("<i2").tobytes(), 24_000), "audio/wav")
    other = await store.put("upload", wav(np.rint(speech[::-1] * 32767).astype("<i2").tobytes(), 24_000), "audio/wav")
    learning = Learning(store)
    mine.ClearField("inline")
    other.ClearField("inline")
    first = await learning.recording(mine)
    other.sha256 = mine.sha256  # what a message says of its bytes is not believed
    with pytest.raises(InvalidArgument) as caught:
        await learning.recording(other)
    assert caught.value.reason == "ARTIFACT_CORRUPT"
    other.ClearField("sha256")
    assert (await learning.recording(other)).sha256 != first.sha256


async def test_one_voice_that_cannot_speak_leaves_the_others_their_samples(tmp_path: Path) -> None:
    settings = TtsSettings(data_dir=tmp_path)
    if not (settings.packs_dir / "voice-en-joe").is_dir():
        pytest.skip("the voice pack is not there; `pixelle setup` fetches it")
    pack = settings.packs_dir / "voice-en-joe" / "en_US-joe-medium.onnx.json"
    settings.voices_dir.mkdir(parents=True)
    (settings.voices_dir / "en_US-bad.onnx").write_bytes(b"half a file")
    (settings.voices_dir / "en_US-bad.onnx.json").write_bytes(pack.read_bytes())
    async with serving(tmp_path) as stub:
        listing = tts_pb2.ListVoicesRequest(with_samples=True, workflow="local/piper")
        voices = (await call(stub.ListVoices, listing, timeout=60, service="tts")).voices
    heard = {voice.id: voice.HasField("sample") for voice in voices}
    assert heard == {"piper/en_US-bad": False, "piper/en_US-joe": True}


async def test_the_consent_is_kept_with_the_voice(tmp_path: Path, speech: Any) -> None:
    recording = core_pb2.Artifact(inline=wav(np.rint(speech * 32767).astype("<i2").tobytes(), 24_000))
    async with serving(tmp_path, tts_engine="tone", tts_consent="I agree.") as stub:
        engines = await call(stub.ListEngines, tts_pb2.ListEnginesRequest(), timeout=60, service="tts")
        assert engines.consent == "I agree."
        voice = await make_voice(stub, name="Joe", ref_audio=recording, consent=" I  agree. ")
    kept = await VoiceShelf(ArtifactStore.open(TtsSettings(data_dir=tmp_path))).find(voice.id)
    assert kept is not None
    assert kept.consent == " I  agree. "
    assert kept.created_at.endswith("+00:00")


async def test_a_voice_is_learned_once(tmp_path: Path, speech: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = core_pb2.Artifact(inline=wav(np.rint(speech * 32767).astype("<i2").tobytes(), 24_000))
    learned: list[int] = []
    learn = ToneEngine.learn

    def counted(self: ToneEngine, recording: bytes, **more: Any) -> bytes:
        learned.append(len(recording))
        return learn(self, recording, **more)

    monkeypatch.setattr(ToneEngine, "learn", counted)
    for _ in range(2):
        async with serving(tmp_path, tts_engine="tone") as stub:
            asked = [narrate(stub, text=f"Number {k}", ref_audio=recording) for k in range(4)]
            assert len({n.audio.sha256 for n in await asyncio.gather(*asked)}) == 4
    assert len(learned) == 1


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"name": ""}, "NAME_INVALID"),
        ({"name": "x" * 101}, "NAME_INVALID"),
        ({"gender": "robot"}, "GENDER_UNKNOWN"),
        ({"ref_audio": None}, "REF_AUDIO_MISSING"),
        ({"workflow": "local/piper"}, "ENGINE_CANNOT_CLONE"),
        ({"workflow": "local/nobody"}, "WORKFLOW_UNKNOWN"),
        ({"ref_audio": core_pb2.Artifact(inline=b"\x89PNG\r\n\x1a\n")}, "REF_AUDIO_UNREADABLE"),
    ],
)
async def test_bad_voices_are_refused(tmp_path: Path, fields: dict[str, Any], reason: str) -> None:
    given = {"name": "Joe", "ref_audio": core_pb2.Artifact(inline=b"RIFF"), "consent": "yes", **fields}
    async with serving(tmp_path, tts_engine="tone", tts_consent="") as stub:
        with pytest.raises((InvalidArgument, FailedPrecondition)) as caught:
            await make_voice(stub, **{name: value for name, value in given.items() if value is not None})
    assert caught.value.reason == reason


LISTENS = pytest.mark.skipif(
    not any((folder / "model.bin").is_file() for folder in TtsSettings().verify_models),
    reason="no transcriber is there; `pixelle setup --for verify` fetches it",
)


@LISTENS
async def test_what_was_said_is_checked(tmp_path: Path) -> None:
    settings = TtsSettings(data_dir=tmp_path)
    if not (settings.packs_dir / "voice-en-joe").is_dir():
        pytest.skip("the voice pack is not there; `pixelle setup` fetches it")
    async with serving(tmp_path) as stub:
        good = await narrate(stub, text="The shop sells coffee for $5 a cup, and opens at seven.", verify=True)
        assert good.verification.attempts == 1
        assert good.verification.word_error <= 0.1
        assert "coffee" in good.verification.heard
        named = await narrate(
            stub, text="The IV is in the house.", pronunciations={"IV": "small garden"}, language="en", verify=True
        )
        assert named.verification.word_error <= 0.1
    async with serving(tmp_path, tts_verify_limit=0.0) as stub:
        # nobody can understand this, so it is tried again, twice
        bad = await narrate(stub, text="Xqzt vrmpf gnxl bzdrk wvtq.", language="en", verify=True)
        assert bad.verification.attempts == 3
        assert bad.verification.word_error > 0.4


@LISTENS
async def test_tones_are_heard_once_for_they_never_change(tmp_path: Path) -> None:
    async with serving(tmp_path, tts_engine="tone") as stub:
        narration = await narrate(stub, text="Hello there, world.", language="en", verify=True)
    assert narration.verification.attempts == 1
    assert narration.verification.word_error > 0.5


@pytest.mark.parametrize(
    ("tokens", "language", "refused"),
    [
        ("<|en|> <|zh|> <|no|> <|jw|>", "ga", "does not know 'ga'"),
        ("<|en|> <|zh|> <|no|> <|jw|>", "nb-NO", ""),
        ("<|en|> <|zh|> <|no|> <|jw|>", "cmn", ""),
        ("<|en|> <|zh|> <|no|> <|jw|>", "", ""),
        ("nothing", "de", "knows English only"),
        ("nothing", "en-GB", ""),
    ],
)
def test_a_transcriber_is_asked_only_for_what_it_knows(
    tmp_path: Path, tokens: str, language: str, refused: str
) -> None:
    pytest.importorskip("faster_whisper")
    (tmp_path / "model.bin").touch()
    (tmp_path / "vocabulary.txt").write_text(tokens.replace(" ", "\n"))
    listener = Listener([tmp_path])
    if not refused:
        listener.must_understand(language)
        return
    with pytest.raises(FailedPrecondition, match=refused) as caught:
        listener.must_understand(language)
    assert caught.value.reason == "VERIFY_LANGUAGE"


async def test_without_a_transcriber_verify_is_refused(tmp_path: Path) -> None:
    async with serving(tmp_path, tts_engine="tone", tts_verify_model=tmp_path / "none") as stub:
        with pytest.raises(FailedPrecondition, match="pixelle setup --for verify") as caught:
            await narrate(stub, text="Hello world", verify=True)
        assert caught.value.reason == "VERIFY_NOT_INSTALLED"
        engines = await call(stub.ListEngines, tts_pb2.ListEnginesRequest(), timeout=60, service="tts")
        assert "transcriber" in engines.verify_reason

"""
XTTS with random weights: the whole path from a recording to sound, offline, on the CPU.

Nothing it says can be understood; what is tested is the way, the batch and the words' places.
`make test-torch` runs it in an environment of its own, because torch is not part of the usual one.
"""

from __future__ import annotations

import io
import json
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from benchmarks.xtts import random_weights
from pixelle.core.v1 import core_pb2
from pixelle.runtime.client import call, result_of
from pixelle.runtime.errors import Cancelled, FailedPrecondition
from pixelle.runtime.testing import running
from pixelle.tts.v1 import tts_pb2, tts_pb2_grpc
from svc_tts.engines.base import Part, VoiceSpec
from svc_tts.engines.coqui import CoquiEngine
from svc_tts.engines.coqui_codes import Chooser, Row
from svc_tts.engines.coqui_voices import ENCODER, Voices
from svc_tts.reading.lines import lines_of
from svc_tts.server import build
from svc_tts.settings import TtsSettings
from svc_tts.timing import Source, times_of
from svc_tts.track import wav
from tests.speech import recorded

if TYPE_CHECKING:
    from pathlib import Path

needs_xtts = pytest.mark.skipif(
    find_spec("TTS") is None or find_spec("torch") is None, reason="coqui-tts is not installed; `make test-torch` does"
)
TEXT = "Reading every day changes how you think. It costs little. In 2026, everybody reads."


def quiet(fraction: float, message: str = "") -> None:
    assert 0 <= fraction <= 1, message


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch  # pyright: ignore[reportMissingImports]

    torch.set_num_threads(1)  # on a busy machine threads would wait for each other
    made = tmp_path_factory.mktemp("xtts")
    random_weights(made, tiny=True, codes=16, languages=("en", "de"))
    return made


@pytest.fixture(scope="module")
def xtts(folder: Path) -> CoquiEngine:
    engine = CoquiEngine(model_dir=folder, terms_accepted=True, batch=4)
    assert engine.missing() is None
    engine.load("cpu")
    return engine


@pytest.fixture(scope="module")
def hum() -> Any:
    """Makes recordings of a hum that comes and goes: a random model does not mind."""

    def made(pitch: float) -> bytes:
        time = np.arange(5 * 24_000) / 24_000
        sound = 0.3 * np.sin(2 * np.pi * pitch * time) * (np.sin(2 * np.pi * 3 * time) > -0.5)
        return wav(np.rint(sound * 32767).astype("<i2").tobytes(), 24_000)

    return made


@pytest.fixture(scope="module")
def learned(xtts: CoquiEngine, hum: Any) -> bytes:
    return xtts.learn(hum(140), tick=quiet)


@needs_xtts
@pytest.mark.filterwarnings("ignore")
def test_a_voice_is_learned_and_the_same_each_time(xtts: CoquiEngine, learned: bytes) -> None:
    with np.load(io.BytesIO(learned)) as kept:
        assert kept["prosody"].shape == (1, 32, 64)
        assert kept["speaker"].shape == (1, 512, 1)


def samples_of(recording: bytes) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.frombuffer(recording[44:], "<i2").astype(np.float32) / np.float32(32768)


@needs_xtts
@pytest.mark.filterwarnings("ignore")
def test_likeness_is_one_for_the_recording_itself_and_less_for_others(
    xtts: CoquiEngine, learned: bytes, hum: Any
) -> None:
    """Weights are random: only that the right embeddings are compared can be seen, not how well they tell people."""
    assert xtts.features.speaker_encoder == ENCODER
    ears, voice = Voices(xtts._model), VoiceSpec("", "en", learned)
    assert ears.of(voice)[0] is ears.of(VoiceSpec("", "en", learned))[0]  # kept on the device
    itself = ears.likeness(voice, samples_of(hum(140)))
    noise = 0.1 * np.random.default_rng(3).standard_normal(5 * 24_000).astype(np.float32)
    others = [ears.likeness(voice, each) for each in (samples_of(hum(90)), noise)]
    assert itself == pytest.approx(1.0, abs=1e-5)
    assert all(other is not None and -1 <= other < 1 - 3e-4 for other in others), others
    noisy = VoiceSpec("", "en", xtts.learn(wav(np.rint(noise * 32767).astype("<i2").tobytes(), 24_000), tick=quiet))
    assert ears.likeness(noisy, samples_of(hum(140))) == pytest.approx(others[1], abs=1e-4)  # either way round
    assert ears.likeness(voice, samples_of(hum(140))[:10_000]) is None  # too little to tell
    assert ears.likeness(VoiceSpec("stock", "en"), samples_of(hum(140))) is None  # nothing was copied


@needs_xtts
@pytest.mark.filterwarnings("ignore")
def test_every_line_becomes_sound_with_words_in_it(xtts: CoquiEngine, learned: bytes) -> None:
    lines = lines_of(TEXT, language="en").lines
    voice = VoiceSpec("", "en", learned)
    pieces = list(xtts.synthesize(lines, voice, speed=1.0, tick=quiet))
    assert len(pieces) == len(lines) == 3
    for line, piece in zip(lines, pieces, strict=True):
        assert piece.sample_rate == 24_000
        assert np.isfinite(piece.samples).all()
        assert len(piece.samples) > 1000
        assert piece.likeness == pytest.approx(Voices(xtts._model).likeness(voice, piece.samples))
        words, source = times_of(line, piece, None)
        assert source is Source.PROPORTIONAL
        assert words[-1].end <= len(piece.samples) / 24_000 + 1e-6
    again = list(xtts.synthesize(lines, voice, speed=1.0, tick=quiet))
    assert all(np.array_equal(a.samples, b.samples) for a, b in zip(pieces, again, strict=True))
    other = list(xtts.synthesize(lines, voice, speed=1.0, tick=quiet, seed=1))
    assert any(not np.array_equal(a.samples, b.samples) for a, b in zip(pieces, other, strict=True))


@needs_xtts
@pytest.mark.filterwarnings("ignore")
async def test_a_voice_made_by_the_service_says_how_alike_it_is(folder: Path, tmp_path: Path, speech: Any) -> None:
    """From a recording of somebody speaking to a narration in that voice, over gRPC."""
    settings = TtsSettings(
        data_dir=tmp_path, tts_engine="xtts", tts_xtts_dir=folder, tts_xtts_terms_accepted=True, tts_consent=""
    )
    async with running(build(settings)) as channel:
        make: Any = tts_pb2_grpc.TtsServiceStub
        stub = make(channel)
        listed = await call(stub.ListEngines, tts_pb2.ListEnginesRequest(), timeout=60, service="tts")
        encoders = {engine.name: engine.features.speaker_encoder for engine in listed.engines}
        assert encoders["xtts"] == ENCODER
        assert not encoders["piper"]
        recording = core_pb2.Artifact(inline=recorded(speech))
        making = tts_pb2.CreateVoiceRequest(name="Joe", ref_audio=recording, language="en")
        voice = await result_of(stub.CreateVoice, making, timeout=120, service="tts")
        assert voice.cloned
        asked = tts_pb2.SynthesizeRequest(text=TEXT, language="en", voice_id=voice.id)
        narration = await result_of(stub.Synthesize, asked, timeout=120, service="tts")
    assert narration.engine == "xtts"
    assert narration.voice_likeness.encoder == ENCODER
    assert -1 <= narration.voice_likeness.cosine < 1
    assert narration.voice_likeness.cosine != 0


def watch(_: Any, scores: Any) -> Any:
    return scores


@needs_xtts
@pytest.mark.filterwarnings("ignore")
def test_a_batch_computes_what_each_line_alone_would(xtts: CoquiEngine, learned: bytes) -> None:
    """Without chance: the most likely code each time, of short and long texts beside each other."""
    voice = Voices(xtts._model).of(VoiceSpec("", "en", learned))
    texts = ["Hi.", "A much longer text stands beside it, so that the short one is padded.", "And a third."]
    rows = [Row(text, "en", voice, 1.0, 0) for text in texts]
    together = xtts._speak(rows, watch=watch, chance=False)
    for row, sound in zip(rows, together, strict=True):
        alone = xtts._speak([row], watch=watch, chance=False)[0]
        assert sound.shape == alone.shape
        assert np.allclose(sound, alone, atol=1e-3)


@needs_xtts
@pytest.mark.filterwarnings("ignore")
def test_nobody_hears_who_stood_beside_them(xtts: CoquiEngine, learned: bytes, hum: Any) -> None:
    """Lines of several requests, with other voices, languages, speeds and seeds, as each alone."""
    other = xtts.learn(hum(90), tick=quiet)
    short, long = (
        lines_of(text, language="en").lines[0] for text in ("Good morning.", "It is a long way to town, and we walk.")
    )
    parts = [
        Part(short, VoiceSpec("", "en", learned), 1.0, 0),
        Part(long, VoiceSpec("", "en", learned), 1.0, 7),
        Part(short, VoiceSpec("", "de", other), 1.5, 0),
        Part(short, VoiceSpec("", "en", learned), 1.0, 1),
        Part(long, VoiceSpec("", "en", other), 1.0, 7),
    ]
    together = xtts.synthesize_many(parts, tick=quiet)  # more than a batch
    for part, one in zip(parts, together, strict=True):
        alone = xtts.synthesize_many([part], tick=quiet)[0].samples
        assert one.samples.shape == alone.shape
        assert np.allclose(one.samples, alone, atol=1e-3)
    sounds = [piece.samples for piece in together]
    assert not np.array_equal(sounds[0], sounds[3])  # another seed
    assert sounds[1].shape != sounds[4].shape or not np.allclose(sounds[1], sounds[4], atol=1e-3)  # another voice


@needs_xtts
@pytest.mark.filterwarnings("ignore")
def test_codes_are_drawn_as_often_as_they_are_likely() -> None:
    """10,000 rows with the same logits: what top-k and top-p leave, at the rate of the tempered softmax."""
    import torch  # pyright: ignore[reportMissingImports]

    likely = torch.tensor([0.4, 0.3, 0.2, 0.06, 0.04])
    tempered = likely ** (1 / 0.75)
    tempered = tempered / tempered.sum()
    rows = [Row("x", "en", (None, None), 1.0, seed) for seed in range(10_000)]
    drawn = Chooser(rows)(None, likely.log().expand(len(rows), -1)).argmax(-1)
    shares = torch.bincount(drawn, minlength=5) / len(rows)
    expected = tempered[:3] / tempered[:3].sum()  # the fourth begins above 0.85
    assert torch.allclose(shares[:3], expected, atol=0.02)
    assert not shares[3:].any()


@needs_xtts
@pytest.mark.filterwarnings("ignore")
def test_speed_and_long_lines(xtts: CoquiEngine, learned: bytes) -> None:
    lines = lines_of("One two three.", language="en").lines
    voice = VoiceSpec("", "en", learned)
    normal, fast = (len(next(iter(xtts.synthesize(lines, voice, speed=s, tick=quiet))).samples) for s in (1.0, 2.0))
    assert fast == pytest.approx(normal / 2, rel=0.1)
    long = lines_of("word " * 90, language="en").lines
    assert len(list(xtts.synthesize(long, voice, speed=1.0, tick=quiet))) == len(long)


@needs_xtts
@pytest.mark.filterwarnings("ignore")
def test_it_stops_between_two_codes(xtts: CoquiEngine, learned: bytes) -> None:
    calls = 0

    def gone(fraction: float, message: str = "") -> None:
        nonlocal calls
        calls += 1
        if calls > 3:
            raise Cancelled("gone")

    with pytest.raises(Cancelled):
        list(xtts.synthesize(lines_of(TEXT, language="en").lines, VoiceSpec("", "en", learned), speed=1.0, tick=gone))


@needs_xtts
def test_what_is_missing_is_said(folder: Path, tmp_path: Path) -> None:
    assert "PIXELLE_TTS_XTTS_TERMS_ACCEPTED" in str(CoquiEngine(model_dir=folder, terms_accepted=False).missing())
    assert "model.pth" in str(CoquiEngine(model_dir=tmp_path, terms_accepted=True).missing())
    for name in ("model.pth", "vocab.json"):
        (tmp_path / name).write_bytes(b"nothing")
    (tmp_path / "config.json").write_text(json.dumps({}))
    with pytest.raises(FailedPrecondition) as caught:
        CoquiEngine(model_dir=tmp_path, terms_accepted=True).load("cpu")
    assert caught.value.reason == "MODEL_BROKEN"


@pytest.mark.skipif(find_spec("TTS") is not None, reason="coqui-tts is installed")
def test_without_the_package_it_says_how_to_get_it(tmp_path: Path) -> None:
    assert "pip install 'pixelle-video[gpu]'" in str(CoquiEngine(model_dir=tmp_path, terms_accepted=True).missing())

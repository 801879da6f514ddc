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

from pixelle.runtime.errors import Cancelled, FailedPrecondition
from svc_tts.engines.base import Part, VoiceSpec
from svc_tts.engines.coqui import CoquiEngine, _Chooser, _Row
from svc_tts.reading.lines import lines_of
from svc_tts.timing import Source, times_of
from svc_tts.track import wav

if TYPE_CHECKING:
    from pathlib import Path

needs_xtts = pytest.mark.skipif(
    find_spec("TTS") is None or find_spec("torch") is None, reason="coqui-tts is not installed; `make test-torch` does"
)
TEXT = "Reading every day changes how you think. It costs little. In 2026, everybody reads."


def quiet(fraction: float, message: str = "") -> None:
    assert 0 <= fraction <= 1, message


def random_xtts(folder: Path) -> None:
    """XTTS with two layers of 64 channels, a vocabulary of single letters and random weights."""
    import torch  # pyright: ignore[reportMissingImports]
    from tokenizers import Tokenizer, models, pre_tokenizers
    from TTS.tts.configs.xtts_config import XttsConfig  # pyright: ignore[reportMissingImports]
    from TTS.tts.layers.xtts.tokenizer import VoiceBpeTokenizer  # pyright: ignore[reportMissingImports]
    from TTS.tts.models.xtts import Xtts, XttsArgs  # pyright: ignore[reportMissingImports]

    special = ["[STOP]", "[UNK]", "[SPACE]", "[en]", "[de]", "[START]"]
    vocabulary = {token: k for k, token in enumerate(special + [chr(c) for c in range(33, 127)])}
    tokenizer: Any = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.add_special_tokens(special)
    tokenizer.save(str(folder / "vocab.json"))
    args = XttsArgs(
        gpt_layers=2,
        gpt_n_model_channels=64,
        gpt_n_heads=4,
        gpt_max_audio_tokens=16,
        gpt_max_text_tokens=400,
        gpt_max_prompt_tokens=70,
        gpt_num_audio_tokens=1026,
        gpt_start_audio_token=1024,
        gpt_stop_audio_token=1025,
        gpt_use_perceiver_resampler=True,
        decoder_input_dim=64,
        d_vector_dim=512,
        tokenizer_file=str(folder / "vocab.json"),
    )
    config: Any = XttsConfig(model_args=args, languages=["en", "de"])
    config.save_json(str(folder / "config.json"))
    torch.manual_seed(5)
    model: Any = Xtts(config)
    model.tokenizer = VoiceBpeTokenizer(vocab_file=str(folder / "vocab.json"))
    model.init_models()
    torch.save({"model": model.state_dict(), "config": None}, folder / "model.pth")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch  # pyright: ignore[reportMissingImports]

    torch.set_num_threads(1)  # on a busy machine threads would wait for each other
    made = tmp_path_factory.mktemp("xtts")
    random_xtts(made)
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
        words, source = times_of(line, piece, None)
        assert source is Source.PROPORTIONAL
        assert words[-1].end <= len(piece.samples) / 24_000 + 1e-6
    again = list(xtts.synthesize(lines, voice, speed=1.0, tick=quiet))
    assert all(np.array_equal(a.samples, b.samples) for a, b in zip(pieces, again, strict=True))
    other = list(xtts.synthesize(lines, voice, speed=1.0, tick=quiet, seed=1))
    assert any(not np.array_equal(a.samples, b.samples) for a, b in zip(pieces, other, strict=True))


def watch(_: Any, scores: Any) -> Any:
    return scores


@needs_xtts
@pytest.mark.filterwarnings("ignore")
def test_a_batch_computes_what_each_line_alone_would(xtts: CoquiEngine, learned: bytes) -> None:
    """Without chance: the most likely code each time, of short and long texts beside each other."""
    voice = xtts._voice(VoiceSpec("", "en", learned))
    texts = ["Hi.", "A much longer text stands beside it, so that the short one is padded.", "And a third."]
    rows = [_Row(text, "en", voice, 1.0, 0) for text in texts]
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
    rows = [_Row("x", "en", (None, None), 1.0, seed) for seed in range(10_000)]
    drawn = _Chooser(rows)(None, likely.log().expand(len(rows), -1)).argmax(-1)
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

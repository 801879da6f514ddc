"""Piper with its real voice: times, speed, repeatability, voices, and what a listener understands."""

from __future__ import annotations

import json
import re
import resource
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from pixelle.runtime.errors import Cancelled, FailedPrecondition, NotFound
from pixelle.runtime.settings import ServiceSettings
from svc_tts.engines.base import Speech, VoiceSpec
from svc_tts.engines.piper import PiperEngine
from svc_tts.reading.english import said
from svc_tts.reading.lines import lines_of
from svc_tts.track import Track
from svc_tts.words import written_words

if TYPE_CHECKING:
    from pathlib import Path

PACKS = ServiceSettings().packs_dir
JOE = VoiceSpec("en_US-joe")
RATE = 22_050
TEXT = "Reading every day changes how you think, and it costs you only twenty minutes. In 2026, pi is still 3.14!"

needs_voice = pytest.mark.skipif(
    not (PACKS / "voice-en-joe").is_dir(), reason="the voice pack is not there; `pixelle setup` fetches it"
)


def quiet(fraction: float, message: str = "") -> None:
    assert 0 <= fraction <= 1, message


@pytest.fixture(scope="module")
def piper(tmp_path_factory: pytest.TempPathFactory) -> PiperEngine:
    engine = PiperEngine(packs_dir=PACKS, voices_dir=tmp_path_factory.mktemp("voices"))
    engine.load("cpu")
    return engine


def speak(piper: PiperEngine, text: str, *, speed: float = 1.0) -> list[Speech]:
    lines = lines_of(text, language="en", speed=speed).lines
    return list(piper.synthesize(lines, JOE, speed=speed, tick=quiet))


def config(language: str, **more: Any) -> str:
    return json.dumps(
        {
            "audio": {"sample_rate": RATE},
            "language": {"code": language},
            "phoneme_id_map": {"_": [0], "^": [1], "$": [2], " ": [3]},
            **more,
        }
    )


@needs_voice
def test_words_own_all_of_the_sound_and_do_not_overlap(piper: PiperEngine) -> None:
    pieces = speak(piper, TEXT)
    assert [word.text for piece in pieces for word in piece.words] == TEXT.split()
    for piece in pieces:
        owned = np.zeros(len(piece.samples), bool)
        end = 0.0
        for word in piece.words:
            assert end <= word.start < word.end <= len(piece.samples) / RATE + 1e-6
            end = word.end
            owned[round(word.start * RATE) : round(word.end * RATE)] = True
        energy = piece.samples.astype(np.float64) ** 2
        assert energy[owned].sum() / energy.sum() > 0.98


@needs_voice
def test_a_comma_is_a_pause_between_words(piper: PiperEngine) -> None:
    words = {word.text: word for word in speak(piper, TEXT)[0].words}
    assert words["and"].start - words["think,"].end > 0.1
    assert words["how"].start - words["changes"].end < 0.01


@needs_voice
def test_the_same_text_gives_the_same_samples(piper: PiperEngine) -> None:
    first = speak(piper, TEXT)
    speak(piper, "Something else in between.")
    second = speak(piper, TEXT)
    assert all(np.array_equal(a.samples, b.samples) for a, b in zip(first, second, strict=True))


@needs_voice
@pytest.mark.parametrize("speed", [0.5, 0.8, 1.3, 2.0])
def test_speed_is_exact(piper: PiperEngine, speed: float) -> None:
    text = "It costs you only twenty minutes."
    normal, other = (len(speak(piper, text, speed=value)[0].samples) for value in (1.0, speed))
    assert other == pytest.approx(normal / speed, abs=512)


@needs_voice
def test_a_very_long_word_is_one_word_spoken_in_runs(piper: PiperEngine) -> None:
    text = "7" * 230 + " end"
    first, second = speak(piper, text)
    assert [word.text for word in first.words + second.words] == text.split()
    # one call of the model speaks 300 symbols, 14 s at most: this word took several
    assert len(first.samples) / RATE > 28
    assert first.words[0].end == pytest.approx(len(first.samples) / RATE, abs=0.3)


@needs_voice
def test_it_stops_when_nobody_waits(piper: PiperEngine) -> None:
    def gone(fraction: float, message: str = "") -> None:
        raise Cancelled(f"{fraction} {message}")

    with pytest.raises(Cancelled):
        next(piper.synthesize(lines_of(TEXT, language="en").lines, JOE, speed=1.0, tick=gone))


def test_without_a_voice_it_says_how_to_get_one(tmp_path: Path) -> None:
    reason = PiperEngine(packs_dir=tmp_path, voices_dir=tmp_path / "voices").missing()
    assert reason is not None
    assert "pixelle setup" in reason


def test_users_voices_are_seen_at_once_and_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("svc_tts.engines.piper.has_espeak", lambda: False)
    engine = PiperEngine(packs_dir=tmp_path, voices_dir=tmp_path)
    assert engine.voices() == ()
    for name, text in {
        "en_GB-alan-medium": config("en_GB"),
        "en_GB-alan-low": config("en_GB"),
        "de_DE-thorsten-high": config("de_DE"),
        "en_US-text": config("en_US", phoneme_type="text"),
        "zh_CN-huayan": config("zh_CN", phoneme_type="pinyin"),
        "en_US-crowd-medium": config("en_US", num_speakers=2, speaker_id_map={"p1": 0, "p2": 1}),
        "broken": "{",
    }.items():
        (tmp_path / f"{name}.onnx").write_bytes(b"")
        (tmp_path / f"{name}.onnx.json").write_text(text)
    found = {voice.name: voice for voice in engine.voices()}
    assert set(found) == {
        "en_GB-alan",
        "en_GB-alan-medium",
        "de_DE-thorsten",
        "en_US-text",
        "zh_CN-huayan",
        "en_US-crowd#p1",
        "en_US-crowd#p2",
    }
    assert found["en_GB-alan"].languages == ("en-GB",)
    assert not found["en_US-crowd#p2"].unusable
    assert "'de-DE'" in found["de_DE-thorsten"].unusable
    assert not found["en_US-text"].unusable
    assert "'pinyin'" in found["zh_CN-huayan"].unusable
    assert engine.missing() is None


def test_a_broken_voice_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "en_GB-alan-medium.onnx").write_bytes(b"not a model")
    (tmp_path / "en_GB-alan-medium.onnx.json").write_text(config("en_GB"))
    with pytest.raises(FailedPrecondition, match=r"en_GB-alan-medium\.onnx") as caught:
        PiperEngine(packs_dir=tmp_path, voices_dir=tmp_path).load("cpu")
    assert caught.value.reason == "VOICE_BROKEN"


@needs_voice
def test_files_that_are_replaced_are_read_anew(tmp_path: Path) -> None:
    pack = PACKS / "voice-en-joe" / "en_US-joe-medium.onnx"
    model, told = tmp_path / "en_US-mine.onnx", tmp_path / "en_US-mine.onnx.json"
    model.symlink_to(pack)
    given = json.loads(pack.with_name(pack.name + ".json").read_text())
    told.write_text(json.dumps(given))
    engine = PiperEngine(packs_dir=tmp_path / "none", voices_dir=tmp_path)
    engine.load("cpu")

    def spoken() -> tuple[str, int]:
        lines = lines_of("Hello there.", language="en").lines
        piece = next(iter(engine.synthesize(lines, VoiceSpec("en_US-mine"), speed=1.0, tick=quiet)))
        return engine.fingerprint("en_US-mine"), len(piece.samples)

    before = spoken()
    given["inference"]["length_scale"] = 2.0
    told.write_text(json.dumps(given))
    slower = spoken()
    assert slower[0] != before[0]
    assert slower[1] > 1.5 * before[1]
    model.unlink()
    model.write_bytes(b"not a model")
    with pytest.raises(FailedPrecondition, match=r"en_US-mine\.onnx"):
        spoken()


def test_an_unknown_voice_is_told_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "en_GB-alan-medium.onnx").write_bytes(b"")
    (tmp_path / "en_GB-alan-medium.onnx.json").write_text(config("en_GB"))
    engine = PiperEngine(packs_dir=tmp_path, voices_dir=tmp_path)
    with pytest.raises(NotFound, match="Did you mean 'en_GB-alan'"):
        engine.fingerprint("en_GB-allan")


@needs_voice
@pytest.mark.slow
def test_speech_costs_little(piper: PiperEngine) -> None:
    def spent() -> float:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return usage.ru_utime + usage.ru_stime

    speak(piper, TEXT)
    before = spent()
    seconds = sum(len(piece.samples) for piece in speak(piper, TEXT * 4)) / RATE
    # about 0.08 when the machine is otherwise idle
    assert (spent() - before) / seconds < 0.25


@needs_voice
@pytest.mark.slow
def test_a_listener_finds_the_words(piper: PiperEngine) -> None:
    folder = PACKS / "whisper-tiny"
    if not folder.is_dir():
        pytest.skip("the whisper-tiny pack is not there; `pixelle setup` fetches it")
    from faster_whisper import WhisperModel

    listener: Any = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1)
    for text in (
        "Reading every day changes how you think, and it costs you only twenty minutes.",
        "In 2026, scientists measured 3.14 million stars near our galaxy.",
        "The shop opens at seven and sells coffee for $5 a cup, which is 20% cheaper than before.",
        "Dr. Smith walked 12 kilometers through the forest, and found an old, forgotten house.",
    ):
        track = Track()
        pcm = b"".join(track.add(piece) for piece in speak(piper, text)) + track.finish()
        sound = np.frombuffer(pcm, "<i2").astype(np.float32) / 32768
        at = np.arange(int(len(sound) * 16_000 / RATE)) * (RATE / 16_000)
        heard, _ = listener.transcribe(
            np.interp(at, np.arange(len(sound)), sound).astype(np.float32), language="en", word_timestamps=True
        )
        found = [word for segment in heard for word in segment.words]
        wanted, got = plain(text), plain(" ".join(word.word for word in found))
        matches = SequenceMatcher(None, wanted, got, autojunk=False).get_matching_blocks()
        assert sum(match.size for match in matches) / len(wanted) >= 0.85, got
        # the listener's own times are good to about a quarter of a second
        times = {bare(word.text): word.start for word in track.words if text.count(word.text) == 1}
        gaps = [abs(times[bare(word.word)] - word.start) for word in found if bare(word.word) in times]
        assert len(gaps) >= 5
        assert float(np.median(gaps)) < 0.25


def bare(word: str) -> str:
    return re.sub(r"\W", "", word.lower())


def plain(text: str) -> list[str]:
    """Words as they are said, digits kept."""
    return [
        word for parts in said(written_words(text)) for part in parts if (word := bare(part.replace("$5", "5 dollars")))
    ]

"""Kokoro with its real voices: times, languages, and what a listener understands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pixelle.runtime.errors import FailedPrecondition
from pixelle.runtime.settings import ServiceSettings
from svc_tts.engines import kokoro_sounds
from svc_tts.engines.base import Speech, VoiceSpec
from svc_tts.engines.kokoro import KokoroEngine
from svc_tts.engines.kokoro_sounds import Sounds, can_read, kana_sounds
from svc_tts.listening import Listener, error_rate, plain_words
from svc_tts.reading.lines import lines_of
from svc_tts.track import Track
from svc_tts.words import written_words

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from pathlib import Path

PACKS = ServiceSettings().packs_dir
needs_voice = pytest.mark.skipif(
    not (PACKS / "voice-kokoro").is_dir(), reason="the voice pack is not there; `pixelle setup --for kokoro` fetches it"
)
VOICE = "jf_nezumi"
CHINESE = (
    "今天天气很好，我们一起去公园散步。",
    "每天读书二十分钟，可以改变你的思维方式。",
    "打开一本书，就像打开一扇通往新世界的门。",
    "她在2024年花了50%的时间学习中文。",
    "早上喝一杯热茶，心情会变得平静。",
    "城市里的孩子很少看到满天的星星。",
)


def quiet(fraction: float, message: str = "") -> None:
    assert 0 <= fraction <= 1, message


@pytest.fixture(scope="module")
def kokoro(tmp_path_factory: pytest.TempPathFactory) -> KokoroEngine:
    engine = KokoroEngine(packs_dir=PACKS, own_dir=tmp_path_factory.mktemp("kokoro"))
    engine.load("cpu")
    return engine


def speak(kokoro: KokoroEngine, text: str, language: str, *, speed: float = 1.0) -> list[Speech]:
    lines = lines_of(text, language=language, speed=speed).lines
    return list(kokoro.synthesize(lines, VoiceSpec(VOICE, language), speed=speed, tick=quiet))


@needs_voice
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Reading costs you only twenty minutes. In 2026, pi is still 3.14!"),
        ("zh", "今天用AI和WiFi，花了20%的钱。"),
        ("ja", "今日は天気がいいので、公園へ行きました。"),
    ],
)
def test_words_are_where_the_sound_is(kokoro: KokoroEngine, language: str, text: str) -> None:
    pieces = speak(kokoro, text, language)
    told = "".join(word.text for piece in pieces for word in piece.words)
    assert told.replace(" ", "") == "".join(written_words(text))
    for piece in pieces:
        owned = np.zeros(len(piece.samples), bool)
        end = 0.0
        for word in piece.words:
            assert end <= word.start < word.end <= len(piece.samples) / piece.sample_rate + 1e-6
            end = word.end
            owned[round(word.start * piece.sample_rate) : round(word.end * piece.sample_rate)] = True
        energy = piece.samples.astype(np.float64) ** 2
        assert energy[owned].sum() / energy.sum() > 0.9


@needs_voice
def test_speed_and_repetition(kokoro: KokoroEngine) -> None:
    normal, again, fast = (speak(kokoro, "It costs twenty minutes.", "en", speed=s)[0].samples for s in (1.0, 1.0, 2.0))
    assert len(normal) == len(again)
    assert len(fast) == pytest.approx(len(normal) / 2, rel=0.25)


@needs_voice
def test_voices_say_what_they_speak(kokoro: KokoroEngine) -> None:
    voices = {voice.name: voice for voice in kokoro.voices()}
    assert set(voices) == {"jf_alpha", "jf_gongitsune", "jf_nezumi", "jf_tebukuro", "jm_kumo"}
    assert voices["jm_kumo"].gender == "male"
    assert voices["jm_kumo"].languages == ("ja", "en", "zh")


@needs_voice
def test_a_language_that_nothing_here_can_read_is_not_promised(
    kokoro: KokoroEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = kokoro_sounds.find_spec

    def without_misaki(name: str) -> ModuleSpec | None:
        return None if name == "misaki" else there(name)

    monkeypatch.setattr(kokoro_sounds, "find_spec", without_misaki)
    assert {language for voice in kokoro.voices() for language in voice.languages} >= {"en", "ja"}
    assert not any("zh" in voice.languages for voice in kokoro.voices())


@needs_voice
@pytest.mark.slow
def test_chinese_is_understood(kokoro: KokoroEngine) -> None:
    listener = Listener([PACKS / "whisper-base"])
    if listener.missing():
        pytest.skip("the pack whisper-base is not there; `pixelle setup --for tests` fetches it")
    errors = [heard_error(kokoro, listener, text, "zh") for text in CHINESE]
    assert sum(errors) / len(errors) <= 0.20, errors


@needs_voice
@pytest.mark.slow
def test_english_and_japanese_are_understood(kokoro: KokoroEngine) -> None:
    listener = Listener([PACKS / "whisper-base"])
    if listener.missing():
        pytest.skip("the pack whisper-base is not there; `pixelle setup --for tests` fetches it")
    text = "Reading every day changes how you think, and it costs you only twenty minutes."
    assert heard_error(kokoro, listener, text, "en") <= 0.15
    # the listener writes some words in kana that the text has in kanji
    assert heard_error(kokoro, listener, "今日は天気がいいので、公園へ行きました。", "ja") <= 0.35


def heard_error(kokoro: KokoroEngine, listener: Listener, text: str, language: str) -> float:
    track = Track()
    pcm = b"".join(track.add(piece) for piece in speak(kokoro, text, language)) + track.finish()
    heard = listener.hear(pcm, track.sample_rate, language)
    return error_rate(plain_words(text, language), plain_words(heard, language))


@pytest.mark.parametrize(
    ("reading", "sounds"),
    [
        ("キョー", "kʲoː"),
        ("テンキ", "teŋkʲi"),
        ("ガッコー", "ɡaʔkoː"),
        ("シャシン", "ɕaɕiɴ"),
        ("ファン", "ɸaɴ"),
        ("サンポ", "sampo"),
    ],
)
def test_kana(reading: str, sounds: str) -> None:
    assert kana_sounds(reading) == sounds


@pytest.fixture(scope="module")
def sounds() -> Sounds:
    return Sounds()


def sounds_of(sounds: Sounds, text: str, language: str) -> list[tuple[str, str]]:
    units = lines_of(text, language=language).lines[0].units
    return [(unit.written, sound) for unit, sound in zip(units, sounds.of(units, language), strict=True)]


@pytest.mark.skipif(not can_read("ja"), reason="needs pyopenjtalk")
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("コンピューターを使う。", ["コン kom", "ピュー pʲɯː", "ターを taːo", "使う。 ʦɨkaɯ."]),
        ("勉強、検索する。", ["勉強、 beŋkʲoː,", "検索 keɴsakɯ", "する。 sɨɾɯ."]),
        ("で検索する。", ["で検 de keɴ", "索す sakɯ sɨ", "る。 ɾɯ."]),
        ("3月5日に", ["3 saŋ", "月 ɡaʦɨ", "5 iʦɨ", "日に kaɲi."]),
        ("hello worldと", ["hello həlˈO", "world βaːɾɯdo", "と to."]),
        ("🙂今日は★雨、明日は晴れ。", ["🙂今日 kʲoː", "は★ βa", "雨、 ame,", "明日 aɕita", "は晴 βa ha", "れ。 ɾe."]),
        ("ｶﾞﾗｽのAI", ["ｶﾞﾗｽ ɡaɾasɨ", "の no", "AI eːai."]),
    ],
)
def test_japanese_words_are_said_where_they_are_written(sounds: Sounds, text: str, told: list[str]) -> None:
    assert [f"{written} {sound.strip()}" for written, sound in sounds_of(sounds, text, "ja")] == told


@pytest.mark.skipif(not can_read("zh"), reason="needs jieba, misaki and pypinyin")
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("一件T恤和U盘。", ["一件 i→ʨjɛ↘n", "T tˈi", "恤和 ɕy↘ xɤ↗", "U jˈu", "盘。 pʰa↗n."]),
        ("A股涨了，", ["A ˈA", "股涨 ku↓ ꭧa↓ŋ", "了， lɤ,"]),
        ("卡拉OK", ["卡拉 kʰa↓la→", "OK ˈO kˈA."]),
        ("人々好", ["人 ɻə↗n", "々 ə", "好 xau↓."]),
    ],
)
def test_chinese_words_are_said_whole(sounds: Sounds, text: str, told: list[str]) -> None:
    assert [f"{written} {sound.strip()}" for written, sound in sounds_of(sounds, text, "zh")] == told


@pytest.mark.skipif(not can_read("zh"), reason="needs jieba, misaki and pypinyin")
def test_there_is_no_gap_inside_a_word(sounds: Sounds) -> None:
    assert [sound for _, sound in sounds_of(sounds, "买了苹果和梨。", "zh")][:3] == [
        "mai↓ lɤ ",
        "pʰi↗ŋkwo↓ ",
        "xɤ↗ li↗.",
    ]
    assert [sound for _, sound in sounds_of(sounds, "个苹果", "zh")] == ["kɤ↘ pʰi↗ŋ", "kwo↓."]


@needs_voice
@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0])
def test_words_begin_when_they_are_heard(kokoro: KokoroEngine, speed: float) -> None:
    text = "Stop, go, wait, run, sit, turn, come, look, speak, hide."
    piece = speak(kokoro, text, "en", speed=speed)[0]
    loud = np.abs(piece.samples) > 0.01 * np.abs(piece.samples).max()
    late: list[float] = []
    for before, word in zip((None, *piece.words), piece.words, strict=False):
        # from the middle of the pause before the word, the first sound
        rate = piece.sample_rate
        start = 0 if before is None else round((before.end + word.start) / 2 * rate)
        late.append(word.start - (start + int(loud[start:].argmax())) / rate)
    assert abs(float(np.median(late))) < 0.035, late
    assert abs(late[0]) < 0.03, late


def test_without_a_model_it_says_how_to_get_one(tmp_path: Path) -> None:
    engine = KokoroEngine(packs_dir=tmp_path, own_dir=tmp_path / "own")
    assert "pixelle setup --for kokoro" in str(engine.missing())
    assert engine.voices() == ()


def test_a_broken_model_is_named(tmp_path: Path) -> None:
    np.savez(tmp_path / "voices.npz", af_test=np.zeros((510, 1, 256), np.float32))
    (tmp_path / "mine.onnx").write_bytes(b"nothing")
    (tmp_path / "vocab.json").write_text('{"vocab": {"a": 1}}')
    engine = KokoroEngine(packs_dir=tmp_path / "packs", own_dir=tmp_path)
    assert engine.missing() is None
    assert [voice.languages for voice in engine.voices()] == [("en-US", "en", "zh", "ja")]
    with pytest.raises(FailedPrecondition, match=r"mine\.onnx") as caught:
        engine.load("cpu")
    assert caught.value.reason == "MODEL_BROKEN"


def test_voices_that_were_fetched_by_half_are_named(tmp_path: Path) -> None:
    (tmp_path / "voices.npz").write_bytes(b"PK half of a file")
    (tmp_path / "mine.onnx").write_bytes(b"nothing")
    engine = KokoroEngine(packs_dir=tmp_path / "packs", own_dir=tmp_path)
    assert "'voices.npz' of Kokoro cannot be read" in str(engine.missing())
    assert engine.voices() == ()


@needs_voice
def test_files_that_are_replaced_are_read_anew(tmp_path: Path) -> None:
    pack = PACKS / "voice-kokoro"
    (tmp_path / "mine.onnx").symlink_to(next(pack.glob("*.onnx")))
    with np.load(next(pack.glob("voices*"))) as archive:
        first, second = archive["jf_alpha"], archive["jm_kumo"]
    np.savez(tmp_path / "voices.npz", af_one=first)
    engine = KokoroEngine(packs_dir=PACKS, own_dir=tmp_path)
    engine.load("cpu")
    lines = lines_of("Hello there.", language="en").lines
    before = next(iter(engine.synthesize(lines, VoiceSpec("af_one", "en"), speed=1.0, tick=quiet)))
    printed = engine.fingerprint("af_one")
    np.savez(tmp_path / "voices.npz", af_one=second, af_two=first)
    assert {voice.name for voice in engine.voices()} == {"af_one", "af_two"}
    assert engine.fingerprint("af_one") != printed
    after = next(iter(engine.synthesize(lines, VoiceSpec("af_one", "en"), speed=1.0, tick=quiet)))
    other = next(iter(engine.synthesize(lines, VoiceSpec("af_two", "en"), speed=1.0, tick=quiet)))
    assert not np.array_equal(after.samples, before.samples)
    assert np.array_equal(other.samples, before.samples)

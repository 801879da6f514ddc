"""Word times lie where the sound of the words is, whoever found them."""

from __future__ import annotations

import numpy as np
import pytest

from pixelle.runtime.settings import ServiceSettings
from svc_tts.aligner import EnglishAligner
from svc_tts.engines.base import Speech, SpokenWord, VoiceSpec
from svc_tts.engines.piper import PiperEngine
from svc_tts.engines.tone import ToneEngine
from svc_tts.reading.lines import lines_of
from svc_tts.reading.pronunciations import Pronunciations
from svc_tts.timing import Source, times_of

PACKS = ServiceSettings().packs_dir


def quiet(fraction: float, message: str = "") -> None:
    assert 0 <= fraction <= 1, message


def test_a_unit_shares_its_time_among_its_words() -> None:
    line = lines_of("In New York", language="en", pronunciations=Pronunciations({"new york": "noo yawk"})).lines[0]
    speech = Speech(np.ones(100, np.float32), 100, (SpokenWord("In", 0.0, 0.2), SpokenWord("New York", 0.2, 1.0)))
    words, source = times_of(line, speech, None)
    assert source is Source.MODEL
    assert [word.text for word in words] == ["In", "New", "York"]
    assert words[1].end == words[2].start
    assert words[2].end == pytest.approx(1.0)
    assert words[1].end - words[1].start < words[2].end - words[2].start


def test_the_last_unit_ends_where_nothing_is_heard_any_more() -> None:
    """Chinese prices are one unit of two words, and models count the silence after them as a part of it."""
    line = lines_of("花了¥25。", language="zh").lines[0]
    samples = np.zeros(24_000, np.float32)
    samples[:12_000] = 0.3
    words, _ = times_of(line, Speech(samples, 24_000, (SpokenWord(line.units[0].written, 0.0, 1.0),)), None)
    assert [word.text for word in words] == ["花了¥", "25。"]
    assert words[1].start < 0.4
    assert words[1].end == pytest.approx(0.6, abs=0.05)


def test_digits_take_as_long_as_what_they_say() -> None:
    line = lines_of("It cost 1984 dollars", language="en", pronunciations=Pronunciations({"cost 1984": "x y"})).lines[0]
    speech = Speech(
        np.ones(400, np.float32), 100, tuple(SpokenWord(u.written, k, k + 1) for k, u in enumerate(line.units))
    )
    words, _ = times_of(line, speech, None)
    assert words[2].end - words[2].start > 2 * (words[1].end - words[1].start)


def test_times_of_other_words_are_refused() -> None:
    line = lines_of("One two", language="en").lines[0]
    with pytest.raises(ValueError, match="every word"):
        times_of(line, Speech(np.ones(100, np.float32), 100, (SpokenWord("One", 0.0, 1.0),)), None)


@pytest.mark.parametrize("text", ["apple banana cherry", "今天天气很好我们去公园玩", "a extraordinarily b"])
def test_shared_out_times_skip_silence(text: str) -> None:
    """Tones as long as the letters, with a second of silence between two words: nobody tells where it is."""
    line = lines_of(text, language="").lines[0]
    speech = next(iter(ToneEngine().synthesize([line], VoiceSpec("low"), speed=1.0, tick=quiet)))
    cut = round(speech.words[1].end * speech.sample_rate)
    hole = np.zeros(speech.sample_rate, np.float32)
    silent = Speech(np.concatenate([speech.samples[:cut], hole, speech.samples[cut:]]), speech.sample_rate, ())
    words, source = times_of(line, silent, None)
    assert source is Source.PROPORTIONAL
    energy = silent.samples.astype(np.float64) ** 2
    owned = np.zeros(len(energy), bool)
    for word in words:
        assert 0 <= word.start < word.end <= len(energy) / silent.sample_rate + 1e-6
        owned[round(word.start * silent.sample_rate) : round(word.end * silent.sample_rate)] = True
    assert energy[owned].sum() / energy.sum() > 0.98
    assert words[2].start >= speech.words[1].end + 0.5 or words[1].end >= speech.words[1].end + 0.5


def test_silence_is_shared_out_too() -> None:
    line = lines_of("one two", language="en").lines[0]
    words, _ = times_of(line, Speech(np.zeros(1000, np.float32), 1000, ()), None)
    assert 0 <= words[0].start < words[0].end <= words[1].start < words[1].end <= 1


@pytest.mark.skipif(not (PACKS / "voice-en-joe").is_dir(), reason="the voice pack is not there; `pixelle setup`")
@pytest.mark.skipif(
    not EnglishAligner.installed(), reason="pocketsphinx is not installed: pip install 'pixelle-video[align]'"
)
def test_alignment_finds_what_the_model_says(tmp_path_factory: pytest.TempPathFactory) -> None:
    piper = PiperEngine(packs_dir=PACKS, voices_dir=tmp_path_factory.mktemp("voices"))
    piper.load("cpu")
    align = EnglishAligner()
    text = "In 2026, pi is still 3.14! Reading every day changes how you think, and it costs you only twenty minutes."
    off: list[float] = []
    for line in lines_of(text, language="en").lines:
        speech = next(iter(piper.synthesize([line], VoiceSpec("en_US-joe"), speed=1.0, tick=quiet)))
        words, source = times_of(line, Speech(speech.samples, speech.sample_rate, ()), align)
        assert source is Source.ALIGNED
        told, _ = times_of(line, speech, None)
        off += [found.start - word.start for found, word in zip(words, told, strict=True)]
    assert abs(float(np.median(off))) < 0.02
    assert max(map(abs, off)) < 0.3
    noise = np.zeros(8000, np.float32)
    assert align(lines_of("Something", language="en").lines[0], noise, 16_000) is None


@pytest.mark.skipif(not (PACKS / "voice-en-joe").is_dir(), reason="the voice pack is not there; `pixelle setup`")
@pytest.mark.skipif(not EnglishAligner.installed(), reason="needs the extra align")
def test_an_aligner_forgets_words_when_they_are_too_many(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    piper = PiperEngine(packs_dir=PACKS, voices_dir=tmp_path_factory.mktemp("voices"))
    piper.load("cpu")
    align = EnglishAligner()
    monkeypatch.setattr("svc_tts.aligner._MOST_KNOWN", 5)
    lines = lines_of("Dogs bark at cats. Birds sing in trees. Cows moo on hills.", language="en").lines
    for line, speech in zip(lines, piper.synthesize(lines, VoiceSpec("en_US-joe"), speed=1.0, tick=quiet), strict=True):
        assert align(line, speech.samples, speech.sample_rate)
        assert len(align._known) < 10  # pyright: ignore[reportPrivateUsage]

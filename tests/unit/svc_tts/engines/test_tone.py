"""The tone engine's times are where the sound is."""

from __future__ import annotations

import numpy as np
import pytest

from pixelle.runtime.errors import Cancelled
from svc_tts.engines.base import Speech, VoiceSpec
from svc_tts.engines.tone import ToneEngine
from svc_tts.reading.lines import lines_of
from svc_tts.words import written_words


def quiet(fraction: float, message: str = "") -> None:
    assert 0 <= fraction <= 1, message


def speak(text: str, *, voice: str = "low", speed: float = 1.0) -> list[Speech]:
    return list(
        ToneEngine().synthesize(
            lines_of(text, language="", speed=speed).lines, VoiceSpec(voice), speed=speed, tick=quiet
        )
    )


def pitch(piece: Speech, position: int) -> float:
    """Strongest frequency inside a word, in Hz."""
    word = piece.words[position]
    sound = piece.samples[round(word.start * piece.sample_rate) : round(word.end * piece.sample_rate)]
    spectrum = np.abs(np.fft.rfft(sound, 1 << 16))
    return float(np.argmax(spectrum)) * piece.sample_rate / (1 << 16)


def test_sound_is_exactly_where_the_words_are() -> None:
    piece = speak("One two three")[0]
    inside = np.zeros(len(piece.samples), bool)
    for word in piece.words:
        inside[round(word.start * piece.sample_rate) : round(word.end * piece.sample_rate)] = True
    assert not piece.samples[~inside].any()
    assert np.abs(piece.samples[inside]).mean() > 0.05


def test_words_differ_in_pitch_and_repeat_it() -> None:
    piece = speak("apple river apple mountain")[0]
    pitches = [pitch(piece, k) for k in range(4)]
    assert pitches[0] == pytest.approx(pitches[2], abs=1)
    assert len({round(p) for p in pitches}) == 3


def test_voices_are_an_octave_apart() -> None:
    assert pitch(speak("apple", voice="high")[0], 0) == pytest.approx(2 * pitch(speak("apple")[0], 0), rel=0.02)


def test_speed_is_exact() -> None:
    length = len(speak("One two three")[0].samples)
    assert len(speak("One two three", speed=2.0)[0].samples) == pytest.approx(length / 2, abs=6)


@pytest.mark.parametrize("text", ["今天天气很好。你好！", "Привет, мир. Как дела?", "สวัสดีครับ", "Yes. No."])
def test_any_script_is_spoken(text: str) -> None:
    pieces = speak(text)
    assert [word.text for piece in pieces for word in piece.words] == written_words(text)
    assert np.array_equal(pieces[0].samples, speak(text)[0].samples)


def test_it_stops_when_nobody_waits() -> None:
    def gone(fraction: float, message: str = "") -> None:
        raise Cancelled(f"{fraction} {message}")

    pieces = ToneEngine().synthesize(
        lines_of("One. Two. Three.", language="").lines, VoiceSpec("low"), speed=1.0, tick=gone
    )
    assert next(pieces).words[0].text == "One."
    with pytest.raises(Cancelled):
        next(pieces)

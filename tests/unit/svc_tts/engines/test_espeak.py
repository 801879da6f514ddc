"""Piper voices of other languages: what they are told to say, and that they say it."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from pixelle.runtime.errors import FailedPrecondition
from pixelle.runtime.settings import ServiceSettings
from svc_tts.engines.base import VoiceSpec
from svc_tts.engines.espeak import Espeak, Letters, espeak_version, has_espeak
from svc_tts.engines.piper import PiperEngine
from svc_tts.reading.lines import lines_of
from svc_tts.reading.pronunciations import Pronunciations

if TYPE_CHECKING:
    from pathlib import Path

PACK = ServiceSettings().packs_dir / "voice-en-joe"
needs_voice = pytest.mark.skipif(not PACK.is_dir(), reason="the voice pack is not there; `pixelle setup` fetches it")
needs_espeak = pytest.mark.skipif(not has_espeak(), reason="espeak-ng is not installed: apt-get install espeak-ng")
GERMAN = "Guten Morgen, liebe Zuhörer! Es kostet 5 €."


def quiet(fraction: float, message: str = "") -> None:
    assert 0 <= fraction <= 1, message


def voice(folder: Path, name: str, **changed: Any) -> None:
    """The packaged voice under another description: it speaks another language with an American accent."""
    folder.mkdir(exist_ok=True)
    model = next(PACK.glob("*.onnx"))
    described = json.loads(model.with_name(model.name + ".json").read_text()) | changed
    (folder / f"{name}.onnx").symlink_to(model)
    (folder / f"{name}.onnx.json").write_text(json.dumps(described))


def engine(folder: Path) -> PiperEngine:
    made = PiperEngine(packs_dir=PACK.parent, voices_dir=folder)
    made.load("cpu")
    return made


@needs_espeak
@pytest.mark.parametrize(
    ("language", "text", "sounds"),
    [
        ("de", "Guten Morgen.", ["ɡˈuːtən", "mˈɔɾɡən."]),
        ("es", "Hola, mundo!", ["ˈola,", "mˈundo!"]),
        ("de", "-v nichts", ["fˈaʊ", "nˈɪc\u0327ts."]),  # an option is no text
    ],
)
def test_words_are_pronounced_by_the_program(language: str, text: str, sounds: list[str]) -> None:
    units = lines_of(text, language=language).lines[0].units
    assert Espeak(language).pronounce(units) == sounds


@needs_espeak
def test_every_word_has_sounds_of_its_own() -> None:
    text = "Qu'est-ce que c'est? 1984, l'été aux États-Unis."
    for line in lines_of(text, language="fr").lines:
        spoken = Espeak("fr").pronounce(line.units)
        assert len(spoken) == len(line.units)
        assert all(any(c.isalpha() for c in sound) for sound in spoken)
    given = Pronunciations({"Zoë": "/zoˈɛ/"})
    line = lines_of("Hier ist Zoë", language="de", pronunciations=given).lines[0]
    assert Espeak("de").pronounce(line.units)[2].startswith("zo")


@needs_espeak
def test_a_voice_that_the_program_lacks_is_named() -> None:
    units = lines_of("Hello", language="en").lines[0].units
    with pytest.raises(FailedPrecondition, match="'tlh-none'") as caught:
        Espeak("tlh-none").pronounce(units)
    assert caught.value.reason == "VOICE_UNUSABLE"


def test_letters_are_letters() -> None:
    units = lines_of("Größe, Élan!", language="de").lines[0].units
    assert Letters().pronounce(units) == ["gro\u0308sse,", "e\u0301lan!"]
    told = lines_of("Zoë", language="de", pronunciations=Pronunciations({"Zoë": "/zoˈɛ/"})).lines[0]
    with pytest.raises(FailedPrecondition, match="'Zoë'") as caught:
        Letters().pronounce(told.units)
    assert caught.value.reason == "ENGINE_CANNOT_IPA"


@needs_espeak
@needs_voice
def test_a_german_voice_speaks_with_times_for_every_word(tmp_path: Path) -> None:
    voice(tmp_path, "de_DE-eva-medium", language={"code": "de_DE"}, espeak={"voice": "de"})
    piper = engine(tmp_path)
    found = {each.name: each for each in piper.voices()}["de_DE-eva"]
    assert (found.languages, found.unusable) == (("de-DE",), "")
    lines = lines_of(GERMAN, language="de").lines
    pieces = list(piper.synthesize(lines, VoiceSpec("de_DE-eva", "de"), speed=1.0, tick=quiet))
    assert [word.text for piece in pieces for word in piece.words] == [u.written for line in lines for u in line.units]
    for piece in pieces:
        ends = 0.0
        for word in piece.words:
            assert ends <= word.start < word.end
            ends = word.end
            heard = piece.samples[round(word.start * piece.sample_rate) : round(word.end * piece.sample_rate)]
            assert np.sqrt(np.mean(np.square(heard))) > 0.01, word
    assert espeak_version() in piper.fingerprint("de_DE-eva")
    english = list(piper.synthesize(lines, VoiceSpec("en_US-joe", "en"), speed=1.0, tick=quiet))
    assert len(english[0].samples) != len(pieces[0].samples)


@needs_voice
def test_a_voice_of_letters_needs_no_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert shutil.which("espeak-ng") is None
    voice(tmp_path, "uk_UA-lada-low", language={"code": "uk_UA"}, phoneme_type="text")
    voice(tmp_path, "de_DE-eva-medium", language={"code": "de_DE"})
    voice(tmp_path, "zh_CN-chaowen-medium", language={"code": "zh_CN"}, phoneme_type="pinyin")
    piper = engine(tmp_path)
    found = {each.name: each for each in piper.voices()}
    assert not found["uk_UA-lada"].unusable
    assert "apt-get install espeak-ng" in found["de_DE-eva"].unusable
    assert "'pinyin'" in found["zh_CN-chaowen"].unusable
    lines = lines_of("hallo welt", language="uk").lines
    piece = next(iter(piper.synthesize(lines, VoiceSpec("uk_UA-lada", "uk"), speed=1.0, tick=quiet)))
    assert [word.text for word in piece.words] == ["hallo", "welt"]

"""Written English becomes words that can be said, and sounds for each of them."""

from __future__ import annotations

import random

import pytest

from svc_tts.engines.base import Unit
from svc_tts.engines.english import English
from svc_tts.reading.english import said
from svc_tts.reading.lines import lines_of


@pytest.fixture(scope="module")
def english() -> English:
    return English()


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("2026,", "2026"),
        ("3.14.", "3.14"),
        ("50%", "50 percent"),
        ("$5.50", "5 dollars and 50 cents"),
        ("$3.14 million dreams", "3.14 million dollars dreams"),
        ("$5M", "5 million dollars"),
        ("¥100", "100 yen"),
        ("5€", "5 euros"),
        ("10:30", "10 30"),
        ("9:05pm", "9 oh 5 p.m."),
        ("7:00", "7 o'clock"),
        ("5kg", "5 kilograms"),
        ("1kg", "1 kilogram"),
        ("120km/h", "120 kilometers per hour"),
        ("20°C", "20 degrees Celsius"),
        ("1°", "1 degree"),
        ("-5", "minus 5"),
        ("10–20", "10 to 20"),
        ("1/2", "1 half"),
        ("3/4", "3 quarters"),
        ("24/7", "24 7"),
        ("1990s", "1990s"),
        ("21st", "21st"),
        ("1.2.3", "1 point 2 point 3"),
        ("#1", "number 1"),
        ("#reading", "reading"),
        ("C#", "C sharp"),
        ("me@example.com", "me at example dot com"),
        ("https://example.com/a", "example dot com slash a"),
        ("café", "cafe"),
        ("re\u0301sume\u0301", "resume"),
        ("Straße", "Strasse"),
        ("π", "pi"),
        ("word—and", "word and"),
        ("wait...what", "wait what"),
        ("(maybe)", "maybe"),
        ("e.g. U.S.", "for example U.S."),
        ("A vs. B", "A versus B"),
        ("²", "squared"),
        ("2.5kg.", "2.5 kilograms"),
        ("−3.5°C.", "minus 3.5 degrees Celsius"),
        ("$3.5M.", "3.5 million dollars"),
        ("1.5M", "1.5 million"),
        ("$3-5", "3 to 5 dollars"),
        ("$5-10 million", "5 to 10 million dollars"),
        ("9:00-17:00", "9 o'clock to 17 o'clock"),
        ("10am–5pm", "10 a.m. to 5 p.m."),
        ("5%-10%", "5 percent to 10 percent"),
        ("$50/month", "50 dollars per month"),
        ("1km²", "1 square kilometer"),
        ("1mph", "1 mile per hour"),
        ("9.8m/s²", "9.8 meters per second squared"),
        ("50¢", "50 cents"),
        ("2½", "2 and one half"),
        ("3/16", "3 sixteenths"),
        ("10^6", "10 to the power of 6"),
        ("5'11\"", "5 feet 11"),
        ("401(k)", "4 oh 1 K"),
        ("007", "0 0 7"),
        ("v1.2", "version 1 point 2"),
        ("GPT-3.5", "GPT 3.5"),
        ("90bpm", "90 bpm"),
        ("CO2 CO₂ H₂O", "C O 2 C O 2 H2O"),
        ("Lt. Lee Jr.", "Lieutenant Lee Junior"),
    ],
)
def test_said(written: str, spoken: str) -> None:
    assert " ".join(part for parts in said(written.split()) for part in parts) == spoken


def units(words: list[str]) -> list[Unit]:
    return [Unit((word,), word, tuple(plain)) for word, plain in zip(words, said(words), strict=True)]


def test_a_number_is_one_word_of_several(english: English) -> None:
    sounds = english.pronounce(units(["In", "2026", "we", "saw", "3.14", "stars"]))
    assert len(sounds) == 6
    assert sounds[1].count(" ") == 2
    assert "pɔɪnt" in sounds[4]


def test_pause_marks_shape_the_sentence(english: English) -> None:
    assert [sound[-1] for sound in english.pronounce(units(["Well,", "yes—", "no;", "stop!"]))] == [",", ",", ";", "!"]
    assert english.pronounce(units(["and", "so"]))[-1].endswith(".")
    assert not english.pronounce(units(["Dr.", "Smith"]))[0].endswith(".")
    assert english.pronounce(units(["“Why?”"]))[0].endswith("?")


def test_context_reaches_over_words(english: English) -> None:
    assert english.pronounce(units(["the", "apple"]))[0] != english.pronounce(units(["the", "pear"]))[0]


def test_every_word_of_any_text_has_a_sound(english: English) -> None:
    letters = "abcXYZ019 .,;:!?-–—…'\"“”‘’()[]$€£¥%&@#/\\_+=<>~°²½éßłøЖדअ한漢あ🙂\u200b\u0301"
    draw = random.Random(7)
    for _ in range(80):
        words = [
            word
            for word in "".join(draw.choices(letters, k=draw.randint(1, 60))).split()
            if any(char.isalnum() for char in word)
        ]
        sounds = english.pronounce(units(words))
        assert len(sounds) == len(words)
        assert all(any(char.isalpha() for char in sound) for sound in sounds), words


def test_what_the_dictionaries_do_not_know_as_a_whole_is_said_in_parts(english: English) -> None:
    assert english.pronounce(units(["1:02:03"]))[0].count(" ") == 2


@pytest.mark.parametrize("word", ["a" * 900, "a1" * 450, "9" * 900, "x-" * 450, "é" * 900, "漢" * 300])
def test_an_endless_word_is_one_word(english: English, word: str) -> None:
    assert len(english.pronounce(units([word]))) == 1


def test_sounds_of_a_line_are_remembered(english: English) -> None:
    line = lines_of("Nobody has ever heard of flumbergasted.", language="en").lines[0]
    first = english.sounds(line.units)
    before = english._known.cache_info()
    assert english.sounds(line.units) == first
    after = english._known.cache_info()
    assert (after.hits, after.misses) == (before.hits + 1, before.misses)


@pytest.mark.parametrize(
    ("written", "sounds"),
    [
        ("Beyoncé's Wi-Fi, WiFi and wifi", "bˌiˈɑnsAz wˈIfˌI wˈIfˌI ænd wˈIfˌI"),
        ("JSON, Xi, xi", "ʤˈAsɑn ʃˈi zI"),
        ("Vitamin A is a plan", "vˈITəmən ˈA ɪz ɐ plˈæn"),
        ("at 8 AM", "æt ˈAt ˌAˈɛm"),
        ("the US and us", "ðə jˌuˈɛs ænd ˌʌs"),
        ("£50, 99¢", "fˈɪfti pˈWndz nˈIndi nˈIn sˈɛnts"),
    ],
)
def test_sounds(english: English, written: str, sounds: str) -> None:
    (line,) = lines_of(written, language="en").lines
    assert " ".join(english.sounds(line.units)) == sounds


def test_chinese_characters_are_said_by_their_sound(english: English) -> None:
    pytest.importorskip("pypinyin", reason="pip install 'pixelle-video[kokoro]'")
    (line,) = lines_of("The word 你好 means hello.", language="en").lines
    assert [part for unit in line.units for part in unit.said] == ["The", "word", "ni", "hao", "means", "hello"]
    assert all(english.sounds(line.units))

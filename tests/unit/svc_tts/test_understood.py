"""A transcriber understands the default voice: thirty sentences of many kinds, a tenth of the words wrong at most."""

from __future__ import annotations

import pytest

from pixelle.runtime.errors import Cancelled
from pixelle.runtime.settings import ServiceSettings
from svc_tts.engines.base import VoiceSpec
from svc_tts.engines.piper import PiperEngine
from svc_tts.listening import Listener, error_rate, plain_words
from svc_tts.reading.lines import lines_of
from svc_tts.track import Track

PACKS = ServiceSettings().packs_dir
SENTENCES = (
    "Reading every day changes how you think, and it costs you only twenty minutes.",
    "Opening a book is like opening a door to another world.",
    "The shop sells coffee for $5 a cup, which is 20% cheaper than before.",
    "In 2026, scientists measured 3.14 million stars near our galaxy.",
    "She walked 12 kilometers through the forest and found an old house.",
    "The train leaves at 10:30 and arrives before noon.",
    "He was born on March 5, 1984, in a small village by the sea.",
    "Water boils at 100 °C and freezes at 0 °C.",
    "The first chapter is short, but the second one takes an hour.",
    "On the 21st of June, the sun stays up the longest.",
    "My grandmother planted three apple trees behind the kitchen window.",
    "Nobody expected the storm to last for two whole weeks.",
    "Please close the window before you leave the room.",
    "The engine runs at 3,000 revolutions per minute.",
    "Half of the students had never seen the ocean.",
    "What would you do if you had one more hour every day?",
    "It was the best coffee I had ever tasted!",
    "Bees visit thousands of flowers to make a single spoon of honey.",
    "The museum is open from nine to five, except on Mondays.",
    "A good night of sleep helps your brain remember new things.",
    "Dr. Smith told us to drink more water and to rest.",
    "The price rose from £40 to £55 within a year.",
    "Light travels about 300,000 km in one second.",
    "They built the bridge in 1937, and it still stands today.",
    "Slow breathing calms the heart and clears the mind.",
    "The children laughed when the puppy chased its own tail.",
    "Mountains look blue from far away because of the air between.",
    "You can learn a new language with ten words a day.",
    "The library keeps more than 50,000 books in its cellar.",
    "Start small, stay patient, and let the habit grow.",
)


@pytest.mark.slow
@pytest.mark.skipif(not (PACKS / "voice-en-joe").is_dir(), reason="the voice pack is not there; `pixelle setup`")
@pytest.mark.parametrize("kept", ["whisper-base"])
def test_the_default_voice_is_understood(kept: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    listener = Listener([PACKS / kept])
    if listener.missing():
        pytest.skip(f"{listener.missing()}")
    piper = PiperEngine(packs_dir=PACKS, voices_dir=tmp_path_factory.mktemp("voices"))
    piper.load("cpu")
    wrong, words = 0.0, 0
    report: list[str] = []
    for sentence in SENTENCES:
        track = Track()
        lines = lines_of(sentence, language="en").lines
        pieces = piper.synthesize(lines, VoiceSpec("en_US-joe"), speed=1.0, tick=lambda fraction, message="": None)
        pcm = b"".join(track.add(piece) for piece in pieces) + track.finish()
        wanted = plain_words(sentence, "en")
        heard = listener.hear(pcm, track.sample_rate, "en")
        error = error_rate(wanted, plain_words(heard, "en"))
        wrong, words = wrong + error * len(wanted), words + len(wanted)
        if error:
            report.append(f"{error:.2f} {sentence!r} heard as {heard!r}")
    print(f"word error {wrong / words:.3f} over {words} words", *report, sep="\n")
    assert wrong / words <= 0.10, report


@pytest.mark.skipif(not (PACKS / "voice-en-joe").is_dir(), reason="the voice pack is not there; `pixelle setup`")
def test_who_leaves_is_not_listened_for(tmp_path_factory: pytest.TempPathFactory) -> None:
    listener = Listener([PACKS / "whisper-base"])
    if listener.missing():
        pytest.skip(f"{listener.missing()}")
    piper = PiperEngine(packs_dir=PACKS, voices_dir=tmp_path_factory.mktemp("voices"))
    piper.load("cpu")
    lines = lines_of(SENTENCES[0], language="en").lines

    def quiet(fraction: float, message: str = "") -> None:
        assert 0 <= fraction <= 1, message

    piece = next(iter(piper.synthesize(lines, VoiceSpec("en_US-joe"), speed=1.0, tick=quiet)))
    pcm = Track().add(piece)

    def gone(fraction: float, message: str = "") -> None:
        raise Cancelled("nobody waits")

    with pytest.raises(Cancelled):
        listener.hear(pcm, piece.sample_rate, "en", tick=gone)
    assert "changes how you think" in listener.hear(pcm, piece.sample_rate, "en", tick=quiet)


@pytest.mark.parametrize(
    ("wanted", "heard", "error"),
    [
        ("one two three", "one two three", 0.0),
        ("one two three four", "one three four", 0.25),
        ("one two", "one big two", 0.5),
        ("one two", "", 1.0),
        ("", "", 0.0),
    ],
)
def test_error_rate(wanted: str, heard: str, error: float) -> None:
    assert error_rate(wanted.split(), heard.split()) == error


def test_numbers_are_compared_as_they_are_said() -> None:
    assert plain_words("It costs $5.", "en") == plain_words("it costs five dollars", "en")
    assert plain_words("In 1984, 20%.", "en") == plain_words("In nineteen eighty-four, twenty percent", "en")
    assert plain_words("花了20%。", "zh") == plain_words("花了百分之二十", "zh")


@pytest.mark.parametrize(
    ("language", "written", "heard"),
    [
        ("hi", "हिन्दी में 5 लोग थे, ज़रूर!", "हिन्दी में पांच लोग थे जरूर"),
        ("ar", "رأى 5 رجالٍ في مدرسةٍ أُخرى", "راي خمسة رجال في مدرسة اخرى"),
        ("tr", "IŞIK 2024'te geldi", "ışık iki bin yirmi dörtte geldi"),
        ("uk", "П’ять м'ячів", "5 мʼячів"),
        ("vi", "Năm 2024", "năm hai nghìn không trăm hai mươi bốn"),
        ("da", "I 2024 kom 3 mænd, 20 %", "i to tusind og fireogtyve kom tre mænd, tyve procent"),
        ("nb", "I 1995, kl. 14.30", "i nitten nittifem klokken fjorten tretti"),
        ("fi", "20 %:n kasvu", "20 prosentin kasvu"),
        ("ro", "25 lei și 2 fete", "douăzeci și cinci de lei și două fete"),
        ("ro", "şi ţara", "și țara"),
        ("he", "ב-5 במאי, ד״ר לוי", "בחמישה במאי, דוקטור לוי"),
        ("th", "เด็ก ๆ 25 คน เวลา 14.30 น.", "เด็กเด็กยี่สิบห้าคนเวลาสิบสี่นาฬิกาสามสิบนาที"),
        ("ko", "3시 30분에 만나요", "세 시 삼십분에 만나요"),
        ("el", "Το 2024 ήρθαν 3 γυναίκες", "το δύο χιλιάδες είκοσι τέσσερα ήρθαν τρεις γυναίκες"),
    ],
)
def test_what_only_looks_different_is_no_error(language: str, written: str, heard: str) -> None:
    assert plain_words(written, language) == plain_words(heard, language)


def test_vowel_signs_belong_to_their_word() -> None:
    assert plain_words("हिन्दी की दुनिया", "hi") == ["हिन्दी", "की", "दुनिया"]
    assert error_rate(plain_words("दिन", "hi"), plain_words("दान", "hi")) == 1

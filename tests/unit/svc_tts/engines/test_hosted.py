"""Hosted engines against recorded answers, faults included, from small servers on this machine."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from pixelle.runtime.errors import (
    Cancelled,
    FailedPrecondition,
    InvalidArgument,
    PixelleError,
    ResourceExhausted,
    Unavailable,
)
from svc_tts.engines.base import VoiceSpec
from svc_tts.engines.openai_speech import OpenaiSpeechEngine
from svc_tts.reading.lines import lines_of
from svc_tts.track import wav
from tests.recorded import Recording, recording
from tests.recorded.speech import Answer, Word, edge_frames, edge_service, mp3, speech_server, wav_as_streamed

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from svc_tts.engines.base import Line

TONE = (0.3 * np.sin(np.arange(24_000) * (2 * np.pi * 220 / 24_000))).astype(np.float32)
WAV = wav(np.rint(TONE * 32767).astype("<i2").tobytes(), 24_000)
LINES = lines_of("Nguyen paid $5. Then she left.", language="en").lines


def quiet(fraction: float, message: str = "") -> None:
    assert 0 <= fraction <= 1, message


MP3 = mp3(TONE)


@contextmanager
def replaying(*answers: Answer) -> Generator[tuple[str, list[dict[str, Any]]]]:
    """A server that gives these answers in turn, the last one again and again; its URL, and what it was asked."""
    left = list(answers)
    with speech_server(lambda _: left.pop(0) if len(left) > 1 else left[0]) as served:
        yield served


@contextmanager
def openai(url: str, *, timeout: float = 10.0) -> Generator[OpenaiSpeechEngine]:
    engine = OpenaiSpeechEngine(base_url=url, key="secret", model="tts-1", voices=("alloy",), timeout=timeout)
    engine.load("cpu")
    try:
        yield engine
    finally:
        engine.close()


@pytest.mark.parametrize("sound", [WAV, MP3, wav_as_streamed(TONE)], ids=["wav", "mp3", "streamed wav"])
def test_openai_gets_lines_as_they_are_written(sound: bytes) -> None:
    with replaying((200, {"content-type": "audio/wav"}, sound)) as (url, asked), openai(url) as engine:
        pieces = list(engine.synthesize(LINES, VoiceSpec("alloy", "en", model="tts-1-hd"), speed=1.25, tick=quiet))
    assert [each["input"] for each in asked] == ["Nguyen paid $5.", "Then she left."]
    assert asked[0] == {
        "path": "/v1/audio/speech",
        "key": "Bearer secret",
        "model": "tts-1-hd",
        "voice": "alloy",
        "input": "Nguyen paid $5.",
        "speed": 1.25,
        "response_format": "wav",
    }
    for piece in pieces:
        assert piece.words == ()
        assert len(piece.samples) == pytest.approx(24_000, rel=0.06)


@pytest.mark.parametrize(
    ("answer", "kind", "reason", "says"),
    [
        (recording("openai/401"), FailedPrecondition, "VENDOR_KEY_REFUSED", "API key"),
        (recording("openai-speech/403"), FailedPrecondition, "VENDOR_KEY_REFUSED", "(403: You have insufficient"),
        (recording("openai-speech/400-too-long"), InvalidArgument, "VENDOR_REFUSED", "(400: Input of 2132 tokens"),
        (recording("openai-speech/400-voice"), InvalidArgument, "VENDOR_REFUSED", "'nova', 'shimmer', 'echo'"),
        (recording("openai/404"), FailedPrecondition, "VENDOR_REFUSED", "does not exist"),
        (recording("openai/429-quota"), FailedPrecondition, "CREDIT_EXHAUSTED", "(429: You exceeded"),
        (recording("openai/500"), Unavailable, "VENDOR_DOWN", "500"),
        (recording("openai/502-page"), Unavailable, "VENDOR_DOWN", "(502: 502 Bad Gateway)"),
        (recording("openai/503"), Unavailable, "VENDOR_DOWN", "503"),
        (recording("vllm/404"), FailedPrecondition, "VENDOR_REFUSED", "(404: The model"),
        ((400, {}, b'{"error": "unknown voice"}'), InvalidArgument, "VENDOR_REFUSED", "(400: unknown voice)"),
        ((404, {}, b'{"detail": "Not Found"}'), FailedPrecondition, "VENDOR_REFUSED", "(404: Not Found)"),
        ((401, {}, b'{"error": {"message": "no key secret"}}'), FailedPrecondition, "VENDOR_KEY_REFUSED", "key ***"),
        ((503, {}, b""), Unavailable, "VENDOR_DOWN", "nothing"),
        ((200, {}, b'{"error": "surprise"}'), Unavailable, "VENDOR_ANSWER", "words instead of sound: surprise"),
        ((200, {}, b'{"error": {"message": "key secret?"}}'), Unavailable, "VENDOR_ANSWER", "sound: key ***?"),
        (
            (200, {}, b'{"error": {"message": "Pay first", "code": "insufficient_quota"}}'),
            FailedPrecondition,
            "CREDIT_EXHAUSTED",
            "Pay first",
        ),
        ((200, {}, WAV[: len(WAV) // 2]), Unavailable, "VENDOR_CUT", "in the middle"),
        ((200, {}, WAV[:44] + bytes(len(WAV) - 44)), Unavailable, "VENDOR_ANSWER", "silence"),
        ((200, {}, WAV[44:]), Unavailable, "VENDOR_ANSWER", "no sound"),
        ((307, {"location": "http://169.254.169.254/"}, b""), FailedPrecondition, "VENDOR_REFUSED", "307"),
        ((200, {}, b""), Unavailable, "VENDOR_ANSWER", "0 bytes"),
        ((200, {}, WAV[:40]), Unavailable, "VENDOR_ANSWER", "40 bytes"),
        (Recording("x", "x", "x", 200, chunks=("RIFF",), cut=True), Unavailable, "VENDOR_UNREACHABLE", "not answer"),
    ],
    ids=lambda value: value.name if isinstance(value, Recording) else str(value) if isinstance(value, str) else None,
)
def test_openai_faults_have_names(answer: Answer, kind: type[PixelleError], reason: str, says: str) -> None:
    with replaying(answer) as (url, _), openai(url) as engine, pytest.raises(kind) as caught:
        list(engine.synthesize(LINES, VoiceSpec("alloy"), speed=1.0, tick=quiet))
    assert caught.value.reason == reason
    assert says in caught.value.message
    for part in ("secret", '"message"', "<html"):
        assert part not in caught.value.message


@pytest.mark.parametrize("said_", ["7", "date", "sentence", "nothing"])
def test_openai_says_how_long_to_wait(said_: str) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(minutes=5), usegmt=True)
    kept = recording("openai/429-rate") if said_ == "sentence" else replace(recording("openai/429-rate"), body="no")
    told = {"7": {"retry-after": "7"}, "date": {"retry-after": date}}.get(said_, {})
    answer = replace(kept, headers=kept.headers | told)
    with replaying(answer) as (url, _), openai(url) as engine, pytest.raises(ResourceExhausted) as caught:
        list(engine.synthesize(LINES, VoiceSpec("alloy"), speed=1.0, tick=quiet))
    assert caught.value.reason == "QUOTA"
    low, high = {"7": (7, 7), "date": (200, 300), "sentence": (26.6, 26.7), "nothing": (5, 5)}[said_]
    assert low <= (caught.value.retry_after or 0) <= high


def test_openai_silence_is_a_fault() -> None:
    done = threading.Event()

    def silence(_: dict[str, Any]) -> Answer:
        done.wait(20)
        return 200, {}, b""

    with speech_server(silence) as (url, _), openai(url, timeout=0.3) as engine:
        with pytest.raises(Unavailable, match="Timeout") as caught:
            list(engine.synthesize(LINES, VoiceSpec("alloy"), speed=1.0, tick=quiet))
        done.set()
    assert caught.value.reason == "VENDOR_UNREACHABLE"


@pytest.mark.parametrize("drips", [False, True], ids=["silence", "drip by drip"])
def test_openai_is_left_at_once_by_who_goes(*, drips: bool) -> None:
    begun, done = threading.Event(), threading.Event()

    def drip() -> Generator[bytes]:
        begun.set()
        for at in range(0, len(WAV), 10):
            yield WAV[at : at + 10]
            if done.wait(0.05):
                return

    def held(_: dict[str, Any]) -> Answer:
        if drips:
            return 200, {}, drip()
        begun.set()
        done.wait(30)
        return 200, {}, WAV

    def gone(fraction: float, message: str = "") -> None:
        if begun.is_set():
            raise Cancelled("nobody waits")

    with speech_server(held) as (url, _), openai(url, timeout=20.0) as engine:
        try:
            with pytest.raises(Cancelled):
                list(engine.synthesize(LINES, VoiceSpec("alloy"), speed=1.0, tick=gone))
        finally:
            done.set()


def test_openai_has_one_time_for_a_whole_line() -> None:
    done = threading.Event()

    def drip() -> Generator[bytes]:
        for at in range(0, len(WAV), 10):
            yield WAV[at : at + 10]
            if done.wait(0.05):
                return

    with speech_server(lambda _: (200, {}, drip())) as (url, _), openai(url, timeout=0.5) as engine:
        try:
            with pytest.raises(Unavailable) as caught:
                list(engine.synthesize(LINES, VoiceSpec("alloy"), speed=1.0, tick=quiet))
        finally:
            done.set()
    assert caught.value.reason == "VENDOR_UNREACHABLE"


def test_openai_without_a_server_or_a_key() -> None:
    with openai("http://127.0.0.1:9/v1") as engine, pytest.raises(Unavailable) as caught:
        list(engine.synthesize(LINES, VoiceSpec("alloy"), speed=1.0, tick=quiet))
    assert caught.value.reason == "VENDOR_UNREACHABLE"
    engine = OpenaiSpeechEngine(base_url="https://api.openai.com/v1", key="", model="m", voices=("alloy",))
    assert "PIXELLE_TTS_OPENAI_API_KEY" in str(engine.missing())


edge_tts = pytest.importorskip("edge_tts", reason="edge-tts is not installed: pip install 'pixelle-video[edge]'")


SPOKEN: list[Word] = [("Nguyen", 0.1, 0.3), ("paid", 0.4, 0.2), ("$5", 0.6, 0.3)]
WHOLE = edge_frames(MP3, SPOKEN)
START, SOUND, END = WHOLE[0], WHOLE[2], WHOLE[-1]


def changed(message: str | bytes, old: str, new: str) -> str:
    assert old in str(message)
    return str(message).replace(old, new)


def speak_edge(url: str, monkeypatch: pytest.MonkeyPatch, lines: Sequence[Line] = LINES[:1]) -> list[Any]:
    from svc_tts.engines.edge import EdgeEngine

    monkeypatch.setattr("edge_tts.communicate.WSS_URL", url)
    voice = VoiceSpec("en-US-EmmaMultilingualNeural", "en")
    return list(EdgeEngine(allowed=True).synthesize(lines, voice, speed=1.5, tick=quiet))


def test_the_voices_that_scripts_of_edge_name_are_there() -> None:
    from svc_tts.engines.edge import EdgeEngine

    voices = {voice.name: voice for voice in EdgeEngine(allowed=True).voices()}
    for name in (
        "zh-CN-YunjianNeural",
        "zh-CN-XiaoyiNeural",
        "zh-CN-YunyangNeural",
        "en-US-JennyNeural",
        "en-US-GuyNeural",
    ):
        assert voices[name].languages == (name[:5],)
    first = {language: next(name for name in voices if name.startswith(language)) for language in ("en", "zh")}
    assert first == {"en": "en-US-EmmaMultilingualNeural", "zh": "zh-CN-XiaoxiaoNeural"}
    assert len({(voice.title, voice.languages) for voice in voices.values()}) == len(voices)


def test_edge_says_when_words_are_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    with edge_service(lambda _: WHOLE) as (url, asked):
        piece = speak_edge(url, monkeypatch)[0]
    assert "rate='+50%'" in asked[0]
    assert [(w.text, round(w.start, 2), round(w.end, 2)) for w in piece.words] == [
        ("Nguyen", 0.1, 0.4),
        ("paid", 0.4, 0.6),
        ("$5.", 0.6, 0.9),
    ]
    assert len(piece.samples) == pytest.approx(24_000, rel=0.1)


@pytest.mark.parametrize(
    ("language", "text", "told", "times"),
    [
        (
            "en",
            "Tom & Jerry <3 😀 run",
            [("Tom", 0.1, 0.2), ("&", 0.3, 0.1), ("Jerry", 0.4, 0.2), ("<3", 0.6, 0.1), ("run", 0.7, 0.1)],
            [("Tom", 0.1, 0.3), ("&", 0.3, 0.4), ("Jerry", 0.4, 0.6), ("<3 😀", 0.6, 0.7), ("run", 0.7, 0.8)],
        ),
        (
            "de",
            "Die Straße ist groß hier.",
            [("Die", 0.1, 0.1), ("Straße", 0.2, 0.3), ("ist", 0.5, 0.1), ("groß", 0.6, 0.2), ("hier", 0.8, 0.1)],
            [("Die", 0.1, 0.2), ("Straße", 0.2, 0.5), ("ist", 0.5, 0.6), ("groß", 0.6, 0.8), ("hier.", 0.8, 0.9)],
        ),
        (
            "tr",
            "İstanbul'da kış geldi.",
            [("İstanbul'da", 0.1, 0.3), ("kış", 0.4, 0.2), ("geldi", 0.6, 0.2)],
            [("İstanbul'da", 0.1, 0.4), ("kış", 0.4, 0.6), ("geldi.", 0.6, 0.8)],
        ),
        (
            "hi",
            "हिन्दी में 5 लोग।",
            [("हिन्दी", 0.1, 0.2), ("में", 0.3, 0.1), ("5", 0.4, 0.2), ("लोग", 0.6, 0.2)],
            [("हिन्दी", 0.1, 0.3), ("में", 0.3, 0.4), ("5", 0.4, 0.6), ("लोग।", 0.6, 0.8)],
        ),
    ],
    ids=["signs", "one letter that is two", "a letter with a dot", "vowel signs"],
)
def test_edge_words_of_any_script_have_their_own_times(
    language: str, text: str, told: list[Word], times: list[Word], monkeypatch: pytest.MonkeyPatch
) -> None:
    with edge_service(lambda _: edge_frames(MP3, told)) as (url, _):
        (piece,) = speak_edge(url, monkeypatch, lines_of(text, language=language).lines)
    assert [(word.text, round(word.start, 2), round(word.end, 2)) for word in piece.words] == times


@pytest.mark.parametrize(
    "language", ["vi", "uk", "sv", "el", "id", "da", "nb", "fi", "ro", "th", "he", "fil", "bn", "fa"]
)
def test_edge_has_a_woman_and_a_man_for_a_language(language: str) -> None:
    from svc_tts.engines.edge import EdgeEngine

    engine = EdgeEngine(allowed=True)
    own = [voice for voice in engine.voices() if voice.languages[0].partition("-")[0] == language]
    assert {voice.gender for voice in own} == {"female", "male"}
    assert language in engine.features.languages
    assert all(voice.name.startswith(voice.languages[0]) and voice.name.endswith("Neural") for voice in own)


def test_edge_without_sound_names_the_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        edge_service(lambda _: [START, *WHOLE[-2:]]) as (url, _),
        pytest.raises(Unavailable, match=r"en-US-EmmaMultilingualNeural.*language") as caught,
    ):
        speak_edge(url, monkeypatch)
    assert caught.value.reason == "VENDOR_ANSWER"


@pytest.mark.parametrize(
    "frames",
    [
        edge_frames(MP3, [("Somebody", 0.1, 0.3)]),
        edge_frames(MP3, SPOKEN[:2]),
        [START, SOUND, *recording("edge/words-together").chunks, END],
    ],
    ids=["others", "some", "several in one message"],
)
def test_edge_words_that_are_not_the_lines_are_left_to_others(
    frames: list[str | bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    with edge_service(lambda _: frames) as (url, _):
        piece = speak_edge(url, monkeypatch)[0]
    assert piece.words == ()
    assert len(piece.samples)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ([START, *WHOLE[-2:]], "VENDOR_ANSWER"),
        ([changed(START, "turn.start", "surprise")], "VENDOR_ANSWER"),
        (edge_frames(b"no sound at all" * 20, []), "VENDOR_ANSWER"),
        ([b"\xff\xffx"], "VENDOR_ANSWER"),
        (WHOLE[:-1], "VENDOR_CUT"),
        (WHOLE[:4], "VENDOR_CUT"),
        ([recording("edge/403")], "VENDOR_REFUSED"),
        ([replace(recording("edge/403"), headers={"Date": "today"})], "VENDOR_REFUSED"),
        ([recording("edge/503")], "VENDOR_DOWN"),
        ([replace(recording("edge/503"), status=429)], "QUOTA"),
    ],
    ids=["no audio", "unknown", "no sound", "half a message", "no end", "cut", "403", "403 undated", "503", "429"],
)
def test_edge_faults_have_names(
    answer: Sequence[str | bytes | Recording], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with edge_service(lambda _: answer) as (url, _), pytest.raises(PixelleError) as caught:
        speak_edge(url, monkeypatch)
    assert caught.value.reason == reason
    assert caught.value.retryable == (reason != "VENDOR_REFUSED")
    assert ("pip install -U edge-tts" in caught.value.message) == (reason == "VENDOR_REFUSED")


def test_edge_is_left_at_once_by_who_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    from svc_tts.engines.edge import EdgeEngine

    begun, done = threading.Event(), threading.Event()

    def held(ssml: str) -> Sequence[str | bytes]:
        if ssml:
            begun.set()
            done.wait(30)
        return WHOLE

    def gone(fraction: float, message: str = "") -> None:
        if begun.is_set():
            raise Cancelled("nobody waits")

    with edge_service(held) as (url, _):
        monkeypatch.setattr("edge_tts.communicate.WSS_URL", url)
        voice = VoiceSpec("en-GB-RyanNeural", "en")
        try:
            with pytest.raises(Cancelled):
                list(EdgeEngine(allowed=True).synthesize(LINES, voice, speed=1.0, tick=gone))
        finally:
            done.set()


def test_edge_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unavailable) as caught:
        speak_edge("ws://127.0.0.1:9/edge?x=1", monkeypatch)
    assert caught.value.reason == "VENDOR_UNREACHABLE"


def test_edge_is_used_only_where_that_is_wanted() -> None:
    from svc_tts.engines.edge import EdgeEngine

    assert "PIXELLE_TTS_EDGE_ALLOWED" in str(EdgeEngine(allowed=False).missing())
    engine = EdgeEngine(allowed=True)
    assert engine.missing() is None
    assert {voice.gender for voice in engine.voices()} == {"female", "male"}

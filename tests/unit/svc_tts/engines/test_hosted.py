"""Hosted engines against recorded kinds of answers, faults included, from a small server on this machine."""

from __future__ import annotations

import asyncio
import io
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, ResourceExhausted, Unavailable
from svc_tts.engines.base import VoiceSpec
from svc_tts.engines.openai_speech import OpenaiSpeechEngine
from svc_tts.reading.lines import lines_of
from svc_tts.track import wav

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

TONE = (0.3 * np.sin(np.arange(24_000) * (2 * np.pi * 220 / 24_000))).astype(np.float32)
WAV = wav(np.rint(TONE * 32767).astype("<i2").tobytes(), 24_000)
LINES = lines_of("Nguyen paid $5. Then she left.", language="en").lines


def quiet(fraction: float, message: str = "") -> None:
    assert 0 <= fraction <= 1, message


def mp3() -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="mp3") as out:
        stream: Any = out.add_stream("mp3", rate=24_000, layout="mono")
        for start in range(0, len(TONE), 1152):
            block = TONE[None, start : start + 1152]
            frame: Any = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 24_000, start
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return file.getvalue()


Answer = tuple[int, dict[str, str], bytes]


@contextmanager
def replaying(*answers: Answer) -> Generator[tuple[str, list[dict[str, Any]]]]:
    """A server that gives these answers in turn, the last one again and again; its URL, and what it was asked."""
    asked: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            asked.append({"path": self.path, "key": self.headers.get("authorization"), **json.loads(body)})
            status, headers, data = answers[min(len(asked), len(answers)) - 1]
            self.send_response(status)
            for name, value in {"content-length": str(len(data)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None: ...  # noqa: A002

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def openai(url: str, *, timeout: float = 10.0) -> Generator[OpenaiSpeechEngine]:
    engine = OpenaiSpeechEngine(base_url=url, key="secret", model="tts-1", voices=("alloy",), timeout=timeout)
    engine.load("cpu")
    try:
        yield engine
    finally:
        engine.close()


@pytest.mark.parametrize("sound", [WAV, mp3()], ids=["wav", "mp3"])
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
    ("answer", "kind", "reason"),
    [
        ((401, {}, b'{"error": "bad key"}'), FailedPrecondition, "VENDOR_KEY_REFUSED"),
        ((429, {"retry-after": "7"}, b"slow down"), ResourceExhausted, "QUOTA"),
        ((400, {}, b'{"error": "unknown voice"}'), InvalidArgument, "VENDOR_REFUSED"),
        ((404, {}, b"no such path"), FailedPrecondition, "VENDOR_REFUSED"),
        ((500, {}, b"oops"), Unavailable, "VENDOR_DOWN"),
        ((503, {}, b""), Unavailable, "VENDOR_DOWN"),
        ((200, {}, b'{"error": "surprise"}'), Unavailable, "VENDOR_ANSWER"),
        ((200, {}, b""), Unavailable, "VENDOR_ANSWER"),
        ((200, {}, WAV[:40]), Unavailable, "VENDOR_ANSWER"),
    ],
    ids=lambda value: str(value[0]) if isinstance(value, tuple) else None,
)
def test_openai_faults_have_names(answer: Answer, kind: type[Exception], reason: str) -> None:
    with replaying(answer) as (url, _), openai(url) as engine, pytest.raises(kind) as caught:
        list(engine.synthesize(LINES, VoiceSpec("alloy"), speed=1.0, tick=quiet))
    error: Any = caught.value
    assert error.reason == reason
    assert "secret" not in error.message
    if answer[0] == 429:
        assert error.retry_after == 7.0


def test_openai_without_a_server_or_a_key() -> None:
    with openai("http://127.0.0.1:9/v1") as engine, pytest.raises(Unavailable) as caught:
        list(engine.synthesize(LINES, VoiceSpec("alloy"), speed=1.0, tick=quiet))
    assert caught.value.reason == "VENDOR_UNREACHABLE"
    engine = OpenaiSpeechEngine(base_url="https://api.openai.com/v1", key="", model="m", voices=("alloy",))
    assert "PIXELLE_TTS_OPENAI_API_KEY" in str(engine.missing())


edge_tts = pytest.importorskip("edge_tts", reason="edge-tts is not installed: pip install 'pixelle-video[edge]'")


@contextmanager
def edge_service(turn: Callable[[str], Sequence[str | bytes | int]]) -> Generator[tuple[str, list[str]]]:
    """
    A read-aloud service: `turn` gives the messages that answer an SSML; a number refuses the connection instead.

    Gives its URL and the SSML it was sent.
    """
    from aiohttp import web

    asked: list[str] = []

    async def serve(request: web.Request) -> web.StreamResponse:
        if isinstance(first := turn("")[0], int):
            return web.Response(status=first, text="no")
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.receive_str()
        asked.append(await socket.receive_str())
        for message in turn(asked[-1]):
            await (socket.send_bytes(message) if isinstance(message, bytes) else socket.send_str(str(message)))
        await socket.close()
        return socket

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def start() -> tuple[web.AppRunner, int]:
        app = web.Application()
        app.router.add_get("/edge", serve)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return runner, runner.addresses[0][1]

    runner, port = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    try:
        yield f"ws://127.0.0.1:{port}/edge?x=1", asked
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def told(path: str, body: dict[str, Any]) -> str:
    return f"X-RequestId:1\r\nContent-Type:application/json; charset=utf-8\r\nPath:{path}\r\n\r\n{json.dumps(body)}"


def heard(data: bytes) -> bytes:
    head = b"X-RequestId:1\r\nContent-Type:audio/mpeg\r\nPath:audio\r\n"
    return len(head).to_bytes(2, "big") + head + data


def word(text: str, start: float, seconds: float) -> str:
    where = {
        "Offset": round(start * 1e7),
        "Duration": round(seconds * 1e7),
        "text": {"Text": text, "Length": len(text)},
    }
    return told("audio.metadata", {"Metadata": [{"Type": "WordBoundary", "Data": where}]})


def spoken(ssml: str) -> list[str | bytes]:
    del ssml
    words = [word("Nguyen", 0.1, 0.3), word("paid", 0.4, 0.2), word("$5", 0.6, 0.3)]
    return [told("turn.start", {}), heard(mp3()), *words, told("turn.end", {})]


def speak_edge(url: str, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    from svc_tts.engines.edge import EdgeEngine

    monkeypatch.setattr("edge_tts.communicate.WSS_URL", url)
    voice = VoiceSpec("en-US-EmmaMultilingualNeural", "en")
    return list(EdgeEngine(allowed=True).synthesize(LINES[:1], voice, speed=1.5, tick=quiet))


def test_edge_says_when_words_are_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    with edge_service(spoken) as (url, asked):
        piece = speak_edge(url, monkeypatch)[0]
    assert "rate='+50%'" in asked[0]
    assert [(w.text, round(w.start, 2), round(w.end, 2)) for w in piece.words] == [
        ("Nguyen", 0.1, 0.4),
        ("paid", 0.4, 0.6),
        ("$5.", 0.6, 0.9),
    ]
    assert len(piece.samples) == pytest.approx(24_000, rel=0.1)


def test_edge_words_that_are_not_the_lines_are_left_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    with edge_service(lambda _: [heard(mp3()), word("Somebody", 0.1, 0.3), told("turn.end", {})]) as (url, _):
        assert speak_edge(url, monkeypatch)[0].words == ()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ([told("turn.end", {})], "VENDOR_ANSWER"),
        ([told("surprise", {})], "VENDOR_ANSWER"),
        ([heard(b"no sound at all" * 20), told("turn.end", {})], "VENDOR_ANSWER"),
        ([b"\xff\xffx"], "VENDOR_ANSWER"),
        ([503], "VENDOR_DOWN"),
        ([429], "QUOTA"),
    ],
    ids=["no audio", "unknown", "no sound", "cut", "503", "429"],
)
def test_edge_faults_have_names(answer: list[Any], reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with edge_service(lambda _: answer) as (url, _), pytest.raises((Unavailable, ResourceExhausted)) as caught:
        speak_edge(url, monkeypatch)
    assert caught.value.reason == reason


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

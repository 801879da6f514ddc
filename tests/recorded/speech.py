"""Kept replies of speech services with sound and words in them, from small servers on this machine."""

from __future__ import annotations

import asyncio
import io
import json
import threading
from contextlib import contextmanager, suppress
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from zlib import crc32

import av
import numpy as np

from tests.recorded import Recording, recording

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence

__all__ = ["Answer", "Word", "edge_frames", "edge_service", "mp3", "said", "speech_server", "wav_as_streamed"]

Samples = np.ndarray[Any, np.dtype[np.float32]]
Word = tuple[str, float, float]
"""Text, begin and length in seconds."""
Answer = Recording | tuple[int, dict[str, str], "bytes | Iterable[bytes]"]
"""
A kept reply, or status, headers and body; without a length among the headers, the body is sent in HTTP chunks.

Of a body in pieces each is sent as soon as it is there.
"""
_RATE = 24_000
_PIECE = 720
"""Bytes of sound at a time: five frames of MP3."""


def said(text: str, speed: float = 1.0) -> tuple[Samples, list[Word]]:
    """A tone for each word at 24 kHz, of a pitch and a length of its own; where there is no space, for each letter."""
    parts: list[Samples] = [np.zeros(2400, np.float32)]
    words: list[Word] = []
    at = 0.1
    for word in _words(text):
        count = round(_RATE * max(0.16, 0.055 * len(word)) / speed)
        edge = np.minimum(1.0, np.minimum(np.arange(count), np.arange(count)[::-1]) / 200)
        wave = np.sin(np.arange(count) * (2 * np.pi * (180 + crc32(word.encode()) % 200) / _RATE))
        gap = np.zeros(round(960 / speed), np.float32)
        parts += [(0.3 * wave * edge).astype(np.float32), gap]
        words.append((word, at, count / _RATE))
        at += (count + len(gap)) / _RATE
    return np.concatenate([*parts, np.zeros(2400, np.float32)]), words


def _words(text: str) -> list[str]:
    parted = "".join(f" {c} " if c >= "\u2e80" else c for c in text)
    kept = ("".join(c for c in word if c.isalnum() or c in "$%.,:/@-").strip(".,:/-") for word in parted.split())
    return [word for word in kept if word] or ["um"]


def wav_as_streamed(samples: Samples) -> bytes:
    """A WAV file whose length was not known when it began."""
    return bytes.fromhex(recording("openai-speech/wav").body) + np.rint(samples * 32767).astype("<i2").tobytes()


def mp3(samples: Samples) -> bytes:
    """The sound in the format that is asked of Edge: 48 kbit/s, without a head."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp3", options={"write_xing": "0", "id3v2_version": "0"}) as out:
        stream: Any = out.add_stream("mp3", rate=_RATE, layout="mono")
        stream.bit_rate = 48_000
        for start in range(0, len(samples), 1152):
            block = np.ascontiguousarray(samples[None, start : start + 1152])
            frame: Any = av.AudioFrame.from_ndarray(block, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = _RATE, start
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return file.getvalue()


def edge_frames(sound: bytes, words: Sequence[Word]) -> list[str | bytes]:
    """The messages of Edge's service for a text, as recorded, with this sound and these words."""
    start, response, heard, named, over, end = recording("edge/spoken").chunks
    head, _, body = named.partition("\r\n\r\n")
    pieces = [sound[at : at + _PIECE] for at in range(0, len(sound), _PIECE)]
    told = [f"{head}\r\n\r\n{_boundary(json.loads(body), word)}" for word in words]
    audio = [_binary(heard, piece) for piece in pieces]
    return [start, response, *audio[:1], *told, *audio[1:], _binary(over, b""), end]


def _boundary(kept: dict[str, Any], word: Word) -> str:
    text, start, length = word
    data = kept["Metadata"][0]["Data"]
    data |= {"Offset": round(start * 1e7), "Duration": round(length * 1e7)}
    data["text"] |= {"Text": escape(text), "Length": len(text)}
    return json.dumps(kept, indent=2, ensure_ascii=False)


def _binary(head: str, data: bytes) -> bytes:
    return len(head).to_bytes(2, "big") + head.encode() + data


@contextmanager
def speech_server(answer: Callable[[dict[str, Any]], Answer]) -> Generator[tuple[str, list[dict[str, Any]]]]:
    """A server with /v1/audio/speech: its base URL, and what it was asked, the key and the path among it."""
    asked: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle(self) -> None:
            with suppress(ConnectionResetError):
                super().handle()

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            asked.append({"path": self.path, "key": self.headers.get("authorization"), **body})
            reply = answer(body)
            if isinstance(reply, Recording):
                reply.send(self)
                return
            with suppress(BrokenPipeError, ConnectionResetError):
                self.answer(*reply)

        def answer(self, status: int, headers: dict[str, str], data: bytes | Iterable[bytes]) -> None:
            self.send_response_only(status)
            for name, value in {"transfer-encoding": "chunked", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            pieces = [data[at : at + 4096] for at in range(0, len(data), 4096)] if isinstance(data, bytes) else data
            for piece in pieces:
                self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            self.wfile.write(b"0\r\n\r\n")

        def log_message(self, format: str, *args: Any) -> None: ...  # noqa: A002

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def edge_service(turn: Callable[[str], Sequence[str | bytes | Recording]]) -> Generator[tuple[str, list[str]]]:
    """
    A read-aloud service: `turn` gives the messages that answer an SSML; a kept reply refuses the connection instead.

    Gives its URL and the SSML it was sent.
    """
    from aiohttp import web

    asked: list[str] = []

    async def serve(request: web.Request) -> web.StreamResponse:
        if isinstance(first := next(iter(turn("")), None), Recording):
            return web.Response(status=first.status, headers=first.headers, body=first.content)
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

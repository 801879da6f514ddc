"""A small HTTP server that speaks /chat/completions with prepared or recorded answers, and fails as vendors do."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Literal

from tests.recorded import Recording

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

__all__ = ["Reply", "Vendor", "vendor"]


@dataclass(frozen=True)
class Reply:
    """One answer of an endpoint."""

    text: str | None = ""
    """The content; None: null, as some models send it when all they wrote was thinking."""
    thinking: str = ""
    """Sent as `reasoning_content` before the content."""
    refusal: str = ""
    finish: str | None = "stop"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])
    body: object = None
    """Of an error; a text becomes {"error": {"message": ...}}."""
    fault: Literal["", "silence", "cut", "garbage", "error"] = ""
    """silence: nothing after the headers; cut: the connection ends in the middle; error: told inside the stream."""
    held: str = ""
    """The rest after this part of the text is held back until `Vendor.go_on` is set."""
    streams: bool = True
    """Answers in one piece of JSON otherwise, whatever was asked for."""
    usage: tuple[int, int] | None = (2, 40)
    """Tokens read and written; None: not said."""


class Vendor:
    """Answers the n-th request with the n-th reply (the last one again and again) and keeps what it was sent."""

    def __init__(
        self,
        replies: tuple[Reply | Recording | str, ...],
        choose: Callable[[dict[str, Any]], Reply | Recording] | None,
    ) -> None:
        self._replies = [Reply(reply) if isinstance(reply, str) else reply for reply in replies]
        self._choose = choose
        self.seen: list[dict[str, Any]] = []
        self.url = ""
        self.go_on = threading.Event()

    def next(self, body: dict[str, Any]) -> Reply | Recording:
        """The answer to a request."""
        self.seen.append(body)
        if self._choose:
            return self._choose(body)
        return self._replies[min(len(self.seen), len(self._replies)) - 1]

    @property
    def asked(self) -> str:
        """What the last request said, all turns of it."""
        return "\n".join(turn["content"] for turn in self.seen[-1]["messages"])


class _Handler(BaseHTTPRequestHandler):
    said: Vendor
    disable_nagle_algorithm = True

    def handle(self) -> None:
        with suppress(ConnectionResetError):  # between two requests
            super().handle()

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        reply = self.said.next(body)
        if isinstance(reply, Recording):
            reply.send(self)
            return
        self.close_connection = True  # and said in the headers, or the next request may meet the closing
        with suppress(BrokenPipeError, ConnectionResetError):  # the client hung up, as some tests want it to
            if reply.status != 200:
                error = {"error": {"message": reply.body, "type": "x"}} if isinstance(reply.body, str) else reply.body
                self._whole(reply, error)
            elif not reply.streams:
                self._whole(reply, self._completion(reply))
            else:
                self._stream(reply)

    def _whole(self, reply: Reply, answer: object) -> None:
        payload = json.dumps(answer).encode()
        self.send_response(reply.status)
        for name, value in {"content-type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("connection", "close")
        self.send_header("content-length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def _completion(self, reply: Reply) -> dict[str, Any]:
        message = {"role": "assistant", "content": reply.text, "refusal": reply.refusal or None}
        choice = {"index": 0, "message": message, "finish_reason": reply.finish}
        return {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]} | _usage(reply)

    def _stream(self, reply: Reply) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        if reply.fault == "silence":
            self.wfile.flush()
            self.said.go_on.wait(20)
            return
        if reply.thinking:
            self._delta({"reasoning_content": reply.thinking, "content": None})
        if reply.refusal:
            self._delta({"refusal": reply.refusal})
        if reply.text is None:
            self._delta({"content": None})
        self._text(reply)
        if reply.fault == "cut":
            return
        if reply.fault == "garbage":
            self._send(b"data: {oops\n\n")
            return
        if reply.fault == "error":
            self._send(b'data: {"error": {"message": "overloaded", "code": 529}}\n\n')
            return
        if reply.finish:
            self._event({"choices": [{"index": 0, "delta": {}, "finish_reason": reply.finish}]})
        if reply.usage:
            self._event({"choices": []} | _usage(reply))
        self._send(b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _text(self, reply: Reply) -> None:
        text = reply.text or ""
        hold = text.index(reply.held) + len(reply.held) if reply.held else len(text) + 1
        for start in range(0, len(text), 7):
            if start >= hold:
                self.said.go_on.wait(20)
            self._delta({"content": text[start : start + 7]})

    def _delta(self, delta: dict[str, Any]) -> None:
        self._event({"choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": None}]})

    def _event(self, fields: dict[str, Any]) -> None:
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "usage": None} | fields
        self._send(f"data: {json.dumps(chunk)}\n\n".encode())

    def _send(self, payload: bytes) -> None:
        self.wfile.write(f"{len(payload):x}\r\n".encode() + payload + b"\r\n")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        del format, args


def _usage(reply: Reply) -> dict[str, Any]:
    if not reply.usage:
        return {}
    read, written = reply.usage
    return {"usage": {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}}


@contextmanager
def vendor(
    *replies: Reply | Recording | str, choose: Callable[[dict[str, Any]], Reply | Recording] | None = None
) -> Generator[Vendor]:
    """A running server. replies: in the order of the requests. choose: picks the reply by the request instead."""
    said = Vendor(replies, choose)
    handler = type("Handler", (_Handler,), {"said": said, "protocol_version": "HTTP/1.1"})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    said.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield said
    finally:
        said.go_on.set()
        server.shutdown()
        thread.join()
        server.server_close()

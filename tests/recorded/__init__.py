"""Replies of hosted vendors in the shape in which they were recorded in public, one JSON file each."""

from __future__ import annotations

import json
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from http.server import BaseHTTPRequestHandler

__all__ = ["FRAMING", "Recording", "recording", "recordings"]

_ROOT = Path(__file__).parent
FRAMING = frozenset({"connection", "content-encoding", "content-length", "set-cookie", "transfer-encoding"})
"""Headers that no file holds: they belong to the connection on which a reply was recorded."""


@dataclass(frozen=True)
class Recording:
    """One reply. A file `<vendor>/<case>.json` has these fields but `name`; those with a value here may be left out."""

    name: str
    """`<vendor>/<case>`."""
    source: str
    """Where this shape was recorded: repository and path, or an issue."""
    changed: str
    """What is ours in it, or "nothing"."""
    status: int
    headers: dict[str, str] = field(default_factory=dict[str, str])
    """As they came, without those of FRAMING."""
    body: Any = None
    """JSON, which is sent compact; a text, which is sent as it stands; None: nothing."""
    chunks: tuple[str, ...] = ()
    """Instead of a body: what was sent at a time (HTTP chunks, or messages of a WebSocket)."""
    cut: bool = False
    """The connection is reset behind the last byte, before the reply has ended."""
    request: dict[str, Any] = field(default_factory=dict[str, Any])
    """What had been asked, as far as it matters."""

    @property
    def content(self) -> bytes:
        """The whole payload."""
        if self.chunks:
            return "".join(self.chunks).encode()
        if self.body is None:
            return b""
        told = self.body if isinstance(self.body, str) else json.dumps(self.body, ensure_ascii=False)
        return told.encode()

    def send(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer the request that `handler` has read. A client that hangs up in the middle is no fault."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self._send(handler)
        if self.cut:
            _reset(handler)

    def _send(self, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response_only(self.status)
        for name, value in self.headers.items():
            handler.send_header(name, value)
        if self.chunks:
            handler.send_header("transfer-encoding", "chunked")
        else:
            handler.send_header("content-length", str(len(self.content) + self.cut))
        handler.end_headers()
        if not self.chunks:
            handler.wfile.write(self.content)
            return
        for chunk in self.chunks:
            payload = chunk.encode()
            handler.wfile.write(f"{len(payload):x}\r\n".encode() + payload + b"\r\n")
            handler.wfile.flush()
        if not self.cut:
            handler.wfile.write(b"0\r\n\r\n")


def recording(name: str) -> Recording:
    """The reply that is kept as `<vendor>/<case>`. Raises FileNotFoundError; TypeError for a file of another form."""
    kept: dict[str, Any] = json.loads((_ROOT / f"{name}.json").read_text("utf-8"))
    kept["chunks"] = tuple(kept.get("chunks", ()))
    return Recording(name, **kept)


def recordings(folder: str = "") -> list[Recording]:
    """Every reply in a folder and those below it, by name."""
    paths = sorted((_ROOT / folder).rglob("*.json"))
    return [recording(path.relative_to(_ROOT).with_suffix("").as_posix()) for path in paths]


def _reset(handler: BaseHTTPRequestHandler) -> None:
    """Close the connection with RST, so that the other end sees it broken and not ended."""
    handler.close_connection = True
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.rfile.close()
    handler.connection.close()

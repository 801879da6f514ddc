"""A local server that answers as Pexels and Pixabay do: their recorded JSON, their files, their faults."""

from __future__ import annotations

import io
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import av
import numpy as np
from PIL import Image

from tests.recorded import Recording, recording

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["KEY", "Library", "library"]

KEY = "key-of-the-test"
_SIZES = ((320, 180), (640, 360))


def jpeg(colour: tuple[int, int, int], size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG", quality=95)
    return out.getvalue()


def mp4(colour: tuple[int, int, int], size: tuple[int, int], seconds: float) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for _ in range(round(seconds * 10)):
            pixels = np.full((size[1], size[0], 3), colour, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
        container.mux(stream.encode(None))
    return out.getvalue()


class Library:
    """What is found, what was asked, and what goes wrong."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[tuple[str, dict[str, str]]] = []
        """Path and parameters of every search."""
        self.fetched: list[str] = []
        self.shown: list[str] = []
        """Headers that came with downloads."""
        self.knows: set[str] | None = {"harbour", "tree"}
        """The only words that find something; None: all do."""
        self.instead: Recording | None = None
        """Sent for every search."""
        self.nonsense = False
        self.files: dict[str, bytes] = {
            "/wide.jpg": jpeg((200, 30, 30), (800, 450)),
            "/wide-2x.jpg": jpeg((200, 30, 30), (800, 450)),
            "/tall.jpg": jpeg((30, 200, 30), (450, 800)),
            "/tall-2x.jpg": jpeg((30, 200, 30), (450, 800)),
            "/long-small.mp4": mp4((30, 30, 200), (320, 180), 3.0),
            "/long-large.mp4": mp4((30, 30, 200), (640, 360), 3.0),
            "/short.mp4": mp4((200, 200, 30), (640, 360), 1.0),
        }

    def pexels(self, *, film: bool) -> dict[str, Any]:
        """The recorded answer, with hits that lie here."""
        told = recording("media/pexels/videos" if film else "media/pexels/photos").body
        if not film:
            for number, (name, width, height) in enumerate((("wide", 800, 450), ("tall", 450, 800))):
                hit = told["photos"][number]
                hit |= {"width": width, "height": height, "photographer": f"Ann {name}"}
                hit["url"] = f"https://www.pexels.com/photo/{number}/"
                hit["src"] |= {"original": f"{self.url}/{name}.jpg", "large2x": f"{self.url}/{name}-2x.jpg"}
            return told
        (hit,) = told["videos"]
        told["videos"] = []
        for name, seconds, files in (("short", 1, ("short", "short")), ("long", 3, ("long-small", "long-large"))):
            found = json.loads(json.dumps(hit)) | {"duration": seconds, "url": f"https://www.pexels.com/video/{name}/"}
            found["user"]["name"] = f"Bob {name}"
            for file, own, (width, height) in zip(files, found["video_files"][1:], _SIZES, strict=True):
                own |= {"width": width, "height": height, "link": f"{self.url}/{file}.mp4"}
            told["videos"].append(found)
        return told

    def pixabay(self, *, film: bool) -> dict[str, Any]:
        """The recorded answer, with hits that lie here."""
        told = recording("media/pixabay/videos" if film else "media/pixabay/photos").body
        (hit,) = told["hits"]
        if not film:
            hit |= {"pageURL": "https://pixabay.com/photos/7/", "largeImageURL": f"{self.url}/wide.jpg"}
            return told
        hit |= {"duration": 3, "pageURL": "https://pixabay.com/videos/8/"}
        for size, file, (width, height) in zip(("small", "medium"), ("long-small", "long-large"), _SIZES, strict=True):
            hit["videos"][size] |= {"url": f"{self.url}/{file}.mp4", "width": width, "height": height}
        hit["videos"]["tiny"] |= hit["videos"]["small"]
        return told

    def answer(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        """What a search finds."""
        words = query.get("query", query.get("q", ""))
        told = {"/v1/search": (self.pexels, False), "/v1/videos/search": (self.pexels, True)}
        told |= {"/api/": (self.pixabay, False), "/api/videos/": (self.pixabay, True)}
        ask, film = told[path]
        if self.knows is None or set(words.split()) <= self.knows:
            return ask(film=film)
        return recording("media/pixabay/none" if "/api/" in path else "media/pexels/none").body | {"videos": []}


class _Handler(BaseHTTPRequestHandler):
    said: Library

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path.endswith((".jpg", ".mp4")):
            self.said.fetched.append(parts.path)
            self.said.shown.append(str(self.headers))
            data = self.said.files.get(parts.path)
            self._send(200 if data is not None else 404, data or b"", "application/octet-stream")
            return
        query = dict(parse_qsl(parts.query))
        self.said.asked.append((parts.path, query))
        vendor = "pexels" if "Authorization" in self.headers else "pixabay"
        if self.headers.get("user-agent", "").startswith("python-"):
            recording("media/pexels/blocked").send(self)
        elif KEY not in {self.headers.get("Authorization"), query.get("key")}:
            recording(f"media/{vendor}/key").send(self)
        elif self.said.instead:
            self.said.instead.send(self)
        elif self.said.nonsense:
            self._send(200, b'{"photos": [{}], "videos": 1, "hits": [{}]}', "application/json")
        else:
            self._send(200, json.dumps(self.said.answer(parts.path, query)).encode(), "application/json")

    def _send(self, status: int, data: bytes, kind: str) -> None:
        self.send_response(status)
        for name, value in {"content-type": kind, "content-length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        del format, args


@contextmanager
def library(said: Library | None = None) -> Generator[Library]:
    said = said or Library()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"said": said}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    said.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield said
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

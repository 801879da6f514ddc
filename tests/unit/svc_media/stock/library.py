"""A local server that answers as Pexels and Pixabay do: their documented JSON, their files, their faults."""

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

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["KEY", "Library", "library"]

KEY = "key-of-the-test"


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
        self.knows = {"harbour", "tree"}
        """Words without which a search finds nothing."""
        self.status = 0
        """Of searches, instead of hits."""
        self.headers: dict[str, str] = {}
        self.nonsense = False
        self.files: dict[str, bytes] = {
            "/wide.jpg": jpeg((200, 30, 30), (800, 450)),
            "/tall.jpg": jpeg((30, 200, 30), (450, 800)),
            "/long-small.mp4": mp4((30, 30, 200), (320, 180), 3.0),
            "/long-large.mp4": mp4((30, 30, 200), (640, 360), 3.0),
            "/short.mp4": mp4((200, 200, 30), (640, 360), 1.0),
        }

    def pexels(self, *, film: bool) -> dict[str, Any]:
        """As https://www.pexels.com/api/documentation/ has it."""
        if not film:
            sizes = (("wide", 800, 450), ("tall", 450, 800))
            return {
                "page": 1,
                "per_page": 30,
                "total_results": 2,
                "photos": [
                    {
                        "id": number,
                        "width": width,
                        "height": height,
                        "url": f"https://www.pexels.com/photo/{number}/",
                        "photographer": f"Ann {name}",
                        "photographer_url": "https://www.pexels.com/@ann",
                        "src": {"original": f"{self.url}/{name}.jpg", "large": f"{self.url}/{name}.jpg?w=940"},
                        "alt": "A harbour",
                    }
                    for number, (name, width, height) in enumerate(sizes)
                ],
            }
        films = (("short", 1, [("short", 640, 360)]), ("long", 3, [("long-small", 320, 180), ("long-large", 640, 360)]))
        return {
            "page": 1,
            "videos": [
                {
                    "id": number,
                    "width": 640,
                    "height": 360,
                    "duration": seconds,
                    "url": f"https://www.pexels.com/video/{name}/",
                    "user": {"id": 1, "name": f"Bob {name}", "url": "https://www.pexels.com/@bob"},
                    "video_files": [
                        {"id": 9, "quality": "hls", "file_type": "application/x-mpegURL", "width": None, "link": "x"},
                        *(
                            {
                                "id": 1,
                                "quality": "sd",
                                "file_type": "video/mp4",
                                "width": width,
                                "height": height,
                                "fps": 25.0,
                                "link": f"{self.url}/{file}.mp4",
                            }
                            for file, width, height in files
                        ),
                    ],
                }
                for number, (name, seconds, files) in enumerate(films)
            ],
        }

    def pixabay(self, *, film: bool) -> dict[str, Any]:
        """As https://pixabay.com/api/docs/ has it."""
        if not film:
            hit: dict[str, Any] = {
                "id": 7,
                "pageURL": "https://pixabay.com/photos/7/",
                "type": "photo",
                "tags": "tree, meadow",
                "previewURL": "x",
                "largeImageURL": f"{self.url}/wide.jpg",
                "imageWidth": 4000,
                "imageHeight": 2250,
                "user": "Cleo",
                "user_id": 1,
            }
            return {"total": 1, "totalHits": 1, "hits": [hit]}
        sizes = {"large": ("long-large", 640, 360), "medium": ("long-small", 320, 180)}
        videos: dict[str, Any] = {
            size: {"url": f"{self.url}/{file}.mp4", "width": width, "height": height, "size": 1000}
            for size, (file, width, height) in sizes.items()
        }
        videos["tiny"] = {"url": "", "width": 0, "height": 0, "size": 0}
        hit = {"id": 8, "pageURL": "https://pixabay.com/videos/8/", "duration": 3, "videos": videos, "user": "Dan"}
        return {"total": 1, "totalHits": 1, "hits": [hit]}

    def answer(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        """What a search finds."""
        words = query.get("query", query.get("q", ""))
        told = {"/v1/search": (self.pexels, False), "/videos/search": (self.pexels, True)}
        told |= {"/api/": (self.pixabay, False), "/api/videos/": (self.pixabay, True)}
        ask, film = told[path]
        if set(words.split()) <= self.knows:
            return ask(film=film)
        return {"photos": [], "videos": [], "hits": [], "total": 0}


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
        if KEY not in {self.headers.get("Authorization"), query.get("key")}:
            # the one vendor answers 401, the other 400
            status = 401 if "Authorization" in self.headers else 400
            self._send(status, b"[ERROR 400] Invalid or missing API key", "text/plain")
        elif self.said.status:
            self._send(self.said.status, b"no", "text/plain")
        elif self.said.nonsense:
            self._send(200, b'{"photos": [{}], "videos": 1, "hits": [{}]}', "application/json")
        else:
            self._send(200, json.dumps(self.said.answer(parts.path, query)).encode(), "application/json")

    def _send(self, status: int, data: bytes, kind: str) -> None:
        self.send_response(status)
        for name, value in {"content-type": kind, "content-length": str(len(data)), **self.said.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        del format, args


@contextmanager
def library() -> Generator[Library]:
    said = Library()
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

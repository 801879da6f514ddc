"""Hosted image and video interfaces that answer with their recorded replies: pictures and clips of what was asked."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.comfyui import nodes
from tests.recorded import recording

Reply = tuple[int, Mapping[str, str], Any]
"""Status, headers and JSON (or bytes)."""


def told(name: str, changes: Mapping[str, Any] | None = None) -> Reply:
    """The recorded reply `media/<name>`; changes: a place in its JSON, such as "data.0.url", to what stands there."""
    kept = recording(f"media/{name}")
    for path, value in (changes or {}).items():
        *way, last = (int(step) if step.isdecimal() else step for step in path.split("."))
        here: Any = kept.body
        for step in way:
            here = here[step]
        assert last in here if isinstance(here, dict) else here[last], path
        here[last] = value
    return kept.status, kept.headers, kept.body.encode() if isinstance(kept.body, str) else kept.body


class HostedStandIn:
    """One vendor; start it with `with`. A vendor's class writes `reply`."""

    base = ""
    """Path of its base URL."""

    def __init__(self) -> None:
        self.faults: list[tuple[str, Reply]] = []
        """(method and a part of the path, reply): given once instead of the true one."""
        self.seen: list[tuple[str, str, Mapping[str, str], Any]] = []
        self.files: dict[str, bytes] = {}
        self.fetched: list[str] = []
        self.tasks: dict[str, list[Reply]] = {}
        """Task to the replies that are still to come."""
        self.files_at = ""
        """Where files are said to be; at this server when empty."""
        self.gate = threading.Event()
        self.gate.set()
        self.url = ""
        self._news = threading.Condition()

    def __enter__(self) -> Self:
        handler = type("Handler", (_Handler,), {"vendor": self, "protocol_version": "HTTP/1.1"})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        self._root = f"http://127.0.0.1:{self._server.server_port}"
        self.url = self._root + self.base
        return self

    def __exit__(self, *_: object) -> None:
        self.gate.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def wait(self, what: str, count: int = 1) -> None:
        """Until it was asked `method path part` so often."""
        method, _, part = what.partition(" ")
        with self._news:
            known = lambda: sum(m == method and part in p for m, p, _, _ in self.seen) >= count  # noqa: E731
            assert self._news.wait_for(known, 30), [each[:2] for each in self.seen]

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: Any) -> Reply:
        file = path.startswith("/files/")
        if file:
            path = path.partition("?")[0]
            self.fetched.append(path)
        else:
            with self._news:
                self.seen.append((method, path, headers, body))
                self._news.notify_all()
            self.gate.wait(20)
        for fault in self.faults:
            wanted, _, part = fault[0].partition(" ")
            if wanted == method and part in path and file == part.startswith("/files"):
                self.faults.remove(fault)
                return fault[1]
        return (200, {}, self.files.get(path, b"")) if file else self.reply(method, path.removeprefix(self.base), body)

    def reply(self, method: str, path: str, body: Any) -> Reply:
        raise NotImplementedError

    def thing(self, width: int = 256, height: int = 256, frames: int = 12) -> nodes.Thing:
        """Another one each time, as from vendors without seeds."""
        return nodes.Thing(hashlib.sha256(str(len(self.seen)).encode()).hexdigest(), width, height, frames, 12.0)

    def file(self, data: bytes, ending: str) -> str:
        """The address of a file, signed as those of vendors are."""
        path = f"/files/{len(self.files)}.{ending}"
        self.files[path] = data
        return (self.files_at or self._root) + path + "?Expires=1&Signature=s3cret"

    def begun(self, *replies: Reply) -> str:
        """The id of a task with these answers to come; the last one stays."""
        task = f"task-{len(self.tasks)}"
        self.tasks[task] = list(replies)
        return task

    def next(self, task: str) -> Reply:
        left = self.tasks[task]
        return left.pop(0) if len(left) > 1 else left[0]


class OpenaiStandIn(HostedStandIn):
    """POST /images/generations and /images/edits."""

    base = "/v1"

    def reply(self, method: str, path: str, body: Any) -> Reply:
        size = str(body["size"] if isinstance(body, dict) else _field(body, "size"))
        width, height = map(int, size.split("x"))
        png = nodes.png(self.thing(width // 4, height // 4))
        return told("openai/picture", {"data.0.b64_json": base64.b64encode(png).decode(), "size": size})


class ArkStandIn(HostedStandIn):
    """POST /images/generations; tasks at /contents/generations/tasks."""

    base = "/api/v3"

    def reply(self, method: str, path: str, body: Any) -> Reply:
        if path == "/images/generations":
            url = self.file(nodes.png(self.thing()), "png")
            return told("ark/picture", {"model": body["model"], "data.0.url": url, "data.0.size": body["size"]})
        if method == "POST":
            url = self.file(nodes.mp4(self.thing()), "mp4")
            done = told("ark/clip_done", {"content.video_url": url})
            task = self.begun(told("ark/clip_queued"), told("ark/clip_running"), done)
            return told("ark/clip_submitted", {"id": task})
        return (200, {}, {}) if method == "DELETE" else self.next(path.rpartition("/")[2])


class KlingStandIn(HostedStandIn):
    """Tasks at /v1/images/generations, /v1/videos/text2video and /v1/videos/image2video."""

    def reply(self, method: str, path: str, body: Any) -> Reply:
        if method != "POST":
            return self.next(path.rpartition("/")[2])
        if "videos" in path:
            url = self.file(nodes.mp4(self.thing()), "mp4")
            done = told("kling/clip_done_now", {"data.task_result.videos.0.url": url})
        else:
            url = self.file(nodes.png(self.thing()), "png")
            done = told("kling/picture_done", {"data.task_result.images.0.url": url})
        task = self.begun(told("kling/waiting"), told("kling/processing"), done)
        return told("kling/submitted_now", {"data.task_id": task})


class DashscopeStandIn(HostedStandIn):
    """Tasks of text2image/image-synthesis and video-generation/video-synthesis, at /tasks."""

    base = "/api/v1"

    def reply(self, method: str, path: str, body: Any) -> Reply:
        if path.endswith("/cancel"):
            return told("dashscope/cancelled")
        if method != "POST":
            return self.next(path.rpartition("/")[2])
        if "video-synthesis" in path:
            url = self.file(nodes.mp4(self.thing()), "mp4")
            now = body["model"].startswith("wan2.5")
            done = told("dashscope/clip_done_now" if now else "dashscope/clip_done", {"output.video_url": url})
        else:
            url = self.file(nodes.png(self.thing()), "png")
            done = told("dashscope/picture_done", {"output.results.0.url": url})
        task = self.begun(told("dashscope/pending"), told("dashscope/running"), done)
        return told("dashscope/submitted", {"output.task_id": task})


def _field(body: bytes, name: str) -> str:
    """A field of a multipart form."""
    return body.split(f'name="{name}"\r\n\r\n'.encode())[1].partition(b"\r\n")[0].decode()


class _Handler(BaseHTTPRequestHandler):
    vendor: HostedStandIn

    def _do(self) -> None:
        body: Any = self.rfile.read(int(self.headers.get("content-length", "0")))
        if "json" in self.headers.get("content-type", ""):
            body = json.loads(body)
        status, headers, told = self.vendor.answer(self.command, self.path, dict(self.headers.items()), body)
        data = told if isinstance(told, bytes) else json.dumps(told).encode()
        with suppress(BrokenPipeError, ConnectionResetError):
            self.send_response(status)
            for name, value in {"content-length": str(len(data)), **headers}.items():
                self.send_header(name, value)
            self.close_connection |= int(headers.get("content-length", "0")) > len(data)  # cut in the middle
            self.end_headers()
            self.wfile.write(data)

    do_GET = do_POST = do_DELETE = _do  # noqa: N815 - the base class names them so

    def log_message(self, format: str, *args: Any) -> None: ...  # noqa: A002

"""Hosted image and video interfaces in the form of their recorded replies: pictures and clips of what was asked."""

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

Reply = tuple[int, Mapping[str, str], Any]
"""Status, headers and JSON (or bytes)."""


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
        self.tasks: dict[str, list[Any]] = {}
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
        if path.startswith("/files/"):
            self.fetched.append(path)
            return 200, {}, self.files.get(path, b"")
        with self._news:
            self.seen.append((method, path, headers, body))
            self._news.notify_all()
        self.gate.wait(20)
        for fault in self.faults:
            wanted, _, part = fault[0].partition(" ")
            if wanted == method and part in path:
                self.faults.remove(fault)
                return fault[1]
        return self.reply(method, path.removeprefix(self.base), body)

    def reply(self, method: str, path: str, body: Any) -> Reply:
        raise NotImplementedError

    def thing(self, width: int = 256, height: int = 256, frames: int = 12) -> nodes.Thing:
        """Another one each time, as from vendors without seeds."""
        return nodes.Thing(hashlib.sha256(str(len(self.seen)).encode()).hexdigest(), width, height, frames, 12.0)

    def file(self, data: bytes, ending: str) -> str:
        """The address of a file."""
        path = f"/files/{len(self.files)}.{ending}"
        self.files[path] = data
        return (self.files_at or self._root) + path

    def begun(self, *replies: Any) -> str:
        """The id of a task with these answers to come; the last one stays."""
        task = f"task-{len(self.tasks)}"
        self.tasks[task] = list(replies)
        return task

    def next(self, task: str) -> Any:
        left = self.tasks[task]
        return left.pop(0) if len(left) > 1 else left[0]


class OpenaiStandIn(HostedStandIn):
    """POST /images/generations and /images/edits."""

    base = "/v1"

    def reply(self, method: str, path: str, body: Any) -> Reply:
        size = str(body["size"] if isinstance(body, dict) else _field(body, "size"))
        width, height = map(int, size.split("x"))
        png = nodes.png(self.thing(width // 4, height // 4))
        usage = {"total_tokens": 1113, "input_tokens": 13, "output_tokens": 1100}
        return 200, {}, {"created": 1, "data": [{"b64_json": base64.b64encode(png).decode()}], "usage": usage}


class ArkStandIn(HostedStandIn):
    """POST /images/generations; tasks at /contents/generations/tasks."""

    base = "/api/v3"

    def reply(self, method: str, path: str, body: Any) -> Reply:
        if path == "/images/generations":
            usage = {"generated_images": 1, "output_tokens": 4096, "total_tokens": 4096}
            url = self.file(nodes.png(self.thing()), "png")
            return (
                200,
                {},
                {"model": body["model"], "created": 1, "data": [{"url": url, "size": body["size"]}], "usage": usage},
            )
        if method == "POST":
            done = {
                "status": "succeeded",
                "content": {"video_url": self.file(nodes.mp4(self.thing()), "mp4")},
                "usage": {"completion_tokens": 50000, "total_tokens": 50000},
            }
            return 200, {}, {"id": self.begun({"status": "queued"}, {"status": "running"}, done)}
        if method == "DELETE":
            return 200, {}, {}
        return 200, {}, {"id": "x"} | self.next(path.rpartition("/")[2])


class KlingStandIn(HostedStandIn):
    """Tasks at /v1/images/generations, /v1/videos/text2video and /v1/videos/image2video."""

    def reply(self, method: str, path: str, body: Any) -> Reply:
        if method == "POST":
            film = "videos" in path
            data, ending = (nodes.mp4(self.thing()), "mp4") if film else (nodes.png(self.thing()), "png")
            made = {"videos" if film else "images": [{"index": 0, "url": self.file(data, ending)}]}
            done = {"task_status": "succeed", "task_result": made, "final_unit_deduction": "3.5"}
            task = self.begun({"task_status": "submitted"}, {"task_status": "processing"}, done)
            return 200, {}, {"code": 0, "message": "SUCCEED", "data": {"task_id": task, "task_status": "submitted"}}
        task = path.rpartition("/")[2]
        return 200, {}, {"code": 0, "message": "SUCCEED", "data": {"task_id": task} | self.next(task)}


class DashscopeStandIn(HostedStandIn):
    """Tasks of text2image/image-synthesis and video-generation/video-synthesis, at /tasks."""

    base = "/api/v1"

    def reply(self, method: str, path: str, body: Any) -> Reply:
        if path.endswith("/cancel"):
            return 200, {}, {"request_id": "r"}
        if method == "POST":
            film = "video-synthesis" in path
            done: dict[str, Any] = {"output": {"task_status": "SUCCEEDED"}}
            if film:
                done["output"]["video_url"] = self.file(nodes.mp4(self.thing()), "mp4")
                done["usage"] = {"video_count": 1, "video_duration": 5}
            else:
                done["output"]["results"] = [{"url": self.file(nodes.png(self.thing()), "png")}]
                done["usage"] = {"image_count": 1}
            waiting = [{"output": {"task_status": status}} for status in ("PENDING", "RUNNING")]
            task = self.begun(*waiting, done)
            return 200, {}, {"output": {"task_status": "PENDING", "task_id": task}, "request_id": "r"}
        return 200, {}, self.next(path.rpartition("/")[2]) | {"request_id": "r"}


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
            self.end_headers()
            self.wfile.write(data)

    do_GET = do_POST = do_DELETE = _do  # noqa: N815 - the base class names them so

    def log_message(self, format: str, *args: Any) -> None: ...  # noqa: A002

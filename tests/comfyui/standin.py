"""A ComfyUI server written from its public source: HTTP, WebSocket, one queue, one prompt at a time."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import socket
import threading
import time
import uuid
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.comfyui import nodes
from tests.comfyui.execution import Execution
from tests.comfyui.validation import Graph, Told, Validation

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

Entry = tuple[float, str, Graph, dict[str, Any], list[str]]
"""A prompt in the queue: number, id, graph, extra data, outputs."""
CORPUS = Path(__file__).parent / "workflows"
"""Files for every sentence of the title grammar."""


class StandIn:
    """Start it with `with`. `gate` cleared holds every sampler step; `happened` tells what took place and when."""

    def __init__(
        self,
        *,
        key: str = "",
        header: str = "authorization",
        old: bool = False,
        deaf: bool = False,
        mute: bool = False,
        lacks: frozenset[str] = frozenset(),
        without_models: bool = False,
    ) -> None:
        """
        old: as before 2025: chooses prompt ids itself and interrupts whatever runs, tells less.
        deaf: no WebSocket, as behind some proxies. mute: a WebSocket on which nothing comes but the first message
        (issue 9393 of Comfy-Org/ComfyUI). lacks: node types that are not installed.
        """
        self.mute = mute
        self.many_models = False
        self.max_upload = 104_857_600
        self.key, self.header, self.old, self.deaf, self.lacks = key, header, old, deaf, lacks
        self.without_models = without_models
        self.gate = threading.Event()
        self.gate.set()
        self.failing = 0
        """So many of the next POST /prompt are answered with 500."""
        self.happened: list[tuple[float, str, str]] = []
        self.submitted: list[Graph] = []
        self.port = 0
        self._change = threading.Condition()
        self._silent = threading.Event()
        self._forget()

    def _forget(self) -> None:
        self.files: dict[tuple[str, str, str], bytes] = {}
        self.history: dict[str, dict[str, Any]] = {}
        self.pending: list[Entry] = []
        self.running: Entry | None = None
        self.last_node = ""
        self.cache: dict[str, tuple[nodes.Thing, dict[str, Any] | None]] = {}
        self.interrupted = False
        self._number = 0
        self._sockets: dict[str, asyncio.Queue[str | bytes]] = {}
        self.stopped = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen; on the same port as before, with nothing remembered."""
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", self.port))
        listening.listen(64)
        self.port = listening.getsockname()[1]
        self._forget()
        routes: list[tuple[str, str, Callable[[Request], Any]]] = [
            ("GET", "/prompt", self._load),
            ("POST", "/prompt", self._prompt),
            ("GET", "/queue", self._queue),
            ("POST", "/queue", self._delete),
            ("POST", "/interrupt", self._stop),
            ("GET", "/history/{id}", self._history),
            ("GET", "/view", self._view),
            ("POST", "/upload/image", self._upload),
            ("GET", "/system_stats", self._stats),
            ("GET", "/object_info", self._info),
        ]
        app = Starlette(
            routes=[
                *(Route(path, self._guarded(call), methods=[method]) for method, path, call in routes),
                WebSocketRoute("/ws", self._listen),
            ]
        )
        config = uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._loop = asyncio.new_event_loop()

        def serve() -> None:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._server.serve([listening]))
            listening.close()

        self._threads = [
            threading.Thread(target=serve, name="standin"),
            threading.Thread(target=self._work, name="standin-gpu"),
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Die: connections break, the queue is forgotten."""
        with self._change:
            self.stopped = True
            self._change.notify_all()
        self._server.should_exit = self._server.force_exit = True
        for thread in self._threads:
            thread.join()

    def note(self, what: str, prompt_id: str = "") -> None:
        with self._change:
            self.happened.append((time.monotonic(), what, prompt_id))
            self._change.notify_all()

    def wait(self, condition: Callable[[], bool], seconds: float = 30.0) -> None:
        """Until something that happened makes it true."""
        with self._change:
            assert self._change.wait_for(condition, seconds), [what for _, what, _ in self.happened]

    def when(self, what: str) -> list[float]:
        return [moment for moment, name, _ in self.happened if name == what]

    def whose(self, what: str) -> list[str]:
        return [prompt for _, name, prompt in self.happened if name == what]

    def enqueue(self, graph: Graph, *, client_id: str = "other") -> str:
        """A prompt of somebody else's."""
        prompt_id = hashlib.sha256(f"{client_id}{self._number}{time.monotonic()}".encode()).hexdigest()
        self._put(prompt_id, graph, client_id, self.validated(graph)[2])
        return prompt_id

    # what is asked over HTTP

    def _guarded(self, call: Callable[[Request], Any]) -> Callable[[Request], Any]:
        async def guarded(request: Request) -> Response:
            if self.silent:
                return Response("Service Unavailable", 503)
            wanted = f"Bearer {self.key}" if self.header == "authorization" else self.key
            if self.key and request.headers.get(self.header) != wanted:
                return JSONResponse({"error": "Unauthorized"}, 401)
            return await call(request)

        return guarded

    async def _load(self, request: Request) -> Response:
        with self._change:
            return JSONResponse({"exec_info": {"queue_remaining": self._left()}})

    def _left(self) -> int:
        return len(self.pending) + (self.running is not None)

    async def _prompt(self, request: Request) -> Response:
        if self.failing:
            self.failing -= 1
            return Response("500 Internal Server Error\n\nServer got itself in trouble", 500)
        body = await request.json()
        given = body.get("prompt_id")
        if "prompt" not in body:
            return _refused("no_prompt", "No prompt provided", "No prompt provided")
        if self.old or given is None:
            given = str(uuid.uuid4())
        elif not _canonical(given):
            said = "prompt_id must be a UUID string in canonical lowercase hyphenated form; omit it to let the server "
            return _refused("invalid_prompt_id", "prompt_id must be a valid UUID", said + "generate one")
        graph: Graph = body["prompt"]
        error, node_errors, ends = self.validated(graph)
        if error is not None:
            return JSONResponse({"error": error, "node_errors": node_errors}, 400)
        self.submitted.append(graph)
        number = self._put(given, graph, body.get("client_id", ""), ends)
        return JSONResponse({"prompt_id": given, "number": number, "node_errors": node_errors})

    def _put(self, prompt_id: str, graph: Graph, client_id: str, ends: list[str]) -> float:
        with self._change:
            number = self._number
            self._number += 1
            extra = {"client_id": client_id, "create_time": int(time.time() * 1000)}
            self.pending.append((number, prompt_id, graph, extra, ends))
        self.note("queued", prompt_id)
        self._status()
        return number

    def validated(self, graph: Graph) -> Told:
        return Validation(
            old=self.old,
            lacks=self.lacks,
            without_models=self.without_models,
            many_models=self.many_models,
            loadable=lambda name: self._loadable(name) is not None,
        ).of(graph)

    def _loadable(self, name: str) -> bytes | None:
        path = PurePosixPath(name)
        return self.files.get(("input", "" if str(path.parent) == "." else str(path.parent), path.name))

    async def _queue(self, request: Request) -> Response:
        with self._change:
            # a heap: only the first of those that wait is in its place
            waiting = [*self.pending[:1], *reversed(self.pending[1:])]
            return JSONResponse({"queue_running": [self.running] if self.running else [], "queue_pending": waiting})

    async def _delete(self, request: Request) -> Response:
        for prompt_id in (await request.json()).get("delete", []):
            with self._change:
                gone = [each for each in self.pending if each[1] == prompt_id]
                self.pending = [each for each in self.pending if each[1] != prompt_id]
            if gone:
                self.note("deleted", prompt_id)
        self._status()
        return Response()

    async def _stop(self, request: Request) -> Response:
        body: dict[str, Any] = {}
        with contextlib.suppress(ValueError):
            body = await request.json()
        wanted = "" if self.old else body.get("prompt_id")
        with self._change:
            if self.running and wanted in ("", None, self.running[1]):
                self.interrupted = True
                self.note("interrupt", self.running[1])
        return Response()

    async def _history(self, request: Request) -> Response:
        prompt_id = request.path_params["id"]
        with self._change:
            told = {prompt_id: self.history[prompt_id]} if prompt_id in self.history else {}
        return Response(json.dumps(told), media_type="application/json")

    async def _view(self, request: Request) -> Response:
        asked = request.query_params
        data = self.files.get((asked.get("type", "output"), asked.get("subfolder", ""), asked["filename"]))
        return Response(status_code=404) if data is None else Response(data)

    async def _upload(self, request: Request) -> Response:
        form = await request.form()
        image: Any = form["image"]
        folder, kind = str(form.get("subfolder", "")), str(form.get("type", "input"))
        data, name = await image.read(), str(image.filename or "")
        await form.close()
        if (size := int(request.headers["content-length"])) > self.max_upload:
            said = f"Maximum request body size {self.max_upload} exceeded, actual body size {size}"
            return Response(said, 413, media_type="text/plain")
        if not name:
            return Response(status_code=400)
        count, path = 1, PurePosixPath(name)
        while form.get("overwrite") not in {"true", "1"} and self.files.get((kind, folder, name), data) != data:
            name, count = f"{path.stem} ({count}){path.suffix}", count + 1
        self.files[kind, folder, name] = data
        self.note("uploaded")
        return JSONResponse({"name": name, "subfolder": folder, "type": kind})

    async def _stats(self, request: Request) -> Response:
        system = {"os": "posix", "comfyui_version": "0.4.0", "python_version": "3.12", "argv": ["main.py"]}
        return JSONResponse({"system": system, "devices": []})

    async def _info(self, request: Request) -> Response:
        return JSONResponse({name: _described(name, takes) for name, takes in nodes.INPUTS.items()})

    async def _listen(self, ws: WebSocket) -> None:
        if self.deaf or self.silent:
            await ws.close()
            return
        await ws.accept()
        own = ws.query_params.get("clientId", "")
        queue = self._sockets[own] = asyncio.Queue()
        left = {"status": {"exec_info": {"queue_remaining": self._left()}}, "sid": own}
        await ws.send_text(json.dumps({"type": "status", "data": left}))
        if self.running and self.last_node and self.running[3].get("client_id") == own:
            await ws.send_text(json.dumps({"type": "executing", "data": {"node": self.last_node}}))

        async def heard() -> None:
            with contextlib.suppress(WebSocketDisconnect):
                while True:
                    await ws.receive_text()

        listening = asyncio.create_task(heard())
        try:
            while not listening.done():
                getting = asyncio.create_task(queue.get())
                await asyncio.wait({getting, listening}, return_when=asyncio.FIRST_COMPLETED)
                if not getting.done():
                    getting.cancel()
                    break
                message = getting.result()
                await (ws.send_bytes(message) if isinstance(message, bytes) else ws.send_text(message))
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            listening.cancel()
            if self._sockets.get(own) is queue:
                del self._sockets[own]

    @property
    def silent(self) -> bool:
        """Answers 503 to everything, as a proxy whose server hangs; work goes on."""
        return self._silent.is_set()

    @silent.setter
    def silent(self, value: bool) -> None:
        (self._silent.set if value else self._silent.clear)()
        if value:
            self.drop_sockets()

    def drop_sockets(self) -> None:
        """Hang up on everybody who listens."""

        async def drop() -> None:
            for connection in list(self._server.server_state.connections):
                if "WebSocket" in type(connection).__name__:
                    connection.transport.abort()  # type: ignore[union-attr]

        asyncio.run_coroutine_threadsafe(drop(), self._loop).result(5)

    # what is told over the WebSocket

    def tell(self, client: str | None, kind: str, /, **data: Any) -> None:
        self.post(client, json.dumps({"type": kind, "data": data}))

    def post(self, client: str | None, message: str | bytes) -> None:
        def post() -> None:
            if self.mute:
                return
            for own, queue in self._sockets.items():
                if client in (None, own):
                    queue.put_nowait(message)

        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(post)

    def _status(self) -> None:
        self.tell(None, "status", status={"exec_info": {"queue_remaining": self._left()}})
        # what custom nodes tell everybody, and a text (event 3) of one of them
        self.tell(None, "crystools.monitor", cpu_utilization=1.5, gpus=[{"gpu_utilization": 7}])
        self.post(None, b"\x00\x00\x00\x03\x00\x00\x00\x011working")

    # the work

    def _work(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self.pending or self.stopped)
                if self.stopped:
                    return
                self.pending.sort(key=lambda each: each[0])
                entry = self.running = self.pending.pop(0)
                self.interrupted = False
            prompt_id, client = entry[1], entry[3].get("client_id")
            self._status()
            self.note("start", prompt_id)
            kept = Execution(self, entry).run()
            with self._change:
                if self.stopped:
                    return
                self.running, self.last_node = None, ""
                self.history[prompt_id] = kept
            self.note("ended", prompt_id)
            self._status()
            self.tell(client, "executing", node=None, prompt_id=prompt_id)


def _refused(kind: str, message: str, details: str) -> Response:
    error = {"type": kind, "message": message, "details": details, "extra_info": {}}
    return JSONResponse({"error": error, "node_errors": {}}, 400)


def _canonical(prompt_id: object) -> bool:
    try:
        return isinstance(prompt_id, str) and str(uuid.UUID(prompt_id)) == prompt_id
    except ValueError:
        return False


def _described(name: str, takes: dict[str, tuple[Any, ...]]) -> dict[str, Any]:
    required = {field: [sort, *more] if more else [sort, {}] for field, (sort, *more) in takes.items()}
    return {
        "input": {"required": required},
        "input_order": {"required": [*required]},
        "is_input_list": False,
        "output": [],
        "output_is_list": [],
        "output_name": [],
        "name": name,
        "display_name": name,
        "description": "",
        "python_module": "nodes",
        "category": "",
        "output_node": name in nodes.OUTPUT_NODES,
        "has_intermediate_output": False,
        "search_aliases": [],
    }

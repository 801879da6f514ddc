"""A ComfyUI server written from its public API: HTTP, WebSocket, one queue, one prompt at a time."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import socket
import threading
import time
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Self

import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.comfyui import nodes

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

Graph = dict[str, dict[str, Any]]

CORPUS = Path(__file__).parent / "workflows"
"""Files for every sentence of the title grammar."""


class Interrupted(Exception):
    """The running prompt was interrupted."""


class StandIn:
    """Start it with `with`. `gate` cleared holds every sampler step; `happened` tells what took place and when."""

    def __init__(
        self,
        *,
        key: str = "",
        header: str = "authorization",
        old: bool = False,
        deaf: bool = False,
        lacks: frozenset[str] = frozenset(),
        without_models: bool = False,
    ) -> None:
        """
        old: as before 2025: chooses prompt ids itself and interrupts whatever runs.
        deaf: no WebSocket, as behind some proxies. lacks: node types that are not installed.
        """
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
        self.pending: list[tuple[float, str, Graph, str, list[str]]] = []
        self.running: tuple[float, str, Graph, str, list[str]] | None = None
        self._cache: dict[str, tuple[nodes.Thing, dict[str, Any] | None]] = {}
        self._interrupt = False
        self._number = 0
        self._sockets: dict[str, asyncio.Queue[str | bytes]] = {}
        self._stopped = False

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
            self._stopped = True
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
        self._put(prompt_id, graph, client_id)
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
            return Response("Internal Server Error", 500)
        body = await request.json()
        graph: Graph = body.get("prompt") or {}
        problem = self._validated(graph)
        if problem[0] is not None:
            return JSONResponse({"error": problem[0], "node_errors": problem[1]}, 400)
        prompt_id = str(body.get("prompt_id") or "")
        if self.old or not prompt_id:
            prompt_id = hashlib.sha256(f"own{self._number}".encode()).hexdigest()[:32]
        self.submitted.append(graph)
        number = self._put(prompt_id, graph, body.get("client_id", ""))
        return JSONResponse({"prompt_id": prompt_id, "number": number, "node_errors": problem[1]})

    def _put(self, prompt_id: str, graph: Graph, client_id: str) -> float:
        ends = [node for node, parts in graph.items() if parts["class_type"] in nodes.OUTPUT_NODES]
        with self._change:
            self._number += 1
            self.pending.append((self._number, prompt_id, graph, client_id, ends))
        self.note("queued", prompt_id)
        self._status()
        return self._number

    def _validated(self, graph: Graph) -> tuple[dict[str, Any] | None, dict[str, Any]]:
        for node, parts in graph.items():
            kind = parts.get("class_type", "")
            if kind not in nodes.INPUTS or kind in self.lacks:
                extra = {"node_id": node, "class_type": kind, "node_title": parts.get("_meta", {}).get("title", kind)}
                said = f"Node '{extra['node_title']}' not found. The custom node may not be installed."
                told = {"type": "missing_node_type", "message": said, "details": f"Node ID '#{node}'"}
                return told | {"extra_info": extra}, {}
        ends = [node for node, parts in graph.items() if parts["class_type"] in nodes.OUTPUT_NODES]
        if not ends:
            said = {"type": "prompt_no_outputs", "message": "Prompt has no outputs", "details": "", "extra_info": {}}
            return said, {}
        errors: dict[str, Any] = {}
        good: list[str] = []
        for end in ends:
            bad = {node: faults for node in self._upstream(graph, end) if (faults := self._faults(node, graph))}
            if not bad:
                good.append(end)
            for node, faults in bad.items():
                kind = graph[node]["class_type"]
                entry = errors.setdefault(node, {"errors": faults, "dependent_outputs": [], "class_type": kind})
                entry["dependent_outputs"].append(end)
        if good:
            return None, errors
        said = {"type": "prompt_outputs_failed_validation", "message": "Prompt outputs failed validation"}
        return said | {"details": "", "extra_info": {}}, errors

    def _upstream(self, graph: Graph, end: str) -> list[str]:
        found, todo = [end], [end]
        while todo:
            for value in graph[todo.pop()]["inputs"].values():
                if isinstance(value, list) and value[0] not in found:
                    found.append(value[0])
                    todo.append(value[0])
        return found

    def _faults(self, node: str, graph: Graph) -> list[dict[str, Any]]:
        inputs = graph[node]["inputs"]
        found: list[dict[str, Any]] = []

        def fault(kind: str, message: str, details: str, name: str) -> None:
            extra = {"input_name": name, "received_value": inputs.get(name)}
            found.append({"type": kind, "message": message, "details": details, "extra_info": extra})

        for name, (sort, *limits) in nodes.INPUTS[graph[node]["class_type"]].items():
            value = inputs.get(name)
            if value is None:
                fault("required_input_missing", "Required input is missing", name, name)
            elif isinstance(value, list):
                continue
            elif isinstance(sort, list):
                known: list[str] = [] if self.without_models and "safetensors" in str(sort) else sort
                if value not in known:
                    fault("value_not_in_list", "Value not in list", f"{name}: {value!r} not in {known}", name)
            elif sort == "FILE" and self._loadable(value) is None:
                said = f"{name} - Invalid image file: {value}"
                fault("custom_validation_failed", "Custom validation failed for node", said, name)
            elif sort == "INT" and limits and int(value) < limits[0].get("min", -(2**63)):
                said = "Value {} smaller than min of {}".format(value, limits[0]["min"])
                fault("value_smaller_than_min", said, name, name)
        return found

    def _loadable(self, name: str) -> bytes | None:
        path = PurePosixPath(name)
        return self.files.get(("input", "" if str(path.parent) == "." else str(path.parent), path.name))

    async def _queue(self, request: Request) -> Response:
        def told(entry: tuple[float, str, Graph, str, list[str]]) -> list[Any]:
            return [entry[0], entry[1], entry[2], {"client_id": entry[3]}, entry[4]]

        with self._change:
            running = [told(self.running)] if self.running else []
            return JSONResponse({"queue_running": running, "queue_pending": [told(each) for each in self.pending]})

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
                self._interrupt = True
                self.note("interrupt", self.running[1])
        return Response()

    async def _history(self, request: Request) -> Response:
        prompt_id = request.path_params["id"]
        with self._change:
            return JSONResponse({prompt_id: self.history[prompt_id]} if prompt_id in self.history else {})

    async def _view(self, request: Request) -> Response:
        asked = request.query_params
        data = self.files.get((asked.get("type", "output"), asked.get("subfolder", ""), asked["filename"]))
        return Response(status_code=404) if data is None else Response(data)

    async def _upload(self, request: Request) -> Response:
        form = await request.form()
        image: Any = form["image"]
        folder, kind = str(form.get("subfolder", "")), str(form.get("type", "input"))
        self.files[kind, folder, image.filename] = await image.read()
        await form.close()
        self.note("uploaded")
        return JSONResponse({"name": image.filename, "subfolder": folder, "type": kind})

    async def _stats(self, request: Request) -> Response:
        system = {"os": "posix", "comfyui_version": "0.4.0", "python_version": "3.12"}
        return JSONResponse({"system": system, "devices": []})

    async def _info(self, request: Request) -> Response:
        known = {name: {"input": {"required": takes}} for name, takes in nodes.INPUTS.items()}
        return JSONResponse(known)

    async def _listen(self, ws: WebSocket) -> None:
        if self.deaf or self.silent:
            await ws.close()
            return
        await ws.accept()
        own = ws.query_params.get("clientId", "")
        queue = self._sockets[own] = asyncio.Queue()
        left = {"status": {"exec_info": {"queue_remaining": self._left()}}, "sid": own}
        await ws.send_text(json.dumps({"type": "status", "data": left}))

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

    def _tell(self, client: str | None, kind: str, **data: Any) -> None:
        self._post(client, json.dumps({"type": kind, "data": data}))

    def _post(self, client: str | None, message: str | bytes) -> None:
        def post() -> None:
            for own, queue in self._sockets.items():
                if client in (None, own):
                    queue.put_nowait(message)

        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(post)

    def _status(self) -> None:
        self._tell(None, "status", status={"exec_info": {"queue_remaining": self._left()}})

    # the work

    def _work(self) -> None:
        while True:
            with self._change:
                self._change.wait_for(lambda: self.pending or self._stopped)
                if self._stopped:
                    return
                self.pending.sort(key=lambda each: each[0])
                self.running, self._interrupt = self.pending.pop(0), False
            self._execute(*self.running)
            self._status()

    def _execute(self, number: float, prompt_id: str, graph: Graph, client: str, ends: list[str]) -> None:
        messages: list[Any] = []
        outputs: dict[str, Any] = {}

        def tell(kind: str, **data: Any) -> None:
            messages.append([kind, data | {"prompt_id": prompt_id}])
            self._tell(client, kind, **data, prompt_id=prompt_id)

        self.note("start", prompt_id)
        tell("execution_start", timestamp=0)
        done: dict[str, nodes.Thing] = {}
        here = ""
        try:
            order = self._order(graph, ends)
            tell("execution_cached", nodes=[node for node in order if self._sign(graph, node) in self._cache])
            for here in order:
                self._node(here, graph, done, outputs, told=(prompt_id, client))
            tell("execution_success", timestamp=0)
            status = {"status_str": "success", "completed": True}
        except Interrupted:
            if self._stopped:
                return
            tell("execution_interrupted", node_id=here, node_type=graph[here]["class_type"], executed=[*done])
            self.note("interrupted", prompt_id)
            status = {"status_str": "error", "completed": False}
        except Exception as error:  # as ComfyUI: whatever a node raises is told to the client
            tell(
                "execution_error",
                node_id=here,
                node_type=graph[here]["class_type"],
                executed=[*done],
                exception_message=f"{error}\n",
                exception_type="torch.OutOfMemoryError" if isinstance(error, MemoryError) else type(error).__name__,
                traceback=[],
                current_inputs={},
                current_outputs=[],
            )
            status = {"status_str": "error", "completed": False}
        with self._change:
            if self._stopped:
                return
            self.running = None
            self.history[prompt_id] = {
                "prompt": [number, prompt_id, graph, {"client_id": client}, ends],
                "outputs": outputs,
                "status": status | {"messages": messages},
                "meta": {},
            }
        self.note("ended", prompt_id)
        self._tell(client, "executing", node=None, prompt_id=prompt_id)

    def _order(self, graph: Graph, ends: list[str]) -> list[str]:
        order: list[str] = []

        def visit(node: str) -> None:
            for value in graph[node]["inputs"].values():
                if isinstance(value, list):
                    visit(value[0])
            if node not in order:
                order.append(node)

        for end in ends:
            if not any(self._faults(node, graph) for node in self._upstream(graph, end)):
                visit(end)
        return order

    def _sign(self, graph: Graph, node: str) -> str:
        inputs = graph[node]["inputs"].items()
        told = [(name, self._sign(graph, v[0]) if isinstance(v, list) else v) for name, v in sorted(inputs)]
        return hashlib.sha256(repr((node, graph[node]["class_type"], told)).encode()).hexdigest()

    def _node(
        self,
        node: str,
        graph: Graph,
        done: dict[str, nodes.Thing],
        outputs: dict[str, Any],
        *,
        told: tuple[str, str],
    ) -> None:
        prompt_id, client = told
        parts, sign = graph[node], self._sign(graph, node)
        if sign in self._cache:
            done[node], ui = self._cache[sign]
            if ui is not None:
                outputs[node] = ui
            return
        self._tell(client, "executing", node=node, display_node=node, prompt_id=prompt_id)
        steps = 1
        if "Sampler" in parts["class_type"] and "steps" in parts["inputs"]:
            wanted = parts["inputs"]["steps"]
            steps = int(wanted) if not isinstance(wanted, list) else int(done[wanted[0]].value)
        for step in range(1, steps + 1):
            while not (self.gate.wait(0.01) or self._interrupt or self._stopped) and steps > 1:
                continue
            if self._interrupt or self._stopped:
                raise Interrupted
            if steps > 1:
                self.note(f"step {step}", prompt_id)
                self._tell(client, "progress", value=step, max=steps, prompt_id=prompt_id, node=node)
                state = {"node_id": node, "display_node_id": node, "state": "running", "value": step, "max": steps}
                self._tell(client, "progress_state", prompt_id=prompt_id, nodes={node: state})
                self._post(client, b"\x00\x00\x00\x01\x00\x00\x00\x02\x89PNG preview")
        inputs = {name: done[v[0]] if isinstance(v, list) else v for name, v in parts["inputs"].items()}
        files = {str(PurePosixPath(folder) / name): data for (_, folder, name), data in self.files.items()}
        thing = done[node] = nodes.run(parts["class_type"], inputs, files)
        ui = self._saved(node, parts["class_type"], inputs, thing)
        if ui is not None:
            outputs[node] = ui
            self._tell(client, "executed", node=node, display_node=node, output=ui, prompt_id=prompt_id)
        self._cache[sign] = (thing, ui)

    def _saved(self, node: str, kind: str, inputs: dict[str, Any], thing: nodes.Thing) -> dict[str, Any] | None:
        def file(data: bytes, ending: str, place: str = "output", folder: str = "") -> dict[str, Any]:
            name = f"pixelle_{len(self.files):05}_.{ending}"
            self.files[place, folder, name] = data
            return {"filename": name, "subfolder": folder, "type": place}

        if kind in {"SaveImage", "PreviewImage"}:
            return {"images": [file(nodes.png(thing), "png", "output" if kind == "SaveImage" else "temp")]}
        if kind in {"SaveVideo", "SaveAnimatedWEBP"}:
            video = kind == "SaveVideo"
            made = file(nodes.mp4(thing), "mp4", folder="video") if video else file(nodes.webp(thing), "webp")
            return {"images": [made], "animated": [True]}
        if kind == "VHS_VideoCombine":
            place = "output" if inputs["save_output"] else "temp"
            return {"gifs": [file(nodes.mp4(thing), "mp4", place) | {"format": "video/h264-mp4"}]}
        if kind in nodes.AUDIO_NODES:
            ending, place = nodes.AUDIO_NODES[kind], "temp" if kind == "PreviewAudio" else "output"
            return {"audio": [file(nodes.sound(thing, ending), ending, place, "audio")]}
        return {"text": [str(inputs["text"])]} if kind == "ShowText" else None

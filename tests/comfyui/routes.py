"""What the stand-in can be asked, path by path, as Comfy-Org/ComfyUI's server.py of 2026 answers it."""

from __future__ import annotations

import contextlib
import json
import uuid
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute

from tests.comfyui import nodes

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.websockets import WebSocket

    from tests.comfyui.standin import StandIn
    from tests.comfyui.validation import Graph


class Routes:
    """The ways into one server."""

    def __init__(self, server: StandIn) -> None:
        self.server = server

    def app(self) -> Starlette:
        """All of them."""
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
        return Starlette(
            routes=[
                *(Route(path, self._guarded(call), methods=[method]) for method, path, call in routes),
                WebSocketRoute("/ws", self._listen),
            ]
        )

    def _guarded(self, call: Callable[[Request], Any]) -> Callable[[Request], Any]:
        async def guarded(request: Request) -> Response:
            server = self.server
            if server.silent:
                return Response("Service Unavailable", 503)
            wanted = f"Bearer {server.key}" if server.header == "authorization" else server.key
            if server.key and request.headers.get(server.header) != wanted:
                return JSONResponse({"error": "Unauthorized"}, 401)
            return await call(request)

        return guarded

    async def _load(self, request: Request) -> Response:
        return JSONResponse({"exec_info": {"queue_remaining": self.server.left()}})

    async def _prompt(self, request: Request) -> Response:
        server = self.server
        if server.failing:
            server.failing -= 1
            return Response("500 Internal Server Error\n\nServer got itself in trouble", 500)
        body = await request.json()
        given = body.get("prompt_id")
        if "prompt" not in body:
            return _refused("no_prompt", "No prompt provided", "No prompt provided")
        if server.old or given is None:
            given = str(uuid.uuid4())
        elif not _canonical(given):
            said = "prompt_id must be a UUID string in canonical lowercase hyphenated form; omit it to let the server "
            return _refused("invalid_prompt_id", "prompt_id must be a valid UUID", said + "generate one")
        graph: Graph = body["prompt"]
        error, node_errors, ends = server.validated(graph)
        if error is not None:
            return JSONResponse({"error": error, "node_errors": node_errors}, 400)
        server.submitted.append(graph)
        number = server.put(given, graph, body.get("client_id", ""), ends)
        return JSONResponse({"prompt_id": given, "number": number, "node_errors": node_errors})

    async def _queue(self, request: Request) -> Response:
        running, waiting = self.server.queue()
        return JSONResponse({"queue_running": running, "queue_pending": waiting})

    async def _delete(self, request: Request) -> Response:
        self.server.withdraw((await request.json()).get("delete", []))
        return Response()

    async def _stop(self, request: Request) -> Response:
        body: dict[str, Any] = {}
        with contextlib.suppress(ValueError):
            body = await request.json()
        self.server.interrupt(body.get("prompt_id"))
        return Response()

    async def _history(self, request: Request) -> Response:
        told = self.server.kept(request.path_params["id"])
        return Response(json.dumps(told), media_type="application/json")

    async def _view(self, request: Request) -> Response:
        asked = request.query_params
        data = self.server.files.get((asked.get("type", "output"), asked.get("subfolder", ""), asked["filename"]))
        return Response(status_code=404) if data is None else Response(data)

    async def _upload(self, request: Request) -> Response:
        form = await request.form()
        image: Any = form["image"]
        folder, kind = str(form.get("subfolder", "")), str(form.get("type", "input"))
        data, name = await image.read(), str(image.filename or "")
        await form.close()
        most, files = self.server.max_upload, self.server.files
        if (size := int(request.headers["content-length"])) > most:
            said = f"Maximum request body size {most} exceeded, actual body size {size}"
            return Response(said, 413, media_type="text/plain")
        if not name:
            return Response(status_code=400)
        count, path = 1, PurePosixPath(name)
        while form.get("overwrite") not in {"true", "1"} and files.get((kind, folder, name), data) != data:
            name, count = f"{path.stem} ({count}){path.suffix}", count + 1
        files[kind, folder, name] = data
        self.server.note("uploaded")
        return JSONResponse({"name": name, "subfolder": folder, "type": kind})

    async def _stats(self, request: Request) -> Response:
        system = {"os": "posix", "comfyui_version": "0.4.0", "python_version": "3.12", "argv": ["main.py"]}
        return JSONResponse({"system": system, "devices": []})

    async def _info(self, request: Request) -> Response:
        return JSONResponse({name: _described(name, takes) for name, takes in nodes.INPUTS.items()})

    async def _listen(self, ws: WebSocket) -> None:
        if self.server.deaf or self.server.silent:
            await ws.close()
        else:
            await self.server.audience.listen(ws, self.server.greeting)


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

"""RunningHub in its recorded replies over the ComfyUI stand-in: tasks of an account, its places, its codes."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from tests.comfyui.standin import StandIn
from tests.recorded import recording

if TYPE_CHECKING:
    from pathlib import Path

Answer = dict[str, Any]


def told(name: str, data: Any = None) -> Answer:
    """The recorded reply `media/runninghub/<name>`. data: instead of what is in it, which has these fields too."""
    body: Answer = recording(f"media/runninghub/{name}").body
    if isinstance(data, dict):
        assert data.keys() <= body["data"].keys(), name
        body["data"] |= data
    elif data is not None:
        body["data"] = data
    return body


class HubStandIn:
    """Start it with `with`. `comfy` is the machine behind it: its `gate` holds the samplers."""

    def __init__(self, *, key: str = "rh-key", places: int = 8) -> None:
        """places: tasks that the account may have at once."""
        self.key, self.places = key, places
        self.comfy = StandIn()
        self.workflows: dict[str, dict[str, Any]] = {}
        self.created: list[dict[str, Any]] = []
        self.cancelled: list[str] = []
        self.replies: list[tuple[str, int, Answer | str]] = []
        """(path, HTTP status, body): given once instead of the true answer, the next time that path is asked."""
        self.seen: list[tuple[str, Answer]] = []
        self.url = ""
        self._news = threading.Condition()

    def offer(self, workflow_id: str, file: Path) -> None:
        """A workflow of the account."""
        self.workflows[workflow_id] = json.loads(file.read_text())

    def __enter__(self) -> Self:
        self.comfy.start()
        handler = type("Handler", (_Handler,), {"hub": self, "protocol_version": "HTTP/1.1"})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self.comfy.stop()

    def wait(self, path: str, count: int = 1) -> None:
        """Until a path was asked so often."""
        with self._news:
            assert self._news.wait_for(lambda: sum(asked == path for asked, _ in self.seen) >= count, 30), self.seen

    def answer(self, path: str, body: Answer) -> tuple[int, Answer | str]:
        with self._news:
            self.seen.append((path, body))
            self._news.notify_all()
        for reply in self.replies:
            if reply[0] == path:
                self.replies.remove(reply)
                return reply[1], reply[2]
        if body.get("apiKey") != self.key:
            return 200, told("key")
        call = {
            "/api/openapi/getJsonApiFormat": self._graph,
            "/task/openapi/create": self._create,
            "/task/openapi/status": self._status,
            "/task/openapi/outputs": self._outputs,
            "/task/openapi/cancel": self._cancel,
            "/task/openapi/upload": self._upload,
        }.get(path)
        return (200, call(body)) if call else (404, {"code": 412, "msg": "TOKEN_INVALID", "data": None})

    def _graph(self, body: Answer) -> Answer:
        if body["workflowId"] not in self.workflows:
            return told("unknown")
        prompt = json.dumps(self.workflows[body["workflowId"]])
        return {"code": 0, "msg": "success", "data": {"prompt": prompt}}

    def _create(self, body: Answer) -> Answer:
        if body["workflowId"] not in self.workflows:
            return told("unknown")
        if len(self.comfy.pending) + (self.comfy.running is not None) >= self.places:
            return told("busy")
        graph = json.loads(json.dumps(self.workflows[body["workflowId"]]))
        for each in body["nodeInfoList"]:
            inputs = graph.get(each["nodeId"], {}).get("inputs", {})
            if each["fieldName"] not in inputs:
                return told("node_info")
            inputs[each["fieldName"]] = each["fieldValue"]
        error, node_errors, ends = self.comfy.validated(graph)
        tips = {"result": error is None, "error": error, "outputs_to_execute": ends, "node_errors": node_errors}
        if error is not None:
            return {"code": 433, "msg": "VALIDATE_PROMPT_FAILED", "data": {"promptTips": json.dumps(tips)}}
        self.created.append(body)
        task = self.comfy.enqueue(graph, client_id=f"task{len(self.created)}")
        return told("created", {"taskId": task, "promptTips": json.dumps(tips)})

    def _state(self, task: str) -> str:
        if any(entry[1] == task for entry in list(self.comfy.pending)):
            return "QUEUED"
        if self.comfy.running and self.comfy.running[1] == task:
            return "RUNNING"
        if task in self.comfy.history:
            return "SUCCESS" if self.comfy.history[task]["status"]["completed"] else "FAILED"
        return ""

    def _status(self, body: Answer) -> Answer:
        state = self._state(body["taskId"])
        return told("status", state) if state else told("lost")

    def _outputs(self, body: Answer) -> Answer:
        state = self._state(body["taskId"])
        if state in {"QUEUED", "RUNNING"}:
            return told(state.lower())
        entry = self.comfy.history[body["taskId"]]
        if state == "FAILED":
            said: Any = next((data for _, data in entry["status"]["messages"] if "exception_message" in data), None)
            answer = told("failed")
            if said is None:
                return answer | {"data": {"failedReason": "task was cancelled"}}
            answer["data"]["failedReason"] |= {
                "node_id": said["node_id"],
                "node_name": said["node_type"],
                "exception_type": said["exception_type"],
                "exception_message": said["exception_message"],
            }
            return answer
        (one,) = told("outputs")["data"]
        files = [
            one
            | {
                "fileUrl": f"{self.url}/files/{made['type']}/{made['subfolder'] or '-'}/{made['filename']}",
                "fileType": made["filename"].rpartition(".")[2],
                "nodeId": node,
                "consumeCoins": "4",
            }
            for node, ui in entry["outputs"].items()
            for entries in ui.values()
            for made in entries
            if isinstance(made, dict) and made["type"] == "output"
        ]
        return told("outputs", files)

    def _cancel(self, body: Answer) -> Answer:
        task = body["taskId"]
        self.cancelled.append(task)
        with self.comfy._change:
            self.comfy.pending[:] = [entry for entry in self.comfy.pending if entry[1] != task]
            if self.comfy.running and self.comfy.running[1] == task:
                self.comfy.interrupted = True
        return told("cancelled")

    def _upload(self, body: Answer) -> Answer:
        self.comfy.files["input", "api", body["name"]] = body["file"]
        return told("uploaded", {"fileName": f"api/{body['name']}"})

    def file(self, path: str) -> bytes | None:
        _, _, kind, folder, name = path.split("/", 4)
        return self.comfy.files.get((kind, "" if folder == "-" else folder, name))


class _Handler(BaseHTTPRequestHandler):
    hub: HubStandIn

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        kind = self.headers.get("content-type", "")
        status, answer = self.hub.answer(
            urlsplit(self.path).path, _form(kind, body) if "form" in kind else json.loads(body)
        )
        self._send(status, (answer if isinstance(answer, str) else json.dumps(answer)).encode())

    def do_GET(self) -> None:
        for reply in self.hub.replies:
            if reply[0] == "/files":
                self.hub.replies.remove(reply)
                self._send(reply[1], str(reply[2]).encode())
                return
        data = self.hub.file(self.path)
        self._send(404 if data is None else 200, data or b"")

    def _send(self, status: int, data: bytes) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):
            self.send_response(status)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None: ...  # noqa: A002


def _form(kind: str, body: bytes) -> Answer:
    """The fields of a multipart form; of its file the bytes and the name."""
    message = BytesParser().parsebytes(b"content-type: " + kind.encode() + b"\r\n\r\n" + body)
    found: Answer = {}
    for part in message.walk():
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str):
            payload: Any = part.get_payload(decode=True)
            if part.get_filename():
                found |= {"file": payload, "name": part.get_filename()}
            else:
                found[name] = payload.decode()
    return found

"""RunningHub's API for workflows: https://www.runninghub.cn/runninghub-api-doc-cn, both regions alike."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pixelle.runninghub.faults import failed, refused
from pixelle.runtime.errors import Unavailable
from pixelle.runtime.fetch import sniff
from pixelle.vendors.caller import Caller, Question, text_at, tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixelle.vendors.caller import Beat

__all__ = ["Output", "RunningHub", "Setting", "Stage"]

Stage = Literal["queued", "running", "ended"]
_ENDINGS = {"image/jpeg": "jpg", "audio/mpeg": "mp3", "audio/mp4": "m4a"}
_WAITING: dict[str, Stage] = {"QUEUED": "queued", "CREATE": "queued", "RUNNING": "running"}


@dataclass(frozen=True)
class Setting:
    """One input of one node, as it is to be."""

    node: str
    field: str
    value: str | float


@dataclass(frozen=True)
class Output:
    """A file that a node left."""

    node: str
    url: str
    ending: str
    """Without a dot."""
    coins: float
    """RunningHub's coins that the task took; 0 when not told."""


class RunningHub:
    """One account."""

    def __init__(self, url: str, key: str, *, seconds: float = 60.0) -> None:
        """url: of the region. seconds: for one answer."""
        self._key = key
        self.account = url, key
        """What tells it from others."""
        self._caller = Caller("RunningHub", url, lambda: {"Authorization": f"Bearer {key}"}, seconds=seconds)

    def graph(self, workflow_id: str, beat: Beat) -> str:
        """The workflow in ComfyUI's API format, as JSON."""
        told = self._ask("/api/openapi/getJsonApiFormat", beat, workflowId=workflow_id)
        prompt = tree(told, "data", "prompt")
        if not isinstance(prompt, str):
            raise self._odd(told)
        return prompt

    def create(self, workflow_id: str, settings: Sequence[Setting], instance: str, beat: Beat) -> str:
        """Start a task; its id. Raises as `refused`."""
        nodes = [{"nodeId": each.node, "fieldName": each.field, "fieldValue": each.value} for each in settings]
        more = {"instanceType": instance} if instance else {}
        told = self._ask("/task/openapi/create", beat, workflowId=workflow_id, nodeInfoList=nodes, **more)
        task = text_at(told, "data", "taskId")
        if not task:
            raise self._odd(told)
        return task

    def stage(self, task: str, beat: Beat) -> Stage:
        """How far a task is."""
        told = self._ask("/task/openapi/status", beat, taskId=task)
        state = text_at(told, "data") or text_at(told, "data", "taskStatus")
        if not state:
            raise self._odd(told)
        return _WAITING.get(state.upper(), "ended")

    def outputs(self, task: str, beat: Beat) -> list[Output] | None:
        """The files of a task that has ended; None while it has not. Raises as `failed`."""
        told = self._told("/task/openapi/outputs", beat, taskId=task)
        code = _code(told)
        if code in {804, 813}:
            return None
        if code == 805:
            reason = tree(told, "data", "failedReason") or tree(told, "data", "failed_reason")
            raise failed(reason or text_at(told, "msg"))
        if code:
            raise refused(code, text_at(told, "msg"))
        files = tree(told, "data")
        if not isinstance(files, list):
            raise self._odd(told)
        found: list[Output] = []
        for at in range(len(files)):  # pyright: ignore[reportUnknownArgumentType]
            url = text_at(files, at, "fileUrl")
            ending = text_at(files, at, "fileType") or url.partition("?")[0].rpartition(".")[2]
            coins = text_at(files, at, "consumeCoins")
            amount = float(coins) if coins.replace(".", "", 1).isdecimal() else 0.0
            if url:
                found.append(Output(text_at(files, at, "nodeId"), url, ending.lower(), amount))
        return found

    def cancel(self, task: str) -> None:
        """Stop a task."""
        self._ask("/task/openapi/cancel", lambda: None, taskId=task)

    def upload(self, data: bytes, beat: Beat) -> str:
        """Put a file there; what a loading node calls it."""
        media_type = sniff(data)
        ending = _ENDINGS.get(media_type, media_type.rpartition("/")[2])
        name = f"pixelle_{hashlib.sha256(data).hexdigest()[:16]}.{ending}"
        form = {"apiKey": self._key, "fileType": "input"}
        question = Question("POST", "/task/openapi/upload", form=form, files={"file": (name, data, media_type)})
        told = self._caller.ask(question, beat)
        if code := _code(told):
            raise refused(code, text_at(told, "msg"))
        if not (given := text_at(told, "data", "fileName")):
            raise self._odd(told)
        return given

    def fetch(self, url: str, beat: Beat, *, limit: int) -> bytes:
        """A file of a task. Raises as `Caller.download`."""
        return self._caller.download(url, beat, limit=limit, accept=("",))

    def _ask(self, path: str, beat: Beat, **fields: Any) -> dict[str, Any]:
        told = self._told(path, beat, **fields)
        if code := _code(told):
            raise refused(code, text_at(told, "msg"), text_at(told, "data", "promptTips"))
        return told

    def _told(self, path: str, beat: Beat, **fields: Any) -> dict[str, Any]:
        return self._caller.ask(Question("POST", path, json={"apiKey": self._key} | fields), beat)

    def _odd(self, told: object) -> Unavailable:
        return Unavailable(
            f"RunningHub answered something unknown ({str(told)[:200]}). Try again.", reason="VENDOR_ANSWER"
        )


def _code(told: object) -> int:
    code = text_at(told, "code")
    return int(code) if code.lstrip("-").isdecimal() else -1

"""One prompt at the stand-in: its nodes in order, and what Comfy-Org/ComfyUI's execution.py of 2026 tells meanwhile."""

from __future__ import annotations

import hashlib
import io
import json
import time
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from PIL import Image

from tests.comfyui import nodes

if TYPE_CHECKING:
    from tests.comfyui.machine import Entry, Machine
    from tests.comfyui.validation import Graph

OUT_OF_MEMORY = (
    "This error means you ran out of memory on your GPU.\n\nTIPS: If the workflow worked before you might have "
    "accidentally set the batch_size to a large number."
)


class Interrupted(Exception):
    """The running prompt was interrupted."""


class Execution:
    """`entry`: as in the queue."""

    def __init__(self, machine: Machine, entry: Entry) -> None:
        self.machine = machine
        self.number, self.prompt_id, self.graph, self.extra, self.ends = entry
        self.client: str | None = self.extra.get("client_id")
        self.messages: list[Any] = []
        self.outputs: dict[str, Any] = {}
        self.meta: dict[str, Any] = {}
        self.done: dict[str, nodes.Thing] = {}
        self.states: dict[str, dict[str, Any]] = {}
        self.here = ""

    def run(self) -> dict[str, Any]:
        """What the history keeps of it."""
        self._add("execution_start")
        completed = False
        try:
            order = self._order()
            self._add("execution_cached", nodes=[node for node in self.graph if self._sign(node) in self.machine.cache])
            for self.here in order:
                self._node(self.here)
            if not self.machine.old:
                self._add("execution_success")
            completed = True
        except (Interrupted, nodes.GivenUp):
            if self.machine.stopped:
                return {}
            self._add("execution_interrupted", **self._where())
            self.machine.note("interrupted", self.prompt_id)
        except Exception as error:  # as ComfyUI: whatever a node raises is told to the client
            memory = isinstance(error, MemoryError)
            self._add(
                "execution_error",
                **self._where(),
                exception_message=f"{error}\n{OUT_OF_MEMORY if memory else ''}",
                exception_type="torch.OutOfMemoryError" if memory else type(error).__name__,
                traceback=['  File "/ComfyUI/execution.py", line 510, in execute\n'],
                current_inputs={name: [str(value)] for name, value in self.graph[self.here]["inputs"].items()},
                current_outputs=[*self.done],
            )
        return {
            "prompt": [self.number, self.prompt_id, _changed(self.graph), self.extra, self.ends],
            "outputs": self.outputs,
            "status": {
                "status_str": "success" if completed else "error",
                "completed": completed,
                "messages": self.messages,
            },
            "meta": self.meta,
        }

    def tell(self, kind: str, **data: Any) -> None:
        """To whoever sent the prompt."""
        self.machine.audience.tell(self.client, kind, **data)

    def _add(self, kind: str, **data: Any) -> None:
        told = {"prompt_id": self.prompt_id, **data, "timestamp": int(time.time() * 1000)}
        self.messages.append([kind, told])
        self.tell(kind, **told)

    def _where(self) -> dict[str, Any]:
        return {"node_id": self.here, "node_type": self.graph[self.here]["class_type"], "executed": [*self.done]}

    def _order(self) -> list[str]:
        order: list[str] = []

        def visit(node: str) -> None:
            for value in self.graph[node]["inputs"].values():
                if isinstance(value, list):
                    visit(value[0])
            if node not in order:
                order.append(node)

        for end in self.ends:
            visit(end)
        return order

    def _sign(self, node: str) -> str:
        inputs = sorted(self.graph[node]["inputs"].items())
        told = [(name, self._sign(v[0]) if isinstance(v, list) else v) for name, v in inputs]
        return hashlib.sha256(repr((node, self.graph[node]["class_type"], told)).encode()).hexdigest()

    def _node(self, node: str) -> None:
        parts, sign = self.graph[node], self._sign(node)
        if sign in self.machine.cache:
            self.done[node], ui = self.machine.cache[sign]
            self._executed(node, ui)
            self._state(node, "finished", 1.0, 1.0)
            return
        self._state(node, "running", 0.0, 1.0)
        self.tell("executing", node=node, display_node=node, prompt_id=self.prompt_id)
        self.machine.last_node = node
        inputs = {name: self.done[v[0]] if isinstance(v, list) else v for name, v in parts["inputs"].items()}
        if self._blocked(node, inputs):
            return
        self._steps(node, parts)
        files = {str(PurePosixPath(folder) / name): data for (_, folder, name), data in self.machine.files.items()}
        self.done[node] = thing = nodes.run(parts["class_type"], inputs, files)
        ui = self._saved(node, inputs, thing)
        self._executed(node, ui)
        if parts["class_type"] == "ExpandsToSave":
            self._expanded(node, inputs)
        else:
            self.machine.cache[sign] = (thing, ui)
        self._state(node, "finished", *self._span(node))

    def _steps(self, node: str, parts: dict[str, Any]) -> None:
        steps = 1
        if "Sampler" in parts["class_type"] and "steps" in parts["inputs"]:
            wanted = parts["inputs"]["steps"]
            steps = int(wanted) if not isinstance(wanted, list) else int(self.done[wanted[0]].value)
        for step in range(1, steps + 1):
            while not (self.machine.gate.wait(0.01) or self.machine.interrupted or self.machine.stopped) and steps > 1:
                continue
            if self.machine.interrupted or self.machine.stopped:
                raise Interrupted
            if steps > 1:
                self.machine.note(f"step {step}", self.prompt_id)
                self._state(node, "running", step, steps)
                whose = {} if self.machine.old else {"prompt_id": self.prompt_id, "node": node}
                self.tell("progress", value=step, max=steps, **whose)
                self.machine.audience.post(self.client, PREVIEW)

    def _span(self, node: str) -> tuple[float, float]:
        top = self.states.get(node, {}).get("max", 1.0)
        return top, top

    def _state(self, node: str, state: str, value: float, top: float, real: str = "") -> None:
        """Every node that has begun, each time."""
        shown = real or node
        self.states[node] = {
            "value": value,
            "max": top,
            "state": state,
            "node_id": node,
            "prompt_id": self.prompt_id,
            "display_node_id": shown,
            "parent_node_id": real or None,
            "real_node_id": shown,
        }
        if not self.machine.old:
            self.tell("progress_state", prompt_id=self.prompt_id, nodes=self.states)

    def _blocked(self, node: str, inputs: dict[str, Any]) -> bool:
        """It is given nothing by a node that has decided so: told as an error, and the prompt goes on."""
        why = next(
            (each.blocked for each in inputs.values() if isinstance(each, nodes.Thing) and each.blocked is not None),
            None,
        )
        if why is None:
            return False
        if why:
            self.tell(
                "execution_error",
                prompt_id=self.prompt_id,
                **self._where(),
                exception_message=f"Execution Blocked: {why}",
                exception_type="ExecutionBlocked",
                traceback=[],
                current_inputs=[],
                current_outputs=[],
            )
        self.done[node] = nodes.Thing("00" * 32, blocked="")
        self._state(node, "finished", 1.0, 1.0)
        return True

    def _executed(self, node: str, ui: dict[str, Any] | None, real: str = "") -> None:
        if ui is None:
            return
        shown = real or node
        self.outputs[node] = ui
        self.meta[node] = {"node_id": node, "display_node": shown, "parent_node": real or None, "real_node_id": shown}
        self.tell("executed", node=node, display_node=shown, output=ui, prompt_id=self.prompt_id)

    def _expanded(self, node: str, inputs: dict[str, Any]) -> None:
        """A node that makes others of itself, one of which saves."""
        inner = f"{node}.0.0.1"
        self._state(inner, "running", 0.0, 1.0, node)
        self.tell("executing", node=inner, display_node=node, prompt_id=self.prompt_id)
        thing: nodes.Thing = inputs["images"]
        ui = {"images": [self._file(nodes.png(thing), "png")]}
        self._executed(inner, ui, node)
        self._state(inner, "finished", 1.0, 1.0, node)

    def _file(self, data: bytes, ending: str, place: str = "output", folder: str = "") -> dict[str, Any]:
        name = f"pixelle_{len(self.machine.files):05}_.{ending}"
        self.machine.files[place, folder, name] = data
        return {"filename": name, "subfolder": folder, "type": place}

    def _saved(self, node: str, inputs: dict[str, Any], thing: nodes.Thing) -> dict[str, Any] | None:
        kind, file = self.graph[node]["class_type"], self._file
        if kind in {"SaveImage", "PreviewImage"}:
            return {"images": [file(nodes.png(thing), "png", "output" if kind == "SaveImage" else "temp")]}
        if kind in {"SaveVideo", "SaveAnimatedWEBP"}:
            video = kind == "SaveVideo"
            made = file(nodes.mp4(thing), "mp4", folder="video") if video else file(nodes.webp(thing), "webp")
            return {"images": [made], "animated": [True]}
        if kind == "VHS_VideoCombine":
            place = "output" if inputs["save_output"] else "temp"
            made = file(nodes.mp4(thing), "mp4", place)
            more = {
                "format": "video/h264-mp4",
                "frame_rate": thing.fps,
                "fullpath": f"/ComfyUI/{place}/{made['filename']}",
            }
            return {"gifs": [made | more]}
        if kind in nodes.AUDIO_NODES:
            ending, place = nodes.AUDIO_NODES[kind], "temp" if kind == "PreviewAudio" else "output"
            return {"audio": [file(nodes.sound(thing, ending), ending, place, "audio")]}
        return {"text": [str(inputs["text"])]} if kind == "ShowText" else None


def _changed(graph: Graph) -> Graph:
    """As it stands in the history: nodes that always run anew carry a NaN, which is written into the JSON."""
    kept: Graph = json.loads(json.dumps(graph))
    for parts in kept.values():
        if parts["class_type"] == "ShowText":
            parts["is_changed"] = [float("nan")]
    return kept


def _preview() -> bytes:
    """A binary message: event 1 (a preview), format 1 (JPEG), the picture."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG")
    return b"\x00\x00\x00\x01\x00\x00\x00\x01" + out.getvalue()


PREVIEW = _preview()

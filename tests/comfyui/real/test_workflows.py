"""Whole workflow files at a real server: those that come with the services, footage of a diffusion model, speech."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from svc_media.engines.comfyui import BUILT_IN
from svc_tts.engines.base import VoiceSpec
from svc_tts.engines.comfyui import ComfyuiEngine as SpeechEngine
from svc_tts.reading.lines import lines_of
from svc_tts.track import wav
from tests.comfyui import nodes
from tests.comfyui.painting import Ticks, brief, paint
from tests.comfyui.real.server import CHECKPOINT

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from svc_media.engines.comfyui import ComfyuiEngine
    from tests.comfyui.real.server import ComfyUI
    from tests.comfyui.validation import Graph

LINES = lines_of("Nguyen paid $5. Then she left.", language="en").lines


@pytest.fixture
def speech(comfyui: ComfyUI, files: Path) -> Generator[SpeechEngine]:
    made = SpeechEngine([comfyui.url], files)
    yield made
    made.close()


def test_the_built_in_pictures_are_made(engine: ComfyuiEngine) -> None:
    made = paint(engine, "image_sdxl.json", width=256, height=320, steps=2, seed=31)
    assert made.pixels.shape == (320, 256, 3)
    assert made.pixels.std() > 8


@pytest.mark.parametrize("name", sorted(path.name for path in BUILT_IN.glob("*.json")))
def test_a_built_in_file_is_taken_as_it_stands(comfyui: ComfyUI, engine: ComfyuiEngine, name: str) -> None:
    """Its nodes, their inputs and the types of their links are those of this server."""
    del engine  # it has emptied the server
    (comfyui.home / "input" / "given.png").write_bytes(nodes.png(nodes.Thing("ef" * 32, 64, 64)))
    graph: Graph = json.loads((BUILT_IN / name).read_text())
    for parts in graph.values():
        if parts["class_type"] == "LoadImage":
            parts["inputs"]["image"] = "given.png"
    comfyui.shut()
    comfyui.occupy(name)
    taken = comfyui.enqueue(graph)
    assert comfyui.queue()[1] == [taken]
    comfyui.post("/queue", {"delete": [taken]})
    comfyui.open()


def test_the_built_in_footage_is_made_where_its_text_encoder_fits(engine: ComfyuiEngine, files: Path) -> None:
    """The one of Wan has 5.7 billion weights and comes in no smaller size; and here is no time for 81 frames."""
    graph: Graph = json.loads((BUILT_IN / "video_wan.json").read_text())
    encoder = next(node for node, parts in graph.items() if parts["class_type"] == "CLIPLoader")
    graph[encoder] = {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": CHECKPOINT}}
    for parts in graph.values():
        parts["inputs"] |= {name: [encoder, 1] for name, value in parts["inputs"].items() if value == [encoder, 0]}
        if parts["class_type"] == "EmptyHunyuanLatentVideo":
            parts["inputs"] |= {"width": 96, "height": 160, "length": 9}
    (files / "video_wan_small.json").write_text(json.dumps(graph))
    named, asked = engine.named("video_wan_small.json", film=True), brief(width=96, height=160, steps=2)
    film = named.film(asked, duration=0.5, fps=16, tick=Ticks())
    assert (film.frames, film.fps) == (8, 16)


@pytest.mark.parametrize("name", ["tts_voice.json", "tts_mp3.json", "tts_clone.json"])
def test_speech_is_saved_by_the_nodes_of_this_server(speech: SpeechEngine, name: str) -> None:
    time = np.arange(24_000 * 4) / 24_000
    voice = VoiceSpec("", learned=wav((9000 * np.sin(1000 * time)).astype("<i2").tobytes(), 24_000))
    spoken = list(speech.named(name).synthesize(LINES, voice, speed=1.0, tick=_quiet, seed=5))
    assert len(spoken) == len(LINES)
    for piece in spoken:
        assert len(piece.samples) > 0.4 * piece.sample_rate
        assert 0.2 < np.abs(piece.samples).max() < 0.5


def _quiet(fraction: float, message: str = "", **_: Any) -> None:
    assert 0 <= fraction <= 1, message

# pyright: basic, reportMissingImports=false
# ruff: noqa: RUF012 - ComfyUI wants tables in classes
"""Custom nodes for a real ComfyUI: those of the workflow corpus that do not come with it. Runs inside the server."""

import time
from pathlib import Path

import comfy.utils
import folder_paths
import numpy as np
import torch
from comfy.model_management import InterruptProcessingException, throw_exception_if_processing_interrupted
from comfy_execution.graph import ExecutionBlocker
from comfy_execution.graph_utils import GraphBuilder
from PIL import Image

GATE = Path(folder_paths.base_path) / "gate"
"""While this file is there, `Waits` goes on waiting."""
RATE = 24_000


class _Node:
    RETURN_TYPES = ("IMAGE",)
    FUNCTION = "run"
    CATEGORY = "tests"
    INPUTS: dict = {"images": ("IMAGE",)}

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": cls.INPUTS}


class Explodes(_Node):
    def run(self, images):
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied (77x2048 and 768x320)")


class Greedy(_Node):
    def run(self, images):
        raise torch.OutOfMemoryError("Allocation on device 0 would exceed allowed memory. (out of memory)")


class GivesUp(_Node):
    def run(self, images):
        raise InterruptProcessingException


class Blocks(_Node):
    def run(self, images):
        return (ExecutionBlocker("no face was found"),)


class Waits(_Node):
    """Hands its pictures on as soon as the gate is open, in steps that are told."""

    INPUTS = {"images": ("IMAGE",), "steps": ("INT", {"default": 4}), "text": ("STRING", {"default": ""})}

    def run(self, images, steps, text):
        bar = comfy.utils.ProgressBar(steps)
        for _ in range(steps):
            bar.update(1)
            while GATE.exists():
                throw_exception_if_processing_interrupted()
                time.sleep(0.02)
        return (images,)


class ExpandsToSave(_Node):
    """An output node that becomes a graph of its own."""

    RETURN_TYPES = ()
    OUTPUT_NODE = True

    def run(self, images):
        graph = GraphBuilder()
        graph.node("SaveImage", images=images, filename_prefix="expanded")
        return {"result": (), "expand": graph.finalize()}


class ImageFromName(_Node):
    """A picture of the input folder by its name."""

    INPUTS = {"name": ("STRING", {"default": ""})}

    def run(self, name):
        with Image.open(folder_paths.get_annotated_filepath(name)) as image:
            pixels = np.asarray(image.convert("RGB"), np.float32) / 255
        return (torch.from_numpy(pixels)[None],)


class ShowText(_Node):
    INPUTS = {"text": ("STRING", {"default": ""})}
    RETURN_TYPES = ("STRING",)
    OUTPUT_NODE = True

    def run(self, text):
        return {"ui": {"text": [text]}, "result": (text,)}


def _spoken(text, pitch, speed):
    count = round(RATE * 0.06 * max(4, len(text)) / speed)
    wave = 0.3 * torch.sin(2 * torch.pi * pitch * torch.arange(count) / RATE)
    return {"waveform": wave[None, None], "sample_rate": RATE}


class EdgeTTS(_Node):
    INPUTS = {
        "text": ("STRING", {"multiline": True}),
        "voice": (["emma", "brian"],),
        "speed": ("FLOAT", {"default": 1.0}),
        "pitch": ("INT", {"default": 0, "min": -100}),
    }
    RETURN_TYPES = ("AUDIO",)

    def run(self, text, voice, speed, pitch):
        return (_spoken(text, 180 if voice == "emma" else 110, speed),)


class CloneTTS(_Node):
    INPUTS = {
        "text": ("STRING", {"multiline": True}),
        "reference": ("AUDIO",),
        "seed": ("INT", {"default": 0}),
        "speed": ("FLOAT", {"default": 1.0}),
    }
    RETURN_TYPES = ("AUDIO",)

    def run(self, text, reference, seed, speed):
        assert reference["waveform"].abs().max() > 0
        return (_spoken(text, 140 + seed % 40, speed),)


_NODES = (Explodes, Greedy, GivesUp, Blocks, Waits, ExpandsToSave, ImageFromName, ShowText, EdgeTTS, CloneTTS)
NODE_CLASS_MAPPINGS = {node.__name__: node for node in _NODES}

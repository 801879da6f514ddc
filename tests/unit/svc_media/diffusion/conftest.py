"""Tiny pipelines of every family with random weights, and an engine over them; only where torch is installed."""

from __future__ import annotations

import io
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from svc_media.engines.base import Brief
from svc_media.engines.diffusers import DiffusersEngine

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

REASON = "torch and diffusers are not installed; `make test-torch` does"
CATALOGUE = """
t-sd: {like: sd15, weights: tiny-sd}
t-sdxl: {like: sdxl, weights: tiny-sdxl}
t-flux: {like: flux-schnell, weights: tiny-flux}
t-sd3: {like: sd35-medium, weights: tiny-sd3}
t-qwen: {like: qwen-image, weights: tiny-qwen}
t-zimage: {like: z-image-turbo, weights: tiny-zimage}
t-plain: {like: flux-schnell, weights: tiny-flux, from_picture: ""}
t-animatediff: {like: animatediff, weights: tiny-animatediff, parts: {}}
t-ltx: {like: ltx, weights: tiny-ltx}
t-wan: {like: wan-1.3b, weights: tiny-wan}
t-wan22: {like: wan22-5b, weights: tiny-wan22}
t-wan-picture: {like: wan-14b-picture, weights: tiny-wan-picture}
t-kontext: {like: flux-kontext, weights: tiny-kontext}
t-klein: {like: flux2-klein-4b, weights: tiny-klein}
t-chroma: {like: chroma, weights: tiny-chroma}
t-wan-two: {like: wan22-14b, weights: tiny-wan-two}
t-wan-two-picture: {like: wan22-14b-picture, weights: tiny-wan-two-picture}
t-broken: {like: sd15, weights: tiny-broken}
"""
SMALL = {"variant": "", "vram_gb": 0.1, "steps": 2}


def write_catalogue(data: Path) -> None:
    """The test's models, small in every way."""
    import yaml

    entries = yaml.safe_load(CATALOGUE)
    for name, fields in entries.items():
        block = 32 if name == "t-ltx" else 16
        area = 4 if name == "t-klein" else 1  # its pictures have sides of 64 pixels at least
        fields.update(SMALL, sizes={"multiple": block, "least": 1024 * area, "most": 4096 * area})
    (data / "models.yaml").write_text(yaml.safe_dump(entries))


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the models; skipped without torch."""
    if find_spec("torch") is None or find_spec("diffusers") is None:
        pytest.skip(REASON)
    import torch  # pyright: ignore[reportMissingImports]

    from benchmarks.architectures import TINY, build

    torch.set_num_threads(1)  # tiny models lose more than they gain by threads
    data = tmp_path_factory.mktemp("data")
    for kind in TINY:
        build(kind).save_pretrained(data / "models" / f"tiny-{kind}")
    broken = data / "models" / "tiny-broken"
    broken.mkdir()
    (broken / "model_index.json").write_text((data / "models" / "tiny-sd" / "model_index.json").read_text())
    write_catalogue(data)
    return data


@pytest.fixture(scope="module")
def engine(data_dir: Path) -> Generator[DiffusersEngine]:
    made = DiffusersEngine(data_dir, image_model="t-sd", video_model="t-wan")
    assert made.missing() is None
    made.load("cpu")
    yield made
    made.close()


@pytest.fixture(scope="session")
def photo() -> bytes:
    """A PNG to start from."""
    file = io.BytesIO()
    pixels = np.random.default_rng(1).integers(0, 255, (60, 80, 3), dtype=np.uint8)
    Image.fromarray(pixels).resize((320, 240)).save(file, "PNG")
    return file.getvalue()


def brief(**fields: object) -> Brief:
    """A brief for a test."""
    given: dict[str, object] = {"prompt": "a lighthouse at dusk", "width": 320, "height": 576, "seed": 7}
    return Brief(**(given | fields))  # pyright: ignore[reportArgumentType]


def quiet(fraction: float, message: str = "") -> None:
    """Progress that nobody follows."""
    assert 0 <= fraction <= 1, message

"""One real ComfyUI for all tests of this folder, and engines over it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from svc_media.engines.comfyui import ComfyuiEngine
from tests.comfyui.real.server import ComfyUI, missing
from tests.comfyui.standin import CORPUS

if TYPE_CHECKING:
    from collections.abc import Generator

HERE = "tests/comfyui/real"


@pytest.fixture(scope="session")
def comfyui(tmp_path_factory: pytest.TempPathFactory) -> Generator[ComfyUI]:
    if reason := missing():
        pytest.skip(reason)
    with ComfyUI(tmp_path_factory.mktemp("comfyui")) as server:
        yield server


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus and the workflow files of this folder."""
    folder = tmp_path_factory.mktemp("workflows")
    for source in (CORPUS, Path(__file__).parent / "workflows"):
        shutil.copytree(source, folder, dirs_exist_ok=True)
    return folder


@pytest.fixture
def engine(comfyui: ComfyUI, files: Path) -> Generator[ComfyuiEngine]:
    yield from _engine(comfyui, files, patience=20.0)


@pytest.fixture
def patient(comfyui: ComfyUI, files: Path) -> Generator[ComfyuiEngine]:
    """Waits until a server is up again."""
    yield from _engine(comfyui, files, patience=150.0)


def _engine(comfyui: ComfyUI, files: Path, *, patience: float) -> Generator[ComfyuiEngine]:
    """Nothing is left of the test before."""
    comfyui.open()
    comfyui.wait(lambda: comfyui.queue() == ([], []))
    comfyui.post("/history", {"clear": True})
    made = ComfyuiEngine([comfyui.url], files, patience=patience)
    yield made
    comfyui.open()
    made.close()

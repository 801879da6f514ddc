"""The ComfyUI stand-in, the corpus of workflow files, and engines between them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from svc_media.engines.comfyui import ComfyuiEngine
from tests.unit.svc_media.comfyui.standin import StandIn

if TYPE_CHECKING:
    from collections.abc import Generator

CORPUS = Path(__file__).parent / "workflows"

Make = Callable[..., ComfyuiEngine]


@pytest.fixture
def standin() -> Generator[StandIn]:
    with StandIn() as server:
        yield server


@pytest.fixture
def make() -> Generator[Make]:
    """Engines over the corpus: give it the servers."""
    made: list[ComfyuiEngine] = []

    def engine(*servers: StandIn, **options: Any) -> ComfyuiEngine:
        found = ComfyuiEngine([server.url for server in servers], CORPUS, **options)
        made.append(found)
        return found

    yield engine
    for each in made:
        each.close()

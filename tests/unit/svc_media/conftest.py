"""The real packs, where they are installed; a ComfyUI stand-in and engines over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from svc_media.engines.comfyui import ComfyuiEngine
from svc_media.engines.illustrate import IllustrateEngine
from svc_media.settings import MediaSettings
from tests.comfyui.standin import CORPUS, StandIn

if TYPE_CHECKING:
    from collections.abc import Generator

    from svc_media.art.index import ArtIndex, Encoder

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


@dataclass(frozen=True)
class Art:
    """The art pack's index and the encoder that made it."""

    index: ArtIndex
    encoder: Encoder


@pytest.fixture(scope="session")
def illustrate() -> IllustrateEngine:
    engine = IllustrateEngine(MediaSettings().packs_dir)
    if reason := engine.missing():
        pytest.skip(reason)
    engine.load("cpu")
    return engine


@pytest.fixture(scope="session")
def art(illustrate: IllustrateEngine) -> Art:
    from pixelle.text.embedding import Embedder
    from svc_media.art.index import ArtIndex, index_path

    del illustrate  # it has made the index
    packs = MediaSettings().packs_dir
    return Art(ArtIndex(index_path(packs / "art-fluent")), Embedder(packs / "embeddings-minilm"))

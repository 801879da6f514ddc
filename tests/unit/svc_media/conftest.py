"""The real packs, where they are installed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from svc_media.engines.illustrate import IllustrateEngine
from svc_media.settings import MediaSettings

if TYPE_CHECKING:
    from svc_media.art.index import ArtIndex, Encoder


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
    from pixelle.runtime.embedding import Embedder
    from svc_media.art.index import ArtIndex, index_path

    del illustrate  # it has made the index
    packs = MediaSettings().packs_dir
    return Art(ArtIndex(index_path(packs / "art-fluent")), Embedder(packs / "embeddings-minilm"))

"""Sentence embeddings."""

from __future__ import annotations

import numpy as np
import pytest

from pixelle.runtime.settings import ServiceSettings
from pixelle.text.embedding import Embedder


def test_near_meanings_are_near() -> None:
    folder = ServiceSettings().packs_dir / "embeddings-minilm"
    if not folder.exists():
        pytest.skip("the pack embeddings-minilm is not installed: run `pixelle setup`")
    vectors = Embedder(folder).encode(["Bees make honey", "Honey is made by insects", "The tax form is due"])
    assert vectors.shape == (3, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.3

"""Pages and sentence embeddings."""

from __future__ import annotations

import numpy as np
import pytest

from pixelle.runtime.embedding import Embedder
from pixelle.runtime.errors import InvalidArgument
from pixelle.runtime.paging import page
from pixelle.runtime.settings import ServiceSettings


def test_pages_cover_everything_once() -> None:
    items = list(range(7))
    seen: list[int] = []
    token = ""
    while True:
        part, token = page(items, 3, token)
        seen += part
        if not token:
            break
    assert seen == items


@pytest.mark.parametrize(("size", "token"), [(-1, ""), (1001, ""), (5, "x"), (5, "-1")])
def test_bad_pages_are_refused(size: int, token: str) -> None:
    with pytest.raises(InvalidArgument):
        page([1], size, token)


def test_near_meanings_are_near() -> None:
    folder = ServiceSettings().packs_dir / "embeddings-minilm"
    if not folder.exists():
        pytest.skip("the pack embeddings-minilm is not installed: run `pixelle setup`")
    vectors = Embedder(folder).encode(["Bees make honey", "Honey is made by insects", "The tax form is due"])
    assert vectors.shape == (3, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.3

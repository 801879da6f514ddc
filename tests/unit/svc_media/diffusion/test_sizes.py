"""Sizes and lengths a model can do, near those asked for."""

from __future__ import annotations

import math

import pytest

from svc_media.diffusion.catalogue import Frames, Sizes, catalogue
from svc_media.diffusion.sizes import frame_count, model_size

ASKED = [(1080, 1920), (1920, 1080), (1080, 1080), (256, 256), (4096, 4096), (577, 321), (4096, 256), (256, 4096)]


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_every_model_gets_a_size_it_can_do_and_the_shape_stays(asked: tuple[int, int]) -> None:
    for name, entry in catalogue().items():
        width, height = model_size(*asked, entry.sizes)
        assert width % entry.sizes.multiple == height % entry.sizes.multiple == 0, name
        assert width * height <= entry.sizes.most, name
        assert max(width, height) <= entry.sizes.longest, name
        # no further from the shape than one block on the short side
        allowed = math.log(1 + 1.5 * entry.sizes.multiple / min(width, height))
        assert abs(math.log(width / height * asked[1] / asked[0])) <= allowed, (name, width, height)


@pytest.mark.parametrize(
    ("asked", "sizes", "made"),
    [
        ((1024, 1024), Sizes(multiple=8, least=64, most=2**20), (1024, 1024)),
        ((1020, 1020), Sizes(multiple=8, least=64, most=2**20), (1024, 1024)),
        ((2048, 1024), Sizes(multiple=16, least=64, most=2**20), (1456, 720)),
        ((256, 256), Sizes(multiple=8, least=512 * 512, most=2**20), (512, 512)),
        ((1, 1), Sizes(multiple=64, least=64, most=2**20), (64, 64)),
        ((4096, 256), Sizes(multiple=16, least=64, most=2**20, longest=3072), (3072, 192)),
        ((20_000, 20_000), Sizes(multiple=16, least=64, most=2**20), (1024, 1024)),
    ],
)
def test_sizes(asked: tuple[int, int], sizes: Sizes, made: tuple[int, int]) -> None:
    assert model_size(*asked, sizes) == made


@pytest.mark.parametrize(
    ("seconds", "frames"), [(0.01, 5), (1.0, 17), (1.05, 17), (1.1, 21), (5.0, 81), (60.0, 81), (0.0, 5)]
)
def test_lengths_are_the_next_the_model_can_do(seconds: float, frames: int) -> None:
    assert frame_count(seconds, Frames(rate=16, step=4, plus=1, least=5, most=81)) == frames

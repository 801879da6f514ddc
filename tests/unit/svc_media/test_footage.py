"""A still under words: composed above them, its ground going on below."""

from __future__ import annotations

import numpy as np
import pytest

from svc_media.engines.base import Picture
from svc_media.footage import above_words, rooted


@pytest.mark.parametrize(("width", "height", "low", "high"), [(1080, 1920, 0.68, 0.74), (1920, 1080, 0.76, 0.84)])
def test_the_scene_ends_where_pages_lay_their_words(width: int, height: int, low: float, high: float) -> None:
    assert low < above_words(width, height) / height < high
    assert above_words(256, 282) == 282, "too small to be divided"


def test_the_ground_goes_on_out_of_focus_and_into_the_dark() -> None:
    rng = np.random.RandomState(1)
    pixels = np.full((300, 200, 3), 160, np.uint8)
    pixels[240:, ::8] = 90
    pixels = np.clip(pixels.astype(int) + rng.randint(-6, 7, pixels.shape), 0, 255).astype(np.uint8)
    made = rooted(Picture(pixels, credit="someone"), 420)
    assert made.pixels.shape == (420, 200, 3)
    assert made.credit == "someone"
    assert np.array_equal(made.pixels[:270], pixels[:270])
    below = made.pixels[310:].astype(float)
    assert np.abs(np.diff(below, axis=1)).max() < 12, "nothing sharp is left"
    rows = below.mean(axis=(1, 2))
    assert rows[0] > 100
    assert rows[-1] < 0.5 * rows[0]
    assert np.abs(np.diff(made.pixels.astype(float).mean(axis=(1, 2)))[260:]).max() < 12, "no seam"
    assert rooted(made, 420) is made

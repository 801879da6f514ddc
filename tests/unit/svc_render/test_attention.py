"""What must be cut of a picture is what is missed least: people keep their heads, and stay in the picture."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from svc_render.attention import SIDE, attention, cut_before
from svc_render.odd_shapes import aimed
from tests.unit.svc_render.people import GROUNDS, seen_of, snapshot

WIDE = (1920, 1080)
STANDING = {"half": (0.5, 1.75, 1.55), "full": (0.45, 0.95, 0.8), "far": (0.4, 0.8, 0.5), "close": (0.5, 2.4, 2.3)}
BESIDE = {
    "left": [(0.2, 1.3, 1.1)],
    "right": [(0.78, 0.95, 0.7)],
    "two": [(0.2, 1.0, 0.75), (0.38, 1.0, 0.7)],
    "group": [(place, 1.0, 0.55) for place in (0.55, 0.65, 0.75, 0.85)],
}


def kept(image: Image.Image, place: float) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what is shown of a picture in a place, width by height."""
    across, down = aimed(image, (round(1000 * place), 1000))
    width, height = min(image.width, image.height * place), min(image.height, image.width / place)
    left, top = (image.width - width) * across, (image.height - height) * down
    return left, top, left + width, top + height


@pytest.mark.parametrize("who", STANDING)
@pytest.mark.parametrize("ground", GROUNDS)
def test_who_stands_in_an_upright_picture_keeps_the_head(ground: str, who: str) -> None:
    image = snapshot(ground, (600, 800), [STANDING[who]])
    assert seen_of(image, kept(image, 0.75 * 2)) > 0.85


def test_the_middle_would_have_cut_heads_off() -> None:
    image = snapshot("sky", (600, 800), [STANDING["full"]])
    assert seen_of(image, (0, 200, 600, 600)) < 0.1


@pytest.mark.parametrize("who", BESIDE)
@pytest.mark.parametrize("ground", GROUNDS)
def test_who_stands_at_a_side_stays_in_the_picture(ground: str, who: str) -> None:
    image = snapshot(ground, (1200, 800), BESIDE[who])
    assert seen_of(image, kept(image, 1.5 / 2)) > 0.95


def test_where_nothing_stands_out_the_middle_is_kept() -> None:
    plain = np.full((SIDE * 2 // 3, SIDE, 3), 120, np.uint8)
    assert cut_before([attention(plain)], 1.0) == (0.5, 0.5)
    across, down = cut_before([attention(np.ascontiguousarray(plain.transpose(1, 0, 2)))], 1.0)
    assert across == 0.5
    assert 0.15 < down < 0.5


@pytest.mark.parametrize("ground", GROUNDS)
def test_noise_and_a_shade_more_light_move_the_part_by_little(ground: str) -> None:
    image = snapshot(ground, (1200, 800), BESIDE["right"])
    grain = np.random.default_rng(5).normal(0, 6, (800, 1200, 3))
    other = Image.fromarray(np.clip(np.asarray(image) * 0.9 + 8 + grain, 0, 255).astype(np.uint8))
    first, second = kept(image, 0.8), kept(other, 0.8)
    assert abs(first[0] - second[0]) < 0.06 * image.width
    assert kept(image, 0.8) == first


@pytest.mark.parametrize("size", [(1920, 1080), (1880, 1080), (1920, 1000)])
def test_a_picture_of_nearly_its_places_shape_is_cut_on_both_sides(size: tuple[int, int]) -> None:
    assert aimed(snapshot("sky", size, BESIDE["left"]), WIDE) == (0.5, 0.5)


def test_both_shares_speak_of_the_side_that_is_cut() -> None:
    seen = attention(np.asarray(snapshot("wall", (96, 64), BESIDE["right"])))
    assert cut_before([seen], 1.0)[1] == 0.5
    assert cut_before([seen], 1.0)[0] > 0.6
    assert cut_before([seen], 3.0)[0] == 0.5
    assert cut_before([seen], 1.5) == (0.5, 0.5)

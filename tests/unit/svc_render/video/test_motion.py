"""A move stays in its picture, is slow and smooth, and shows what it says it shows."""

from __future__ import annotations

import numpy as np
import pytest

from svc_render.video.motion import Hero, Pan, panned
from svc_render.video.planes import between, planes

SQUARE = Hero((270.0, 300.0), (1, 0, 0, 1), (400.0, 400.0), (-200, -200, 400, 400))
WIDE = Hero((270.0, 480.0), (1, 0, 0, 1), (540.0, 960.0), (-480, -480, 960, 960))
TURNED = Hero((270.0, 300.0), (0.98, 0.19, -0.19, 0.98), (300.0, 200.0), (-150, -150, 300, 300))


@pytest.mark.parametrize("hero", [SQUARE, WIDE, TURNED])
@pytest.mark.parametrize("seconds", [0.02, 5, 600])
def test_the_window_never_leaves_the_picture(hero: Hero, seconds: float) -> None:
    left, top, width, height = hero.picture
    for seed in range(40):
        pan = Pan.of(hero, seconds=seconds, seed=seed)
        for share in np.linspace(0, 1, 11):
            size, x, y = pan.at(float(share))
            half = hero.box[0] * size / 2, hero.box[1] * size / 2
            assert left - 1e-6 <= x - half[0]
            assert x + half[0] <= left + width + 1e-6
            assert top - 1e-6 <= y - half[1]
            assert y + half[1] <= top + height + 1e-6
            assert 0.85 < size <= 1
        seen = pan.view
        assert seen[0] >= left - 1e-6
        assert seen[1] + seen[3] <= top + height + 1e-6


@pytest.mark.parametrize(
    "picture",
    [
        (-200, -150, 200, 300),
        (0, -150, 200, 300),
        (-100, -150, 200, 300),
        (-200, -150, 400, 200),
        (-120, -150, 600, 300),
    ],
)
def test_a_picture_smaller_than_its_box_stays_where_it_lies(picture: tuple[float, float, float, float]) -> None:
    """object-fit: contain with any object-position: what the picture fills when it stands still, it always fills."""
    hero = Hero((270.0, 300.0), (1, 0, 0, 1), (400.0, 300.0), picture)
    for seed in range(20):
        pan = Pan.of(hero, seconds=5, seed=seed)
        for share in np.linspace(0, 1, 11):
            size, *centre = pan.at(float(share))
            for axis in (0, 1):
                start, stop = picture[axis], picture[axis] + picture[2 + axis]
                half = hero.box[axis] / 2
                seen = [(edge - centre[axis]) / size for edge in (start, stop)]
                assert seen[0] <= max(start, -half) + 1e-6
                assert seen[1] >= min(stop, half) - 1e-6


def test_it_is_slow_rests_at_its_ends_and_differs_by_seed() -> None:
    ends: set[tuple[tuple[float, float, float], tuple[float, float, float]]] = set()
    for seed in range(20):
        pan = Pan.of(WIDE, seconds=4, seed=seed)
        assert pan == Pan.of(WIDE, seconds=4, seed=seed)
        ends.add((pan.begin, pan.end))
        places = np.array([pan.at(n / 119) for n in range(120)])
        # the corner of the box is what moves fastest
        corner = places[:, 1:] + places[:, :1] * np.array(WIDE.box) / 2
        steps = np.abs(np.diff(corner, axis=0)).max(axis=1)
        assert steps.max() < 3, "pixels a frame"
        assert steps[0] < steps.max() / 10
        assert steps[-1] < steps.max() / 10
    assert len(ends) == 20
    zooms = {a[0] > b[0] for a, b in ends}
    assert zooms == {True, False}


def test_a_short_scene_moves_less() -> None:
    short, long = (Pan.of(SQUARE, seconds=seconds, seed=1).sharpness for seconds in (1, 5))
    assert 1 < short < long < 1.15


@pytest.mark.parametrize("hero", [SQUARE, TURNED])
def test_a_dot_moves_as_the_plan_says_below_a_pixel(hero: Hero) -> None:
    """A soft dot in the picture is found in every frame within a tenth of a pixel of where it belongs."""
    pan = Pan.of(hero, seconds=3, seed=4)
    left, top, wide, tall = pan.view
    width, height = (round(side * pan.sharpness / 2) * 2 for side in (wide, tall))
    scale = width / wide, height / tall
    dot = 12.0, -20.0  # in the picture, from the middle of the box
    rows, columns = np.mgrid[0:height, 0:width] + 0.5
    at = (dot[0] - left) * scale[0], (dot[1] - top) * scale[1]
    spot = 200 * np.exp(-((columns - at[0]) ** 2 + (rows - at[1]) ** 2) / (2 * 4.0**2)) + 16
    view = np.concatenate([spot.astype(np.uint8), np.full((height // 2, width), 128, np.uint8)])
    black = np.zeros((960, 540, 3), np.uint8)
    page = between(black, np.full_like(black, 255))
    count = 60
    matrix = np.array(hero.turn).reshape(2, 2).T
    for number, frame in enumerate(panned([(page, count)], view, pan, count=count)):
        luma = planes(np.asarray(frame.to_ndarray(), dtype=np.uint8))[0].astype(float) - 16
        grid = np.mgrid[0:960, 0:540] + 0.5
        found = np.array([(grid[1] * luma).sum(), (grid[0] * luma).sum()]) / luma.sum()
        size, x, y = pan.at(number / (count - 1))
        wanted = matrix @ ((np.array(dot) - (x, y)) / size) + hero.centre
        assert np.abs(found - wanted).max() < 0.1


def test_what_covers_the_picture_stays_and_what_is_thin_lets_through() -> None:
    black = np.zeros((400, 400, 3), np.uint8)
    white = np.full_like(black, 255)
    black[:100] = white[:100] = (40, 40, 200)  # covered, in the order blue, green, red
    black[100:200] = (100, 100, 100)
    white[100:200] = (228, 228, 228)  # half a veil: 100 + 0.5 of what is behind
    hero = Hero((200.0, 200.0), (1, 0, 0, 1), (400.0, 400.0), (-200, -200, 400, 400))
    still = Pan(hero, (1, 0, 0), (1, 0, 0))
    picture = np.full((600, 400), 128, np.uint8)
    picture[:400] = 16 + 219 * 60 // 255  # grey 60
    (frame,) = panned([(between(black, white), 1)], picture, still, count=1)
    shown = planes(np.asarray(frame.to_ndarray(), dtype=np.uint8))

    def luma(red: float, green: float, blue: float) -> float:
        return 16 + 219 / 255 * (0.2126 * red + 0.7152 * green + 0.0722 * blue)

    assert abs(int(shown[0][50, 50]) - luma(200, 40, 40)) <= 1.5
    assert abs(int(shown[0][150, 50]) - luma(130, 130, 130)) <= 1.5
    assert abs(int(shown[0][300, 50]) - luma(60, 60, 60)) <= 1.5
    assert abs(int(shown[2][75, 25]) - 128) <= 1
    assert int(shown[2][25, 25]) > 160

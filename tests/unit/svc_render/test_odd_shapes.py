"""Pictures of odd shapes: whole in their place, not a sliver of themselves."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from svc_render.odd_shapes import MIDDLE, framed
from svc_render.pictures import read_picture
from tests.unit.svc_render.people import snapshot

PLACE = (1024, 1088)


def striped(width: int, height: int) -> Image.Image:
    """Red at one end, blue at the other, green between."""
    image = Image.new("RGB", (width, height), "#00c000")
    long = max(width, height)
    ends = (0, 0, long // 8, height) if width > height else (0, 0, width, long // 8)
    image.paste((220, 0, 0), ends)
    other = (width - long // 8, 0, width, height) if width > height else (0, height - long // 8, width, height)
    image.paste((0, 0, 220), other)
    return image


@pytest.mark.parametrize(
    ("size", "seen"), [((1300, 390), True), ((380, 1290), True), ((1300, 650), True), ((6000, 600), False)]
)
def test_an_odd_picture_is_set_into_the_shape_of_its_place(size: tuple[int, int], seen: bool) -> None:
    made = framed(striped(*size), PLACE)
    assert made is not None
    assert made.width / made.height == pytest.approx(PLACE[0] / PLACE[1], rel=0.01)
    pixels = np.asarray(made).astype(int)
    sharp = [np.abs(pixels - colour).max(axis=2) < 4 for colour in ((220, 0, 0), (0, 192, 0), (0, 0, 220))]
    # of what is odder still the middle is shown, at the size it has
    assert [bool(mask.sum() > 1000) for mask in sharp] == [seen, True, seen]
    across = np.flatnonzero(sharp[1].any(axis=1 if size[0] > size[1] else 0))
    assert across[-1] - across[0] + 1 == min(size)
    assert pixels[2, 2].max() > 40


@pytest.mark.parametrize("size", [(1600, 900), (900, 1600), (500, 500)])
def test_pictures_of_usual_shapes_are_left_to_the_page(size: tuple[int, int]) -> None:
    assert framed(striped(*size), PLACE) is None


@pytest.mark.parametrize("size", [(1080, 1920), (1170, 2532), (1500, 2000), (2000, 3000), (1600, 2000)])
def test_what_a_phone_took_upright_is_seen_whole_in_a_wide_video(size: tuple[int, int]) -> None:
    made = framed(striped(*size), (1920, 1080))
    assert made is not None
    assert made.height == size[1]
    assert framed(striped(*size[::-1]), (1080, 1920)) is not None


def test_a_picture_read_for_a_place_says_which_part_of_it_should_be_kept() -> None:
    out = io.BytesIO()
    snapshot("beach", (600, 800), [(0.5, 0.98, 0.9)]).save(out, "PNG")
    assert read_picture(out.getvalue(), fit=2000, place=(1000, 800)).aim[1] < 0.3
    assert read_picture(out.getvalue(), fit=2000, place=(600, 820)).aim == MIDDLE
    assert read_picture(out.getvalue(), fit=2000).aim == MIDDLE


def test_a_picture_read_for_a_place_is_framed_and_one_with_transparent_parts_is_not() -> None:
    out = io.BytesIO()
    striped(1300, 260).save(out, "PNG")
    read = read_picture(out.getvalue(), fit=2000, soft=True, place=PLACE)
    assert read.width / read.height == pytest.approx(PLACE[0] / PLACE[1], rel=0.01)
    assert read.media_type == "image/jpeg"
    assert read.soft
    assert read_picture(out.getvalue(), fit=2000).data == out.getvalue()
    clear = striped(1300, 260).convert("RGBA")
    clear.putpixel((0, 0), (0, 0, 0, 0))
    out = io.BytesIO()
    clear.save(out, "PNG")
    assert read_picture(out.getvalue(), fit=2000, place=PLACE).data == out.getvalue()

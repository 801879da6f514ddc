"""Pictures that callers send: right, or refused with a clear reason."""

from __future__ import annotations

import io
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pixelle.runtime.errors import InvalidArgument
from svc_render.pictures import read_picture
from tests.colour_profile import wide_gamut
from tests.photos import Entry, coded, full_box, icc, irot, ispe, photo, written


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def shown(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(read_picture(data, fit=2160).data)) as image:
        return image.convert("RGB")


def close(image: Image.Image, at: tuple[int, int], color: tuple[int, int, int], within: int) -> bool:
    return bool(np.abs(np.asarray(image)[at[1], at[0]].astype(int) - color).max() <= within)


def test_a_plain_picture_passes_as_it_is() -> None:
    data = encoded(Image.new("RGB", (30, 20), "red"), "PNG")
    assert read_picture(data, fit=2160).data == data


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_the_soft_copy_is_small_and_out_of_focus(kind: str) -> None:
    stripes = np.zeros((600, 900, 3), np.uint8)
    stripes[:, ::2] = (255, 0, 0)
    stripes[300:] = (0, 0, 200)
    data = encoded(Image.fromarray(stripes), kind)
    assert read_picture(data, fit=2160).soft == b""
    with Image.open(io.BytesIO(read_picture(data, fit=2160, soft=True).soft)) as image:
        soft = np.asarray(image.convert("RGB")).astype(int)
    assert soft.shape == (64, 96, 3)
    across = soft[8]
    assert (across.max(axis=0) - across.min(axis=0)).max() <= 4, "no stripe is left"
    down = soft[:, 48, 2]
    assert np.diff(down).max() < 40, "no edge either"
    assert soft[4, 48, 0] > 100 > soft[4, 48, 2]
    assert soft[60, 48, 2] > 150 > soft[60, 48, 0]


def test_one_pixel() -> None:
    assert read_picture(encoded(Image.new("RGB", (1, 1)), "JPEG"), fit=2160).width == 1


def test_rotation_is_applied() -> None:
    image = Image.new("RGB", (40, 20), "red")
    image.paste("blue", (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise to show
    upright = shown(encoded(image, "JPEG", exif=exif, quality=95))
    assert upright.size == (20, 40)
    assert close(upright, (10, 5), (0, 0, 255), 12)


def test_cmyk() -> None:
    assert close(
        shown(encoded(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG", quality=95)), (4, 4), (255, 0, 0), 12
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
def test_the_colours_of_wide_gamut_photos(kind: str) -> None:
    photo = Image.new("RGB", (64, 48), (200, 100, 50))
    data = encoded(photo, kind, icc_profile=wide_gamut(), **({} if kind == "TIFF" else {"quality": 95}))
    assert close(shown(data), (4, 4), (216, 93, 24), 8)
    with Image.open(io.BytesIO(read_picture(data, fit=2160).data)) as image:
        assert "icc_profile" not in image.info, "or it would be heeded twice"


def test_photos_of_phones() -> None:
    pixels = np.zeros((90, 150, 3), np.uint8)
    pixels[:, :75], pixels[:, 75:] = (200, 100, 50), (20, 60, 160)
    data = photo(pixels, tile=64, properties=[icc(wide_gamut()), irot(3)])
    picture = read_picture(data, fit=2160)
    assert (picture.media_type, picture.width, picture.height) == ("image/jpeg", 90, 150)
    with Image.open(io.BytesIO(picture.data)) as image:
        assert close(image, (45, 20), (216, 93, 24), 3), "in sRGB, turned clockwise"
        assert "icc_profile" not in image.info
    assert read_picture(data, fit=60).height == 60


def test_photos_that_can_be_seen_through() -> None:
    mask = np.zeros((96, 128, 3), np.uint8)
    mask[:, 64:] = 255
    seen = coded(mask)
    seen.properties = [*seen.properties, full_box("auxC", b"urn:mpeg:hevc:2015:auxid:1\0")]
    seen.refers = [("auxl", [0])]
    picture = read_picture(photo(np.full((96, 128, 3), 200, np.uint8), beside=[seen]), fit=2160)
    assert (picture.media_type, picture.transparent) == ("image/png", True)
    with Image.open(io.BytesIO(picture.data)) as image:
        assert image.getchannel("A").getextrema() == (0, 255)


def test_sixteen_bits_are_scaled_not_cut() -> None:
    grey = np.full((8, 8), 32768, np.uint16)
    assert close(shown(encoded(Image.fromarray(grey), "PNG")), (4, 4), (128, 128, 128), 2)


def test_the_first_frame_of_an_animation() -> None:
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert close(shown(data), (4, 4), (255, 0, 0), 2)


def test_a_huge_file_is_made_smaller() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (1300, 1300, 3), np.uint8)
    picture = read_picture(encoded(Image.fromarray(noise), "PNG", compress_level=1), fit=300)
    assert max(picture.width, picture.height) == 300


def noisy() -> bytes:
    noise = np.random.default_rng(0).integers(0, 255, (60, 80, 3), np.uint8)
    return encoded(Image.fromarray(noise), "PNG")


def test_noise_comes_inflated_when_asked_for() -> None:
    data = noisy()
    assert read_picture(data, fit=2160).data == data
    inflated = read_picture(data, fit=2160, inflate=True)
    assert (inflated.media_type, inflated.width, inflated.height) == ("image/png", 80, 60)
    assert np.asarray(Image.open(io.BytesIO(data)))[7].tobytes() in inflated.data, "a row of pixels as it is"
    with Image.open(io.BytesIO(inflated.data)) as one, Image.open(io.BytesIO(data)) as other:
        assert np.array_equal(np.asarray(one), np.asarray(other))


def with_chunk(data: bytes, kind: bytes, content: bytes) -> bytes:
    """A PNG file with another chunk before its pixels."""
    at = data.find(b"IDAT") - 4
    return data[:at] + len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4) + data[at:]


@pytest.mark.parametrize(
    "data",
    [
        encoded(Image.new("RGB", (200, 200), "red"), "PNG"),  # its pixels would be far more to send
        encoded(Image.effect_noise((60, 60), 90), "JPEG"),
        encoded(Image.merge("RGBA", [Image.effect_noise((60, 60), 90)] * 4), "PNG"),
        with_chunk(noisy(), b"gAMA", (100_000).to_bytes(4)),  # linear light
        with_chunk(noisy(), b"cICP", bytes([9, 16, 0, 1])),  # BT.2100
    ],
)
def test_other_pictures_stay_files(data: bytes) -> None:
    assert read_picture(data, fit=2160, inflate=True).data == data


def test_noise_that_says_it_is_srgb_comes_inflated_too() -> None:
    data = with_chunk(with_chunk(noisy(), b"gAMA", (45_455).to_bytes(4)), b"sRGB", b"\0")
    assert read_picture(data, fit=2160, inflate=True).data != data


@pytest.mark.parametrize(
    ("data", "reason", "said"),
    [
        (b"", "IMAGE_INVALID", "empty"),
        (b"hello", "IMAGE_INVALID", "cannot be read"),
        (b"\0\0\0\x18ftypheic" + bytes(400), "IMAGE_INVALID", "no still picture.*export it as JPEG"),
        (written([Entry("hvc1", b"", [ispe(12_001, 10)])]), "IMAGE_TOO_LARGE", "12001x10"),
        (encoded(Image.new("RGB", (300, 300)), "PNG")[:200], "IMAGE_INVALID", "damaged|cannot be read"),
        (encoded(Image.effect_noise((200, 200), 9), "JPEG")[:4000], "IMAGE_INVALID", "damaged"),
        (encoded(Image.effect_noise((200, 200), 90), "AVIF")[:-50], "IMAGE_INVALID", "damaged"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "IMAGE_INVALID", "SVG"),
        (b"<svg onload='x()'/>", "IMAGE_INVALID", "SVG"),
        (encoded(Image.new("1", (14000, 14000)), "PNG"), "IMAGE_TOO_LARGE", "smaller"),
        (encoded(Image.new("1", (12001, 10)), "PNG"), "IMAGE_TOO_LARGE", "12001x10"),
    ],
)
def test_bad_pictures(data: bytes, reason: str, said: str) -> None:
    with pytest.raises(InvalidArgument, match=said) as caught:
        read_picture(data, fit=2160)
    assert caught.value.reason == reason

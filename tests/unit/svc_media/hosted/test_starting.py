"""Pictures to start from: upright, in the shape of the footage, small enough for every vendor."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from pixelle.runtime.errors import InvalidArgument
from svc_media.hosted.starting import prepared
from tests.damaged import broken_avif

RED, BLUE = (200, 30, 30), (30, 50, 200)


def photo(width: int, height: int, kind: str = "JPEG", *, turned: bool = False) -> bytes:
    """Red above, blue below, as it is to be seen; turned: stored on its side, as phones do."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (0, height // 2, width, height))
    exif = Image.Exif()
    if turned:
        image = image.transpose(Image.Transpose.ROTATE_90)
        exif[0x0112] = 6
    out = io.BytesIO()
    image.save(out, kind, exif=exif)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def alike(seen: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(seen, tuple)
    return max(abs(a - b) for a, b in zip(seen, wanted, strict=True)) < 12


@pytest.mark.parametrize("film", [False, True])
def test_a_phones_photo_is_sent_upright(film: bool) -> None:
    image = opened(prepared(photo(600, 800, turned=True), 600, 800, film=film))
    assert image.size == (600, 800)
    assert alike(image.getpixel((300, 100)), RED)
    assert alike(image.getpixel((300, 700)), BLUE)


def test_what_footage_would_be_cut_to_is_all_that_is_sent() -> None:
    wide = photo(1600, 1200)
    assert opened(prepared(wide, 1080, 1920, film=True)).size == (675, 1200)
    assert prepared(wide, 1080, 1920, film=False) == wide, "a picture is asked for in its own shape"
    fits = photo(1080, 1920, "PNG")
    assert prepared(fits, 1080, 1920, film=True) == fits


def test_large_small_and_rare_pictures_are_made_to_fit() -> None:
    assert opened(prepared(photo(8064, 6048), 1024, 1024, film=False)).size == (2048, 1536)
    assert opened(prepared(photo(100, 100), 512, 512, film=True)).size == (320, 320)
    assert Image.open(io.BytesIO(prepared(photo(400, 400, "TIFF"), 512, 512, film=False))).format == "JPEG"


@pytest.mark.parametrize("damaged", [photo(600, 800)[:2000], broken_avif()], ids=["JPEG", "AVIF"])
def test_a_damaged_picture_is_said(damaged: bytes) -> None:
    with pytest.raises(InvalidArgument) as caught:
        prepared(damaged, 512, 512, film=True)
    assert caught.value.reason == "REFERENCE_NOT_A_PICTURE"

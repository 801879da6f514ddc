"""Photos as phones store them: the right picture of the file, the right way up, in the right colours."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageCms

from pixelle.heif.photo import read_heif
from pixelle.runtime.errors import InvalidArgument
from tests.colour_profile import wide_gamut
from tests.hdr import HLG, PQ, hdr, light_of
from tests.photos import (
    Entry,
    Look,
    clap,
    coded,
    full_box,
    grid,
    icc,
    imir,
    irot,
    ispe,
    nclx,
    photo,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

QUARTERS = ((200, 40, 40), (40, 170, 60), (50, 60, 200), (210, 190, 40))
"""Left and right above, left and right below."""
WIDE, HIGH = 150, 101
GAIN_MAP = full_box("auxC", b"urn:com:apple:photo:2020:aux:hdrgainmap\0")
ALPHA = full_box("auxC", b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0")


def quarters(width: int = WIDE, height: int = HIGH) -> Pixels:
    pixels = np.zeros((height, width, 3), np.uint8)
    for number, colour in enumerate(QUARTERS):
        rows, columns = (
            slice(side * length // 2, (side + 1) * length // 2)
            for side, length in zip(divmod(number, 2), (height, width), strict=True)
        )
        pixels[rows, columns] = colour
    return pixels


def slopes() -> Pixels:
    """No two places look the same, and no colour changes quickly."""
    y, x = np.mgrid[:HIGH, :WIDE]
    return np.stack([x * 255 // (WIDE - 1), y * 255 // (HIGH - 1), (x + y) // 2], -1).astype(np.uint8)


def opened(data: bytes, fits: Callable[[int, int], None] = lambda width, height: None) -> Image.Image:
    return read_heif(data, fits=fits)


def off(image: Image.Image, expected: Pixels) -> int:
    """How far the colour that is farthest from what it should be is from that."""
    shown = np.asarray(image.convert("RGB")).astype(int)
    assert shown.shape == expected.shape
    return int(np.abs(shown - expected).max())


@pytest.mark.parametrize("tile", [0, 64])
@pytest.mark.parametrize(
    "look",
    [
        Look(),
        Look(full=False),
        Look(bits=10),
        Look(bits=10, full=False, matrix=9),
        Look(bits=12, sampling="444"),
        Look(matrix=1),
        Look(sampling="444"),
        Look(sampling="422", full=False),
        Look(matrix=0),
        Look(says=False, full=False),
    ],
    ids=str,
)
def test_colours_are_those_that_were_stored(look: Look, tile: int) -> None:
    image = opened(photo(slopes(), look, tile=tile))
    assert off(image, slopes()) <= 3
    assert image.mode == "RGB"
    assert "icc_profile" not in image.info


@pytest.mark.parametrize(("matrix", "full"), [(1, True), (6, False)])
def test_what_the_file_says_of_its_colours_goes_before_what_the_stream_says(matrix: int, full: bool) -> None:
    said = [nclx(1, 13, matrix, full=full)]
    truth = Look(matrix=matrix, full=full)
    silent, liar = replace(truth, says=False), replace(truth, claims=(7 - matrix, not full))
    assert off(opened(photo(slopes(), silent, tile=64, properties=said)), slopes()) <= 3
    assert off(opened(photo(slopes(), liar, tile=64, properties=said)), slopes()) <= 3
    assert off(opened(photo(slopes(), liar, tile=64)), slopes()) > 10


def test_a_grid_is_cut_to_its_size_and_its_pieces_are_found() -> None:
    whole = opened(photo(slopes(), tile=64))
    assert whole.size == (WIDE, HIGH)
    assert off(opened(photo(slopes(), tile=64, in_idat=True)), np.asarray(whole)) == 0
    assert off(opened(photo(slopes(), tile=64, pieces=3)), np.asarray(whole)) == 0


def test_tiles_are_ordered_by_their_references() -> None:
    tiles = [coded(np.full((64, 64, 3), colour, np.uint8)) for colour in QUARTERS]
    whole = Entry("grid", grid(2, 2, 100, 90, wide=True), [ispe(100, 90)], [("dimg", (5, 4, 3, 2))])
    image = opened(written([whole, *tiles]))
    assert image.size == (100, 90)
    corners = [image.getpixel(at) for at in ((5, 5), (95, 5), (5, 85), (95, 85))]
    assert np.abs(np.array(corners) - QUARTERS[::-1]).max() <= 3


TURNS: dict[str, tuple[list[bytes], Callable[[Pixels], Pixels]]] = {
    "0": ([irot(0)], lambda it: it),
    "90": ([irot(1)], np.rot90),
    "180": ([irot(2)], lambda it: np.rot90(it, 2)),
    "270": ([irot(3)], lambda it: np.rot90(it, 3)),
    "top and bottom": ([imir(0)], lambda it: it[::-1]),
    "left and right": ([imir(1)], lambda it: it[:, ::-1]),
    "turned, then mirrored": ([irot(1), imir(1)], lambda it: np.rot90(it)[:, ::-1]),
    "mirrored, then turned": ([imir(1), irot(1)], lambda it: np.rot90(it[:, ::-1])),
    "cut, then turned": ([clap(60, 41, 20, -10), irot(1)], lambda it: np.rot90(it[20:61, 65:125])),
    "turned, then cut": ([irot(3), clap(41, 60)], lambda it: np.rot90(it, 3)[45:105, 30:71]),
}


@pytest.mark.parametrize("how", TURNS)
def test_photos_are_held_as_the_file_says(how: str) -> None:
    properties, done = TURNS[how]
    assert off(opened(photo(slopes(), Look(sampling="444"), tile=64, properties=properties)), done(slopes())) <= 3


def test_exif_does_not_turn_what_the_file_has_turned() -> None:
    about = Image.Exif()
    about[0x0112] = 6
    told = Entry("Exif", bytes(4) + about.tobytes(), refers=[("cdsc", [0])])
    image = opened(photo(slopes(), tile=64, properties=[irot(3)], beside=[told]))
    assert image.size == (HIGH, WIDE)
    assert not image.getexif()


def test_what_lies_beside_a_photo_is_not_taken_for_it() -> None:
    grey = np.full((64, 64, 3), 90, np.uint8)

    def other(*properties: bytes, refers: str) -> Entry:
        made = coded(grey)
        return Entry("hvc1", made.content, [*made.properties, *properties], [(refers, [0])])

    before = [other(refers="thmb"), other(GAIN_MAP, refers="auxl")]
    depth = other(full_box("auxC", b"urn:mpeg:hevc:2015:auxid:2\0"), refers="auxl")
    image = opened(photo(slopes(), tile=64, before=before, beside=[depth]))
    assert (image.mode, off(image, slopes()) <= 3) == ("RGB", True)


@pytest.mark.parametrize("full", [True, False])
def test_what_can_be_seen_through(full: bool) -> None:
    x = np.mgrid[:100, :150][1]
    opaque = np.repeat((x * 255 // 149)[..., None], 3, axis=2).astype(np.uint8)
    mask = coded(opaque, Look(full=full))
    pixels = slopes()[:100]
    image = opened(photo(pixels, beside=[Entry("hvc1", mask.content, [*mask.properties, ALPHA], [("auxl", [0])])]))
    assert image.mode == "RGBA"
    assert off(image.getchannel("A"), opaque) <= 3
    assert off(image, pixels) <= 3


def in_srgb(image: Image.Image) -> Image.Image:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
    shown = ImageCms.profileToProfile(image, profile, ImageCms.createProfile("sRGB"))
    assert shown is not None
    return shown


def test_a_profile_of_the_grid_or_of_its_tiles_comes_along() -> None:
    assert opened(photo(slopes(), tile=64, properties=[icc(wide_gamut())])).info["icc_profile"] == wide_gamut()
    tiles = [coded(quarters(64, 64)) for _ in range(2)]
    for tile in tiles:
        tile.properties = [*tile.properties, icc(wide_gamut())]
    whole = Entry("grid", grid(1, 2, 128, 64), [ispe(128, 64)], [("dimg", (2, 3))])
    assert opened(written([whole, *tiles])).info["icc_profile"] == wide_gamut()


def test_display_p3_without_a_profile_gets_one() -> None:
    colours = np.array([[200, 100, 50], [90, 160, 120], [128, 128, 128], [100, 110, 200]], np.uint8)
    pixels = np.repeat(np.repeat(colours[None], 64, axis=0), 32, axis=1)
    to_srgb = np.array([[1.2249, -0.2247, 0.0], [-0.0420, 1.0419, 0.0], [-0.0197, -0.0786, 1.0979]])  # CSS Color 4
    signal = colours / 255
    light = np.where(signal <= 0.04045, signal / 12.92, ((signal + 0.055) / 1.055) ** 2.4) @ to_srgb.T
    expected = 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 0) ** (1 / 2.4) - 0.055)
    for data in (
        photo(pixels, properties=[nclx(12, 13, 6, full=True)]),
        photo(pixels, Look(primaries=12, transfer=13)),
    ):
        shown = np.asarray(in_srgb(opened(data)))[32, 16::32].astype(int)
        assert np.abs(shown - expected).max() <= 3


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_high_dynamic_range_is_shown_as_clips_of_it_are(transfer: int) -> None:
    pixels = np.repeat(np.repeat(np.array([[[120, 60, 40], [40, 90, 60], [100, 100, 100]]], np.uint8), 96, 0), 64, 1)
    frame = hdr(light_of(pixels), transfer).reformat(format="rgb24", src_colorspace=9, dst_color_range=2)
    signal = frame.to_ndarray().astype(np.uint8)
    look = Look(bits=10, matrix=9, full=False, primaries=9, transfer=transfer)
    for data in (
        photo(signal, look),
        photo(signal, replace(look, says=False), properties=[nclx(9, transfer, 9, full=False)]),
    ):
        shown = np.asarray(opened(data))[48, 32::64].astype(int)
        assert np.abs(shown - pixels[48, 32::64]).max() <= 6, "as bright as paper, without the tags it is grey"


def jpeg(pixels: Pixels) -> Entry:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=97, subsampling=0)
    return Entry("jpeg", out.getvalue(), [ispe(pixels.shape[1], pixels.shape[0])])


def test_jpeg_in_heif() -> None:
    one = jpeg(slopes())
    one.properties = [*one.properties, irot(1)]
    assert off(opened(written([one], brand=b"mif1")), np.rot90(slopes())) <= 4
    tiles = [jpeg(slopes()[:64, x : x + 64]) for x in (0, 64)]
    whole = Entry("grid", grid(1, 2, 128, 64), [ispe(128, 64)], [("dimg", (2, 3))])
    assert off(opened(written([whole, *tiles], brand=b"mif1")), slopes()[:64, :128]) <= 4


def test_avif_under_the_general_brand() -> None:
    out = io.BytesIO()
    Image.fromarray(quarters()).save(out, "AVIF", quality=95)
    data = out.getvalue().replace(b"ftypavif", b"ftypmif1", 1)
    image = opened(data)
    assert image.size == (WIDE, HIGH)
    assert np.abs(np.array(image.getpixel((120, 80))) - QUARTERS[3]).max() <= 8
    with pytest.raises(InvalidArgument, match="AV1"):
        opened(data[:-50])


def test_a_picture_made_of_one_other() -> None:
    turned = Entry("iden", b"", [irot(1)], [("dimg", (2,))])
    one = coded(slopes()[:100])
    one.properties = [*one.properties, imir(1)]
    assert off(opened(written([turned, one])), np.rot90(slopes()[:100, ::-1])) <= 3

"""Pictures of every kind: shown right, or refused with a reason; no broken-image icon in a finished video."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from pixelle.core.v1 import core_pb2
from pixelle.render.v1 import render_pb2
from pixelle.runtime.client import call
from pixelle.runtime.errors import InvalidArgument
from tests.photos import Look, icc, irot, photo

if TYPE_CHECKING:
    from tests.traps.conftest import Studio

SHOWS, FILM = "512x384/image_shows.html", "512x384/video_film.html"
QUARTERS = [(200, 40, 40), (40, 170, 60), (50, 60, 200), (210, 190, 40)]
"""Left and right above, left and right below."""
GREYS = [(60, 60, 60), (120, 120, 120), (180, 180, 180), (240, 240, 240)]


def quarters(colors: list[tuple[int, int, int]] = QUARTERS, size: tuple[int, int] = (256, 192)) -> Image.Image:
    image = Image.new("RGB", size)
    for number, color in enumerate(colors):
        x, y = number % 2 * size[0] // 2, number // 2 * size[1] // 2
        image.paste(color, (x, y, x + size[0] // 2, y + size[1] // 2))
    return image


def written(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def moving(kind: str, **options: Any) -> bytes:
    others = [Image.new("RGB", (256, 192), "black"), Image.new("RGB", (256, 192), "white")]
    return written(quarters(), kind, save_all=True, append_images=others, duration=100, **options)


def on_its_side(orientation: int) -> bytes:
    """What a camera writes that was held so (EXIF 2.32, tag 0x0112)."""
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = quarters() if undo is None else quarters().transpose(undo)
    return written(image, "JPEG", quality=95, exif=exif)


def sixteen_bits(*, grey: bool) -> bytes:
    pixels = np.asarray(quarters(GREYS if grey else QUARTERS)).astype(np.uint16) * 257
    done, data = cv2.imencode(".png", pixels[:, :, 0] if grey else pixels[:, :, ::-1])
    assert done
    return data.tobytes()


def swapped_profile() -> bytes:
    """sRGB with the places of red and green exchanged (ICC.1, 7.3.1), under another name."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack(">I", data[128:132])[0]
    entries = {bytes(data[at : at + 4]): at for at in range(132, 132 + 12 * count, 12)}
    red, green = entries[b"rXYZ"], entries[b"gXYZ"]
    data[red + 4 : red + 12], data[green + 4 : green + 12] = data[green + 4 : green + 12], data[red + 4 : red + 12]
    return bytes(data.replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be")).replace(b"sRGB", b"swap"))


_SWAPPED = [(200, 40, 40), (40, 170, 60), (40, 40, 200), (200, 200, 40)]
_EXCHANGED = [(green, red, blue) for red, green, blue in _SWAPPED]


def swapped(size: tuple[int, int] = (256, 192)) -> bytes:
    return written(quarters(_EXCHANGED, size), "PNG", icc_profile=swapped_profile())


def seen_through() -> bytes:
    """A palette of which the last quarter's colour is transparent: the white page is seen."""
    image = quarters().quantize(4)
    return written(image, "PNG", transparency=int(np.asarray(image)[150, 200]))


RIGHT: dict[str, tuple[bytes, list[tuple[int, int, int]]]] = {
    "PNG": (written(quarters(), "PNG"), QUARTERS),
    "JPEG": (written(quarters(), "JPEG", quality=95), QUARTERS),
    "JPEG, progressive": (written(quarters(), "JPEG", quality=95, progressive=True), QUARTERS),
    "WebP": (written(quarters(), "WEBP", lossless=True), QUARTERS),
    "BMP": (written(quarters(), "BMP"), QUARTERS),
    "TIFF": (written(quarters(), "TIFF", compression="tiff_lzw"), QUARTERS),
    "AVIF": (written(quarters(), "AVIF", quality=95), QUARTERS),
    "HEIC": (photo(np.asarray(quarters()), tile=64), QUARTERS),
    "HEIC, on its side": (photo(np.rot90(np.asarray(quarters())), tile=64, properties=[irot(3)]), QUARTERS),
    "HEIC, 10 bits": (photo(np.asarray(quarters()), Look(bits=10, full=False)), QUARTERS),
    "HEIC, profile": (photo(np.asarray(quarters(_EXCHANGED)), tile=64, properties=[icc(swapped_profile())]), _SWAPPED),
    "one pixel": (written(Image.new("RGB", (1, 1), QUARTERS[0]), "PNG"), QUARTERS[:1] * 4),
    "CMYK": (
        written(Image.new("CMYK", (256, 192), (0, 255, 255, 0)), "JPEG", quality=95),
        [(255, 0, 0)] * 4,
    ),
    "16 bits": (sixteen_bits(grey=False), QUARTERS),
    "16 bits, grey": (sixteen_bits(grey=True), GREYS),
    "grey": (written(quarters(GREYS).convert("L"), "PNG"), GREYS),
    "black and white": (
        written(quarters([(0, 0, 0), (255, 255, 255)] * 2).convert("1"), "PNG"),
        [(0, 0, 0), (255, 255, 255)] * 2,
    ),
    "palette": (written(quarters().quantize(4), "PNG"), QUARTERS),
    "palette with transparency": (seen_through(), [*QUARTERS[:3], (255, 255, 255)]),
    "GIF": (written(quarters().quantize(4), "GIF"), QUARTERS),
    "GIF, animated": (moving("GIF"), QUARTERS),
    "WebP, animated": (moving("WEBP", lossless=True), QUARTERS),
    "APNG": (moving("PNG"), QUARTERS),
    "profile": (swapped(), _SWAPPED),
    "profile, large": (swapped((2600, 1950)), _SWAPPED),
    "broken profile": (written(quarters(), "PNG", icc_profile=b"nothing"), QUARTERS),
    "large": (written(quarters(size=(7000, 5250)), "JPEG", quality=90), QUARTERS),
    **{f"EXIF {number}": (on_its_side(number), QUARTERS) for number in range(1, 9)},
}


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(100_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def corrupt() -> bytes:
    data = bytearray(written(Image.effect_noise((256, 192), 40), "PNG"))
    data[len(data) // 2 : len(data) // 2 + 40] = bytes(40)
    return bytes(data)


_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
BAD = {
    "empty": (b"", "IMAGE_INVALID"),
    "text": (b"This is no picture.", "IMAGE_INVALID"),
    "corrupt": (corrupt(), "IMAGE_INVALID"),
    "truncated PNG": (written(Image.effect_noise((256, 192), 40), "PNG")[:9000], "IMAGE_INVALID"),
    "truncated JPEG": (written(Image.effect_noise((256, 192), 40), "JPEG")[:4000], "IMAGE_INVALID"),
    "truncated WebP": (written(Image.effect_noise((256, 192), 40).convert("RGB"), "WEBP")[:4000], "IMAGE_INVALID"),
    "truncated GIF": (moving("GIF")[:300], "IMAGE_INVALID"),
    "truncated HEIC": (photo(np.asarray(quarters()), tile=64)[:-100], "IMAGE_INVALID"),
    "head alone": (written(quarters(), "PNG")[:40], "IMAGE_INVALID"),
    "14000 a side": (written(Image.new("1", (14_000, 14_000)), "PNG"), "IMAGE_TOO_LARGE"),
    "bomb": (bomb(60_000, 60_000), "IMAGE_TOO_LARGE"),
    "small bomb": (bomb(8000, 8000), "IMAGE_INVALID"),
    "SVG": (_SVG, "IMAGE_INVALID"),
    "SVG with a head": (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- x -->" + _SVG, "IMAGE_INVALID"),
}


def shows(picture: Any, colors: list[tuple[int, int, int]], within: int) -> None:
    """The middle of every quarter and its corners: what is turned, cut or an icon is seen."""
    height, width = picture.shape[:2]
    for number, color in enumerate(colors):
        x, y = number % 2 * width // 2, number // 2 * height // 2
        part = picture[y + 16 : y + height // 2 - 16, x + 16 : x + width // 2 - 16].astype(int)
        off = np.abs(part - color).max()
        assert off <= within, f"quarter {number} is off by {off} from {color}"


async def test_a_line_is_shown_across_the_middle_of_a_darker_ground(studio: Studio) -> None:
    line = written(Image.new("RGB", (600, 1), QUARTERS[1]), "PNG")
    drawn = await studio.frame(template=SHOWS, title="line", visual=studio.picture(line))
    picture = studio.drawn(drawn.artifact).astype(int)
    height = picture.shape[0]
    assert np.abs(picture[15 * height // 32 : 17 * height // 32] - QUARTERS[1]).max() <= 8
    for edge in (picture[: height // 8], picture[-height // 8 :]):
        assert np.abs(edge - np.multiply(QUARTERS[1], 0.62)).max() <= 8


@pytest.mark.parametrize("kind", RIGHT)
async def test_shown_right(studio: Studio, kind: str) -> None:
    data, colors = RIGHT[kind]
    drawn = await studio.frame(template=SHOWS, title=kind, visual=studio.picture(data))
    assert not drawn.warnings
    lossy = any(word in kind for word in ("JPEG", "AVIF", "HEIC", "CMYK", "EXIF", "large"))
    shows(studio.drawn(drawn.artifact), colors, 8 if lossy else 3)


@pytest.mark.parametrize(
    "kind",
    [
        "PNG",
        "CMYK",
        "16 bits",
        "palette",
        "GIF, animated",
        "APNG",
        "WebP, animated",
        "profile",
        "EXIF 6",
        "HEIC, on its side",
        "one pixel",
    ],
)
async def test_shown_right_behind_a_page_and_in_a_clip(studio: Studio, kind: str) -> None:
    data, colors = RIGHT[kind]
    for template in (SHOWS, FILM):
        made = await studio.clip(0.1, template=template, title=kind, visual=studio.picture(data))
        for picture in studio.decoded(made.artifact, "rgb24"):
            shows(picture, colors, 8)


@pytest.mark.parametrize("kind", BAD)
async def test_refused(studio: Studio, kind: str) -> None:
    data, reason = BAD[kind]
    # through the store: a message cannot tell an empty file from none
    artifact = await studio.store.put("upload", data, "image/png")
    visual = core_pb2.Visual(artifact=artifact, kind=core_pb2.MEDIA_KIND_IMAGE)
    for ask, template in ((studio.frame, SHOWS), (studio.clip, SHOWS), (studio.clip, FILM)):
        with pytest.raises(InvalidArgument) as caught:
            await ask(template=template, visual=visual)
        assert (caught.value.reason, caught.value.message[-1]) == (reason, ".")
    source = render_pb2.MediaSource(artifact=artifact)
    with pytest.raises(InvalidArgument) as caught:
        await call(studio.stub.Probe, render_pb2.ProbeRequest(source=source), timeout=60, service="render")
    assert caught.value.reason in {reason, "MEDIA_UNREADABLE"}
    assert not studio.scratch()


async def test_a_lost_picture_is_named_and_not_drawn(studio: Studio) -> None:
    """A template that asks for what it may not have: a warning, and the page without an icon."""
    key = studio.template(
        "512x384/static_lost.html",
        "<!doctype html><body style='margin:0;background:#fff'>"
        "<img src='https://nowhere.example/x.png' alt='x' width=512 height=384>",
    )
    made = await studio.clip(0.1, template=key)
    assert "https://nowhere.example/x.png" in made.warnings[0]
    for picture in studio.decoded(made.artifact, "rgb24"):
        assert (picture > 250).all()


def test_the_kinds_are_what_they_say() -> None:
    """The inputs themselves: a picture that is not as described proves nothing."""
    with Image.open(io.BytesIO(RIGHT["CMYK"][0])) as image:
        assert image.mode == "CMYK"
    for kind in ("GIF, animated", "WebP, animated", "APNG"):
        with Image.open(io.BytesIO(RIGHT[kind][0])) as image:
            assert getattr(image, "n_frames", 1) == 3
    assert RIGHT["16 bits"][0][24] == 16

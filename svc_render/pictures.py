"""Pictures that callers send: looked at, put upright, and made into something every browser draws."""

from __future__ import annotations

import asyncio
import io
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageCms, ImageEnhance, ImageFilter, ImageOps, UnidentifiedImageError

from pixelle.heif.photo import KINDS, read_heif
from pixelle.runtime.errors import Cancelled, InvalidArgument
from pixelle.runtime.fetch import sniff
from svc_render.odd_shapes import MIDDLE, aimed, framed

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Buffer

__all__ = ["MAX_PIXELS", "MAX_SIDE", "Picture", "prepare", "read_picture"]

MAX_SIDE = 12_000
"""Longest side of a picture in pixels."""
MAX_PIXELS = 80_000_000
"""Most pixels of a picture."""

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
_AS_IS = frozenset({"image/png", "image/jpeg", "image/webp"})
_MOST_BYTES = 4_000_000
_ORIENTATION = 0x0112
_NOISE = 2  # times smaller than its pixels
_SOFT_SIDE = 96
_BLUR = 4.5  # pixels of the small copy: a twentieth of its longer side
_GLOW = 1.5


@dataclass(frozen=True)
class Picture:
    """A picture that is known to decode."""

    data: bytes
    media_type: str
    width: int
    """As shown, in pixels."""
    height: int
    """As shown, in pixels."""
    transparent: bool = False
    """Something can be seen through it."""
    soft: bytes = b""
    """A small copy, out of focus and a little more colourful, PNG; only when it was asked for."""
    aim: tuple[float, float] = MIDDLE
    """How much of what its place cuts off goes at the left and how much at the top, each 0 to 1."""


async def prepare(data: bytes, *, fit: int, soft: bool = False, place: tuple[int, int] | None = None) -> Picture:
    """`read_picture` for a page, on a thread, which stops soon after the caller has gone."""
    gone = threading.Event()

    def alive() -> None:
        if gone.is_set():
            raise Cancelled("The picture is not wanted any more.")

    try:
        return await asyncio.to_thread(read_picture, data, fit=fit, soft=soft, place=place, inflate=True, alive=alive)
    except asyncio.CancelledError:
        gone.set()
        raise


class _Watched(io.BytesIO):
    """A file in memory that is read and written piece by piece, and asks each time whether to go on."""

    def __init__(self, data: bytes = b"", *, alive: Callable[[], None]) -> None:
        super().__init__(data)
        self._alive = alive

    def read(self, size: int | None = -1, /) -> bytes:
        self._alive()
        return super().read(size)

    def write(self, data: Buffer, /) -> int:
        self._alive()
        return super().write(data)


def read_picture(
    data: bytes,
    *,
    fit: int,
    soft: bool = False,
    place: tuple[int, int] | None = None,
    inflate: bool = False,
    alive: Callable[[], None] = lambda: None,
) -> Picture:
    """
    Decode a picture once to prove that it can be drawn; re-encode it when a browser might not draw it right.

    data: PNG, JPEG, WebP, GIF, BMP, TIFF, AVIF or HEIC; the first frame of an animation is taken.
    fit: longest side in pixels that is of use; a bigger file is made smaller. soft: also make the small copy.
    place: width and height of what will show it; one of quite another shape is set into that one.
    inflate: a PNG file that is hardly smaller than its pixels is given not compressed.
    alive: called now and then; what it raises ends the work.
    Raises InvalidArgument (IMAGE_INVALID, IMAGE_TOO_LARGE).
    """
    if not data:
        raise InvalidArgument("The picture is empty. Send a PNG, JPEG or WebP file.", reason="IMAGE_INVALID")
    media_type = sniff(data)
    head = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<svg", b"<?xml", b"<!doctype svg", b"<!--")):
        raise InvalidArgument(
            "SVG pictures are not accepted: they can hold scripts and links. Send a PNG, JPEG or WebP file.",
            reason="IMAGE_INVALID",
        )
    with _opened(data, media_type, alive) as image:
        try:
            made, shown = _upright(image, data, media_type, fit, alive)
            if place and not made.transparent:
                shown = _eight_bit(shown)
                if other := framed(shown, place):
                    out = _Watched(alive=alive)
                    other.save(out, "JPEG", quality=95, subsampling=0)
                    made, shown = Picture(out.getvalue(), "image/jpeg", *other.size), other
                else:
                    made = replace(made, aim=aimed(shown, place))
            if inflate:
                made = _inflated(made, shown)
            return replace(made, soft=_soft(shown)) if soft else made
        except (OSError, ValueError, SyntaxError, EOFError, MemoryError, RuntimeError) as error:  # the last: AVIF's
            what = f"{image.width}x{image.height} {image.format}, {len(data)} bytes"
            raise InvalidArgument(
                f"The picture is damaged: {what}. Send it again.",
                reason="IMAGE_INVALID",
            ) from error


def _opened(data: bytes, media_type: str, alive: Callable[[], None]) -> Image.Image:
    """A picture that is not too large, its pixels perhaps not yet decoded."""
    if media_type in KINDS:
        return read_heif(data, fits=_check_size, alive=alive)
    try:
        image = Image.open(_Watched(data, alive=alive), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large("more than 89 million pixels") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise InvalidArgument(
            f"The picture cannot be read: {len(data)} bytes of {media_type}. Send a PNG, JPEG or WebP file.",
            reason="IMAGE_INVALID",
        ) from error
    _check_size(*image.size)
    return image


def _check_size(width: int, height: int) -> None:
    """Raises InvalidArgument (IMAGE_TOO_LARGE)."""
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise _too_large(f"{width}x{height} pixels")


def _too_large(what: str) -> InvalidArgument:
    return InvalidArgument(
        f"The picture has {what}; the most is {MAX_SIDE} a side and {MAX_PIXELS // 1_000_000} million in all. "
        "Make it smaller.",
        reason="IMAGE_TOO_LARGE",
    )


def _upright(
    image: Image.Image, data: bytes, media_type: str, fit: int, alive: Callable[[], None]
) -> tuple[Picture, Image.Image]:
    """The picture as a file that browsers draw right, and decoded."""
    animated = getattr(image, "n_frames", 1) > 1
    turned = image.getexif().get(_ORIENTATION, 1) != 1
    # a photo's noise makes large PNG files
    big = len(data) > _MOST_BYTES or max(image.size) > 2 * fit or media_type in KINDS
    if image.format == "JPEG" and big:
        image.draft("RGB", (fit, fit))  # decode at a fraction of the size
    image.load()
    profile = _profile(image)
    plain = image.mode in {"RGB", "RGBA", "L", "LA", "P", "1"} and not profile
    if plain and not animated and not turned and not big and media_type in _AS_IS:
        return Picture(data, media_type, *image.size, _transparent(image)), image
    shown = _in_srgb(image, profile) if profile else _eight_bit(image)
    alive()
    ImageOps.exif_transpose(shown, in_place=True)
    alive()
    if max(shown.size) > fit:
        shown.thumbnail((fit, fit), Image.Resampling.LANCZOS, reducing_gap=3.0)
    shown.info.pop("icc_profile", None)
    out = _Watched(alive=alive)
    if big and shown.mode == "RGB":
        shown.save(out, "JPEG", quality=95, subsampling=0)
        return Picture(out.getvalue(), "image/jpeg", *shown.size), shown
    shown.save(out, "PNG", compress_level=1)
    return Picture(out.getvalue(), "image/png", *shown.size, _transparent(shown)), shown


def _inflated(picture: Picture, image: Image.Image) -> Picture:
    """The same PNG file not compressed, if it is full of noise: to inflate that takes longer than to send more."""
    pixels = 3 * image.width * image.height
    if picture.media_type != "image/png" or picture.transparent or pixels > _NOISE * len(picture.data):
        return picture
    head = picture.data[: picture.data.find(b"IDAT")]
    if b"cICP" in head or (b"sRGB" not in head and (b"gAMA" in head or b"cHRM" in head)):
        return picture  # its colours are not those of sRGB, which the browser minds
    import cv2

    how = (cv2.IMWRITE_PNG_COMPRESSION, 0, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_NONE)
    done, file = cv2.imencode(".png", cv2.cvtColor(np.asarray(image.convert("RGB")), cv2.COLOR_RGB2BGR), how)
    return replace(picture, data=file.tobytes()) if done else picture


def _soft(image: Image.Image) -> bytes:
    small = _eight_bit(image)
    scale = _SOFT_SIDE / max(small.size)
    size = (max(1, round(small.width * scale)), max(1, round(small.height * scale)))
    small = small.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0).filter(ImageFilter.GaussianBlur(_BLUR))
    out = io.BytesIO()
    ImageEnhance.Color(small).enhance(_GLOW).save(out, "PNG")
    return out.getvalue()


def _transparent(image: Image.Image) -> bool:
    if image.mode == "P" and "transparency" in image.info:
        image = image.convert("RGBA")
    return "A" in image.getbands() and image.getchannel("A").getextrema()[0] != 255


def _profile(image: Image.Image) -> ImageCms.ImageCmsProfile | None:
    """The picture's colour profile (ICC.1), None when it says nothing that needs a conversion."""
    data = image.info.get("icc_profile")
    if not data or image.mode not in {"RGB", "RGBA", "CMYK", "L"}:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(data))
        return None if "sRGB" in ImageCms.getProfileDescription(profile) else profile
    except (ImageCms.PyCMSError, OSError):  # a broken profile: browsers pay no attention to it either
        return None


def _in_srgb(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    """RGB or RGBA in sRGB: not everything that shows a picture heeds profiles."""
    wanted = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        shown = ImageCms.profileToProfile(image, profile, ImageCms.createProfile("sRGB"), outputMode=wanted)
    except (ImageCms.PyCMSError, ValueError):  # the profile of another kind of picture
        return _eight_bit(image)
    return shown or image


def _eight_bit(image: Image.Image) -> Image.Image:
    """RGB or RGBA, 8 bits a channel."""
    if image.mode.startswith("I;16"):
        image = image.convert("I")
    if image.mode == "I":  # Pillow would clip what is above 255
        image = image.point(lambda value: value / 257).convert("L")
    if image.mode == "F":
        image = image.convert("L")
    alpha = "A" in image.getbands() or "transparency" in image.info
    wanted = "RGBA" if alpha else "RGB"
    return image if image.mode == wanted else image.convert(wanted)

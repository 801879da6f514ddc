"""Pictures as the planes that H.264 holds: bt709, limited range, 4:2:0."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    import av
    from av.video.reformatter import Interpolation
    from numpy.typing import NDArray

__all__ = ["Overlay", "framed", "opaque", "overlaid", "packed", "resampling", "rgb", "tag"]


def resampling() -> Interpolation:
    """How libswscale scales and converts."""
    from av.video.reformatter import Interpolation

    return (
        Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INP | Interpolation.FULL_CHR_H_INT
    )


def opaque(png: bytes) -> av.VideoFrame:
    """A picture file as a yuv420p frame. Transparent parts show black."""
    with Image.open(io.BytesIO(png)) as image:
        pixels = np.asarray(_flat(image))
    return _yuv(pixels)


def packed(png: bytes) -> NDArray[np.uint8]:
    """A picture file as a packed yuv420p array [height * 3 / 2, width]. Width and height must be even."""
    return np.asarray(opaque(png).to_ndarray(), dtype=np.uint8)


def _flat(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image.convert("RGB")
    ground = Image.new("RGB", image.size)
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _yuv(pixels: NDArray[np.uint8]) -> av.VideoFrame:
    import av
    from av.video.reformatter import ColorRange, Colorspace

    frame = av.VideoFrame.from_ndarray(pixels, "rgb24").reformat(
        format="yuv420p",
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG,
        interpolation=resampling(),
    )
    return tag(frame)


def rgb(frame: av.VideoFrame) -> NDArray[np.uint8]:
    """A bt709 limited yuv420p frame as RGB [height, width, 3]."""
    from av.video.reformatter import ColorRange, Colorspace

    plain = frame.reformat(
        format="rgb24",
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
        interpolation=resampling(),
    )
    return np.asarray(plain.to_ndarray(), dtype=np.uint8)


def tag(frame: av.VideoFrame) -> av.VideoFrame:
    """Say on a frame that it is bt709 limited."""
    from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

    frame.colorspace = Colorspace.ITU709
    frame.color_range = ColorRange.MPEG
    frame.color_primaries = ColorPrimaries.BT709
    frame.color_trc = ColorTrc.BT709
    return frame


def framed(picture: NDArray[np.uint8]) -> av.VideoFrame:
    """A packed yuv420p array [height * 3 / 2, width] as a frame."""
    import av

    return av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), "yuv420p")


class Overlay:
    """A transparent page, ready to be laid over yuv420p pictures of the same size."""

    def __init__(self, colour: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> None:
        """colour: packed yuv420p [height * 3 / 2, width]; alpha: the same layout, 0 to 255."""
        rows = np.flatnonzero(alpha.any(axis=1))
        self._rows = slice(int(rows[0]), int(rows[-1]) + 1) if rows.size else slice(0, 0)
        strength = alpha[self._rows].astype(np.uint16)
        self._kept = 255 - strength
        self._added = colour[self._rows].astype(np.uint16) * strength + 127

    def onto(self, picture: NDArray[np.uint8]) -> None:
        """Lay the page over a packed yuv420p picture, in place."""
        part = picture[self._rows]
        part[:] = (part * self._kept + self._added) // 255


def overlaid(pixels: NDArray[np.uint8]) -> Overlay:
    """The overlay of a page drawn with a transparent background: RGBA [height, width, 4], straight alpha."""
    height, width = pixels.shape[:2]
    alpha = pixels[:, :, 3]
    # chroma has half the lines: both planes see the mean of each 2x2 block
    small = alpha.reshape(height // 2, 2, width // 2, 2).astype(np.uint16).sum(axis=(1, 3))
    halves = ((small + 2) // 4).astype(np.uint8).ravel()  # half a row is left over where height / 2 is odd
    colour = _yuv(np.ascontiguousarray(pixels[:, :, :3])).to_ndarray()
    return Overlay(
        np.asarray(colour, dtype=np.uint8), np.concatenate([alpha.ravel(), halves, halves]).reshape(-1, width)
    )

"""Decoded frames as players show them: upright, in their own colours and shape."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

    import av

    Turn = Callable[[Image.Image], Image.Image]

__all__ = ["Turn", "shown", "turn_of"]

_MATRICES = {1: "ITU709", 4: "FCC", 5: "ITU601", 6: "ITU601", 7: "SMPTE240M", 9: "BT2020", 10: "BT2020"}
"""Matrix coefficients (ITU-T H.273, table 4), as libswscale calls them."""


def turn_of(frame: av.VideoFrame) -> Turn:
    """
    What puts a clip's frames upright, by the display matrix of one of them.

    Costs that frame's memory until garbage is collected: av's side data and its frame hold each other.
    """
    from av.sidedata.sidedata import Type

    try:
        beside: Any = frame.side_data
        matrix = beside.get(Type.DISPLAYMATRIX)
    except ValueError:  # beside it is something that av has no name for, such as EXIF: its turn can be had all the same
        degrees = round(frame.rotation / 90) * 90
        return lambda image: image.rotate(degrees, expand=True)
    if matrix is None:
        return lambda image: image
    return partial(_upright, matrix=bytes(matrix))


def shown(frame: av.VideoFrame, shape: float, turn: Turn) -> Image.Image:
    """RGB. shape: width of its pixels by their height. turn: of `turn_of`, for its clip."""
    from av.video.reformatter import ColorRange, Colorspace

    colours = _MATRICES.get(frame.colorspace)
    if not colours:  # what players take footage of its size for
        sides = frame.width, frame.height
        colours = "ITU709" if max(sides) >= 1280 or min(sides) > 576 else "ITU601"
    rgb = frame.reformat(
        width=max(1, round(frame.width * shape)),
        format="rgb24",
        src_colorspace=Colorspace[colours],
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.JPEG,
    )
    return turn(Image.fromarray(rgb.to_ndarray(), "RGB"))


def _upright(image: Image.Image, matrix: bytes) -> Image.Image:
    """By the display matrix (ISO 14496-12, 8.3.2), to the nearest quarter turn."""
    # a point (x, y) is shown at (a x + c y, b x + d y)
    a, b, _, c, d = np.frombuffer(matrix, np.int32)[:5].tolist()
    mirrored, flipped = a < 0, d < 0
    if abs(a) + abs(d) < abs(b) + abs(c):
        image = image.transpose(Image.Transpose.TRANSPOSE)
        mirrored, flipped = c < 0, b < 0
    if mirrored:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return image.transpose(Image.Transpose.FLIP_TOP_BOTTOM) if flipped else image

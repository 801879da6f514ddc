"""What decoded frames say of themselves: their colours, and how they are held to be seen as their camera meant them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import av
    from numpy.typing import NDArray

__all__ = ["Upright", "colours_of", "shown_size", "upright_of"]

_MATRICES = {1: "ITU709", 4: "FCC", 5: "ITU601", 6: "ITU601", 7: "SMPTE240M", 9: "BT2020", 10: "BT2020"}
"""Matrix coefficients (ITU-T H.273, table 4), as libswscale calls them."""


def colours_of(frame: av.VideoFrame) -> str:
    """
    The matrix of its colours, as libswscale and av's `Colorspace` call it.

    Where it names none, what players take footage of its size for.
    """
    if frame.format.is_rgb or frame.format.has_palette:
        return "ITU709"
    if named := _MATRICES.get(frame.colorspace):
        return named
    sides = frame.width, frame.height
    return "ITU709" if max(sides) >= 1280 or min(sides) > 576 else "ITU601"


@dataclass(frozen=True)
class Upright:
    """What is done to a frame: first its rows become columns, then left and right, then top and bottom are swapped."""

    transposed: bool = False
    mirrored: bool = False
    flipped: bool = False

    def of(self, plane: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """One plane [height, width], upright; the same array where nothing is to be done."""
        if self == Upright():
            return plane
        plane = plane.T if self.transposed else plane
        plane = plane[:, ::-1] if self.mirrored else plane
        return np.ascontiguousarray(plane[::-1] if self.flipped else plane)


_TURNS = (
    Upright(),
    Upright(transposed=True, flipped=True),
    Upright(mirrored=True, flipped=True),
    Upright(transposed=True, mirrored=True),
)
"""By quarter turns counterclockwise."""


def upright_of(frame: av.VideoFrame) -> Upright:
    """
    By the frame's display matrix (ISO 14496-12, 8.3.2), to the nearest quarter turn.

    Costs the frame's memory until garbage is collected: av's side data and its frame hold each other. Ask once a clip.
    """
    from av.sidedata.sidedata import Type

    try:
        beside: Any = frame.side_data
        data = beside.get(Type.DISPLAYMATRIX)
    except ValueError:  # beside it is something that av has no name for, such as EXIF: its turn can be had all the same
        return _TURNS[round(frame.rotation / 90) % 4]
    if data is None:
        return Upright()
    # a point (x, y) is shown at (a x + c y, b x + d y)
    a, b, _, c, d = np.frombuffer(bytes(data), np.int32)[:5].tolist()
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return Upright(mirrored=a < 0, flipped=d < 0)
    return Upright(transposed=True, mirrored=c < 0, flipped=b < 0)


def shown_size(frame: av.VideoFrame, shape: float, upright: Upright) -> tuple[int, int]:
    """Width and height in pixels as players show it. shape: width of its pixels by their height."""
    width, height = max(1, round(frame.width * shape)), frame.height
    return (height, width) if upright.transposed else (width, height)

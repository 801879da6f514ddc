"""How frames are turned and mirrored to be seen as their camera meant them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import av
    from numpy.typing import NDArray

__all__ = ["Upright", "shown_size", "upright_of"]


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

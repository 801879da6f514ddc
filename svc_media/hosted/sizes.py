"""The nearest of the sizes and lengths that a vendor offers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["length", "nearest_shape", "ratio", "within"]

_GRID = 16


def nearest_shape(width: int, height: int, offered: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Of the sizes in pixels that are offered the one of the nearest shape; of equals the nearest in size."""

    def far(size: tuple[int, int]) -> tuple[float, float]:
        shape = abs(math.log(size[0] / size[1]) - math.log(width / height))
        return round(shape, 3), abs(math.log(size[0] * size[1] / (width * height)))

    return min(offered, key=far)


def ratio(width: int, height: int, offered: Sequence[str]) -> str:
    """Of the ratios that are offered, such as "16:9", the nearest."""

    def shape(text: str) -> float:
        across, _, down = text.partition(":")
        return math.log(int(across) / int(down))

    return min(offered, key=lambda text: abs(shape(text) - math.log(width / height)))


def within(width: int, height: int, least: int, most: int, *, longest: int = 1 << 20) -> tuple[int, int]:
    """
    The shape with an area of `least` to `most` pixels, in blocks of 16, no side over `longest`.

    A shape that would need a longer side is made squarer: the rest is cut off later.
    """
    area = width * height
    scale = math.sqrt(least / area) if area < least else math.sqrt(most / area) if area > most else 1.0
    sides = [min(longest, side * scale) for side in (width, height)]
    grown = area < least or sides[0] * sides[1] < least
    low = [max(1, (math.ceil if grown else math.floor)(side / _GRID)) * _GRID for side in sides]
    return min(longest // _GRID * _GRID, low[0]), min(longest // _GRID * _GRID, low[1])


def length(seconds: float, offered: Sequence[int]) -> int:
    """The shortest clip that is long enough, else the longest."""
    return min((each for each in offered if each >= seconds), default=max(offered))

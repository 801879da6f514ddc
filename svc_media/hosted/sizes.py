"""The nearest of the sizes and lengths that a vendor offers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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


def within(
    width: int,
    height: int,
    least: int,
    most: int,
    *,
    shortest: int = _GRID,
    longest: int = 1 << 20,
    flattest: float = 16.0,
) -> tuple[int, int]:
    """
    A size of that shape with an area of `least` to `most` pixels, in blocks of 16.

    shortest, longest: pixels of a side, multiples of 16. flattest: the most that the longer side may have of the
    shorter one. A shape that these do not allow is made squarer: the rest is cut off later.
    """
    long = float(max(width, height))
    short = max(float(min(width, height)), long / flattest)
    scale = min(max(1.0, math.sqrt(least / (long * short))), math.sqrt(most / (long * short)), longest / long)
    long *= scale
    short = max(short * scale, least / long, shortest)
    down = _blocks(short, math.floor)
    across = min(_blocks(long, math.floor), _blocks(down * flattest, math.floor))
    if across * down < least or down < shortest:
        across, down = min(longest, _blocks(long, math.ceil)), _blocks(short, math.ceil)
    return (across, down) if width > height else (down, across)


def _blocks(side: float, rounded: Callable[[float], int]) -> int:
    return max(1, rounded(side / _GRID)) * _GRID


def length(seconds: float, offered: Sequence[int]) -> int:
    """The shortest clip that is long enough, else the longest."""
    return min((each for each in offered if each >= seconds), default=max(offered))

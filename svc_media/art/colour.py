"""Colours as sRGB triples, measured where the eye measures them (OKLab)."""

from __future__ import annotations

__all__ = ["RGB", "contrasting", "distance", "hexed", "lightness", "mix", "oklab"]

RGB = tuple[int, int, int]
"""Red, green and blue, 0 to 255, sRGB."""


def hexed(text: str) -> RGB:
    """The colour written as "#rrggbb"."""
    value = int(text.removeprefix("#"), 16)
    return value >> 16, value >> 8 & 255, value & 255


def mix(a: RGB, b: RGB, share: float) -> RGB:
    """`a` with `share` (0 to 1) of `b`."""
    keep = 1 - share
    return round(a[0] * keep + b[0] * share), round(a[1] * keep + b[1] * share), round(a[2] * keep + b[2] * share)


def _linear(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def oklab(colour: RGB) -> tuple[float, float, float]:
    """Lightness 0 to 1 and the two colour axes (Ottosson, "A perceptual color space", 2020)."""
    r, g, b = (_linear(part) for part in colour)
    long = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    medium = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    short = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def lightness(colour: RGB) -> float:
    """OKLab lightness, 0 (black) to 1 (white)."""
    return oklab(colour)[0]


def distance(a: RGB, b: RGB) -> float:
    """How different two colours look: 0.02 is just seen, 0.15 stands out clearly."""
    x, y = oklab(a), oklab(b)
    # hue differences separate an object from its backdrop more than their OKLab length says
    return ((x[0] - y[0]) ** 2 + 2.0 * ((x[1] - y[1]) ** 2 + (x[2] - y[2]) ** 2)) ** 0.5


def contrasting(subjects: tuple[RGB, ...], wishes: list[RGB], enough: float = 0.17) -> RGB:
    """The first of `wishes` that stands out from every subject, or the one that does so most."""

    def gap(wish: RGB) -> float:
        return min(distance(subject, wish) for subject in subjects)

    for wish in wishes:
        if gap(wish) >= enough:
            return wish
    return max(wishes, key=gap)

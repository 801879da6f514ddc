"""Pictures of people, drawn: a ground with something to see in it, and who stands before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["GROUNDS", "HAIR", "seen_of", "snapshot"]

GROUNDS = ("sky", "foliage", "wall", "beach", "night", "room")
HAIR = (250, 20, 240)
"""Of everybody, and nothing else."""
_SKIN = ((224, 172, 140), (150, 100, 70), (90, 60, 45))
_CLOTHES = ((180, 40, 50), (40, 70, 150), (240, 240, 235), (30, 30, 35), (230, 180, 60))


def snapshot(
    ground: str, size: tuple[int, int], people: Sequence[tuple[float, float, float]], *, seed: int = 1
) -> Image.Image:
    """RGB. people: each by the place of the feet across and down, and the height, all as shares of the picture."""
    image = Image.fromarray(_ground(ground, *size, np.random.default_rng(seed)))
    for number, (across, down, high) in enumerate(people):
        _person(ImageDraw.Draw(image), across * size[0], down * size[1], high * size[1], number)
    return image


def seen_of(image: Image.Image | NDArray[np.uint8], part: tuple[float, float, float, float]) -> float:
    """How much of everybody's hair lies in left, top, right and bottom, 0 to 1."""
    pixels = np.asarray(image).astype(int)
    hair = np.abs(pixels - HAIR).max(axis=2) < 60
    left, top, right, bottom = (round(edge) for edge in part)
    return float(hair[top:bottom, left:right].sum() / hair.sum())


def _ground(kind: str, width: int, height: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    down = np.linspace(0, 1, height)[:, None, None]

    def grain(size: int, strength: float) -> NDArray[np.float64]:
        small = Image.fromarray((rng.random((height // size + 2, width // size + 2)) * 255).astype(np.uint8))
        return (np.asarray(small.resize((width, height)), float)[..., None] / 255 - 0.5) * strength

    def colour(*parts: int) -> NDArray[np.float64]:
        return np.full((height, width, 3), parts, float)

    match kind:
        case "sky":
            made = np.where(down < 0.6, colour(110, 170, 235) + grain(40, 40), colour(70, 130, 50) + grain(4, 50))
        case "foliage":
            made = colour(60, 110, 45) + grain(6, 120) + grain(20, 80)
        case "wall":
            made = colour(160, 90, 70) + grain(3, 30)
            for row in range(0, height, 40):
                made[row : row + 2] = (200, 190, 180)
                made[row : row + 40, (row // 40 % 2) * 40 :: 80] = (200, 190, 180)
        case "beach":
            made = np.where(down < 0.65, colour(40, 110, 150), colour(225, 200, 150))
            made = np.where(down < 0.45, colour(150, 200, 235), made) + grain(8, 18)
        case "night":
            made = colour(15, 18, 40)
            for _ in range(200):
                row, column = rng.integers(height // 5, height - 8), rng.integers(0, width - 6)
                made[row : row + 5, column : column + 4] = (255, 220, 120)
        case _:
            made = np.where(down < 0.7, colour(225, 215, 200), colour(120, 80, 50)) + grain(50, 16)
            made[height // 7 : height * 2 // 5, width // 20 : width // 4] = (90, 140, 170)
    return np.clip(made, 0, 255).astype(np.uint8)


def _person(draw: ImageDraw.ImageDraw, across: float, down: float, high: float, number: int) -> None:
    skin, top = _SKIN[number % len(_SKIN)], down - high
    shirt, trousers = (_CLOTHES[(number + more) % len(_CLOTHES)] for more in (0, 3))

    def box(left: float, above: float, right: float, below: float) -> tuple[float, float, float, float]:
        return across + left * high, top + above * high, across + right * high, top + below * high

    draw.rectangle(box(-0.09, 0.5, -0.01, 1.0), trousers)
    draw.rectangle(box(0.01, 0.5, 0.09, 1.0), trousers)
    draw.rectangle(box(-0.16, 0.18, 0.16, 0.5), skin)
    draw.rounded_rectangle(box(-0.12, 0.15, 0.12, 0.54), 0.05 * high, shirt)
    draw.rectangle(box(-0.025, 0.11, 0.025, 0.17), skin)
    draw.ellipse(box(-0.07, 0.0, 0.07, 0.12), HAIR)
    draw.ellipse(box(-0.055, 0.03, 0.055, 0.135), skin)

"""Abstract cards: five compositions of large shapes in the hand-picked palettes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from svc_media.art.canvas import Canvas
from svc_media.art.chance import order, stream
from svc_media.art.colour import mix
from svc_media.art.palettes import PALETTES

if TYPE_CHECKING:
    import random

    from numpy.typing import NDArray

    from svc_media.art.palettes import Tones

__all__ = ["card"]

_WHITE = (255, 255, 255)


def card(width: int, height: int, *, seed: int, index: int, own: int) -> NDArray[np.uint8]:
    """
    A card, uint8 [height, width, 3].

    seed, index: the video and the position in it; neighbours differ in composition and palette.
    own: what else makes this card unlike others.
    """
    palette = PALETTES[order(seed, "palette", len(PALETTES), index)]
    tones = palette.dark if order(seed, "dark", 3, index) == 0 else palette.light
    rng = stream(seed, index, own)
    canvas = Canvas(width, height, tones.ink)
    canvas.wash([tones.top, tones.bottom], rng.choice((50, 75, 105, 130)))
    compositions = (_dunes, _discs, _columns, _arcs, _sheets)
    compositions[order(seed, "card", len(compositions), index)](canvas, tones, rng)
    return canvas.finish(grain=1.4, vignette=0.3, seed=own)


def _colours(tones: Tones) -> list[tuple[int, int, int]]:
    return [mix(tones.far, _WHITE, 0.1), tones.far, mix(tones.far, tones.near, 0.5), tones.near, tones.ground]


def _dunes(canvas: Canvas, tones: Tones, rng: random.Random) -> None:
    """Long waves under a sun."""
    short = min(canvas.width, canvas.height)
    x, y = rng.uniform(0.28, 0.72) * canvas.width, rng.uniform(0.28, 0.4) * canvas.height
    canvas.glow(x, y, short * 0.8, mix(tones.shape, _WHITE, 0.5), 0.5)
    canvas.disc(x, y, short * 0.24, (mix(tones.shape, _WHITE, 0.3), tones.shape), shadow=short * 0.03)
    across = np.linspace(0, 1, canvas.width, dtype=np.float32)
    for number, colour in enumerate(_colours(tones)):
        wave = np.sin(across * math.tau * rng.uniform(0.5, 0.9) + rng.uniform(0, math.tau)) * 0.05
        line = (0.46 + 0.125 * number + wave + 0.06 * (across - 0.5) * (-1) ** number) * canvas.height
        canvas.below(line.astype(np.float32), (mix(colour, _WHITE, 0.18), colour), shadow=short * 0.05)


def _discs(canvas: Canvas, tones: Tones, rng: random.Random) -> None:
    """Overlapping discs along a diagonal."""
    short, turn = min(canvas.width, canvas.height), rng.choice((-1, 1))
    colours = [tones.far, tones.near, tones.shape, tones.ground, tones.accent]
    for number, colour in enumerate(colours):
        share = number / 4 - 0.5
        x = canvas.width * (0.5 + turn * share * 0.8 + rng.uniform(-0.06, 0.06))
        y = canvas.height * (0.5 + share * 0.8 + rng.uniform(-0.04, 0.04))
        radius = short * (0.42, 0.3, 0.36, 0.2, 0.1)[number] * rng.uniform(0.9, 1.15)
        canvas.disc(x, y, radius, (mix(colour, _WHITE, 0.22), colour), shadow=short * 0.05)
        canvas.ring(x, y, radius * 1.12, width=max(2, short * 0.004), colour=mix(colour, _WHITE, 0.4), alpha=0.5)


def _columns(canvas: Canvas, tones: Tones, rng: random.Random) -> None:
    """Round-headed columns of different height."""
    short, count = min(canvas.width, canvas.height), 5 if canvas.width <= canvas.height else 8
    wide = canvas.width / count
    canvas.disc(
        canvas.width * rng.uniform(0.3, 0.7),
        canvas.height * 0.24,
        short * 0.15,
        (mix(tones.shape, _WHITE, 0.3), tones.shape),
    )
    colours = [*_colours(tones), tones.accent, tones.shape]
    rng.shuffle(colours)
    for number in range(count):
        top = canvas.height * rng.uniform(0.3, 0.72)
        colour = colours[number % len(colours)]
        left = number * wide
        canvas.box(
            left,
            top,
            left + wide + 1,
            canvas.height + wide,
            radius=wide / 2,
            fill=(mix(colour, _WHITE, 0.25), colour),
            arched=True,
            shadow=short * 0.04,
        )


def _arcs(canvas: Canvas, tones: Tones, rng: random.Random) -> None:
    """Rings around a corner."""
    short, far = min(canvas.width, canvas.height), max(canvas.width, canvas.height)
    x = canvas.width * rng.choice((0.06, 0.94))
    y = canvas.height * rng.choice((0.92, 0.98))
    colours = [*reversed(_colours(tones)), tones.accent]
    for number in range(6):
        radius = far * (0.98 - 0.155 * number)
        colour = colours[(5 - number) % 6]
        canvas.disc(x, y, radius, (mix(colour, _WHITE, 0.2), colour), shadow=short * 0.045)
    canvas.disc(x, y, far * 0.1, (mix(tones.shape, _WHITE, 0.3), tones.shape), shadow=short * 0.03)


def _sheets(canvas: Canvas, tones: Tones, rng: random.Random) -> None:
    """Tilted sheets of paper, one over the other, and a sun between them."""
    short, lean = min(canvas.width, canvas.height), rng.choice((-1, 1))
    for number, colour in enumerate(_colours(tones)):
        if number == 2:
            canvas.disc(
                canvas.width * (0.5 + 0.18 * lean),
                canvas.height * 0.44,
                short * 0.26,
                (mix(tones.shape, _WHITE, 0.3), tones.shape),
                shadow=short * 0.04,
            )
        middle = 0.26 + 0.16 * number + rng.uniform(-0.02, 0.02)
        slope = lean * (0.11 + 0.02 * number) * (-1) ** number
        line = np.linspace(middle - slope, middle + slope, canvas.width, dtype=np.float32) * canvas.height
        canvas.below(line, (mix(colour, _WHITE, 0.2), colour), shadow=short * 0.05, side=lean)

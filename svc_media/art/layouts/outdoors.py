"""Compositions under the sky."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from svc_media.art.colour import mix
from svc_media.art.layouts.scenery import WHITE, bokeh, cloud, cloud_colour, horizon, luminary, ridge, sky, stars
from svc_media.art.stage import Slot

if TYPE_CHECKING:
    from svc_media.art.stage import Stage

__all__ = ["hills", "planet", "portal", "tide"]


def hills(stage: Stage) -> None:
    """A wide land under a large sun; the hero on the near hill."""
    tones, canvas, short = stage.tones, stage.canvas, stage.short
    sky(stage)
    level = 0.64 if stage.tall else 0.62
    sun = stage.behind_hero(tones.shape)
    luminary(
        stage, stage.x(0.44 if stage.tall else 0.36), stage.height * (0.42 if stage.tall else 0.44), short * 0.33, sun
    )
    if not tones.dark:
        for _ in range(4 if stage.tall else 3):
            wide = short * stage.rng.uniform(0.16, 0.34)
            y = wide * 0.45 + stage.rng.uniform(0.02, 0.3) * stage.height
            cloud(stage, stage.rng.random() * stage.width, y, wide, cloud_colour(stage), alpha=0.85)
    horizon(stage, level)
    canvas.below(
        ridge(stage, level + 0.09, 0.02, waves=0.7),
        (mix(tones.near, tones.far, 0.35), tones.near),
        shadow=short * 0.04,
        side=stage.side,
    )
    front = ridge(stage, level + (0.17 if stage.tall else 0.2), 0.012, waves=0.5)
    canvas.below(front, (mix(tones.ground, tones.near, 0.45), tones.ground), shadow=short * 0.05, side=stage.side)
    canvas.glow(stage.x(0.42), stage.height * 0.88, short * 0.8, mix(tones.near, WHITE, 0.4), 0.35, squash=0.3)
    foot = 0.875 if stage.tall else 0.9
    if stage.wide:
        slots = [
            Slot(0.62, 0.93, 0.3, "front"),
            Slot(0.16, 0.87, 0.24),
            Slot(0.83, 0.77, 0.16, "far"),
            Slot(0.06, 0.73, 0.13, "far"),
        ]
        stage.perform(Slot(0.38, foot, 0.54), slots)
    else:
        slots = [
            Slot(0.8, 0.925, 0.28, "front"),
            Slot(0.14, 0.84, 0.22),
            Slot(0.87, 0.72, 0.16, "far"),
            Slot(0.2, 0.24, 0.17, "far"),
        ]
        stage.perform(Slot(0.44, foot, 0.55), slots)
    if tones.dark:
        bokeh(stage, 14, mix(tones.shape, WHITE, 0.5), low=0.35, high=0.95)


def portal(stage: Stage) -> None:
    """Sheets of paper with ragged openings, one behind the other; a far land in the innermost, the hero before it."""
    tones, canvas, short = stage.tones, stage.canvas, stage.short
    light = stage.behind_hero(mix(tones.top, WHITE, 0.5), tones.bottom, tones.shape)
    canvas.wash([mix(light, tones.top, 0.4), mix(light, WHITE, 0.3), mix(light, tones.shape, 0.25)], 90)
    middle = (stage.x(0.5), stage.height * 0.5)
    sun = stage.behind_hero(tones.shape, mix(tones.shape, WHITE, 0.5), tones.accent)
    luminary(stage, stage.x(0.55), stage.height * (0.44 if stage.tall else 0.42), short * 0.27, sun)
    if tones.dark:
        stars(stage, 0.5)
    level = 0.63
    hazy = mix(tones.far, light, 0.5)
    canvas.below(ridge(stage, level - 0.03, 0.03, waves=1.0), (mix(hazy, WHITE, 0.25), hazy))
    canvas.below(
        ridge(stage, level + 0.05, 0.025, waves=0.8), (mix(tones.far, WHITE, 0.15), tones.far), shadow=short * 0.02
    )
    for name, x, y in zip(stage.props[2:], (0.3, 0.7), (0.33, 0.27) if stage.tall else (0.4, 0.34), strict=False):
        stage.show(name, stage.x(x), y * stage.height, short * 0.15, cast="none", blur=short * 0.004, haze=0.15)
    sheets = 5
    colours = [
        mix(tones.far, tones.bottom, 0.35),
        tones.far,
        mix(tones.far, tones.near, 0.6),
        tones.near,
        mix(tones.near, tones.ground, 0.7),
    ]
    for number in range(sheets):
        grow = number / (sheets - 1)
        reach = (0.4 * stage.width * (0.9 + 0.34 * grow), 0.4 * stage.height * (0.88 + 0.34 * grow))
        _sheet(stage, middle, reach, colours[number], number)
    foot = 0.875 if stage.tall else 0.9
    canvas.glow(stage.x(0.5), stage.height * foot, short * 0.5, mix(light, WHITE, 0.4), 0.4, squash=0.22)
    if stage.wide:
        slots = [Slot(0.7, 0.94, 0.3, "front"), Slot(0.28, 0.91, 0.25)]
    else:
        slots = [Slot(0.8, 0.925, 0.29, "front"), Slot(0.17, 0.885, 0.25)]
    stage.perform(Slot(0.48, foot, 0.54), slots)


def _sheet(
    stage: Stage, middle: tuple[float, float], reach: tuple[float, float], colour: tuple[int, int, int], number: int
) -> None:
    """A sheet that covers the canvas but for a ragged round opening."""
    rng = stage.rng
    turns = np.linspace(0, math.tau, 160, endpoint=False)
    swell = np.ones_like(turns)
    for octave in (2, 3, 5, 7):
        swell += 0.055 / octave**0.4 * np.sin(turns * octave + rng.random() * math.tau)
    # a superellipse fills the corners of a long canvas better than an ellipse does
    cos, sin = np.cos(turns), np.sin(turns)
    xs = middle[0] + reach[0] * swell * np.sign(cos) * np.abs(cos) ** 0.72
    ys = middle[1] + reach[1] * swell * np.sign(sin) * np.abs(sin) ** 0.72
    ys = np.minimum(ys, stage.height * (0.80 + 0.035 * number if stage.tall else 0.80 + 0.04 * number))
    mask = Image.new("L", (stage.width * 2, stage.height * 2), 255)
    ImageDraw.Draw(mask).polygon([(float(x) * 2, float(y) * 2) for x, y in zip(xs, ys, strict=True)], fill=0)
    stage.canvas.lay(
        mask.reduce(2),
        (0, 0),
        (mix(colour, WHITE, 0.06), mix(colour, stage.tones.ink, 0.1)),
        shadow=stage.short * 0.035,
        side=stage.side,
    )


def tide(stage: Stage) -> None:
    """Bands of water under a low sun; the hero on a small island."""
    tones, canvas, short = stage.tones, stage.canvas, stage.short
    sky(stage)
    sun = stage.behind_hero(tones.shape, tones.accent)
    level = 0.52 if stage.tall else 0.5
    luminary(stage, stage.x(0.5 if stage.tall else 0.6), stage.height * (level - 0.03), short * 0.38, sun)
    if not tones.dark:
        for share, y in ((0.2, 0.16), (0.78, 0.24), (0.5, 0.1)):
            cloud(
                stage,
                stage.x(share),
                y * stage.height,
                short * stage.rng.uniform(0.2, 0.36),
                cloud_colour(stage),
                alpha=0.8,
            )
    bands = 6
    for number in range(bands):
        depth = number / (bands - 1)
        colour = mix(mix(tones.far, WHITE, 0.18), tones.ground, depth)
        line = _swell(stage, level + 0.47 * depth**1.1, 0.006 + 0.013 * depth, 1.6 - 0.9 * depth)
        if number == bands - 1:
            _island(stage)
            _company(stage)
        canvas.below(line, (mix(colour, WHITE, 0.16), colour), shadow=short * (0.012 + 0.03 * depth), side=stage.side)
    if tones.dark:
        bokeh(stage, 16, mix(sun, WHITE, 0.6), low=0.5, high=0.95)


def _swell(stage: Stage, level: float, swing: float, waves: float) -> np.ndarray:
    across = np.arange(stage.width, dtype=np.float32) / stage.short
    phase = stage.rng.random() * math.tau
    crest = np.abs(np.sin(across * waves * math.pi * 1.6 + phase))
    return ((level + swing * (1 - 2 * crest)) * stage.height).astype(np.float32)


def _island(stage: Stage) -> None:
    short, x = stage.short, stage.x(0.46)
    y = (0.862 if stage.tall else 0.885) * stage.height
    sand = mix(stage.tones.shape, (250, 226, 180), 0.55)
    sand = mix(sand, stage.tones.ink, 0.4) if stage.tones.dark else sand
    foam = mix(stage.tones.far, WHITE, 0.7)
    for grow, colour in ((1.16, mix(foam, stage.tones.near, 0.5)), (1.08, foam)):
        stage.canvas.oval(x, y + short * 0.012, short * 0.46 * grow, short * 0.085 * grow, colour)
    stage.canvas.oval(x, y + short * 0.01, short * 0.46, short * 0.085, mix(sand, stage.tones.ink, 0.3))
    stage.canvas.oval(x, y, short * 0.46, short * 0.08, mix(sand, WHITE, 0.12))


def _company(stage: Stage) -> None:
    if stage.wide:
        slots = [
            Slot(0.66, 0.885, 0.28, "front"),
            Slot(0.22, 0.885, 0.2),
            Slot(0.86, 0.62, 0.15, "far"),
            Slot(0.12, 0.34, 0.14, "far"),
        ]
        stage.perform(Slot(0.45, 0.865, 0.53), slots)
    else:
        slots = [
            Slot(0.78, 0.865, 0.26, "front"),
            Slot(0.13, 0.858, 0.2),
            Slot(0.84, 0.6, 0.16, "far"),
            Slot(0.17, 0.33, 0.16, "far"),
        ]
        stage.perform(Slot(0.45, 0.845, 0.54), slots)


def planet(stage: Stage) -> None:
    """The top of a small world, props standing around it, orbits above."""
    tones, canvas, short = stage.tones, stage.canvas, stage.short
    canvas.wash([tones.top, tones.bottom], 90)
    middle = stage.x(0.5)
    radius = short * (0.78 if stage.tall else 0.95)
    centre = stage.height * (0.83 if stage.tall else 0.8) + radius
    if tones.dark:
        stars(stage, 0.8)
    halo = stage.behind_hero(tones.shape, mix(tones.top, WHITE, 0.6))
    disc_y = stage.height * (0.5 if stage.tall else 0.48)
    for number, share in enumerate((1.0, 0.82, 0.64)):
        canvas.disc(
            middle,
            disc_y,
            short * 0.56 * share,
            mix(tones.bottom, halo, 0.25 + 0.3 * number),
            shadow=short * 0.02,
            side=stage.side,
        )
    for factor in (1.5, 1.85, 2.2):
        canvas.ring(
            middle, centre, radius * factor, width=max(2, short * 0.003), colour=mix(tones.shape, WHITE, 0.5), alpha=0.5
        )
    canvas.disc(
        middle, centre, radius, (mix(tones.ground, WHITE, 0.25), tones.ground), shadow=short * 0.05, side=stage.side
    )
    for _ in range(7):
        turn = stage.rng.uniform(-0.7, 0.7) - math.pi / 2
        depth, size = stage.rng.uniform(0.72, 0.93), short * stage.rng.uniform(0.02, 0.06)
        canvas.disc(
            middle + radius * depth * math.cos(turn),
            centre + radius * depth * math.sin(turn),
            size,
            mix(tones.ground, WHITE, 0.07),
        )
    around = ((0.5, 0.25), (-0.52, 0.23)) if not stage.wide else ((0.62, 0.27), (-0.6, 0.24))
    for name, (turn, size) in zip(stage.props, around, strict=False):
        lean = turn * (-1 if stage.flip else 1)
        x, y = middle + radius * 1.0 * math.sin(lean), centre - radius * 0.985 * math.cos(lean)
        stage.show(name, x, y + short * 0.03, short * size, tilt=-math.degrees(lean) * 0.55)
    flying = ((0.8, 0.27, 0.17), (0.22, 0.2, 0.15)) if stage.tall else ((0.87, 0.36, 0.17), (0.14, 0.34, 0.16))
    for name, (x, y, size) in zip(stage.props[2:], flying, strict=False):
        stage.show(name, stage.x(x), y * stage.height, short * size, cast="none", blur=short * 0.003, haze=0.1)
    stage.show(stage.hero, middle, centre - radius + short * 0.03, short * 0.53)

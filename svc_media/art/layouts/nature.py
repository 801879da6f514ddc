"""Compositions among trees and under water."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from svc_media.art.colour import mix
from svc_media.art.layouts.scenery import WHITE, bokeh, ridge
from svc_media.art.stage import Slot

if TYPE_CHECKING:
    from svc_media.art.colour import RGB
    from svc_media.art.stage import Stage

__all__ = ["clearing", "deep", "shafts"]


def shafts(stage: Stage, x: float, y: float, colour: RGB, *, strength: float, reach: float = 1.2) -> None:
    """Beams of light that fan out downwards from (x, y), shares of the canvas."""
    far = stage.height * reach
    for number in range(5):
        lean = (number - 2) * 0.17 - 0.05 * stage.side + stage.rng.uniform(-0.04, 0.04)
        spread = stage.rng.uniform(0.035, 0.08)
        top = (stage.width * x + stage.short * (number - 2) * 0.05, stage.height * y)
        ends = [(top[0] + far * math.sin(lean + turn), top[1] + far * math.cos(lean)) for turn in (-spread, spread)]
        beam = [(top[0] - stage.short * 0.012, top[1]), (top[0] + stage.short * 0.012, top[1]), ends[1], ends[0]]
        stage.canvas.polygon(beam, colour, alpha=strength * stage.rng.uniform(0.55, 1.0), soft=stage.short * 0.014)


def clearing(stage: Stage) -> None:
    """A wood seen through dark trunks and leaves; light falls into the clearing where the hero stands."""
    tones, canvas, short = stage.tones, stage.canvas, stage.short
    width, height, rng = stage.width, stage.height, stage.rng
    light = mix(tones.shape, WHITE, 0.55) if not tones.dark else mix(tones.shape, WHITE, 0.2)
    back = mix(tones.bottom, light, 0.4)
    canvas.wash([mix(tones.far, back, 0.35), back, mix(tones.near, back, 0.4)], 90)
    canvas.glow(stage.x(0.52), height * 0.4, max(width, height) * 0.5, mix(light, WHITE, 0.3), 0.7)
    ground = 0.74 if stage.tall else 0.72
    for depth in range(3):
        colour = mix(back, mix(tones.near, tones.ground, depth / 2), 0.28 + 0.26 * depth)
        count, thick = (9, 7, 4)[depth], (0.022, 0.036, 0.06)[depth]
        for number in range(count):
            x = (number + rng.uniform(0.1, 0.9)) / count
            if depth and 0.3 < x < 0.7:
                continue
            _trunk(
                stage, x * width, (ground + 0.02 * depth) * height + 6, short * thick * rng.uniform(0.8, 1.25), colour
            )
        if depth < 2:
            canvas.below(
                ridge(stage, ground - 0.03 + 0.025 * depth, 0.008, waves=1.1), (mix(colour, WHITE, 0.14), colour)
            )
    floor = mix(tones.ground, tones.near, 0.3)
    canvas.below(ridge(stage, ground + 0.03, 0.008, waves=0.7), (mix(floor, WHITE, 0.1), mix(floor, tones.ink, 0.35)))
    shafts(stage, 0.28 if stage.side > 0 else 0.72, -0.05, mix(light, WHITE, 0.4), strength=0.34)
    canvas.glow(stage.x(0.48), height * 0.87, short * 0.6, mix(light, WHITE, 0.2), 0.5, squash=0.24)
    slots = (
        [Slot(0.66, 0.93, 0.28, "front"), Slot(0.27, 0.86, 0.23), Slot(0.79, 0.79, 0.16)]
        if stage.wide
        else [Slot(0.77, 0.915, 0.27, "front"), Slot(0.19, 0.85, 0.22), Slot(0.78, 0.765, 0.15)]
    )
    stage.perform(Slot(0.47, 0.875 if stage.tall else 0.9, 0.54), slots)
    shade = mix(tones.ground, tones.ink, 0.72)
    for x in (-0.01, 1.01):
        _trunk(stage, x * width, height + 20, short * rng.uniform(0.1, 0.14), shade)
    _leaves(stage, shade)
    bokeh(stage, 12, mix(light, WHITE, 0.4), low=0.2, high=0.8)


def _trunk(stage: Stage, x: float, foot: float, wide: float, colour: RGB) -> None:
    points = [(x - wide * 0.5, -4), (x + wide * 0.5, -4), (x + wide * 0.56, foot * 0.8), (x + wide * 0.95, foot)]
    points += [(x - wide * 0.95, foot), (x - wide * 0.56, foot * 0.8)]
    stage.canvas.polygon(points, colour)


def _leaves(stage: Stage, colour: RGB) -> None:
    """Branches that hang into the picture from above."""
    rng, short = stage.rng, stage.short
    for number in range(40):
        side = number % 2
        x = (
            (rng.random() ** 1.7 * 0.5 * stage.width)
            if side
            else (stage.width - rng.random() ** 1.7 * 0.5 * stage.width)
        )
        edge = abs(x / stage.width - 0.5) * 2
        y = short * rng.uniform(-0.04, 0.05 + 0.2 * edge**2)
        length, turn = short * rng.uniform(0.07, 0.15), rng.uniform(0.8, 2.3)
        tip = (x + length * math.cos(turn), y + length * math.sin(turn))
        rim = [(0.2, 0.15), (0.45, 0.2), (0.72, 0.13)]
        along, across = (tip[0] - x, tip[1] - y), (y - tip[1], tip[0] - x)
        one = [(x + along[0] * far + across[0] * out, y + along[1] * far + across[1] * out) for far, out in rim]
        other = [(x + along[0] * far - across[0] * out, y + along[1] * far - across[1] * out) for far, out in rim]
        leaf = [(x, y), *one, tip, *other[::-1]]
        stage.canvas.polygon(leaf, mix(colour, stage.tones.near, rng.uniform(0.0, 0.22)))


def deep(stage: Stage) -> None:
    """Under water: light from above, weed and rocks at the edges, the hero adrift over the sand."""
    tones, canvas, short = stage.tones, stage.canvas, stage.short
    width, height, rng = stage.width, stage.height, stage.rng
    sea: RGB = (24, 96, 140) if not tones.dark else (10, 42, 84)
    top, low = mix(mix(sea, tones.top, 0.3), WHITE, 0.0 if tones.dark else 0.4), mix(sea, tones.ink, 0.45)
    canvas.wash([top, mix(sea, tones.near, 0.25), low], 90)
    canvas.glow(stage.x(0.4), 0, max(width, height) * 0.55, mix(top, WHITE, 0.6), 0.6)
    shafts(stage, 0.4 if not stage.flip else 0.6, -0.08, mix(top, WHITE, 0.5), strength=0.28)
    for level, share in ((0.7, 0.35), (0.79, 0.6)):
        colour = mix(low, mix(sea, tones.near, 0.3), 1 - share)
        canvas.below(ridge(stage, level, 0.035, waves=1.2), (mix(colour, WHITE, 0.08), colour))
    for edge in range(12):
        x = (rng.random() ** 1.6) * 0.32
        x = stage.width * (x if edge % 2 else 1 - x)
        colour = mix(low, tones.accent, 0.5) if edge % 3 == 0 else mix(mix(low, tones.near, 0.5), WHITE, 0.12)
        _weed(stage, x, height * rng.uniform(0.84, 0.93), short * rng.uniform(0.16, 0.36), colour)
    sand = mix(mix((222, 196, 150), tones.bottom, 0.25), sea, 0.4 if not tones.dark else 0.65)
    canvas.below(
        ridge(stage, 0.875, 0.012, waves=0.9), (mix(sand, WHITE, 0.15), mix(sand, low, 0.5)), shadow=short * 0.03
    )
    stage.show(stage.hero, stage.x(0.48), height * (0.7 if stage.tall else 0.76), short * 0.56, cast="none")
    spots = ((0.8, 0.95, 0.27, "ground"), (0.2, 0.36, 0.19, "none"), (0.82, 0.3, 0.17, "none"))
    for name, (x, y, size, cast) in zip(stage.props, spots, strict=False):
        stage.show(
            name,
            stage.x(x),
            y * height,
            short * size,
            cast="ground" if cast == "ground" else "none",
            haze=0.0 if y > 0.5 else 0.12,
        )
    for _ in range(26):
        x, y, size = rng.random() * width, rng.random() * height * 0.85, short * (0.004 + 0.014 * rng.random() ** 2)
        canvas.ring(x, y, size, width=max(1.2, size * 0.22), colour=mix(top, WHITE, 0.7), alpha=0.6)


def _weed(stage: Stage, x: float, foot: float, high: float, colour: RGB) -> None:
    """A swaying blade of seaweed."""
    phase, steps = stage.rng.random() * math.tau, 12
    left: list[tuple[float, float]] = []
    right: list[tuple[float, float]] = []
    for number in range(steps + 1):
        share = number / steps
        sway = math.sin(phase + share * 5) * high * 0.09 * share
        half = high * 0.055 * (1 - share) ** 0.7 + 1
        left.append((x + sway - half, foot - share * high))
        right.append((x + sway + half, foot - share * high))
    stage.canvas.polygon(left + right[::-1], (mix(colour, WHITE, 0.14), colour))

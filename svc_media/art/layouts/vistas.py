"""Compositions with a long view: still water, a road, clouds, floating land."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from svc_media.art.colour import mix
from svc_media.art.layouts.scenery import WHITE, bokeh, cloud, cloud_colour, horizon, ridge, sky, stars
from svc_media.art.stage import Slot

if TYPE_CHECKING:
    from svc_media.art.stage import Stage

__all__ = ["clouds", "islands", "lake", "road"]


def lake(stage: Stage) -> None:
    """Still water that doubles a far shore and the hero on it; a near bank below."""
    tones, canvas, short = stage.tones, stage.canvas, stage.short
    sky(stage)
    shore = 0.6 if stage.tall else 0.66
    horizon(stage, shore - 0.06)
    bank = mix(tones.near, tones.ground, 0.4)
    spit = np.full(stage.width, shore * stage.height, np.float32)
    canvas.below(spit - ridge(stage, 0.012, 0.006, waves=0.9), (mix(bank, WHITE, 0.18), bank))
    hero_foot = shore + 0.004
    far = [Slot(0.17, hero_foot, 0.27), Slot(0.83, hero_foot, 0.25)]
    stage.perform(Slot(0.5 if stage.tall else 0.46, hero_foot, 0.52), far)
    _mirror(stage, round(shore * stage.height))
    front = ridge(stage, 0.915, 0.012, waves=0.7)
    canvas.below(front, (mix(tones.ground, tones.ink, 0.1), mix(tones.ground, tones.ink, 0.5)), shadow=short * 0.03)
    rng = stage.rng
    for _ in range(26):
        x = rng.random() ** 1.5 * stage.width * 0.42
        x = x if rng.random() < 0.5 else stage.width - x
        base, high = stage.height * rng.uniform(0.93, 1.0), short * rng.uniform(0.06, 0.19)
        lean = short * rng.uniform(-0.03, 0.03)
        thick = short * 0.006
        blade = [(x - thick, base), (x + lean, base - high), (x + thick, base)]
        canvas.polygon(blade, mix(tones.ground, tones.ink, rng.uniform(0.35, 0.65)))
    for name, x in zip(stage.props[2:3], (0.84,), strict=False):
        stage.show(name, stage.x(x), 0.955 * stage.height, short * 0.26)
    if tones.dark:
        bokeh(stage, 12, mix(tones.shape, WHITE, 0.5), low=0.55, high=0.9)


def _mirror(stage: Stage, line: int) -> None:
    """What is above `line` upside down below it, rippled and dimmed by the water."""
    canvas, tones = stage.canvas, stage.tones
    deep = stage.height - line
    above = canvas.image.crop((0, max(0, line - round(deep * 1.15)), stage.width, line))
    pixels = np.asarray(above.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((stage.width, deep)))
    rows = np.arange(deep)
    swing = stage.short * (0.0015 + 0.009 * rows / deep)
    shift = np.round(swing * np.sin(rows / (stage.short * 0.006) + 3 * np.sin(rows / (stage.short * 0.05)))).astype(int)
    columns = np.clip(np.arange(stage.width)[None, :] + shift[:, None], 0, stage.width - 1)
    still = Image.fromarray(pixels[rows[:, None], columns], "RGB")
    water = mix(mix(tones.far, tones.near, 0.5), tones.ink, 0.25)
    tinted = Image.blend(still, Image.new("RGB", still.size, water), 0.42)
    canvas.image.paste(tinted, (0, line))
    for _ in range(22):
        y = line + deep * stage.rng.random() ** 1.6
        wide = stage.short * stage.rng.uniform(0.05, 0.25) * (0.4 + (y - line) / deep)
        x = stage.rng.random() * stage.width
        glint = mix(tones.bottom, WHITE, 0.5)
        canvas.box(x, y, x + wide, y + max(2, stage.short * 0.003), radius=2, fill=glint, alpha=0.35)
    canvas.box(0, line - 1, stage.width, line + max(2, stage.short * 0.004), radius=0, fill=mix(water, WHITE, 0.45))


def road(stage: Stage) -> None:
    """A road that winds to the horizon, the hero beside it, props along it."""
    tones, canvas, short = stage.tones, stage.canvas, stage.short
    width, height = stage.width, stage.height
    sky(stage)
    level = 0.5
    for share, y, size in ((0.2, 0.14, 0.34), (0.78, 0.22, 0.26), (0.55, 0.08, 0.2)):
        if not tones.dark:
            cloud(stage, stage.x(share), y * height, short * size, cloud_colour(stage), alpha=0.85)
    horizon(stage, level)
    canvas.below(
        ridge(stage, level + 0.025, 0.006, waves=0.6),
        (mix(tones.near, tones.bottom, 0.3), mix(tones.ground, tones.near, 0.3)),
    )
    canvas.glow(width / 2, height * level, width * 0.8, mix(tones.bottom, WHITE, 0.4), 0.4, squash=0.12)
    asphalt = mix(mix(tones.ink, tones.far, 0.5), (120, 116, 124), 0.25)
    steps = 48
    left: list[tuple[float, float]] = []
    right: list[tuple[float, float]] = []
    middle: list[tuple[float, float, float]] = []
    for number in range(steps + 1):
        near = number / steps
        y = height * (level + 0.03 + (1.02 - level - 0.03) * near**1.7)
        bend = 0.17 * math.sin(near * 2.9 + 0.4) * (1 - near) ** 0.6
        x = stage.x(0.56 + bend + 0.06 * near)
        half = short * (0.008 + 0.34 * near**1.7)
        left.append((x - half, y))
        right.append((x + half, y))
        middle.append((x, y, half))
    verge = mix(tones.shape, WHITE, 0.4)
    canvas.polygon(
        [(x - (short * 0.012 * n / steps), y) for n, (x, y) in enumerate(left)]
        + [(x + short * 0.012 * n / steps, y) for n, (x, y) in reversed(list(enumerate(right)))],
        verge,
    )
    canvas.polygon(left + right[::-1], (mix(asphalt, tones.bottom, 0.35), asphalt))
    for number in range(4, steps - 1, 5):
        (x0, y0, h0), (x1, y1, h1) = middle[number], middle[number + 2]
        dash = [(x0 - h0 * 0.03, y0), (x0 + h0 * 0.03, y0), (x1 + h1 * 0.03, y1), (x1 - h1 * 0.03, y1)]
        canvas.polygon(dash, mix(asphalt, WHITE, 0.75))
    slots = (
        [Slot(0.84, 0.93, 0.3, "front"), Slot(0.79, 0.72, 0.19), Slot(0.12, 0.66, 0.15)]
        if stage.wide
        else [Slot(0.84, 0.93, 0.28, "front"), Slot(0.85, 0.7, 0.2), Slot(0.13, 0.655, 0.15)]
    )
    stage.perform(Slot(0.32, 0.88 if stage.tall else 0.92, 0.55), slots)


def clouds(stage: Stage) -> None:
    """Above the clouds in low light; the hero rests on a bank, another passes before it."""
    tones, canvas, short = stage.tones, stage.canvas, stage.short
    canvas.wash([tones.top, mix(tones.top, tones.bottom, 0.7), mix(tones.bottom, tones.shape, 0.35)], 90)
    if tones.dark:
        stars(stage, 0.7)
    glow = mix(tones.shape, WHITE, 0.35)
    canvas.glow(stage.x(0.2), stage.height * 0.6, max(stage.width, stage.height) * 0.7, glow, 0.55)
    high = stage.height
    flock = [Slot(0.82, 0.34, 0.19, "far", "none", 8), Slot(0.18, 0.25, 0.16, "far", "none", -8)]
    for name, slot in zip(stage.props[1:], flock, strict=False):
        stage.show(name, stage.x(slot.x), slot.foot * high, slot.size * short, cast="none", tilt=slot.tilt, haze=0.12)
    banks = 6
    lit = mix(tones.top, WHITE, 0.2 if tones.dark else 0.75)
    for number in range(banks):
        depth = number / (banks - 1)
        level = (0.56 if stage.tall else 0.54) + 0.36 * depth
        if number == banks - 2:
            stage.show(stage.hero, stage.x(0.47), (0.835 if stage.tall else 0.85) * high, short * 0.56)
        if number == banks - 1 and stage.props:
            stage.show(stage.props[0], stage.x(0.8), 0.905 * high, short * 0.3)
        colour = mix(mix(tones.far, glow, 0.45), lit, 0.25 + 0.65 * depth)
        under = mix(colour, tones.near, 0.42)
        canvas.below(
            _billows(stage, level, 0.022 + 0.03 * depth), (mix(colour, WHITE, 0.3), under), shadow=short * 0.03
        )


def _billows(stage: Stage, level: float, swell: float) -> np.ndarray:
    """The upper edge of a bank of cloud: round heads side by side."""
    across = np.arange(stage.width, dtype=np.float32)
    line = np.full(stage.width, level * stage.height, np.float32)
    x = -0.1 * stage.short
    while x < stage.width + 0.1 * stage.short:
        radius = stage.short * swell * stage.rng.uniform(1.2, 3.4)
        inside = np.clip(radius**2 - (across - x) ** 2, 0, None)
        line = np.minimum(line, level * stage.height - np.sqrt(inside) * 0.8)
        x += radius * stage.rng.uniform(0.8, 1.3)
    return line.astype(np.float32)


def islands(stage: Stage) -> None:
    """Pieces of land adrift in the sky: the hero on the large one, a prop on each other."""
    tones, canvas, short = stage.tones, stage.canvas, stage.short
    canvas.wash([tones.top, mix(tones.top, tones.bottom, 0.6), tones.bottom], 90)
    if tones.dark:
        stars(stage, 1.0)
    canvas.glow(
        stage.x(0.3), stage.height * 0.35, max(stage.width, stage.height) * 0.6, mix(tones.shape, WHITE, 0.5), 0.45
    )
    if not tones.dark:
        puff = cloud_colour(stage)
        for x, y, size in ((0.15, 0.2, 0.3), (0.85, 0.36, 0.34), (0.3, 0.95, 0.5), (0.88, 0.9, 0.42)):
            cloud(stage, stage.x(x), y * stage.height, short * size, puff, alpha=0.75)
    if stage.tall:
        spots = ((0.79, 0.36, 0.15, 0.19), (0.18, 0.5, 0.12, 0.17), (0.84, 0.86, 0.16, 0.22))
        main = (0.45, 0.7, 0.36, 0.54)
    else:
        spots = ((0.84, 0.42, 0.15, 0.22), (0.14, 0.5, 0.13, 0.2), (0.82, 0.86, 0.17, 0.24))
        main = (0.48, 0.72, 0.36, 0.54)
    order = (2, 0, 1)
    placed = [(name, spots[number]) for name, number in zip(stage.props, order, strict=False)]
    for name, (x, y, half, size) in placed[1:]:
        _land(stage, x, y, half, haze=0.28)
        stage.show(name, stage.x(x), y * stage.height + short * 0.008, short * size, haze=0.08)
    x, y, half, size = main
    _land(stage, x, y, half, haze=0.0)
    stage.show(stage.hero, stage.x(x), y * stage.height + short * 0.012, short * size)
    for name, (x, y, half, size) in placed[:1]:
        _land(stage, x, y, half, haze=0.0)
        stage.show(name, stage.x(x), y * stage.height + short * 0.01, short * size)


def _land(stage: Stage, x: float, y: float, half: float, *, haze: float) -> None:
    """A floating rock with a green top; `half` of its width as a share of the short side."""
    tones, canvas, rng = stage.tones, stage.canvas, stage.rng
    middle, top, wide = stage.x(x), y * stage.height, half * stage.short
    stone = mix(mix(tones.ground, tones.ink, 0.25), tones.bottom, haze)
    grass = mix(mix(tones.near, tones.shape, 0.12), tones.bottom, haze)
    points = [(middle - wide, top)]
    teeth = 9
    for number in range(1, teeth):
        share = number / teeth
        drop = math.sin(share * math.pi) ** 0.8 * wide * rng.uniform(0.55, 1.15)
        points.append((middle - wide + 2 * wide * share, top + drop))
    points.append((middle + wide, top))
    canvas.polygon(points, (mix(stone, WHITE, 0.12), mix(stone, tones.ink, 0.4)), shadow=stage.short * 0.04)
    lit = [(px if px < middle else middle + (px - middle) * 0.1, py) for px, py in points]
    canvas.polygon(lit, mix(stone, WHITE, 0.2), alpha=0.5)
    canvas.oval(middle, top + wide * 0.03, wide * 1.03, wide * 0.17, mix(grass, tones.ink, 0.3))
    canvas.oval(middle, top - wide * 0.01, wide * 1.03, wide * 0.16, mix(grass, WHITE, 0.22))

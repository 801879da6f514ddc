"""What several compositions share: skies, ridges, horizons, clouds and lamps."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from svc_media.art.colour import RGB, mix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from svc_media.art.stage import Stage

__all__ = ["WHITE", "bokeh", "cloud", "cloud_colour", "horizon", "luminary", "ridge", "sky", "stars"]

WHITE: RGB = (255, 255, 255)


def sky(stage: Stage) -> None:
    """The palette's sky with light from the side it comes from."""
    tones = stage.tones
    stage.canvas.wash([tones.top, mix(tones.top, tones.bottom, 0.55), tones.bottom], 90)
    x = stage.width * (0.12 if stage.side > 0 else 0.88)
    light = mix(tones.shape, WHITE, 0.35) if tones.dark else WHITE
    stage.canvas.glow(x, stage.height * 0.1, max(stage.width, stage.height) * 0.8, light, 0.22 if tones.dark else 0.5)
    if tones.dark:
        stars(stage, 0.6)


def stars(stage: Stage, depth: float) -> None:
    """Stars in the upper `depth` (0 to 1) of the canvas, fewer towards its lower end."""
    rng, canvas = stage.rng, stage.canvas
    for _ in range(int(90 * stage.width * stage.height * depth / 1.2e6) + 24):
        y = rng.random() ** 1.4 * depth * stage.height
        size = stage.short * (0.0011 + 0.0022 * rng.random() ** 3)
        canvas.disc(
            rng.random() * stage.width, y, max(1.0, size), mix(stage.tones.bottom, WHITE, 0.5 + 0.5 * rng.random())
        )


def luminary(stage: Stage, x: float, y: float, radius: float, colour: RGB) -> None:
    """A sun or moon with its light around it."""
    canvas = stage.canvas
    glow = mix(colour, WHITE, 0.4)
    canvas.glow(x, y, radius * 2.3, glow, 0.42)
    canvas.ring(x, y, radius * 1.42, width=radius * 0.012 + 1, colour=mix(colour, WHITE, 0.5), alpha=0.35)
    canvas.ring(x, y, radius * 1.22, width=radius * 0.012 + 1, colour=mix(colour, WHITE, 0.5), alpha=0.5)
    canvas.disc(x, y, radius, (mix(colour, WHITE, 0.32), colour))


def cloud_colour(stage: Stage) -> RGB:
    """White by day, lit from below at dusk."""
    if stage.hour == "dusk":
        return mix(mix(stage.tones.bottom, stage.tones.top, 0.25), WHITE, 0.22)
    return mix(stage.tones.top, WHITE, 0.75)


def cloud(stage: Stage, x: float, y: float, width: float, colour: RGB, *, alpha: float = 1.0) -> None:
    """A flat-bottomed cloud with its base at (x, y)."""
    high = width * 0.42
    size = (int(width) * 2, int(high) * 2)
    mask = Image.new("L", size)
    draw = ImageDraw.Draw(mask)
    for left, top, across in ((0.0, 0.46, 0.34), (0.16, 0.12, 0.42), (0.42, 0.0, 0.36), (0.66, 0.34, 0.34)):
        draw.ellipse(
            (left * size[0], top * size[1], (left + across) * size[0], top * size[1] + across * size[0]),
            fill=int(255 * alpha),
        )
    draw.rectangle((0.14 * size[0], 0.7 * size[1], 0.86 * size[0], size[1]), fill=int(255 * alpha))
    mask = mask.reduce(2)
    stage.canvas.lay(
        mask,
        (int(x - width / 2), int(y - high)),
        (mix(colour, WHITE, 0.5 if stage.hour != "dusk" else 0.15), colour),
        shadow=0,
    )


def ridge(stage: Stage, level: float, swing: float, *, waves: float = 1.0, sharp: bool = False) -> NDArray[np.float32]:
    """A hill line around `level`, swinging by `swing` (both shares of the height): its y for each column."""
    across = np.arange(stage.width, dtype=np.float32) / stage.short
    line = np.zeros_like(across)
    for octave in range(1, 7 if sharp else 4):
        phase, speed = stage.rng.random() * math.tau, waves * (0.55 * octave**1.25) * (0.8 + 0.4 * stage.rng.random())
        wave = (
            np.abs(((across * speed + phase) % 2) - 1) * 2 - 1
            if sharp
            else np.sin(across * speed * math.tau / 1.6 + phase)
        )
        line += wave / octave**1.35
    return ((level + swing * line / 1.6) * stage.height).astype(np.float32)


def _skyline(stage: Stage, level: float, tallest: float, colour: RGB, lit: RGB | None) -> None:
    """Houses side by side, their foot at `level`."""
    rng, x = stage.rng, -0.02 * stage.short
    while x < stage.width:
        wide = stage.short * rng.uniform(0.07, 0.15)
        high = stage.short * tallest * rng.uniform(0.35, 1.0)
        top = level * stage.height - high
        stage.canvas.box(
            x,
            top,
            x + wide,
            level * stage.height + 4,
            radius=stage.short * 0.006,
            fill=(mix(colour, WHITE, 0.08), colour),
        )
        if rng.random() < 0.3:
            stage.canvas.box(x + wide * 0.42, top - high * 0.18, x + wide * 0.5, top + 2, radius=1, fill=colour)
        if lit:
            pane, gap = wide * 0.13, wide * 0.1
            for column in range(4):
                for row in range(int(high / (pane * 2.2)) - 1):
                    if rng.random() < 0.42:
                        px, py = x + gap + column * (pane + gap), top + gap + row * pane * 2.1
                        stage.canvas.box(px, py, px + pane, py + pane * 1.2, radius=1, fill=lit)
        x += wide * rng.uniform(0.9, 1.15)


def horizon(stage: Stage, level: float) -> None:
    """What lies at the horizon, its foot at `level` (share of the height)."""
    tones, canvas = stage.tones, stage.canvas
    hazy = mix(tones.far, tones.bottom, 0.55)
    if stage.place == "city":
        _skyline(stage, level + 0.01, 0.5, hazy, None)
        _skyline(
            stage,
            level + 0.02,
            0.36,
            tones.far,
            mix(tones.shape, WHITE, 0.35) if tones.dark else mix(tones.top, WHITE, 0.4),
        )
        canvas.below(ridge(stage, level + 0.015, 0.004), tones.far)
        return
    if stage.place == "mountains":
        peaks = ridge(stage, level - 0.13, 0.09, waves=0.9, sharp=True)
        canvas.below(peaks, (mix(hazy, WHITE, 0.45), hazy))
        canvas.below(
            ridge(stage, level - 0.05, 0.06, waves=1.2, sharp=True), (mix(tones.far, WHITE, 0.12), tones.far), shadow=18
        )
        return
    if stage.place in {"sea", "deep"}:
        flat = np.full(stage.width, (level - 0.03) * stage.height, np.float32)
        water = mix(tones.far, (70, 150, 190), 0.25)
        canvas.below(flat, (mix(water, WHITE, 0.35), water))
        for _ in range(26):
            y = (level - 0.02 + 0.2 * stage.rng.random() ** 1.5) * stage.height
            wide = stage.short * stage.rng.uniform(0.03, 0.16)
            x = stage.rng.random() * stage.width
            canvas.box(x, y, x + wide, y + 3, radius=2, fill=mix(water, WHITE, 0.55), alpha=0.6)
        return
    canvas.below(ridge(stage, level - 0.07, 0.035, waves=0.8), (mix(hazy, WHITE, 0.22), hazy))
    canvas.below(
        ridge(stage, level, 0.035, waves=1.0), (mix(tones.far, WHITE, 0.18), tones.far), shadow=stage.short * 0.03
    )
    if stage.place == "forest":
        _trees(stage, level + 0.03)


def _trees(stage: Stage, level: float) -> None:
    """A row of firs, their foot at `level`."""
    rng = stage.rng
    colour = mix(stage.tones.far, stage.tones.near, 0.45)
    x = 0.0
    while x < stage.width:
        high = stage.short * rng.uniform(0.1, 0.22)
        wide, foot = high * 0.42, (level + 0.01 * rng.random()) * stage.height
        for tier in range(3):
            top, half = foot - high * (1 - 0.24 * tier), wide * (0.5 + 0.25 * tier)
            stage.canvas.polygon([(x, top), (x + half, top + high * 0.5), (x - half, top + high * 0.5)], colour)
        x += wide * rng.uniform(0.9, 2.2)


def bokeh(stage: Stage, count: int, colour: RGB, *, low: float = 0.0, high: float = 0.7) -> None:
    """Soft dots of light between `low` and `high` (shares of the height)."""
    for _ in range(count):
        radius = stage.short * (0.008 + 0.03 * stage.rng.random() ** 2)
        y = (low + (high - low) * stage.rng.random()) * stage.height
        stage.canvas.glow(stage.rng.random() * stage.width, y, radius, colour, 0.25 + 0.3 * stage.rng.random())

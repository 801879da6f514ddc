"""Compositions of flat shapes, as on a printed poster."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from svc_media.art.colour import mix
from svc_media.art.layouts.scenery import WHITE, bokeh
from svc_media.art.stage import Slot

if TYPE_CHECKING:
    from svc_media.art.stage import Stage

__all__ = ["rays", "split", "steps", "studio"]


def _floor(stage: Stage, level: float) -> None:
    """A floor from `level` (share of the height) down, lit in the middle."""
    tones, canvas = stage.tones, stage.canvas
    line = np.full(stage.width, level * stage.height, np.float32)
    near, far = mix(tones.ground, tones.ink, 0.1), mix(tones.near, tones.ground, 0.4)
    canvas.below(line, (far, near))
    canvas.glow(
        stage.x(0.5), stage.height * (level + 0.12), stage.short * 0.75, mix(tones.near, WHITE, 0.35), 0.5, squash=0.28
    )


def studio(stage: Stage) -> None:
    """A large disc on a wall, rings around it, the hero on the floor before it."""
    tones, canvas, short = stage.tones, stage.canvas, stage.short
    canvas.wash([mix(tones.top, WHITE, 0.05 if tones.dark else 0.3), tones.bottom], 70 if stage.side > 0 else 110)
    level = 0.77 if stage.tall else 0.76
    x, y = stage.x(0.5 if not stage.wide else 0.55), stage.height * 0.46
    disc = stage.behind_hero(tones.shape)
    wall = mix(tones.bottom, tones.top, 0.4)
    for share, strength in ((0.72, 0.16), (0.58, 0.34)):
        canvas.disc(x, y, short * share, mix(wall, disc, strength), shadow=short * 0.018, side=stage.side)
    canvas.disc(x, y, short * 0.44, (mix(disc, WHITE, 0.22), disc), shadow=short * 0.045, side=stage.side)
    canvas.disc(
        stage.x(0.14),
        stage.height * (0.17 if stage.tall else 0.2),
        short * 0.075,
        tones.accent,
        shadow=short * 0.02,
        side=stage.side,
    )
    if stage.tall:
        canvas.disc(
            stage.x(0.86), stage.height * 0.11, short * 0.035, tones.shape, shadow=short * 0.015, side=stage.side
        )
    _floor(stage, level)
    slots = (
        [
            Slot(0.79, 0.95, 0.3, "front"),
            Slot(0.27, 0.89, 0.26),
            Slot(0.9, 0.42, 0.17, "far", "wall", 10),
            Slot(0.1, 0.6, 0.16, "far", "wall", -8),
        ]
        if stage.wide
        else [
            Slot(0.82, 0.93, 0.29, "front"),
            Slot(0.16, 0.86, 0.24),
            Slot(0.84, 0.3, 0.18, "far", "wall", 10),
            Slot(0.17, 0.44, 0.16, "far", "wall", -10),
        ]
    )
    stage.perform(Slot(0.5 if not stage.wide else 0.54, 0.885 if stage.tall else 0.91, 0.55), slots)


def rays(stage: Stage) -> None:
    """Beams from behind the hero over the whole sheet, a bowed ground below."""
    tones, canvas, short = stage.tones, stage.canvas, stage.short
    canvas.wash([mix(tones.top, WHITE, 0.0 if tones.dark else 0.25), tones.bottom], 90)
    x, y = stage.x(0.5), stage.height * (0.6 if stage.tall else 0.58)
    reach = math.hypot(stage.width, stage.height)
    beams, start = 18, stage.rng.random()
    beam = mix(tones.bottom, tones.shape, 0.42 if tones.dark else 0.34)
    for number in range(beams):
        a = math.tau * (number + start) / beams
        b = a + math.pi / beams
        points = [
            (x, y),
            (x + reach * math.cos(a), y + reach * math.sin(a)),
            (x + reach * math.cos(b), y + reach * math.sin(b)),
        ]
        canvas.polygon(points, beam, alpha=0.6)
    core = stage.behind_hero(mix(tones.top, WHITE, 0.6), tones.shape)
    canvas.glow(x, y, short * 0.85, mix(core, WHITE, 0.2), 0.85)
    canvas.disc(x, y - short * 0.02, short * 0.36, (mix(core, WHITE, 0.25), core), shadow=short * 0.03, side=stage.side)
    across = (np.arange(stage.width, dtype=np.float32) - x) / stage.width
    for depth, colour in ((0.0, mix(tones.near, tones.far, 0.35)), (0.075, mix(tones.ground, tones.near, 0.35))):
        top = (0.79 if stage.tall else 0.76) + depth
        bow = ((top + 0.20 * across**2) * stage.height).astype(np.float32)
        canvas.below(bow, (mix(colour, WHITE, 0.14), colour), shadow=short * 0.04, side=stage.side)
    slots = (
        [
            Slot(0.74, 0.95, 0.3, "front", tilt=-6),
            Slot(0.25, 0.92, 0.25, tilt=6),
            Slot(0.88, 0.45, 0.17, "far", "none", 12),
            Slot(0.12, 0.42, 0.16, "far", "none", -12),
        ]
        if stage.wide
        else [
            Slot(0.82, 0.93, 0.27, "front", tilt=-6),
            Slot(0.17, 0.9, 0.24, tilt=6),
            Slot(0.82, 0.34, 0.18, "far", "none", 12),
            Slot(0.2, 0.27, 0.17, "far", "none", -12),
        ]
    )
    stage.perform(Slot(0.5, 0.87 if stage.tall else 0.89, 0.54), slots)
    bokeh(stage, 10, mix(tones.shape, WHITE, 0.6), low=0.05, high=0.6)


def split(stage: Stage) -> None:
    """Two fields cut aslant, a half disc on the cut, stripes and dots against it."""
    tones, canvas, short = stage.tones, stage.canvas, stage.short
    width, height = stage.width, stage.height
    upper = stage.behind_hero(mix(tones.top, WHITE, 0.1 if tones.dark else 0.35), tones.shape)
    canvas.wash([upper, mix(upper, tones.bottom, 0.6)], 90)
    a, b = (0.66, 0.50) if stage.tall else (0.74, 0.46)
    if stage.flip:
        a, b = b, a
    if stage.tall or not stage.wide:
        x, y, radius = stage.x(0.62), height * 0.36, short * 0.42
    else:
        x, y, radius = stage.x(0.58), height * 0.46, height * 0.42
    disc = stage.behind_hero(tones.accent, tones.shape)
    for number in range(9):
        gap = short * 0.035
        left = stage.x(0.1) - short * 0.06
        canvas.box(
            left,
            height * 0.1 + number * gap,
            left + short * 0.16,
            height * 0.1 + number * gap + short * 0.008,
            radius=4,
            fill=mix(upper, tones.near, 0.55),
        )
    canvas.disc(x, y, radius, (mix(disc, WHITE, 0.2), disc), shadow=short * 0.03, side=stage.side)
    canvas.ring(x, y, radius * 1.16, width=max(2, short * 0.004), colour=mix(upper, tones.near, 0.6), alpha=0.8)
    cut = np.linspace(a, b, width, dtype=np.float32) * height
    canvas.below(
        cut, (mix(tones.near, WHITE, 0.12), mix(tones.near, tones.ground, 0.5)), shadow=short * 0.05, side=stage.side
    )
    canvas.below(
        cut + np.float32(0.29 * height),
        (tones.ground, mix(tones.ground, tones.ink, 0.3)),
        shadow=short * 0.04,
        side=stage.side,
    )
    for row in range(4):
        for column in range(6):
            px, py = (
                stage.x(0.9) + (column - 3) * short * 0.03,
                height * (0.9 if stage.tall else 0.88) + row * short * 0.03,
            )
            canvas.disc(px, py, short * 0.0055, mix(tones.ground, tones.shape, 0.6))
    slots = (
        [
            Slot(0.73, 0.86, 0.3, "front", tilt=-7),
            Slot(0.2, 0.92, 0.26),
            Slot(0.88, 0.36, 0.18, "beside", "wall", 8),
            Slot(0.3, 0.38, 0.17, "far", "wall", -8),
        ]
        if stage.wide
        else [
            Slot(0.82, 0.86, 0.28, "front", tilt=-7),
            Slot(0.17, 0.9, 0.24),
            Slot(0.84, 0.24, 0.19, "beside", "wall", 8),
            Slot(0.26, 0.4, 0.17, "far", "wall", -8),
        ]
    )
    stage.perform(Slot(0.46, 0.83 if stage.tall else 0.88, 0.55), slots)


def steps(stage: Stage) -> None:
    """Blocks that rise to one side, the hero on a broad one, a prop on each other."""
    tones, canvas, short = stage.tones, stage.canvas, stage.short
    canvas.wash([tones.top, tones.bottom], 60 if stage.side > 0 else 120)
    moon = stage.behind_hero(tones.shape)
    canvas.disc(
        stage.x(0.6),
        stage.height * 0.42,
        short * 0.43,
        (mix(moon, WHITE, 0.25), moon),
        shadow=short * 0.03,
        side=stage.side,
    )
    if stage.tall:
        tops = ((0.0, 0.30, 0.90), (0.30, 0.84, 0.80), (0.84, 1.0, 0.56))
        spots = [
            Slot(0.15, 0.905, 0.23),
            Slot(0.86, 0.565, 0.2),
            Slot(0.2, 0.33, 0.18, "far", "none", 10),
            Slot(0.78, 0.2, 0.17, "far", "none", -8),
        ]
        hero = Slot(0.57, 0.81, 0.52)
    else:
        tops = ((0.0, 0.2, 0.92), (0.2, 0.36, 0.84), (0.36, 0.76, 0.76), (0.76, 1.0, 0.62))
        spots = [
            Slot(0.28, 0.85, 0.26),
            Slot(0.88, 0.63, 0.24),
            Slot(0.1, 0.93, 0.2),
            Slot(0.2, 0.36, 0.17, "far", "none", 10),
        ]
        hero = Slot(0.56, 0.775, 0.54)
    for number, (start, stop, top) in enumerate(tops):
        left, right = sorted((stage.x(start), stage.x(stop)))
        colour = (
            mix(tones.near, tones.ground, number / len(tops) * 0.9)
            if not stage.flip
            else mix(tones.ground, tones.near, number / len(tops) * 0.9)
        )
        canvas.box(
            left - 2,
            top * stage.height,
            right + 2,
            stage.height + short * 0.1,
            radius=short * 0.012,
            fill=(mix(colour, WHITE, 0.16), mix(colour, tones.ink, 0.22)),
            shadow=short * 0.045,
            side=stage.side,
        )
        canvas.box(
            left + 2,
            top * stage.height,
            right - 2,
            top * stage.height + short * 0.016,
            radius=4,
            fill=mix(colour, WHITE, 0.4),
        )
    bokeh(stage, 10, mix(tones.shape, WHITE, 0.6), low=0.03, high=0.5)
    stage.perform(hero, spots)

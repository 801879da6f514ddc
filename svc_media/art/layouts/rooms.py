"""Compositions between walls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from svc_media.art.colour import mix
from svc_media.art.layouts.scenery import WHITE
from svc_media.art.stage import Slot

if TYPE_CHECKING:
    from svc_media.art.colour import RGB
    from svc_media.art.stage import Stage

__all__ = ["arch", "room", "shelf"]


_KEEPSAKES = ("potted-plant", "candle", "spiral-shell", "framed-picture", "teapot", "yarn", "compass", "books")
"""What stands in a niche that is left."""


def _window(stage: Stage, left: float, top: float, wide: float, high: float) -> None:
    """A window with a view; its light falls into the room."""
    tones, canvas, short = stage.tones, stage.canvas, stage.short
    frame = mix(tones.top, WHITE, 0.8) if not tones.dark else mix(tones.near, WHITE, 0.2)
    edge = short * 0.022
    canvas.box(
        left - edge,
        top - edge,
        left + wide + edge,
        top + high + edge,
        radius=short * 0.02,
        fill=frame,
        shadow=short * 0.03,
        side=stage.side,
    )
    outside: tuple[RGB, RGB] = ((20, 34, 74), (92, 96, 150)) if tones.dark else ((118, 190, 236), (226, 243, 250))
    canvas.box(
        left,
        top,
        left + wide,
        top + high,
        radius=4,
        fill=(mix(outside[0], tones.top, 0.2), mix(outside[1], tones.shape, 0.18)),
    )
    moon = mix(tones.shape, WHITE, 0.55)
    canvas.disc(left + wide * 0.7, top + high * 0.27, min(wide, high) * 0.13, moon)
    for level, colour in ((0.68, mix(tones.far, outside[1], 0.35)), (0.8, mix(tones.near, outside[1], 0.2))):
        points = [(left, top + high)]
        for number in range(21):
            bump = 0.05 * np.sin(number * (0.35 if level < 0.7 else 0.24) + level * 30)
            points.append((left + wide * number / 20, top + high * (level + float(bump))))
        canvas.polygon([*points, (left + wide, top + high)], colour)
    bar = short * 0.013
    canvas.box(left + wide / 2 - bar / 2, top, left + wide / 2 + bar / 2, top + high, radius=1, fill=frame)
    canvas.box(left, top + high * 0.46, left + wide, top + high * 0.46 + bar, radius=1, fill=frame)
    canvas.box(
        left - edge * 2,
        top + high + edge * 0.6,
        left + wide + edge * 2,
        top + high + edge * 2,
        radius=6,
        fill=mix(frame, WHITE, 0.3),
        shadow=short * 0.02,
        side=stage.side,
    )


def room(stage: Stage) -> None:
    """A wall with a window, a lamp above, a table before it; the hero on the table."""
    tones, canvas, short = stage.tones, stage.canvas, stage.short
    width, height = stage.width, stage.height
    wall = stage.behind_hero(mix(tones.bottom, tones.top, 0.5), tones.far)
    canvas.wash([mix(wall, WHITE, 0.12), mix(wall, tones.ink, 0.1)], 60 if stage.side > 0 else 120)
    wide, high = (short * 0.5, short * 0.62) if stage.tall else (short * 0.52, short * 0.46)
    left = min(max(stage.x(0.3 if stage.tall else 0.22) - wide / 2, short * 0.08), width - wide - short * 0.08)
    _window(stage, left, height * (0.13 if stage.tall else 0.12), wide, high)
    reach = 1 if left + wide / 2 < width / 2 else -1
    patch = [
        (left + wide * 0.5, height * 0.44),
        (left + wide * 1.05, height * 0.42),
        (left + wide * 1.05 + reach * short * 0.5, height * 0.74),
        (left + wide * 0.5 + reach * short * 0.5, height * 0.76),
    ]
    canvas.polygon(patch, mix(tones.shape, WHITE, 0.6), alpha=0.28, soft=26)
    x = stage.x(0.76 if stage.tall else 0.78)
    drop = height * (0.2 if stage.tall else 0.17)
    canvas.box(x - 2, 0, x + 2, drop, radius=1, fill=tones.ink)
    glow = mix(tones.shape, WHITE, 0.45)
    canvas.glow(x, drop + short * 0.08, short * 0.75, glow, 0.6 if tones.dark else 0.4)
    shade = short * 0.13
    canvas.box(
        x - shade,
        drop - shade * 0.2,
        x + shade,
        drop + shade * 0.8,
        radius=shade,
        fill=(mix(tones.accent, WHITE, 0.15), mix(tones.accent, tones.ink, 0.2)),
        arched=True,
        shadow=short * 0.03,
        side=stage.side,
    )
    canvas.glow(x, drop + shade * 0.8, shade, WHITE, 0.8, squash=0.25)
    table = 0.79 if stage.tall else 0.74
    line = np.full(width, table * height, np.float32)
    wood = mix(tones.ground, (150, 92, 58), 0.35)
    canvas.below(line, (mix(wood, WHITE, 0.22), wood), shadow=short * 0.05, side=stage.side)
    canvas.below(line + np.float32(0.15 * height), (mix(wood, tones.ink, 0.35), mix(wood, tones.ink, 0.6)), shadow=10)
    canvas.glow(stage.x(0.52), height * (table + 0.06), short * 0.7, glow, 0.45, squash=0.16)
    slots = (
        [Slot(0.72, 0.885, 0.29, "front"), Slot(0.3, 0.81, 0.24), Slot(0.9, 0.8, 0.22), Slot(0.1, 0.845, 0.2)]
        if stage.wide
        else [
            Slot(0.82, 0.905 if stage.tall else 0.88, 0.28, "front"),
            Slot(0.16, 0.84 if stage.tall else 0.81, 0.24),
            Slot(0.88, 0.815 if stage.tall else 0.79, 0.2),
            Slot(0.05, 0.905 if stage.tall else 0.88, 0.15, "front"),
        ]
    )
    stage.perform(Slot(0.5, 0.865 if stage.tall else 0.85, 0.54), slots)


def arch(stage: Stage) -> None:
    """Arches within arches and round plinths; the hero on the highest."""
    tones, canvas, short = stage.tones, stage.canvas, stage.short
    width, height = stage.width, stage.height
    canvas.wash([mix(tones.near, tones.ground, 0.2), tones.ground], 90)
    inner = stage.behind_hero(mix(tones.top, WHITE, 0.3), tones.shape, tones.bottom)
    middle, rings = stage.x(0.5), 5
    widest, narrowest = (width * 0.94, width * 0.62) if not stage.wide else (width * 0.86, height * 0.74)
    for number in range(rings):
        share = number / (rings - 1)
        span = widest + (narrowest - widest) * share
        top = height * ((0.05 + 0.13 * share) if stage.tall else (0.03 + 0.085 * share))
        colour = mix(mix(tones.near, tones.far, min(1, share * 1.6)), inner, share**1.5)
        canvas.box(
            middle - span / 2,
            top,
            middle + span / 2,
            height,
            radius=span / 2,
            fill=(mix(colour, WHITE, 0.14), colour),
            arched=True,
            shadow=short * 0.035,
            side=stage.side,
        )
    canvas.glow(middle, height * 0.45, short * 0.5, mix(inner, WHITE, 0.6), 0.5)
    sun = stage.behind_hero(tones.shape, tones.accent, mix(tones.shape, WHITE, 0.5))
    canvas.disc(
        middle,
        height * (0.47 if stage.tall else 0.46),
        min(short * 0.29, narrowest * 0.4),
        (mix(sun, WHITE, 0.3), sun),
        shadow=short * 0.03,
        side=stage.side,
    )
    floor = np.full(width, (0.83 if stage.tall else 0.8) * height, np.float32)
    canvas.below(floor, (mix(tones.near, tones.bottom, 0.3), tones.near), shadow=short * 0.03, side=stage.side)
    hero_top = 0.8 if stage.tall else 0.79
    far_x, near_x = (0.2, 0.8) if not stage.wide else (0.27, 0.73)
    low, high = (0.85, 0.88) if stage.tall else (0.86, 0.89)
    _plinth(stage, far_x, low, 0.2)
    _plinth(stage, 0.5, hero_top, 0.46)
    stage.show(stage.props[1], stage.x(far_x), low * height, short * 0.22)
    for name, (x, y) in zip(
        stage.props[2:], ((0.28, 0.34), (0.72, 0.3)) if stage.tall else ((0.12, 0.5), (0.88, 0.46)), strict=False
    ):
        stage.show(name, stage.x(x), y * height, short * 0.16, cast="none", blur=short * 0.004, haze=0.12)
    stage.show(stage.hero, middle, hero_top * height + short * 0.012, short * 0.52)
    _plinth(stage, near_x, high, 0.26)
    stage.show(stage.props[0], stage.x(near_x), high * height + short * 0.008, short * 0.26)


def _plinth(stage: Stage, x: float, top: float, across: float) -> None:
    """A round block whose upper face is at `top`."""
    canvas, tones = stage.canvas, stage.tones
    wide, y, middle = across * stage.short, top * stage.height, stage.x(x)
    face = wide * 0.16
    side = mix(tones.shape, tones.ground, 0.35)
    body = stage.height - y + 10
    canvas.box(
        middle - wide / 2,
        y,
        middle + wide / 2,
        y + body,
        radius=2,
        fill=(mix(side, WHITE, 0.1), mix(side, tones.ink, 0.4)),
        shadow=stage.short * 0.04,
        side=stage.side,
    )
    canvas.oval(middle, y, wide / 2, face / 2, mix(side, WHITE, 0.42))


def shelf(stage: Stage) -> None:
    """A cabinet with lit niches: the hero in the large one, a prop in each other."""
    tones, canvas, short = stage.tones, stage.canvas, stage.short
    width, height = stage.width, stage.height
    wood = mix(tones.ground, tones.near, 0.45)
    canvas.wash([mix(wood, WHITE, 0.16), mix(wood, tones.ink, 0.15)], 75 if stage.side > 0 else 105)
    gap = short * 0.045
    if stage.tall:
        columns, hero = (gap, width / 2 + gap / 2), (gap, 0.43 * height, width - gap, height - gap * 1.6)
        half = width / 2 - gap * 1.5
        low = 0.43 * height - gap
        small = [
            (columns[0], gap * 1.4, columns[0] + half, low * 0.52),
            (columns[1], gap * 1.4, columns[1] + half, low * 0.44),
            (columns[0], low * 0.52 + gap, columns[0] + half, low),
            (columns[1], low * 0.44 + gap, columns[1] + half, low),
        ]
        order = (3, 0, 1, 2)
    else:
        share = 0.46 if stage.wide else 0.56
        edge = width * share
        hero = (gap, gap, edge, height - gap * 1.2)
        right, middle = width - gap, (edge + gap + width - gap) / 2
        if stage.wide:
            small = [
                (edge + gap, gap, middle + gap, height * 0.5 - gap / 2),
                (middle + gap * 2, gap, right, height * 0.42),
                (edge + gap, height * 0.5 + gap / 2, middle - gap, height - gap * 1.2),
                (middle, height * 0.5 + gap / 2, right, height - gap * 1.2),
            ]
            small[1] = (middle + gap * 2, gap, right, height * 0.5 - gap / 2)
            order = (3, 0, 1, 2)
        else:
            third = (height - gap * 4.2) / 3
            small = [
                (edge + gap, gap + number * (third + gap), right, gap + number * (third + gap) + third)
                for number in range(3)
            ]
            order = (2, 0, 1)
    backs = [tones.far, mix(tones.shape, tones.bottom, 0.35), tones.bottom, mix(tones.accent, tones.bottom, 0.45)]
    stage.rng.shuffle(backs)
    for number, box in enumerate(small):
        _niche(stage, box, backs[number], arched=False)
    _niche(stage, hero, stage.behind_hero(mix(tones.top, WHITE, 0.2), tones.shape), arched=stage.tall)
    for name, number in zip(
        [*stage.props, *(name for name in stage.rng.sample(_KEEPSAKES, len(_KEEPSAKES)) if name not in stage.props)],
        order,
        strict=False,
    ):
        box = stage_box(stage, small[number])
        size = min((box[2] - box[0]) * 0.62, (box[3] - box[1]) * 0.66)
        stage.show(name, (box[0] + box[2]) / 2, box[3] - gap * 0.55, size)
    box = stage_box(stage, hero)
    x = (box[0] + box[2]) / 2
    stage.show(stage.hero, x, box[3] - gap * 0.9, short * 0.54)


def stage_box(stage: Stage, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """A box, mirrored when the composition is."""
    left, top, right, bottom = box
    return (stage.width - right, top, stage.width - left, bottom) if stage.flip else box


def _niche(stage: Stage, box: tuple[float, float, float, float], colour: RGB, *, arched: bool) -> None:
    """A recess with its own shadow inside, along the top and the side the light comes from."""
    canvas, tones, short = stage.canvas, stage.tones, stage.short
    left, top, right, bottom = stage_box(stage, box)
    radius = short * 0.03
    del arched
    canvas.box(left, top, right, bottom, radius=radius, fill=mix(colour, tones.ink, 0.55))
    inset = short * 0.014
    dx = inset * stage.side
    canvas.box(
        max(left, left + dx),
        top + inset * 1.4,
        min(right, right + dx),
        bottom,
        radius=radius * 0.9,
        fill=(mix(colour, tones.ink, 0.18), mix(colour, WHITE, 0.12)),
    )
    canvas.glow(
        (left + right) / 2, (top + bottom) / 2, min(right - left, bottom - top) * 0.55, mix(colour, WHITE, 0.5), 0.45
    )
    canvas.box(left, bottom - short * 0.03, right, bottom, radius=3, fill=mix(colour, tones.ink, 0.22))

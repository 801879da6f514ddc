"""Still compositions: a wall in window light, a stage, a scrapbook page, a street front."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from svc_media.art.colour import mix
from svc_media.art.layouts.scenery import WHITE, stars
from svc_media.art.stage import Slot

if TYPE_CHECKING:
    from svc_media.art.colour import RGB
    from svc_media.art.stage import Stage

__all__ = ["blinds", "scrapbook", "spotlight", "street"]


def blinds(stage: Stage) -> None:
    """A bare wall with the light of a window lying across it, and little else than the hero on a ledge."""
    tones, canvas, short = stage.tones, stage.canvas, stage.short
    width, height = stage.width, stage.height
    wall = stage.behind_hero(tones.bottom, tones.far, mix(tones.near, tones.far, 0.5), tones.top)
    shade = mix(wall, tones.ink, 0.3 if not tones.dark else 0.2)
    canvas.wash([shade, mix(shade, wall, 0.6)], 90)
    light = mix(mix(wall, tones.shape, 0.25), WHITE, 0.5 if not tones.dark else 0.25)
    lean = stage.side * 0.32
    pane_w, pane_h, gap = short * 0.3, (height * 0.17 if stage.tall else height * 0.25), short * 0.035
    x0 = width * (0.5 if stage.tall else 0.46) - pane_w - gap / 2 - lean * height * 0.12
    y0 = height * (0.16 if stage.tall else 0.08)
    for row in range(3 if stage.tall else 2):
        for column in range(2):
            left, top = x0 + column * (pane_w + gap), y0 + row * (pane_h + gap)
            corners = [(left, top), (left + pane_w, top), (left + pane_w, top + pane_h), (left, top + pane_h)]
            fallen = [(x + lean * (y - y0), y + (x - x0) * 0.16 * stage.side) for x, y in corners]
            canvas.polygon(fallen, light, alpha=0.8, soft=short * 0.006)
    _leaf_shadow(stage, shade)
    ledge = 0.8 if stage.tall else 0.79
    line = np.full(width, ledge * height, np.float32)
    board = mix(tones.near, tones.ground, 0.35)
    canvas.below(line, (mix(board, WHITE, 0.3), mix(board, WHITE, 0.1)), shadow=short * 0.02, side=stage.side)
    canvas.below(line + np.float32(0.115 * height), (mix(board, tones.ink, 0.25), mix(board, tones.ink, 0.45)))
    canvas.glow(
        width / 2 + lean * short, height * (ledge + 0.05), short * 0.6, mix(light, WHITE, 0.3), 0.5, squash=0.14
    )
    if stage.wide:
        slots = [Slot(0.7, 0.88, 0.27, "front"), Slot(0.26, 0.85, 0.23), Slot(0.87, 0.84, 0.18)]
    else:
        slots = [Slot(0.81, 0.895, 0.26, "front"), Slot(0.17, 0.86, 0.22), Slot(0.93, 0.83, 0.13)]
    stage.perform(Slot(0.48, 0.87, 0.56), slots[: 2 if stage.tall else 3])


def _leaf_shadow(stage: Stage, shade: RGB) -> None:
    """The shadow of a plant that stands outside the picture."""
    rng, short = stage.rng, stage.short
    way = 1 if stage.side > 0 else -1
    x, y = (stage.width * 0.14, -0.02 * stage.height) if way > 0 else (stage.width * 0.86, -0.02 * stage.height)
    for number in range(9):
        turn = 0.12 + 0.19 * number
        length = short * rng.uniform(0.4, 0.62)
        dx, dy = way * math.cos(turn), math.sin(turn)
        outline = [(0.25, 0.05), (0.5, 0.075), (0.8, 0.05), (1.0, 0.0), (0.8, -0.05), (0.5, -0.075), (0.25, -0.05)]
        leaf = [(x + (dx * far - dy * out) * length, y + (dy * far + dx * out) * length) for far, out in outline]
        stage.canvas.polygon([(x, y), *leaf], shade, alpha=0.62, soft=short * 0.009)


def spotlight(stage: Stage) -> None:
    """A stage with its curtain open: one cone of light, the hero in its pool, the rest in the dark."""
    tones, canvas, short = stage.tones, stage.canvas, stage.short
    width, height = stage.width, stage.height
    dark = mix(tones.ground, tones.ink, 0.55)
    canvas.wash([mix(dark, tones.ink, 0.4), mix(dark, tones.near, 0.35)], 90)
    level = 0.78 if stage.tall else 0.76
    boards = mix(tones.ground, (120, 76, 52), 0.35)
    canvas.below(
        np.full(width, level * height, np.float32), (mix(boards, tones.ink, 0.25), mix(boards, tones.ink, 0.6))
    )
    for number in range(-7, 8):
        x = width / 2 + number * short * 0.09
        end = width / 2 + number * short * 0.2
        seam = [(x - 1, level * height), (x + 1, level * height), (end + 3, height), (end - 3, height)]
        canvas.polygon(seam, mix(boards, tones.ink, 0.75), alpha=0.5)
    light = stage.behind_hero(mix(tones.shape, WHITE, 0.55), mix(tones.top, WHITE, 0.3), mix(tones.accent, WHITE, 0.4))
    x, foot = width * 0.5, height * (level + 0.09)
    source = (x - stage.side * short * 0.34, -short * 0.1)
    cone = [(source[0] - short * 0.04, source[1]), (source[0] + short * 0.04, source[1])]
    for alpha, half in ((0.26, 0.52), (0.3, 0.4)):
        canvas.polygon(
            [*cone, (x + short * half, foot), (x - short * half, foot)], light, alpha=alpha, soft=short * 0.02
        )
    canvas.glow(x, height * 0.62, short * 0.5, light, 0.5)
    canvas.oval(x, foot, short * 0.46, short * 0.075, mix(mix(boards, light, 0.62), WHITE, 0.1))
    canvas.glow(x, foot, short * 0.75, light, 0.45, squash=0.2)
    _curtain(stage)
    slots = (
        [Slot(0.68, 0.93, 0.27, "front"), Slot(0.31, 0.885, 0.23)]
        if stage.wide
        else [Slot(0.79, 0.925, 0.25, "front"), Slot(0.2, 0.885, 0.21)]
    )
    stage.perform(Slot(0.5, level + 0.1, 0.55), slots)
    for name, x_share in zip(stage.props[2:3], (0.14,), strict=False):
        if stage.wide:
            stage.show(name, stage.x(x_share), 0.9 * height, short * 0.18, haze=0.0)


def _curtain(stage: Stage) -> None:
    """Folds of cloth at both sides and a valance above."""
    tones, canvas = stage.tones, stage.canvas
    cloth = mix(tones.shape, tones.ink, 0.35) if not tones.dark else mix(tones.accent, tones.ink, 0.45)
    folds, wide = 5, stage.width * (0.034 if stage.wide else 0.036)
    for number in range(folds):
        for left in (number * wide, stage.width - (number + 1) * wide):
            tone = mix(cloth, tones.ink, (0.5, 0.12, 0.42, 0.2, 0.5)[number])
            canvas.box(
                left,
                -4,
                left + wide + 1,
                stage.height * (0.93 - 0.025 * number),
                radius=wide * 0.3,
                fill=(mix(tone, tones.ink, 0.4), tone),
            )
    swags = 4 if not stage.wide else 6
    across = stage.width / swags
    deep = stage.short * 0.11
    for number in range(swags):
        middle = across * (number + 0.5)
        canvas.oval(middle, 0, across * 0.56, deep, mix(cloth, tones.ink, 0.3))
        canvas.oval(middle, -deep * 0.25, across * 0.5, deep, mix(cloth, WHITE, 0.06))


def scrapbook(stage: Stage) -> None:
    """A page seen from above: torn paper, tape, and the cast as stickers with a white edge."""
    tones, canvas, short = stage.tones, stage.canvas, stage.short
    width, height = stage.width, stage.height
    page = mix(tones.bottom, tones.far, 0.3)
    canvas.wash([mix(page, WHITE, 0.12), mix(page, tones.ink, 0.08)], 60 if stage.side > 0 else 120)
    grid = mix(page, tones.near, 0.35)
    pitch = short * 0.055
    for number in range(1, int(width / pitch) + 1):
        canvas.box(number * pitch, 0, number * pitch + max(1, short * 0.0016), height, radius=0, fill=grid, alpha=0.5)
    for number in range(1, int(height / pitch) + 1):
        canvas.box(0, number * pitch, width, number * pitch + max(1, short * 0.0016), radius=0, fill=grid, alpha=0.5)
    if stage.wide:
        sheets = (((0.3, 0.46), (0.5, 0.62), -5, tones.near), ((0.6, 0.5), (0.62, 0.72), 3, tones.top))
        hero, spots = Slot(0.58, 0.8, 0.6), ((0.24, 0.42, 0.3, 9), (0.86, 0.86, 0.28, -8), (0.27, 0.88, 0.24, -6))
    elif stage.tall:
        sheets = (((0.36, 0.28), (0.8, 0.36), -6, tones.near), ((0.54, 0.6), (0.84, 0.46), 3, tones.top))
        hero, spots = Slot(0.52, 0.745, 0.6), ((0.3, 0.31, 0.32, 9), (0.78, 0.92, 0.28, -8), (0.22, 0.93, 0.26, -6))
    else:
        sheets = (((0.34, 0.36), (0.6, 0.52), -6, tones.near), ((0.56, 0.54), (0.68, 0.68), 3, tones.top))
        hero, spots = Slot(0.56, 0.8, 0.56), ((0.22, 0.34, 0.26, 9), (0.86, 0.94, 0.25, -8), (0.18, 0.92, 0.24, -6))
    for number, ((x, y), (wide, high), turn, colour) in enumerate(sheets):
        paper = (
            stage.behind_hero(mix(colour, WHITE, 0.45), mix(colour, WHITE, 0.1)) if number else mix(colour, WHITE, 0.12)
        )
        _torn(stage, (x, y), (wide, high), turn, paper)
    for x, y, turn in ((0.5, 0.335 if stage.tall else 0.15, -8), (0.2, 0.12 if stage.tall else 0.16, -38)):
        _tape(stage, x, y, turn)
    placed = list(zip(stage.props, spots, strict=False))
    for name, (x, y, size, tilt) in placed:
        stage.show(name, stage.x(x), y * height, size * short, cast="sticker", tilt=-tilt if stage.flip else tilt)
    stage.show(stage.hero, stage.x(hero.x), hero.foot * height, hero.size * short, cast="sticker", tilt=stage.side * -3)


def _torn(stage: Stage, at: tuple[float, float], size: tuple[float, float], turn: float, colour: RGB) -> None:
    """A sheet with ragged edges, its middle `at`; both in shares of the canvas."""
    rng, middle = stage.rng, (stage.x(at[0]), at[1] * stage.height)
    half = (size[0] * stage.width / 2, size[1] * stage.height / 2)
    lean = math.radians(-turn if stage.flip else turn)
    points: list[tuple[float, float]] = []
    for start, stop in (((-1, -1), (1, -1)), ((1, -1), (1, 1)), ((1, 1), (-1, 1)), ((-1, 1), (-1, -1))):
        for number in range(22):
            share = number / 22
            dx = (start[0] + (stop[0] - start[0]) * share) * half[0] + rng.uniform(-1, 1) * stage.short * 0.005
            dy = (start[1] + (stop[1] - start[1]) * share) * half[1] + rng.uniform(-1, 1) * stage.short * 0.005
            points.append(
                (
                    middle[0] + dx * math.cos(lean) - dy * math.sin(lean),
                    middle[1] + dx * math.sin(lean) + dy * math.cos(lean),
                )
            )
    stage.canvas.polygon(points, (mix(colour, WHITE, 0.1), colour), shadow=stage.short * 0.025)


def _tape(stage: Stage, x: float, y: float, turn: float) -> None:
    """A strip of tape."""
    half = (stage.short * 0.1, stage.short * 0.024)
    lean = math.radians(-turn if stage.flip else turn)
    points = [(-half[0], -half[1]), (half[0], -half[1]), (half[0], half[1]), (-half[0], half[1])]
    around = [
        (
            stage.x(x) + dx * math.cos(lean) - dy * math.sin(lean),
            y * stage.height + dx * math.sin(lean) + dy * math.cos(lean),
        )
        for dx, dy in points
    ]
    stage.canvas.polygon(around, mix(stage.tones.shape, WHITE, 0.3), alpha=0.72)


def street(stage: Stage) -> None:
    """A row of house fronts over a pavement with a lamp; the hero before a lit window."""
    tones, canvas, short = stage.tones, stage.canvas, stage.short
    width, height, rng = stage.width, stage.height, stage.rng
    canvas.wash([tones.top, tones.bottom], 90)
    if tones.dark:
        stars(stage, 0.4)
    kerb = 0.8 if stage.tall else 0.79
    colours = [
        tones.far,
        mix(tones.shape, tones.bottom, 0.3),
        tones.near,
        mix(tones.accent, tones.bottom, 0.4),
        mix(tones.far, WHITE, 0.3),
    ]
    rng.shuffle(colours)
    count = 3 if not stage.wide else 5
    glass = mix(tones.shape, WHITE, 0.5) if tones.dark or stage.hour == "dusk" else mix(tones.top, (150, 196, 226), 0.5)
    wide = width / count
    for number in range(count):
        front = mix(colours[number % len(colours)], tones.ink, 0.22 if tones.dark else 0.0)
        top = height * (rng.uniform(0.16, 0.34) if stage.tall else rng.uniform(0.08, 0.26))
        _house(stage, (number * wide, top, wide + 2, kerb * height), front, glass, gable=number % 2 == rng.randrange(2))
    stone = mix(mix(tones.ground, tones.bottom, 0.3), (150, 150, 158), 0.2)
    canvas.below(
        np.full(width, kerb * height, np.float32),
        (mix(stone, WHITE, 0.2), mix(stone, tones.ink, 0.2)),
        shadow=short * 0.02,
    )
    canvas.below(np.full(width, (kerb + 0.15) * height, np.float32), mix(stone, WHITE, 0.4))
    canvas.below(
        np.full(width, (kerb + 0.165) * height, np.float32),
        (mix(tones.ink, tones.ground, 0.4), mix(tones.ink, tones.ground, 0.2)),
    )
    _lamp(stage, stage.x(0.9 if stage.tall else 0.86), (kerb + 0.03) * height)
    slots = (
        [Slot(0.68, 0.925, 0.27, "front"), Slot(0.22, 0.87, 0.24), Slot(0.07, 0.9, 0.2)]
        if stage.wide
        else [Slot(0.78, 0.925, 0.27, "front"), Slot(0.16, 0.88, 0.23)]
    )
    stage.perform(Slot(0.45, 0.885, 0.52), slots)


def _house(stage: Stage, box: tuple[float, float, float, float], front: RGB, glass: RGB, *, gable: bool) -> None:
    """A front with windows over a shop; box is left, top, width and foot in pixels."""
    left, top, wide, foot = box
    tones, canvas, short = stage.tones, stage.canvas, stage.short
    roof = mix(front, tones.ink, 0.45)
    if gable:
        peak = top - wide * 0.28
        canvas.polygon([(left - 3, top + 2), (left + wide / 2, peak), (left + wide + 3, top + 2)], roof)
    else:
        canvas.box(left - 4, top - short * 0.03, left + wide + 4, top + 4, radius=4, fill=roof)
    canvas.box(left, top, left + wide, foot, radius=0, fill=(mix(front, WHITE, 0.12), front))
    columns = 2
    pane, tall = wide * 0.24, wide * 0.34
    row, y = 0, top + wide * 0.16
    frame = mix(front, WHITE, 0.55)
    while y + tall < foot - wide * 0.75:
        for column in range(columns):
            x = left + wide * (0.27 + 0.46 * column) - pane / 2
            canvas.box(x - 3, y - 3, x + pane + 3, y + tall + 3, radius=3, fill=frame)
            lit = glass if not tones.dark or stage.rng.random() < 0.6 else mix(front, tones.ink, 0.5)
            canvas.box(x, y, x + pane, y + tall, radius=2, fill=(mix(lit, WHITE, 0.2), lit))
            canvas.box(x + pane / 2 - 1.5, y, x + pane / 2 + 1.5, y + tall, radius=0, fill=frame)
        row += 1
        y += tall * 1.55
    shop = foot - wide * 0.58
    canvas.box(
        left + wide * 0.1,
        shop,
        left + wide * 0.9,
        foot - wide * 0.1,
        radius=4,
        fill=(mix(glass, WHITE, 0.25), mix(glass, front, 0.3)),
    )
    stripes, awning = 7, wide * 0.13
    for number in range(stripes):
        x = left + wide * (0.06 + 0.88 * number / stripes)
        fill = tones.accent if number % 2 else mix(tones.top, WHITE, 0.6)
        fill = mix(fill, tones.ink, 0.35) if tones.dark else fill
        canvas.box(
            x, shop - awning * 0.5, x + wide * 0.88 / stripes + 1, shop + awning * 0.6, radius=awning * 0.25, fill=fill
        )


def _lamp(stage: Stage, x: float, foot: float) -> None:
    tones, canvas, short = stage.tones, stage.canvas, stage.short
    iron = mix(tones.ink, tones.ground, 0.25)
    top = foot - short * 0.62
    canvas.box(x - short * 0.008, top, x + short * 0.008, foot, radius=3, fill=iron)
    canvas.box(x - short * 0.03, foot - short * 0.03, x + short * 0.03, foot, radius=6, fill=iron)
    warm = mix(tones.shape, WHITE, 0.6)
    if tones.dark or stage.hour == "dusk":
        canvas.glow(x, top - short * 0.04, short * 0.4, warm, 0.7)
    canvas.disc(x, top - short * 0.04, short * 0.042, (mix(warm, WHITE, 0.5), warm))
    canvas.box(x - short * 0.03, top - short * 0.012, x + short * 0.03, top + short * 0.006, radius=3, fill=iron)

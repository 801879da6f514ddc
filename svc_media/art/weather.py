"""Rain, snow and fog over a finished scene."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFilter

from svc_media.art.colour import mix

if TYPE_CHECKING:
    from svc_media.art.moods import Weather
    from svc_media.art.stage import Stage

__all__ = ["fall"]

_WHITE = (255, 255, 255)


def fall(stage: Stage, weather: Weather) -> None:
    """Let it rain or snow, or fog rise."""
    if weather == "rain":
        _rain(stage)
    elif weather == "snow":
        _snow(stage)
    elif weather == "fog":
        _fog(stage)


def _rain(stage: Stage) -> None:
    """Slanted streaks in two depths, the near ones longer."""
    width, height, short, rng = stage.width, stage.height, stage.short, stage.rng
    light = mix(stage.tones.bottom, _WHITE, 0.7)
    stage.canvas.glow(width / 2, 0, max(width, height) * 0.8, mix(stage.tones.ink, stage.tones.far, 0.5), 0.28)
    mask = Image.new("L", (width, height))
    pen = ImageDraw.Draw(mask)
    for length, thick, strength, count in ((0.05, 0.0016, 80, 110), (0.1, 0.0026, 120, 46)):
        for _ in range(int(count * width * height / short**2)):
            x, y = rng.uniform(-0.1, 1.1) * width, rng.random() * height
            run = short * length * rng.uniform(0.6, 1.2)
            lean = -0.22 * stage.side * run
            pen.line((x, y, x + lean, y + run), fill=strength, width=max(1, round(short * thick)))
    stage.canvas.lay(mask.filter(ImageFilter.GaussianBlur(max(0.6, short * 0.0007))), (0, 0), light)


def _snow(stage: Stage) -> None:
    """Flakes in three depths, the nearest out of focus."""
    width, height, short, rng = stage.width, stage.height, stage.short, stage.rng
    mask = Image.new("L", (width, height))
    pen = ImageDraw.Draw(mask)
    for size, strength, count in ((0.0022, 170, 90), (0.0045, 215, 46)):
        for _ in range(int(count * width * height / short**2)):
            x, y, r = rng.random() * width, rng.random() * height, short * size * rng.uniform(0.7, 1.3)
            pen.ellipse((x - r, y - r, x + r, y + r), fill=strength)
    stage.canvas.lay(mask.filter(ImageFilter.GaussianBlur(max(0.6, short * 0.0008))), (0, 0), _WHITE)
    for _ in range(9):
        stage.canvas.glow(rng.random() * width, rng.random() * height, short * rng.uniform(0.012, 0.026), _WHITE, 0.75)


def _fog(stage: Stage) -> None:
    """Flat banks of light that drift across the lower two thirds."""
    pale = mix(mix(stage.tones.bottom, stage.tones.top, 0.4), _WHITE, 0.25 if stage.tones.dark else 0.55)
    for number in range(6):
        y = stage.height * (0.42 + 0.11 * number)
        x = stage.width * (0.5 + 0.42 * math.sin(2.4 * number + stage.rng.random()))
        stage.canvas.glow(x, y, stage.width * 0.75, pale, 0.42, squash=0.16)

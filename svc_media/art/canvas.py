"""A picture being painted: washes, flat shapes with soft shadows, glows, grain."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from svc_media.art.colour import RGB, mix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Canvas", "Fill", "Texture", "blurred_mask", "box_mask", "ramp"]

Fill = RGB | tuple[RGB, RGB]
"""One colour, or two for a ramp from top to bottom."""

Texture = Literal["paper", "canvas", "film"]
"""What a picture seems to be made on: fibres, a weave, or nothing but grain."""

_SOFT = 8
"""Soft things are computed at 1/8 of the size: blur removes what that would lose."""


def ramp(size: tuple[int, int], colours: Sequence[RGB], angle: float = 90.0) -> Image.Image:
    """A linear gradient of `size` pixels; angle in degrees, 0 is left to right, 90 is top to bottom."""
    width, height = max(2, size[0] // _SOFT), max(2, size[1] // _SOFT)
    turn = math.radians(angle)
    dx, dy = math.cos(turn), math.sin(turn)
    along = (np.linspace(-0.5, 0.5, width)[None, :] * dx + np.linspace(-0.5, 0.5, height)[:, None] * dy) / (
        abs(dx) + abs(dy)
    ) + 0.5
    stops = np.linspace(0, 1, len(colours))
    smooth = along * along * (3 - 2 * along) if len(colours) == 2 else along
    parts = [np.interp(smooth, stops, [colour[part] for colour in colours]) for part in range(3)]
    small = Image.fromarray(np.stack(parts, -1).round().astype(np.uint8), "RGB")
    return small.resize(size, Image.Resampling.BILINEAR)


def blurred_mask(mask: Image.Image, blur: float, pad: int) -> Image.Image:
    """`mask` grown by `pad` pixels on each side and blurred by `blur` pixels, at 1/8 of its size."""
    width = max(1, (mask.width + 2 * pad) // _SOFT)
    height = max(1, (mask.height + 2 * pad) // _SOFT)
    inner = mask.resize((max(1, mask.width // _SOFT), max(1, mask.height // _SOFT)), Image.Resampling.BOX)
    small = Image.new("L", (width, height))
    small.paste(inner, (pad // _SOFT, pad // _SOFT))
    return small.filter(ImageFilter.GaussianBlur(blur / _SOFT))


class Canvas:
    """An RGB picture and the ways to paint on it; lengths in pixels, y downwards."""

    def __init__(self, width: int, height: int, ink: RGB) -> None:
        """ink: the colour of every shadow."""
        self.width = width
        self.height = height
        self.ink = ink
        self.image = Image.new("RGB", (width, height))

    def wash(self, colours: Sequence[RGB], angle: float = 90.0) -> None:
        """Cover everything with a gradient."""
        self.image = ramp((self.width, self.height), colours, angle)

    def glow(self, x: float, y: float, radius: float, colour: RGB, strength: float, *, squash: float = 1.0) -> None:
        """Light that fades from (x, y) outwards; strength 0 to 1 at the centre; squash < 1 makes it flat."""
        size = 2 * max(2, int(radius / _SOFT))
        row = np.linspace(-1, 1, size, dtype=np.float32)
        far = np.sqrt(row[None, :] ** 2 + row[:, None] ** 2)
        fade = np.clip(1 - far, 0, 1)
        fade = fade * fade * (3 - 2 * fade)
        mask = Image.fromarray((fade * (255 * strength)).astype(np.uint8), "L")
        wide, high = int(radius * 2), max(2, int(radius * 2 * squash))
        self._blend(mask, (int(x - wide / 2), int(y - high / 2)), (wide, high), colour)

    def _blend(self, small: Image.Image, at: tuple[int, int], size: tuple[int, int], fill: Fill) -> None:
        """Paint `fill` through a small mask enlarged to `size` at `at`; only what is inside is computed."""
        left, top = max(0, at[0]), max(0, at[1])
        right, bottom = min(self.width, at[0] + size[0]), min(self.height, at[1] + size[1])
        if right <= left or bottom <= top:
            return
        fx, fy = small.width / size[0], small.height / size[1]
        box = ((left - at[0]) * fx, (top - at[1]) * fy, (right - at[0]) * fx, (bottom - at[1]) * fy)
        mask = small.resize((right - left, bottom - top), Image.Resampling.BILINEAR, box=box)
        self.image.paste(_filled(fill, mask.size), (left, top, right, bottom), mask)

    def lay(self, mask: Image.Image, at: tuple[int, int], fill: Fill, *, shadow: float = 0.0, side: int = 1) -> None:
        """
        Paint `fill` through `mask` placed at `at`.

        shadow: how far the sheet floats above what is below, in pixels; its shadow falls down and to `side`.
        """
        if shadow > 0:
            self.shade(mask, at, shift=(side * shadow * 0.5, shadow * 0.6), blur=shadow * 0.9, alpha=0.34)
        self.image.paste(_filled(fill, mask.size), at, mask)

    def shade(
        self, mask: Image.Image, at: tuple[int, int], *, shift: tuple[float, float], blur: float, alpha: float
    ) -> None:
        """The soft shadow of `mask`."""
        pad = int(blur * 2.5)
        soft = blurred_mask(mask, blur, pad).point(lambda value: int(value * alpha))
        where = (int(at[0] - pad + shift[0]), int(at[1] - pad + shift[1]))
        self._blend(soft, where, (mask.width + 2 * pad, mask.height + 2 * pad), self.ink)

    def below(self, line: NDArray[np.float32], fill: Fill, *, shadow: float = 0.0, side: int = 1) -> None:
        """Everything below a line (its height for each column), with a clean edge."""
        top = max(0, int(line.min()) - 1)
        if top >= self.height:
            return
        rows = np.arange(top, self.height, dtype=np.float32)[:, None]
        cover = np.clip(rows - line[None, :] + 0.5, 0, 1) * 255
        mask = Image.fromarray(cover.astype(np.uint8), "L")
        if shadow > 0:
            # the sheet goes on beyond the canvas, and so does its shadow
            beyond = int(shadow * 3)
            sheet = Image.fromarray(np.pad(cover.astype(np.uint8), ((0, 0), (beyond, beyond)), "edge"), "L")
            self.shade(sheet, (-beyond, top), shift=(side * shadow * 0.3, -shadow * 0.5), blur=shadow, alpha=0.26)
        self.image.paste(_filled(fill, mask.size), (0, top), mask)

    def disc(self, x: float, y: float, radius: float, fill: Fill, *, shadow: float = 0.0, side: int = 1) -> None:
        """A circle."""
        self.box(x - radius, y - radius, x + radius, y + radius, radius=radius, fill=fill, shadow=shadow, side=side)

    def oval(self, x: float, y: float, across: float, down: float, fill: Fill) -> None:
        """An ellipse with the half axes `across` and `down`."""
        mask = box_mask(across * 2, across * 2, across).resize(
            (max(2, round(across * 2)), max(2, round(down * 2))), Image.Resampling.BOX
        )
        self.lay(mask, (round(x - across), round(y - down)), fill)

    def ring(self, x: float, y: float, radius: float, *, width: float, colour: RGB, alpha: float) -> None:
        """The outline of a circle; alpha 0 to 1."""
        far = _distance(2 * radius + 4)
        cover = np.clip(width / 2 - np.abs(far - radius + width) + 0.5, 0, 1) * alpha
        mask = Image.fromarray((cover * 255).astype(np.uint8), "L")
        self.lay(mask, (int(x - radius - 2), int(y - radius - 2)), colour)

    def box(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        *,
        radius: float,
        fill: Fill,
        arched: bool = False,
        shadow: float = 0.0,
        side: int = 1,
        alpha: float = 1.0,
    ) -> None:
        """A rectangle with round corners; `arched` rounds only the top, by half its width."""
        mask = box_mask(right - left, bottom - top, radius, arched=arched)
        if alpha < 1:
            mask = mask.point(lambda value: int(value * alpha))
        self.lay(mask, (round(left), round(top)), fill, shadow=shadow, side=side)

    def polygon(
        self,
        points: Sequence[tuple[float, float]],
        fill: Fill,
        *,
        alpha: float = 1.0,
        soft: float = 0.0,
        shadow: float = 0.0,
    ) -> None:
        """A polygon; alpha 0 to 1, `soft` blurs its edge by so many pixels."""
        xs, ys = [point[0] for point in points], [point[1] for point in points]
        left, top = max(0, math.floor(min(xs))), max(0, math.floor(min(ys)))
        right, bottom = min(self.width, math.ceil(max(xs))), min(self.height, math.ceil(max(ys)))
        if right <= left or bottom <= top:
            return
        if soft:
            # drawn four times as fine, or a slanted edge would climb in steps of eight pixels
            scale, size = 4 / _SOFT, (((right - left) // _SOFT + 1) * 4, ((bottom - top) // _SOFT + 1) * 4)
        else:
            scale, size = 3.0, ((right - left) * 3, (bottom - top) * 3)
        mask = Image.new("L", size)
        flat = [((x - left) * scale, (y - top) * scale) for x, y in points]
        ImageDraw.Draw(mask).polygon(flat, fill=int(255 * alpha))
        if soft:
            mask = mask.reduce(4).filter(ImageFilter.GaussianBlur(soft / _SOFT))
            self._blend(mask, (left, top), (right - left, bottom - top), fill)
        else:
            self.lay(mask.reduce(3), (left, top), fill, shadow=shadow)

    def finish(
        self, *, grain: float, vignette: float, seed: int, texture: Texture = "film", side: int = 1
    ) -> NDArray[np.uint8]:
        """
        The picture [height, width, 3] with darker corners (0 to 1), film grain (standard deviation) and a texture.

        side: where shadows fall; the other side lies in the light.
        """
        small = (max(2, self.width // 4), max(2, self.height // 4))
        x, y = np.linspace(-1, 1, small[0])[None, :], np.linspace(-1, 1, small[1])[:, None]
        fall = np.clip((x * x * 0.5 + y * y * 0.5) ** 1.4, 0, 1) * vignette
        # the light comes from above on one side, so that the other one is a little darker
        fall = np.clip(fall + 0.05 * (1 + 0.7 * side * x + 0.5 * y), 0, 1)[..., None]
        tint = np.array(mix((255, 255, 255), self.ink, 0.8)) / 255
        veil = (255 * (1 - fall * (1 - tint))).round().astype(np.uint8)
        over = Image.fromarray(veil, "RGB").resize((self.width, self.height), Image.Resampling.BILINEAR)
        pixels = np.asarray(ImageChops.multiply(self.image, over)).astype(np.int16)
        rough = np.random.RandomState(seed & 0x7FFFFFFF).normal(0, grain, (256, 256)) + _woven(texture)
        tile = rough.round().astype(np.int16)
        rows, columns = -(-self.height // 256), -(-self.width // 256)
        pixels += np.tile(tile, (rows, columns))[: self.height, : self.width, None]
        return np.clip(pixels, 0, 255).astype(np.uint8)


@cache
def _woven(texture: Texture) -> NDArray[np.float32]:
    """What a texture adds to the brightness, [256, 256]; it tiles without a seam and its mean is 0."""
    rng = np.random.RandomState(7)
    if texture == "canvas":
        turn = np.arange(256) * (math.tau * 64 / 256)
        wave = np.sin(turn)[:, None] * np.cos(turn)[None, :] * 1.3 + np.sin(turn)[None, :] * 0.5
        return (wave * (1 + 0.35 * _blurred(rng.normal(0, 1, (256, 256)), 6, 6))).astype(np.float32)
    if texture == "paper":
        noise = rng.normal(0, 1, (3, 256, 256))
        fibres = _blurred(noise[0], 9, 0.8) + _blurred(noise[1], 0.8, 9) + 1.1 * _blurred(noise[2], 3, 3)
        return (fibres * 0.8).astype(np.float32)
    return np.zeros((256, 256), np.float32)


def _blurred(noise: NDArray[np.float64], down: float, across: float) -> NDArray[np.float64]:
    """Noise blurred around the edges of its tile, with a standard deviation of 1."""
    far = np.fft.fftfreq(256)
    spread = np.exp(-2 * math.pi**2 * ((far[:, None] * down) ** 2 + (far[None, :] * across) ** 2))
    soft = np.real(np.fft.ifft2(np.fft.fft2(noise) * spread))
    soft -= soft.mean()
    return soft / soft.std()


def _filled(fill: Fill, size: tuple[int, int]) -> Image.Image:
    if isinstance(fill[0], tuple):
        return ramp(size, fill)  # pyright: ignore[reportArgumentType]
    return Image.new("RGB", size, fill)  # pyright: ignore[reportArgumentType]


def _distance(side: float) -> NDArray[np.float32]:
    """How far each pixel of a square lies from its middle."""
    size = max(2, math.ceil(side))
    row = np.arange(size, dtype=np.float32) + 0.5 - size / 2
    return np.sqrt(row[None, :] ** 2 + row[:, None] ** 2)


def box_mask(width: float, height: float, radius: float, *, arched: bool = False) -> Image.Image:
    """The mask of a rectangle with round corners, its edge one pixel wide; `arched` rounds the whole top, only."""
    wide, high = max(2, round(width)), max(2, round(height))
    radius = min(wide / 2 if arched else radius, wide / 2, high if arched else high / 2)
    mask = Image.new("L", (wide, high), 255)
    side = min(math.ceil(radius), wide - wide // 2, high)
    if side < 1:
        return mask
    row = np.arange(side, dtype=np.float32) + np.float32(0.5 - radius)
    outside = np.sqrt(row[None, :] ** 2 + row[:, None] ** 2)
    corner = Image.fromarray((np.clip(radius - outside + 0.5, 0, 1) * 255).astype(np.uint8), "L")
    mirrored = corner.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    mask.paste(corner, (0, 0))
    mask.paste(mirrored, (wide - side, 0))
    if not arched:
        mask.paste(corner.transpose(Image.Transpose.FLIP_TOP_BOTTOM), (0, high - side))
        mask.paste(mirrored.transpose(Image.Transpose.FLIP_TOP_BOTTOM), (wide - side, high - side))
    return mask

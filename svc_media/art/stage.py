"""The stage a layout works on: a canvas, the tones, the cast, and how a drawing is put on it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from svc_media.art.colour import RGB, contrasting, mix
from svc_media.art.sprites import Sprites, medallion, sticker_edge

if TYPE_CHECKING:
    import random

    from svc_media.art.canvas import Canvas
    from svc_media.art.moods import Hour, Place
    from svc_media.art.palettes import Tones

__all__ = ["Cast", "Slot", "Stage"]

Cast = Literal["ground", "wall", "none", "sticker"]
"""Where a drawing's shadow falls; a sticker is cut out with a white edge and lies flat."""


Plane = Literal["far", "beside", "front"]
"""How near a prop is: blurred behind, next to the hero, or before it."""


_TRIMMED = 0.085
"""Share of the width that pages cut off at a side, at most: their pictures are a little slimmer beside a short text."""


@dataclass(frozen=True)
class Slot:
    """Where a drawing goes; x and foot as shares of the canvas, size as a share of the short side."""

    x: float
    foot: float
    size: float
    plane: Plane = "beside"
    cast: Cast = "ground"
    tilt: float = 0.0


@dataclass
class Stage:
    """Everything a layout needs; lengths in pixels, y downwards."""

    canvas: Canvas
    tones: Tones
    place: Place
    hour: Hour
    rng: random.Random
    sprites: Sprites
    hero: str
    props: list[str]
    side: int
    """Where shadows fall: 1 is right (the light comes from the left), -1 is left."""
    flip: bool = False
    """The composition is mirrored."""
    put: list[tuple[str, tuple[int, int, int, int]]] = field(default_factory=list)
    """What was placed where (left, top, right, bottom), in order."""

    @property
    def width(self) -> int:
        """Width of the canvas."""
        return self.canvas.width

    @property
    def height(self) -> int:
        """Height of the canvas."""
        return self.canvas.height

    @property
    def short(self) -> int:
        """The short side: the unit of sizes."""
        return min(self.canvas.width, self.canvas.height)

    @property
    def tall(self) -> bool:
        """Portrait."""
        return self.canvas.height > 1.15 * self.canvas.width

    @property
    def wide(self) -> bool:
        """Landscape."""
        return self.canvas.width > 1.15 * self.canvas.height

    def behind_hero(self, *wishes: RGB) -> RGB:
        """The first of `wishes`, then of the palette, that the hero stands out from."""
        tones = self.tones
        hero = self.sprites.get(self.hero, 96)
        pale, deep = mix(tones.top, (255, 255, 255), 0.65), mix(tones.ground, tones.ink, 0.5)
        soft = mix(tones.accent, (255, 255, 255), 0.3)
        wanted = [*wishes, tones.shape, soft, tones.bottom, pale, tones.near, deep]
        return contrasting((hero.colour, hero.body), wanted)

    def x(self, share: float) -> float:
        """A share of the width in pixels, mirrored when the composition is."""
        return self.width * (1 - share if self.flip else share)

    def perform(self, hero: Slot, slots: list[Slot]) -> None:
        """Put the hero and the props, the first prop on the first slot, far ones first."""
        placed = list(zip(self.props, slots, strict=False))
        for plane in ("far", "beside"):
            for name, slot in placed:
                if slot.plane == plane:
                    self._put(name, slot)
        self._put(self.hero, hero)
        for name, slot in placed:
            if slot.plane == "front":
                self._put(name, slot)

    def _put(self, name: str, slot: Slot) -> None:
        far = slot.plane == "far"
        self.show(
            name,
            self.x(slot.x),
            slot.foot * self.height,
            self._size(name, slot) * self.short,
            cast="none" if far and slot.cast == "ground" else slot.cast,
            blur=self.short * 0.006 if far else 0.0,
            tilt=-slot.tilt if self.flip else slot.tilt,
            haze=0.18 if far else 0.0,
        )

    def _size(self, name: str, slot: Slot) -> float:
        """A whole figure is narrow: at the size of a thing it would be a doll."""
        image = self.sprites.get(name, 96).image
        slim = slot.plane != "far" and image.height > 1.7 * image.width
        return max(slot.size, min(0.4, slot.size * 1.5)) if slim else slot.size

    def show(
        self,
        name: str,
        x: float,
        foot: float,
        size: float,
        *,
        cast: Cast = "ground",
        blur: float = 0.0,
        tilt: float = 0.0,
        haze: float = 0.0,
    ) -> None:
        """
        Put a drawing with its foot centre at (x, foot); `size` is its longer side.

        cast: where its shadow falls. blur: pixels out of focus. tilt: degrees, counter-clockwise.
        haze: 0 to 1, how much of the horizon's colour lies before it. It is moved inward if it would be cut at a side,
        also by a page that shows the picture in another shape.
        """
        image = self._cut(name, size)
        if tilt:
            image = image.rotate(tilt, Image.Resampling.BICUBIC, expand=True)
            image = image.crop(image.getbbox())
        if cast == "sticker":
            image = sticker_edge(image, max(3, round(self.short * 0.011)))
        margin = 0.03 * self.short
        half = image.width / 2
        beside = max(margin, min(_TRIMMED * self.width, self.width / 2 - half))
        x = min(max(x, beside + half), self.width - beside - half)
        foot = min(foot, self.height - max(margin, 0.065 * self.height))
        left, top = round(x - half), round(max(margin, foot - image.height))
        if cast == "ground":
            self._ground_shadow(image, left, top)
        elif cast == "wall":
            self.canvas.shade(
                image.getchannel("A"),
                (left, top),
                shift=(self.side * size * 0.07, size * 0.09),
                blur=size * 0.07,
                alpha=0.38,
            )
        elif cast == "sticker":
            shift = (self.side * self.short * 0.008, self.short * 0.012)
            self.canvas.shade(image.getchannel("A"), (left, top), shift=shift, blur=self.short * 0.014, alpha=0.36)
        if cast != "sticker":
            image = self._lit(image, haze)
        if blur:
            image, pad = _defocused(image, blur)
            left, top = left - pad, top - pad
        self.canvas.image.paste(image.convert("RGB"), (left, top), image.getchannel("A"))
        self.put.append((name, (left, top, left + image.width, top + image.height)))

    def _cut(self, name: str, size: float) -> Image.Image:
        sprite = self.sprites.get(name, round(size))
        if sprite.bust or sprite.head:
            plate = contrasting(
                (sprite.colour,), [self.tones.accent, self.tones.shape, self.tones.far, self.tones.ground]
            )
            return medallion(sprite, round(size), (mix(plate, (255, 255, 255), 0.12), mix(plate, self.tones.ink, 0.12)))
        scale = size / max(sprite.image.size)
        wide, high = max(2, round(sprite.image.width * scale)), max(2, round(sprite.image.height * scale))
        return sprite.image.resize((wide, high), Image.Resampling.LANCZOS)

    def _lit(self, image: Image.Image, haze: float) -> Image.Image:
        """The drawing with the far side in the shade of the palette, so that it belongs to the scene."""
        shade = np.linspace(0, 1, 64, dtype=np.float32)[None, :]
        if self.side < 0:
            shade = shade[:, ::-1]
        down = np.linspace(0, 1, 64, dtype=np.float32)[:, None]
        amount = np.clip(0.75 * shade + 0.45 * down - 0.35, 0, 1)[..., None] * (0.34 if self.tones.dark else 0.24)
        tint = np.array(mix(self.tones.ink, (255, 255, 255), 0.25), np.float32)
        veil = (255 + (tint - 255) * amount).astype(np.uint8)
        over = Image.fromarray(veil, "RGB").resize(image.size, Image.Resampling.BILINEAR)
        lit = ImageChops.multiply(image.convert("RGB"), over)
        if haze:
            lit = Image.blend(lit, Image.new("RGB", lit.size, self.tones.bottom), haze)
        lit.putalpha(image.getchannel("A"))
        return lit

    def _ground_shadow(self, image: Image.Image, left: int, top: int) -> None:
        """A dark line where it touches, and its own outline lying on the ground, away from the light."""
        wide, high = image.size
        foot = top + high
        alpha = image.getchannel("A")
        flat = alpha.resize((wide, max(8, round(high * 0.24))), Image.Resampling.BOX)
        lean = round(flat.height * 1.25)
        fallen = flat.transform(
            (wide + lean, flat.height),
            Image.Transform.AFFINE,
            # rows near the foot stay, rows near the top move away from the light
            (1, self.side * lean / flat.height, -lean if self.side > 0 else 0, 0, 1, 0)
            if self.side > 0
            else (1, -lean / flat.height, 0, 0, 1, 0),
            Image.Resampling.BILINEAR,
        )
        at = (left if self.side > 0 else left - lean, foot - round(flat.height * 0.86))
        self.canvas.shade(fallen, at, shift=(0, 0), blur=max(6, wide * 0.035), alpha=0.36)
        base = np.asarray(alpha)[-max(2, high // 12) :].max(axis=0) > 100
        columns = np.flatnonzero(base)
        if columns.size:
            start, stop = int(columns[0]), int(columns[-1])
            width = max(12, (stop - start) * 1.02)
            middle = left + (start + stop) / 2
            depth = max(6.0, min(width * 0.13, high * 0.1))
            self.canvas.glow(
                middle, foot - depth * 0.15, width * 0.62, self.canvas.ink, 0.75, squash=depth / width * 1.5
            )


def _defocused(image: Image.Image, blur: float) -> tuple[Image.Image, int]:
    """The drawing out of focus, and by how much it grew on each side."""
    shrink = 4 if blur > 6 else 2
    pad = math.ceil(blur * 2.5 / shrink) * shrink
    grown = Image.new("RGBA", (image.width + 2 * pad, image.height + 2 * pad))
    grown.paste(image, (pad, pad))
    # premultiplied, or the empty black would leak into the edge
    small = grown.convert("RGBa").reduce(shrink).filter(ImageFilter.GaussianBlur(blur / shrink))
    return small.resize(grown.size, Image.Resampling.BILINEAR).convert("RGBA"), pad

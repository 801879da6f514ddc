"""Drawings of the pack as pictures: cut to their outline, lit from one side, busts set in a medallion."""

from __future__ import annotations

import io
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from svc_media.art.canvas import box_mask, ramp
from svc_media.art.colour import RGB, mix
from svc_media.art.lexicon import lexicon
from svc_media.art.people import trade_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["Sprite", "Sprites", "medallion", "sticker_edge"]

_SHARPEST = 416
"""Largest side, in pixels, a drawing is rasterised at: their filters cost with the area, and they are soft."""
_CACHE_BYTES = 48 << 20
_HALF_FIGURES = frozenset(str(lexicon()["half_figures"]).split())
_HEADS = frozenset(str(lexicon()["heads"]).split())
_SOLID = [0] * 25 + [255] * 231
"""Lookup table: what counts as being there."""


@dataclass(frozen=True)
class Sprite:
    """A drawing in pixels."""

    name: str
    image: Image.Image
    """RGBA, nothing empty around it."""
    colour: RGB
    """Its mean colour near the outline: what must stand out from the backdrop."""
    body: RGB
    """Its mean colour over all."""
    bust: bool
    """Cut off flat below: somebody's head and shoulders."""
    head: bool = False
    """Somebody's head alone."""


class Sprites:
    """Rasterises drawings and remembers them, within a limit of memory."""

    def __init__(self, svg: Callable[[str], str]) -> None:
        """svg: gives the inside of a drawing's <svg>, on a 32 by 32 field."""
        self._svg = svg
        self._kept: OrderedDict[tuple[str, int], Sprite] = OrderedDict()
        self._bytes = 0

    def get(self, name: str, size: int) -> Sprite:
        """The drawing with its field `size` pixels wide, or a little less for large ones."""
        size = min(_SHARPEST, max(48, -(-size // 32) * 32))
        key = (name, size)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        made = _measured(name, self._raster(name, size))
        self._kept[key] = made
        self._bytes += made.image.width * made.image.height * 4
        while self._bytes > _CACHE_BYTES and len(self._kept) > 1:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= gone.image.width * gone.image.height * 4
        return made

    def _raster(self, name: str, size: int) -> Image.Image:
        import resvg_py

        text = (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'viewBox="0 0 32 32" width="{size}" height="{size}">{self._svg(name)}</svg>'
        )
        # looking for system fonts would cost more than the drawing
        png = resvg_py.svg_to_bytes(svg_string=text, skip_system_fonts=True)
        return Image.open(io.BytesIO(bytes(png))).convert("RGBA")


def _measured(name: str, image: Image.Image) -> Sprite:
    alpha = image.getchannel("A")
    box = alpha.point(_SOLID).getbbox() or (0, 0, image.width, image.height)
    image = image.crop(box)
    pixels = np.asarray(image.resize((48, 48), Image.Resampling.BOX), np.float32)
    solid = pixels[..., 3] > 200
    inner = np.asarray(Image.fromarray((solid * 255).astype(np.uint8), "L").filter(ImageFilter.MinFilter(9)), np.uint8)
    edge = solid & (inner == 0)
    rim, whole = (_mean(pixels, where) for where in (edge, solid))
    foot = np.asarray(image.getchannel("A"))[-max(2, image.height // 60) :].max(axis=0) > 128
    wide = float(foot.mean())
    trade = trade_of(name)
    # half-figures end in a flat cut; those that stand in water or on a thing do not
    return Sprite(name, image, rim, whole, trade in _HALF_FIGURES and wide > 0.4, _is_head(name))


def _is_head(name: str) -> bool:
    return any(trade_of(name) == trade_of(head) and name.startswith(head) for head in _HEADS)


def _mean(pixels: NDArray[np.float32], where: NDArray[np.bool_]) -> RGB:
    chosen = pixels[where] if where.any() else pixels.reshape(-1, 4)
    red, green, blue = (int(value) for value in chosen[:, :3].mean(axis=0))
    return red, green, blue


def medallion(sprite: Sprite, size: int, field: tuple[RGB, RGB]) -> Image.Image:
    """A bust in a round field of `size` pixels, its head reaching over the rim."""
    disc = round(size * 0.9)
    head = size - disc
    image = Image.new("RGBA", (size, size))
    left = (size - disc) // 2
    round_mask = box_mask(disc, disc, disc / 2)
    plate = ramp((disc, disc), field).convert("RGBA")
    plate.putalpha(round_mask)
    image.alpha_composite(plate, (left, head))
    rim = box_mask(disc * 0.93, disc * 0.93, disc * 0.47)
    inner = ramp((rim.width, rim.height), (mix(field[0], (255, 255, 255), 0.28), mix(field[1], (255, 255, 255), 0.1)))
    inner.putalpha(rim)
    image.alpha_composite(inner, (left + (disc - rim.width) // 2, head + (disc - rim.height) // 2))
    # a head alone hangs free in the middle; shoulders are cut by the rim
    scale = size * (0.66 if sprite.head else 0.9) / sprite.image.height
    scale = min(scale, size * (0.66 if sprite.head else 0.82) / sprite.image.width)
    bust = sprite.image.resize(
        (round(sprite.image.width * scale), round(sprite.image.height * scale)), Image.Resampling.LANCZOS
    )
    layer = Image.new("RGBA", (size, size))
    foot = head + (disc + bust.height) // 2 if sprite.head else size - round(disc * 0.035)
    layer.alpha_composite(bust, ((size - bust.width) // 2, foot - bust.height))
    allowed = Image.new("L", (size, size))
    allowed.paste(255, (0, 0, size, head + disc // 2))
    lower = box_mask(disc * 0.93, disc * 0.93, disc * 0.47)
    allowed.paste(lower, (left + (disc - lower.width) // 2, head + (disc - lower.height) // 2), lower)
    layer.putalpha(ImageChops.multiply(layer.getchannel("A"), allowed))
    image.alpha_composite(layer)
    return image


def sticker_edge(image: Image.Image, edge: int) -> Image.Image:
    """The drawing on white paper cut `edge` pixels outside its outline."""
    pad = edge + 2
    alpha = Image.new("L", (image.width + 2 * pad, image.height + 2 * pad))
    alpha.paste(image.getchannel("A"), (pad, pad))
    grown = alpha.filter(ImageFilter.GaussianBlur(edge * 0.55)).point(
        [min(255, max(0, (value - 14) * 14)) for value in range(256)]
    )
    made = Image.new("RGBA", alpha.size, (255, 255, 255, 0))
    made.putalpha(grown)
    made.alpha_composite(image, (pad, pad))
    return made

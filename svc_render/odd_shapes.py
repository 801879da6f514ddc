"""Pictures of another shape than their place: whole on a ground of themselves, or cut where it costs least."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

from svc_render.attention import SIDE, attention, cut_before

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from svc_render.attention import Shares

__all__ = ["MIDDLE", "aimed", "framed", "is_odd", "where_cut"]

MIDDLE = (0.5, 0.5)

_ODD = 2.1
"""A picture so many times as wide, or as tall, for its height as its place: cutting would leave less than half."""
_LONGEST = 4.0
"""The same, of which all is shown: a phone's screen in a wide video is 3.9."""
_NEAR = 1.12
"""The same, of which so little is cut that it does not matter where."""
_LEAST = 32
"""Pixels of the shorter side of a picture that is shown whole."""
_DIM = 0.62
_BLUR = 6.0  # pixels of a copy 96 pixels long


def is_odd(shape: float, place: float) -> bool:
    """Whether so much would be cut that all of it should be shown instead. Each: width by height."""
    return max(shape / place, place / shape) > _ODD


def where_cut(shape: float, place: float, seen: Callable[[], Sequence[Shares]]) -> tuple[float, float]:
    """
    How much of what must be cut goes at the left and how much at the top, each 0 to 1.

    shape, place: width by height. seen: called only where it matters; the attention of one picture or several, or
    nothing where none could be had.
    """
    if max(shape / place, place / shape) < _NEAR:
        return MIDDLE
    found = seen()
    return cut_before(found, place) if found else MIDDLE


def aimed(image: Image.Image, place: tuple[int, int]) -> tuple[float, float]:
    """`where_cut` of a picture, RGB, in a place of that width and height."""

    def seen() -> Sequence[Shares]:
        scale = SIDE / max(image.size)
        size = max(2, round(image.width * scale)), max(2, round(image.height * scale))
        return [attention(np.asarray(image.resize(size, Image.Resampling.BOX, reducing_gap=2.0), np.uint8))]

    return where_cut(image.width / image.height, place[0] / place[1], seen)


def framed(image: Image.Image, place: tuple[int, int]) -> Image.Image | None:
    """
    The picture in the shape of its place, over a blurred and darker copy of itself; None where it may well be cut.

    image: RGB. place: width and height. The picture keeps its size unless it is tiny; of one that is odder still the
    middle is shown.
    """
    if not is_odd(image.width / image.height, place[0] / place[1]):
        return None
    if image.width / image.height > place[0] / place[1]:
        wide = min(image.width, round(image.height * place[0] / place[1] * _LONGEST))
        left = (image.width - wide) // 2
        image = image.crop((left, 0, left + wide, image.height))
        size = wide, round(wide * place[1] / place[0])
    else:
        high = min(image.height, round(image.width * place[1] / place[0] * _LONGEST))
        top = (image.height - high) // 2
        image = image.crop((0, top, image.width, top + high))
        size = round(high * place[0] / place[1]), high
    if (times := -(-_LEAST // min(image.size))) > 1:  # else it could not stand in the middle of so few pixels
        size = size[0] * times, size[1] * times
        image = image.resize((image.width * times, image.height * times), Image.Resampling.NEAREST)
    scale = 96 / max(size)
    small = image.resize((max(2, round(size[0] * scale)), max(2, round(size[1] * scale))), Image.Resampling.BOX)
    small = ImageEnhance.Brightness(small.filter(ImageFilter.GaussianBlur(_BLUR))).enhance(_DIM)
    whole = small.resize(size, Image.Resampling.BICUBIC)
    whole.paste(image, ((size[0] - image.width) // 2, (size[1] - image.height) // 2))
    return whole

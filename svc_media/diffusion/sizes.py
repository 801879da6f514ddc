"""Sizes and lengths: what is asked for, rounded to what a model can do."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from svc_media.diffusion.catalogue import Frames, Sizes

__all__ = ["frame_count", "model_size"]


def model_size(width: int, height: int, sizes: Sizes) -> tuple[int, int]:
    """
    The size, in pixels, at which a model works for a result of `width` x `height`.

    The shape is kept as well as whole blocks allow; both sides are multiples of `sizes.multiple`, the area is at most
    `sizes.most`, and at least `sizes.least` where the shape and `sizes.longest` allow it.
    """
    block = sizes.multiple
    area = width * height
    most_long = sizes.longest // block * block
    scale = min(math.sqrt(min(max(area, sizes.least), sizes.most) / area), most_long / max(width, height))
    wide, high = (max(block, math.ceil(side * scale / block - 1e-9) * block) for side in (width, height))
    while wide * high > sizes.most and max(wide, high) > block:
        # the side whose shortening leaves the shape nearer to what was asked for
        shorter = [(wide - block, high), (wide, high - block)]
        fits = [(w, h) for w, h in shorter if min(w, h) >= block]
        wide, high = min(fits, key=lambda size: abs(math.log(size[0] / size[1] * height / width)))
    return wide, high


def frame_count(duration: float, frames: Frames) -> int:
    """How many frames a model makes for `duration` seconds: the next number it can do, at most its largest."""
    wanted = max(frames.least, math.ceil(duration * frames.rate - 1e-6))
    steps = math.ceil(max(0, wanted - frames.plus) / frames.step)
    return min(steps * frames.step + frames.plus, frames.most)

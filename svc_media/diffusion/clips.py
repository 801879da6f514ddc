"""Frames of a model as footage of exactly the length, rate and size asked for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageOps

from svc_media.engines.base import Footage
from svc_media.film import h264
from svc_media.footage import OWN_FPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pixelle.runtime.work import Tick

__all__ = ["clip", "fitted"]

_SLOWEST = 0.5
"""Footage that is too short is slowed down to this speed at most, then begins again."""


def fitted(pixels: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """RGB [height, width, 3] of exactly this size: scaled to cover it, cut from the middle."""
    if pixels.shape == (height, width, 3):
        return pixels
    return np.asarray(ImageOps.fit(Image.fromarray(pixels, "RGB"), (width, height), Image.Resampling.LANCZOS))


def clip(
    frames: NDArray[np.uint8], rate: int, width: int, height: int, *, duration: float, fps: int, tick: Tick
) -> Footage:
    """
    H.264 of exactly ceil(duration x fps) frames.

    frames: RGB [frames, height, width, 3], `rate` of them per second. fps: 0 means 30. What is longer is cut at its
    end; what is shorter is slowed down to half its speed at most, then begins again.
    """
    fps = fps or OWN_FPS
    count = max(1, math.ceil(duration * fps - 1e-6))
    speed = min(1.0, max(_SLOWEST, len(frames) / rate / duration))

    def stills() -> Iterator[NDArray[np.uint8]]:
        shown, still = -1, frames[0]
        for number in range(count):
            tick(0.92 + 0.07 * number / count, "fitting the footage")
            at = int(number * speed * rate / fps + 1e-6) % len(frames)
            if at != shown:
                shown, still = at, fitted(frames[at], width, height)
            yield still

    return Footage(h264(stills(), width, height, fps=fps), count, fps)

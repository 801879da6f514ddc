"""Footage from a still: a slow drift over a larger picture, written as H.264."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFilter

from svc_media.engines.base import Footage
from svc_media.film import h264

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pixelle.runtime.work import Tick
    from svc_media.engines.base import Picture

__all__ = ["OWN_FPS", "above_words", "below_title", "drift", "grown", "rooted"]

OWN_FPS = 30
"""Frames per second when the caller does not say."""
_ROOM = 1.10
"""How much larger than the footage the still is."""


def grown(length: int) -> int:
    """The side, in pixels, the still needs for footage with a side of `length`."""
    return min(4096, math.ceil(length * _ROOM / 2) * 2)


def above_words(width: int, height: int) -> int:
    """The height of what is composed for footage of that shape, in pixels: captions lie below it."""
    share = 0.72 if height > width else 0.8
    return max(256, round(height * share)) if height >= 320 else height


def below_title(width: int, height: int) -> int:
    """
    The height of what is composed for the first scene of a video, in pixels.

    The title above such a picture makes its page cut it flatter than the others, but for wide ones, which have a place
    of their own.
    """
    return round(0.88 * height) if width < 1.5 * height else height


def rooted(picture: Picture, height: int) -> Picture:
    """The picture with its ground going on downwards, out of focus and into the dark, to `height` pixels."""
    above = Image.fromarray(picture.pixels, "RGB")
    if height <= above.height:
        return picture
    low = round(0.1 * above.height)
    foot = above.crop((0, above.height - low, above.width, above.height)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    small = foot.resize((max(2, above.width // 16), 8), Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(5))
    whole = Image.new("RGB", (above.width, height))
    whole.paste(above)
    more = height - above.height + low
    ground = np.asarray(small.resize((above.width, more), Image.Resampling.BICUBIC), np.float32)
    share = np.linspace(0, 1, more, dtype=np.float32)[:, None, None]
    dark = ground * (1 - 0.62 * share)
    seen = np.clip(share * more / low, 0, 1)
    seen = seen * seen * (3 - 2 * seen)
    pixels = np.asarray(whole).astype(np.float32)
    pixels[-more:] = pixels[-more:] * (1 - seen) + dark * seen
    return replace(picture, pixels=pixels.round().astype(np.uint8))


def drift(still: Picture, width: int, height: int, *, duration: float, fps: int, turn: int, tick: Tick) -> Footage:
    """
    A slow move over `still` that starts and ends gently.

    width, height: even, in pixels; at most the still's. duration: seconds. fps: 0 means 30.
    turn: which of four ways it moves. The result depends on nothing else.
    """
    fps = fps or OWN_FPS
    frames = max(1, math.ceil(duration * fps - 1e-6))
    source = Image.fromarray(still.pixels, "RGB")
    room = source.width - width, source.height - height
    across, down = ((0.1, 0.9), (0.9, 0.1))[turn % 2], ((0.8, 0.2), (0.3, 0.7))[turn // 2 % 2]

    def views() -> Iterator[NDArray[np.uint8]]:
        for number in range(frames):
            tick(number / frames, "filming")
            share = number / max(1, frames - 1)
            ease = share * share * (3 - 2 * share)
            left = room[0] * (across[0] + (across[1] - across[0]) * ease)
            top = room[1] * (down[0] + (down[1] - down[0]) * ease)
            box = (left, top, left + width, top + height)
            yield np.asarray(source.resize((width, height), Image.Resampling.BILINEAR, box=box))

    return Footage(h264(views(), width, height, fps=fps), frames, fps)

"""Where people look in a picture, so that what must be cut of it is what they miss least."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Shares = NDArray[np.float64]

__all__ = ["SIDE", "attention", "cut_before"]

SIDE = 96
"""Longest side in pixels of the copy that is looked at."""
_LEVELS = 10
_BLUR = 0.03  # of the longer side
_STEPS = 40
_EDGE = 0.12  # of the part that is kept: what lies so near to its edge counts less
_USUAL = (0.5, 0.35)  # across, down: people have their heads in the upper half
_PULL = 1.0  # how much attention it takes to go elsewhere
_EVEN = 0.5  # of the mean: what is spread so thin has no place


def attention(pixels: Pixels) -> Shares:
    """
    How much each pixel of a small RGB picture [height, width, 3] draws the eye: [height, width], 1 together.

    Boolean map saliency (Zhang and Sclaroff, ICCV 2013): what stands within a level of lightness or colour. The
    lower edge of the picture surrounds, too: it is where people who stand or sit are cut off.
    """
    import cv2

    height, width = pixels.shape[:2]
    found = np.zeros((height, width))
    lab = cv2.GaussianBlur(cv2.cvtColor(pixels, cv2.COLOR_RGB2Lab), (0, 0), 1.0)
    for channel in cv2.split(lab):
        low, high = np.percentile(channel, (1, 99))
        for level in np.linspace(low, high, _LEVELS + 2)[1:-1]:
            above = (channel > level).astype(np.uint8)
            for mask in (above, 1 - above):
                count, labels = cv2.connectedComponents(mask, connectivity=4)
                within = np.ones(count, bool)
                for edge in (labels[0], labels[:, 0], labels[:, -1]):
                    within[edge] = False
                within[0] = False  # what is not in the mask
                shown = within[labels]
                size = np.count_nonzero(shown)
                if size:
                    found += shown / np.sqrt(size)
    # the root: one thing that stands out most, as a frame on a wall, does not hide all others
    found = np.sqrt(cv2.GaussianBlur(found, (0, 0), _BLUR * max(height, width)))
    total = found.sum()
    return found / total if total > 0 else np.full((height, width), 1 / found.size)


def cut_before(seen: Sequence[Shares], shape: float) -> tuple[float, float]:
    """
    How much of what must be cut off goes at the left and how much at the top, each 0 to 1; 0.5 where nothing must.

    seen: attention of a picture, or of several of one clip. shape: width by height of the part that is kept.
    """
    height, width = seen[0].shape
    whole = width / height
    if abs(whole - shape) < 1e-6 * shape:
        return 0.5, 0.5
    down = whole < shape
    share = min(whole / shape, shape / whole)
    drawn = np.mean([each.sum(axis=int(down)) for each in seen], axis=0)
    drawn = np.clip(drawn - _EVEN * drawn.mean(), 0, None)
    if down:  # the upper end of what stands out matters most: of a person that is the head
        drawn = drawn * (1 - (np.cumsum(drawn) - drawn / 2) / drawn.sum()) ** 3
    at = (np.arange(len(drawn)) + 0.5) / len(drawn)
    starts = np.linspace(0, 1, _STEPS + 1)
    inside = (at - starts[:, None] * (1 - share)) / share
    weight = np.clip(np.minimum(inside, 1 - inside) / _EDGE, 0, 1)
    score = weight @ drawn - _PULL * (1 - share) * (starts - _USUAL[down]) ** 2
    best = float(starts[np.argmax(score)])
    return (0.5, best) if down else (best, 0.5)

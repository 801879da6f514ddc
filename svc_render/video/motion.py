"""A slow move over the picture inside a page: which part of it is seen when, and its frames."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from svc_render.video.planes import fresh, planes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import av
    from numpy.typing import NDArray

    from svc_render.video.planes import Overlay

    Planes = NDArray[np.uint8]
    Matrix = NDArray[np.float64]

__all__ = ["Hero", "Pan", "panned"]

_DEPTH = 0.025  # of the picture, per second
_SHALLOWEST, _DEEPEST = 0.03, 0.14
_REACH = 1.2  # of the depth: how far the picture wanders where the page cuts some of it off
_SIDEWAYS = 0.45  # the same, where it does not


@dataclass(frozen=True)
class Hero:
    """Where a page shows its picture. Lengths in pixels of the page."""

    centre: tuple[float, float]
    """Of the box that shows it."""
    turn: tuple[float, float, float, float]
    """What the page's transforms do to the box, as a matrix a, b, c, d (x to ax + cy, y to bx + dy)."""
    box: tuple[float, float]
    """Width and height before them."""
    picture: tuple[float, float, float, float]
    """Left, top, width and height of the whole picture, from the box's centre: it may stand out of the box."""


@dataclass(frozen=True)
class Pan:
    """A move: the window that fills the box, at the beginning and at the end."""

    hero: Hero
    begin: tuple[float, float, float]
    """Size of the window by that of the box; its centre, from the box's centre in pixels."""
    end: tuple[float, float, float]

    @classmethod
    def of(cls, hero: Hero, *, seconds: float, seed: int) -> Pan:
        """The move for a scene: in or out and where to, by seed; longer scenes move farther, never faster."""
        chance = random.Random(seed)
        depth = min(max(_DEPTH * seconds, _SHALLOWEST), _DEEPEST)
        near, far = 1 / (1 + depth), 1 / (1 + depth * 0.25)
        sizes = (near, far) if chance.random() < 0.5 else (far, near)
        angle = chance.uniform(0, 2 * math.pi)
        aim = math.cos(angle), math.sin(angle)
        reach = [
            depth * box * (_REACH if whole > 1.05 * box else _SIDEWAYS)
            for box, whole in zip(hero.box, hero.picture[2:], strict=True)
        ]

        def window(size: float, share: float) -> tuple[float, float, float]:
            x, y = (_held(hero, size, axis, share * aim[axis] * reach[axis]) for axis in (0, 1))
            return size, x, y

        return cls(hero, window(sizes[0], -0.5), window(sizes[1], 0.5))

    def at(self, share: float) -> tuple[float, float, float]:
        """The window after a share of the time, 0 to 1: it starts and ends at rest."""
        ease = share * share * (3 - 2 * share)
        size, x, y = (a + (b - a) * ease for a, b in zip(self.begin, self.end, strict=True))
        return size, x, y

    @property
    def view(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of all that is ever seen, from the box's centre in pixels."""
        windows = (self.begin, self.end)
        low = [min(w[1 + axis] - self.hero.box[axis] * w[0] / 2 for w in windows) for axis in (0, 1)]
        high = [max(w[1 + axis] + self.hero.box[axis] * w[0] / 2 for w in windows) for axis in (0, 1)]
        return low[0], low[1], high[0] - low[0], high[1] - low[1]

    @property
    def sharpness(self) -> float:
        """Pixels the picture should have for each of the page's, so that the closest look is a sharp one."""
        return 1 / min(self.begin[0], self.end[0])

    def matrix(self, share: float, *, origin: tuple[int, int], scale: tuple[float, float], step: int) -> Matrix:
        """
        From samples of a plane of the page to samples of the same plane of the view, as cv2 wants it: [2, 3].

        origin: left and top of the page's part. scale: pixels of the view by those of the page.
        step: pixels by samples, 1 or 2.
        """
        size, x, y = self.at(share)
        a, b, c, d = self.hero.turn
        across = np.linalg.inv(np.array([[a, c], [b, d]])) * size
        left, top, _, _ = self.view
        middle = np.array(self.hero.centre)
        grow = np.diag(scale)
        # a sample lies in the middle of its pixels
        shift = np.array(origin) + step * 0.5 - middle
        fixed = grow @ (across @ shift + np.array([x - left, y - top])) / step - 0.5
        return np.column_stack([grow @ across, fixed])


def _held(hero: Hero, size: float, axis: int, wanted: float) -> float:
    """The window's centre on an axis, so that the picture fills in every window what it fills when it stands still."""
    start, length = hero.picture[axis], hero.picture[2 + axis]
    half = hero.box[axis] / 2
    if length < 2 * half:  # it grows about its own middle
        return (start + length / 2) * (1 - size)
    low, high = max(start, -half), min(start + length, half)
    return min(max(wanted, start - low * size), start + length - high * size)


def panned(pages: Iterable[tuple[Overlay, int]], view: Planes, pan: Pan, *, count: int) -> Iterator[av.VideoFrame]:
    """
    Frames of a moving picture under the page of its time, yuv420p.

    pages: with how many frames each is shown. view: packed yuv420p picture of `pan.view`. count: frames together.
    """
    import cv2

    cv2.setNumThreads(1)  # the encoder has its own threads for the other cores
    sources = planes(view)
    number = 0
    for page, length in pages:
        left, top, right, bottom = _hole(page.kept)
        wide, tall = pan.view[2:]
        scale = (view.shape[1] / wide, view.shape[0] * 2 / 3 / tall)
        kept, added = planes(page.kept), planes(page.added)
        for _ in range(length):
            frame, targets = fresh(page.added.shape[1], page.added.shape[0] * 2 // 3)
            share = number / max(1, count - 1)
            for plane, (source, target) in enumerate(zip(sources, targets, strict=True)):
                step = 2 if plane else 1
                target[:] = added[plane]
                rows, columns = slice(top // step, bottom // step), slice(left // step, right // step)
                size = (columns.stop - columns.start, rows.stop - rows.start)
                if not (size[0] and size[1]):
                    continue
                seen = cv2.warpAffine(
                    source,
                    pan.matrix(share, origin=(left, top), scale=scale, step=step),
                    size,
                    flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
                    borderMode=cv2.BORDER_REPLICATE,
                )
                cv2.multiply(seen, kept[plane][rows, columns], dst=seen, scale=1 / 255)
                cv2.add(seen, added[plane][rows, columns], dst=target[rows, columns])
            yield frame
            number += 1


def _hole(kept: Planes) -> tuple[int, int, int, int]:
    """Left, top, right and bottom, all even, of where the picture can be seen."""
    height, width = kept.shape[0] * 2 // 3, kept.shape[1]
    rows = np.flatnonzero(kept[:height].any(axis=1))
    columns = np.flatnonzero(kept[:height].any(axis=0))
    if not rows.size:
        return 0, 0, 0, 0
    left, top = int(columns[0]) // 2 * 2, int(rows[0]) // 2 * 2
    return left, top, min(width, int(columns[-1]) // 2 * 2 + 2), min(height, int(rows[-1]) // 2 * 2 + 2)

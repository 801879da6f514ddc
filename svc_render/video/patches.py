"""A page of which only a box changes: what is converted is the box."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from svc_render.video.planes import Overlay, framed, opaque, overlaid, packed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import av
    from numpy.typing import NDArray

__all__ = ["PATCH_ROOM", "Patch", "opaque_states", "overlay_states"]

PATCH_ROOM = 8
"""Pixels around what changes that a patch also holds: as far as the filters of the conversion to 4:2:0 reach."""


@dataclass(frozen=True)
class Patch:
    """A part of a page, as it looks in one state."""

    png: bytes
    left: int
    """Pixels; even, as is `top`, and so are width and height."""
    top: int


def opaque_states(
    png: bytes, patches: Mapping[int, Patch], timeline: Iterable[tuple[int, int]]
) -> Iterator[tuple[av.VideoFrame, int]]:
    """
    An opaque page as yuv420p frames, with how long each is shown. The samples are those of a whole
    conversion, chroma within one level: the scaler's filters are not quite the same at every place.

    timeline: numbers of patches (one that is missing: the page as it is) and frames.
    """
    first = opaque(png)
    planes: NDArray[np.uint8] | None = None
    for number, length in timeline:
        patch = patches.get(number)
        if patch is None:
            yield first, length
            continue
        if planes is None:
            planes = np.asarray(first.to_ndarray(), dtype=np.uint8)
        yield framed(_pasted(planes, patch)), length


def overlay_states(
    png: bytes, patches: Mapping[int, Patch], timeline: Iterable[tuple[int, int]]
) -> Iterator[tuple[Overlay, int]]:
    """A transparent page as overlays, with how long each is shown. timeline: as above."""
    page = _pixels(png)
    for number, length in timeline:
        patch = patches.get(number)
        if patch is None:
            yield overlaid(page), length
            continue
        part = _pixels(patch.png)
        whole = page.copy()
        whole[patch.top : patch.top + part.shape[0], patch.left : patch.left + part.shape[1]] = part
        yield overlaid(whole), length


def _pixels(png: bytes) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image.convert("RGBA"))


def _pasted(page: NDArray[np.uint8], patch: Patch) -> NDArray[np.uint8]:
    """A packed yuv420p page with a patch on it, whose edge stays the page's own."""
    part = packed(patch.png)
    done = page.copy()
    height, width = page.shape[0] * 2 // 3, page.shape[1]
    tall, wide = part.shape[0] * 2 // 3, part.shape[1]
    right, bottom = patch.left + wide, patch.top + tall
    # at the page's own edge there is nothing beyond for a filter to see
    left, top = (place and place + PATCH_ROOM for place in (patch.left, patch.top))
    right -= PATCH_ROOM if right < width else 0
    bottom -= PATCH_ROOM if bottom < height else 0
    for onto, of, step in (
        (done[:height].reshape(1, height, width), part[:tall].reshape(1, tall, wide), 1),
        (done[height:].reshape(2, height // 2, width // 2), part[tall:].reshape(2, tall // 2, wide // 2), 2),
    ):
        rows, columns = slice(top // step, bottom // step), slice(left // step, right // step)
        above, before = patch.top // step, patch.left // step
        onto[:, rows, columns] = of[
            :, rows.start - above : rows.stop - above, columns.start - before : columns.stop - before
        ]
    return done

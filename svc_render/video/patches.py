"""A page of which only a box changes: what is converted is the box."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from svc_render.video.planes import Overlay, between, decoded, fresh, opaque, overlaid, planes, within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import av
    from numpy.typing import NDArray

    Planes = NDArray[np.uint8]

__all__ = ["PATCH_ROOM", "Patch", "hole_states", "opaque_states", "overlay_states"]

PATCH_ROOM = 8
"""Pixels around what changes that a patch also holds: as far as the filters of the conversion to 4:2:0 reach."""


@dataclass(frozen=True)
class Patch:
    """A part of a page, as it looks in one state."""

    png: bytes
    left: int
    """Pixels; even, as is `top`, and so are width and height."""
    top: int
    white: bytes = b""
    """The same part over white, of a page with a hole in it; empty where the hole cannot be seen."""


def opaque_states(
    png: bytes, patches: Mapping[int, Patch], timeline: Iterable[tuple[int, int]]
) -> Iterator[tuple[av.VideoFrame, int]]:
    """
    An opaque page as yuv420p frames, with how long each is shown. The samples are those of a whole
    conversion, chroma within one level: the scaler's filters are not quite the same at every place.

    timeline: numbers of patches (one that is missing: the page as it is) and frames.
    """
    first = opaque(png)
    for number, length in timeline:
        patch = patches.get(number)
        if patch is None:
            yield first, length
            continue
        frame, samples = fresh(first.width, first.height)
        _paste(within(first), within(opaque(patch.png)), patch, samples)
        yield frame, length


def overlay_states(
    png: bytes, patches: Mapping[int, Patch], timeline: Iterable[tuple[int, int]]
) -> Iterator[tuple[Overlay, int]]:
    """A transparent page as overlays, with how long each is shown. timeline: as above."""
    yield from _overlays(overlaid(decoded(png)), patches, timeline, lambda patch: overlaid(decoded(patch.png)))


def hole_states(
    png: bytes, white: bytes, patches: Mapping[int, Patch], timeline: Iterable[tuple[int, int]]
) -> Iterator[tuple[Overlay, int]]:
    """
    A page around a hole as overlays, with how long each is shown. timeline: as above.

    png, white: the page over black and over white; patches likewise, those without `white` lie beside the hole.
    """

    def part(patch: Patch) -> Overlay:
        black = decoded(patch.png)
        return between(black, decoded(patch.white) if patch.white else black)

    yield from _overlays(between(decoded(png), decoded(white)), patches, timeline, part)


def _overlays(
    page: Overlay, patches: Mapping[int, Patch], timeline: Iterable[tuple[int, int]], part: Callable[[Patch], Overlay]
) -> Iterator[tuple[Overlay, int]]:
    for number, length in timeline:
        patch = patches.get(number)
        if patch is None:
            yield page, length
            continue
        changed = part(patch)
        added = _pasted(page.added, changed.added, patch)
        yield Overlay(added, _pasted(page.kept, changed.kept, patch)), length


def _pasted(page: Planes, part: Planes, patch: Patch) -> Planes:
    """A packed yuv420p page with a patch's samples on it."""
    done = np.empty_like(page)
    _paste(planes(page), planes(part), patch, planes(done))
    return done


def _paste(page: tuple[Planes, ...], part: tuple[Planes, ...], patch: Patch, targets: tuple[Planes, ...]) -> None:
    """A page's samples with a patch's on them, whose edge stays the page's own."""
    height, width = page[0].shape
    tall, wide = part[0].shape
    right, bottom = patch.left + wide, patch.top + tall
    # at the page's own edge there is nothing beyond for a filter to see
    left, top = (place and place + PATCH_ROOM for place in (patch.left, patch.top))
    right -= PATCH_ROOM if right < width else 0
    bottom -= PATCH_ROOM if bottom < height else 0
    for whole, onto, of, step in zip(page, targets, part, (1, 2, 2), strict=True):
        rows, columns = slice(top // step, bottom // step), slice(left // step, right // step)
        above, before = patch.top // step, patch.left // step
        onto[:] = whole
        onto[rows, columns] = of[rows.start - above : rows.stop - above, columns.start - before : columns.stop - before]

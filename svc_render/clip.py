"""Makes the picture stream of a scene from its drawn page, on a thread."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from PIL import Image

from svc_render.pictures import read_picture
from svc_render.scratch import Scratch
from svc_render.spoken import NOTHING
from svc_render.video.footage import footage
from svc_render.video.h264 import write_clip, write_states
from svc_render.video.patches import opaque_states, overlay_states
from svc_render.video.planes import framed, rgb

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import av
    import numpy as np
    from numpy.typing import NDArray

    from pixelle.runtime.work import Tick
    from svc_render.drawing import Drawn
    from svc_render.video.planes import Overlay

__all__ = ["Behind", "Made", "frames_for", "make_clip", "still_over"]


class Made:
    """A finished file in its scratch folder."""

    def __init__(self, scratch: Scratch, path: Path, *, states: int) -> None:
        self.scratch = scratch
        self.path = path
        self.states = states
        """Distinct pictures that were drawn."""


def frames_for(seconds: float, fps: int) -> int:
    """Frames that cover a narration: never fewer, at most one more than its length."""
    return max(1, math.ceil(seconds * fps - 1e-6))


@dataclass(frozen=True)
class Behind:
    """What shows through a transparent page."""

    path: Path
    moving: bool
    """Footage, not a picture."""


def make_clip(
    drawn: Drawn,
    behind: Behind | None,
    *,
    count: int,
    fps: int,
    scratch_root: Path,
    tick: Tick,
    timeline: Sequence[tuple[int, int]] = (),
) -> Made:
    """
    Encode a drawn page as `count` frames, over footage or a picture when there is some.

    timeline: numbers of captions and how many frames each is shown, `count` together; () without captions.
    Raises InvalidArgument (FOOTAGE_INVALID, IMAGE_INVALID) and Cancelled.
    """
    template = drawn.template
    size = (template.width, template.height)
    timeline = timeline or [(NOTHING, count)]
    scratch = Scratch(scratch_root)
    path = scratch.path / "clip.mp4"
    moving = behind is not None and behind.moving
    try:
        if behind is None:
            states = opaque_states(drawn.png, drawn.patches, timeline)
        else:
            pages = overlay_states(drawn.png, drawn.patches, timeline)
            pictures = _pictures(behind, size=size, fps=fps, scratch=scratch, tick=tick)
            states = _moving(pages, pictures) if moving else _still(pages, next(pictures))
        if moving:
            frames = (frame for frame, _ in states)
            write_clip(path, frames, count=count, fps=fps, size=size, threads=0, tick=tick)
        else:
            write_states(path, states, count=count, fps=fps, size=size, tick=tick)
    except BaseException:
        scratch.close()
        raise
    return Made(scratch, path, states=count if moving else len(timeline))


def _pictures(
    behind: Behind, *, size: tuple[int, int], fps: int, scratch: Scratch, tick: Tick
) -> Iterator[NDArray[np.uint8]]:
    """Endless packed yuv420p pictures of what is behind a page."""
    path = behind.path
    if not behind.moving:
        path = scratch.path / "picture"
        path.write_bytes(read_picture(behind.path.read_bytes(), fit=2 * max(size), alive=lambda: tick(0.0)).data)
    return footage(path, width=size[0], height=size[1], fps=fps)


def _moving(
    pages: Iterable[tuple[Overlay, int]], pictures: Iterator[NDArray[np.uint8]]
) -> Iterator[tuple[av.VideoFrame, int]]:
    """Every picture under the page of its time."""
    for page, length in pages:
        for picture in islice(pictures, length):
            page.onto(picture)
            yield framed(picture), 1


def _still(pages: Iterable[tuple[Overlay, int]], picture: NDArray[np.uint8]) -> Iterator[tuple[av.VideoFrame, int]]:
    """One picture under every page."""
    for page, length in pages:
        shown = picture.copy()
        page.onto(shown)
        yield framed(shown), length


def still_over(drawn: Drawn, behind: Behind, *, scratch_root: Path, tick: Tick) -> bytes:
    """A transparent page over the first picture of what is behind it, as PNG."""
    size = (drawn.template.width, drawn.template.height)
    with Scratch(scratch_root) as scratch:
        picture = next(_pictures(behind, size=size, fps=30, scratch=scratch, tick=tick))
        frame, _ = next(_still(overlay_states(drawn.png, {}, [(NOTHING, 1)]), picture))
    out = io.BytesIO()
    Image.fromarray(rgb(frame)).save(out, "PNG", compress_level=1)
    return out.getvalue()

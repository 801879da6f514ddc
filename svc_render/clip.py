"""Makes the picture stream of a scene from its drawn page, on a thread."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from svc_render.pictures import read_picture
from svc_render.scratch import Scratch
from svc_render.video.footage import footage
from svc_render.video.h264 import write_clip, write_states
from svc_render.video.planes import framed, opaque, overlay, rgb

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import av

    from pixelle.runtime.work import Tick
    from svc_render.drawing import Drawn

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


def make_clip(drawn: Drawn, behind: Behind | None, *, count: int, fps: int, scratch_root: Path, tick: Tick) -> Made:
    """
    Encode a drawn page as `count` frames, over footage or a picture when there is some.

    Raises InvalidArgument (FOOTAGE_INVALID, IMAGE_INVALID) and Cancelled.
    """
    template = drawn.template
    size = (template.width, template.height)
    scratch = Scratch(scratch_root)
    path = scratch.path / "clip.mp4"
    try:
        moving = behind is not None and behind.moving
        frames = None if behind is None else over_footage(drawn.png, behind, size=size, fps=fps, scratch=scratch)
        if frames is not None and moving:
            write_clip(path, frames, count=count, fps=fps, size=size, threads=0, tick=tick)
        else:
            picture = opaque(drawn.png) if frames is None else next(frames)
            write_states(path, [(picture, count)], count=count, fps=fps, size=size, tick=tick)
    except BaseException:
        scratch.close()
        raise
    return Made(scratch, path, states=count if moving else 1)


def over_footage(
    png: bytes, behind: Behind, *, size: tuple[int, int], fps: int, scratch: Scratch
) -> Iterator[av.VideoFrame]:
    """Endless yuv420p frames: what is behind, with a transparent page laid over it."""
    page = overlay(png)
    path = behind.path
    if not behind.moving:
        path = scratch.path / "picture"
        path.write_bytes(read_picture(behind.path.read_bytes(), fit=2 * max(size)).data)
    for picture in footage(path, width=size[0], height=size[1], fps=fps):
        page.onto(picture)
        yield framed(picture)


def still_over(drawn: Drawn, behind: Behind, *, scratch_root: Path) -> bytes:
    """A transparent page over the first picture of what is behind it, as PNG."""
    size = (drawn.template.width, drawn.template.height)
    with Scratch(scratch_root) as scratch:
        frame = next(over_footage(drawn.png, behind, size=size, fps=30, scratch=scratch))
    out = io.BytesIO()
    Image.fromarray(rgb(frame)).save(out, "PNG", compress_level=1)
    return out.getvalue()

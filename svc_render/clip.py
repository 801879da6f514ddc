"""Makes the picture stream of a scene from its drawn page, on a thread."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import av
import numpy as np

from svc_render.scratch import Scratch
from svc_render.video.footage import footage
from svc_render.video.h264 import write_clip
from svc_render.video.planes import opaque, overlay

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from pixelle.runtime.work import Tick
    from svc_render.drawing import Drawn

__all__ = ["Made", "frames_for", "make_clip", "over_footage"]


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


def make_clip(drawn: Drawn, behind: Path | None, *, count: int, fps: int, scratch_root: Path, tick: Tick) -> Made:
    """
    Encode a drawn page, over footage when there is some.

    behind: a video file or a picture file for a transparent page.
    Raises InvalidArgument (FOOTAGE_INVALID) and Cancelled.
    """
    template = drawn.template
    size = (template.width, template.height)
    scratch = Scratch(scratch_root)
    path = scratch.path / "clip.mp4"
    try:
        if behind is None:
            frames = itertools.repeat(opaque(drawn.png))
        else:
            frames = over_footage(drawn.png, behind, size=size, fps=fps)
        write_clip(
            path,
            frames,
            count=count,
            fps=fps,
            size=size,
            kind="still" if behind is None else "moving",
            threads=1 if behind is None else 0,
            tick=tick,
        )
    except BaseException:
        scratch.close()
        raise
    return Made(scratch, path, states=1 if behind is None else count)


def over_footage(png: bytes, behind: Path, *, size: tuple[int, int], fps: int) -> Iterator[av.VideoFrame]:
    """Endless yuv420p frames: footage with a transparent page laid over it."""
    page = overlay(png)
    for picture in footage(behind, width=size[0], height=size[1], fps=fps):
        page.onto(picture)
        yield _frame(picture)


def _frame(picture: NDArray[np.uint8]) -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), "yuv420p")

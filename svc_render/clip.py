"""Makes the picture stream of a scene from its drawn page, on a thread."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from svc_render.pictures import read_picture
from svc_render.scratch import Scratch
from svc_render.spoken import NOTHING
from svc_render.video.footage import footage, speed_for
from svc_render.video.h264 import write_clip, write_states
from svc_render.video.motion import panned
from svc_render.video.patches import hole_states, opaque_states, overlay_states
from svc_render.video.planes import encoded, packed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import av
    import numpy as np
    from numpy.typing import NDArray

    from pixelle.runtime.work import Tick
    from svc_render.drawing import Drawn
    from svc_render.video.scaling import Fit

__all__ = ["Behind", "Length", "Made", "frames_for", "make_clip", "still_over"]


@dataclass(frozen=True)
class Made:
    """A finished clip in its scratch folder."""

    scratch: Scratch
    path: Path
    first: Path
    """Its first picture, PNG."""
    states: int
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
    fit: Fit = "cover"
    """How it fills the page."""
    slowest: float = 1.0
    """Share of its speed to which footage that is too short is slowed down at most."""


@dataclass(frozen=True)
class Length:
    """How long a clip is, and what is shown when."""

    count: int
    """Frames."""
    fps: int
    timeline: Sequence[tuple[int, int]] = ()
    """Numbers of captions and how many frames each is shown, `count` together; () without captions."""
    cut: int = 0
    """Number of a frame that the clip can be entered at, besides 0."""


def make_clip(drawn: Drawn, behind: Behind | None, length: Length, *, scratch_root: Path, tick: Tick) -> Made:
    """
    Encode a drawn page, over footage or a picture when there is some, or with its own picture moving.

    Raises InvalidArgument (FOOTAGE_INVALID, IMAGE_INVALID) and Cancelled.
    """
    scratch = Scratch(scratch_root)
    path, first = scratch.path / "clip.mp4", scratch.path / "first.png"
    template, count = drawn.template, length.count
    size, fps = (template.width, template.height), length.fps
    try:
        if drawn.moving or (behind and behind.moving):
            shots = _seen(_moving(drawn, behind, length, scratch, tick), first)
            frames = (frame for frame, _ in shots)
            kind = "panning" if drawn.moving else "footage"
            write_clip(path, frames, count=count, fps=fps, size=size, tick=tick, kind=kind, cut=length.cut)
            states = count
        else:
            timeline = length.timeline or [(NOTHING, count)]
            shots = _standing(drawn, behind, timeline, scratch, tick)
            if behind is None:
                first.write_bytes(drawn.png)
            else:
                shots = _seen(shots, first)
            write_states(path, shots, count=count, fps=fps, size=size, tick=tick, cut=length.cut)
            states = len(timeline)
    except BaseException:
        scratch.close()
        raise
    return Made(scratch, path, first, states)


def still_over(drawn: Drawn, behind: Behind, *, scratch_root: Path, tick: Tick) -> bytes:
    """A transparent page over the first picture of what is behind it, as PNG."""
    with Scratch(scratch_root) as scratch:
        frame, _ = next(_standing(drawn, behind, [(NOTHING, 1)], scratch, tick))
    return encoded(frame)


def _standing(
    drawn: Drawn, behind: Behind | None, timeline: Sequence[tuple[int, int]], scratch: Scratch, tick: Tick
) -> Iterator[tuple[av.VideoFrame, int]]:
    """The states of a page, over the first picture of what is behind it."""
    if behind is None:
        yield from opaque_states(drawn.png, drawn.patches, timeline)
        return
    picture = next(_pictures(drawn, behind, fps=30, scratch=scratch, tick=tick))
    for page, length in overlay_states(drawn.png, drawn.patches, timeline):
        yield page.over(picture), length


def _moving(
    drawn: Drawn, behind: Behind | None, length: Length, scratch: Scratch, tick: Tick
) -> Iterator[tuple[av.VideoFrame, int]]:
    """Every frame of a page whose picture moves, or that lies over footage."""
    timeline = length.timeline or [(NOTHING, length.count)]
    if drawn.moving:
        pages = hole_states(drawn.png, drawn.moving.white, drawn.patches, timeline)
        for frame in panned(pages, packed(drawn.moving.view), drawn.moving.pan, count=length.count):
            yield frame, 1
    elif behind:
        pictures = _pictures(drawn, behind, fps=length.fps, scratch=scratch, tick=tick, frames=length.count)
        for page, lasts in overlay_states(drawn.png, drawn.patches, timeline):
            for picture in islice(pictures, lasts):
                yield page.over(picture), 1


def _pictures(
    drawn: Drawn, behind: Behind, *, fps: int, scratch: Scratch, tick: Tick, frames: int = 1
) -> Iterator[NDArray[np.uint8]]:
    """Endless packed yuv420p pictures of what is behind a page. frames: how many are wanted."""
    width, height = drawn.template.width, drawn.template.height
    path = behind.path
    if not behind.moving:
        path = scratch.path / "picture"
        shown = read_picture(behind.path.read_bytes(), fit=2 * max(width, height), alive=lambda: tick(0.0))
        path.write_bytes(shown.data)
    speed = speed_for(path, frames / fps, slowest=behind.slowest) if behind.moving else 1.0
    return footage(path, width=width, height=height, fps=fps, fit=behind.fit, speed=speed)


def _seen(shots: Iterable[tuple[av.VideoFrame, int]], first: Path) -> Iterator[tuple[av.VideoFrame, int]]:
    """The same, the first picture of which is also written as PNG."""
    for number, (frame, length) in enumerate(shots):
        if not number:
            first.write_bytes(encoded(frame))
        yield frame, length

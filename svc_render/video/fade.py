"""Cross-fades: the first frames of a clip, made anew so that the clip before it shines through."""

from __future__ import annotations

from collections import deque
from itertools import islice, pairwise
from typing import TYPE_CHECKING

import numpy as np

from pixelle.runtime.errors import InvalidArgument
from svc_render.video.h264 import write_clip
from svc_render.video.join import ClipFile, unusable
from svc_render.video.planes import framed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from pixelle.runtime.work import Tick

    Planes = NDArray[np.uint8]

__all__ = ["fade_frames", "faded"]

_SECONDS = 0.4


def fade_frames(count: int, fps: int) -> int:
    """How many of a clip's `count` frames the fade from the clip before it takes; 0 when it is too short for one."""
    frames = min(round(_SECONDS * fps), count // 2)
    return frames if frames > 1 else 0


def faded(clips: Sequence[ClipFile], folder: Path, *, tick: Tick) -> list[ClipFile]:
    """
    The same clips with a fade between each and the next, as parts that can be joined.

    The last picture of a clip goes over into the first ones of the next; the number of frames stays. folder: for
    the new parts. Raises InvalidArgument (CLIP_INVALID, TRANSITION_MISSING) and Cancelled.
    """
    parts = [clips[0]]
    for number, (before, clip) in enumerate(pairwise(clips)):
        done = number / (len(clips) - 1)
        count = fade_frames(clip.frame_count, clip.fps)
        if not count:
            parts.append(clip)
            continue
        path = folder / f"fade{number}.mp4"
        size = (clip.width, clip.height)
        frames = (framed(picture) for picture in _blended(_last(before), _first(clip, count), count))

        def moved(fraction: float, message: str = "", done: float = done) -> None:
            tick(done, "fading")

        write_clip(path, frames, count=count, fps=clip.fps, size=size, tick=moved, kind="fading")
        parts += (
            ClipFile(path, count, clip.fps, *size, what=clip.what),
            ClipFile(clip.path, clip.frame_count, clip.fps, *size, what=clip.what, start=count),
        )
    return parts


def _blended(last: Planes, first: Iterable[Planes], count: int) -> Iterator[Planes]:
    """The last picture of a clip, going over into the first `count` ones of the next."""
    import cv2

    for step, picture in enumerate(first, 1):
        share = step / (count + 1)
        share *= share * (3 - 2 * share)
        yield np.asarray(cv2.addWeighted(picture, share, last, 1 - share, 0), dtype=np.uint8)


def _first(clip: ClipFile, count: int) -> Iterator[Planes]:
    """The first pictures of a clip, packed yuv420p; the clip can be entered after them."""
    import av
    from av.error import FFmpegError

    try:
        with av.open(str(clip.path)) as container:
            stream = container.streams.video[0]
            *packets, after = islice(container.demux(stream), count + 1)
            if not after.is_keyframe:
                raise InvalidArgument(
                    f"The {clip.what} was rendered without a fade. Render it again with transition TRANSITION_FADE, "
                    "as the video asks for.",
                    reason="TRANSITION_MISSING",
                )
            for packet in (*packets, None):
                for frame in stream.decode(packet):
                    yield np.asarray(frame.to_ndarray(), dtype=np.uint8)
    except (FFmpegError, IndexError) as error:
        raise unusable(clip, "it cannot be read") from error


def _last(clip: ClipFile) -> Planes:
    """The last picture of a clip, packed yuv420p."""
    import av
    from av.error import FFmpegError

    try:
        with av.open(str(clip.path)) as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            container.seek(max(0, (stream.duration or 0) - 1), stream=stream)
            newest = deque(container.decode(stream), maxlen=1)
            if not newest:
                raise unusable(clip, "it holds no pictures")
            return np.asarray(newest[0].to_ndarray(), dtype=np.uint8)
    except (FFmpegError, IndexError) as error:
        raise unusable(clip, "it cannot be read") from error

"""Footage of any kind, as exactly the frames a clip needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelle.runtime.errors import InvalidArgument
from svc_render.video.fields import whole
from svc_render.video.glimpses import glimpses
from svc_render.video.scaling import Scaler

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import av
    import numpy as np
    from numpy.typing import NDArray

    from svc_render.video.scaling import Fit

__all__ = ["LATENESS", "footage", "speed_for", "unusable"]

_MAX_SIDE = 8192
_THREADS = 2
"""Of the decoder of one clip, on any machine: each thread holds a picture, and a clip is made for every core."""
LATENESS = 0.002
"""Seconds a picture may come late: containers such as WebM keep times in whole ms."""


def speed_for(path: Path, seconds: float, *, slowest: float) -> float:
    """
    The speed, `slowest` to 1, at which a video file lasts `seconds`, or comes as near to that as it may.

    A file that does not say how long it is keeps its speed. Raises InvalidArgument (FOOTAGE_INVALID).
    """
    import av
    from av.error import FFmpegError

    if slowest >= 1.0 or seconds <= 0:
        return 1.0
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise unusable("it holds no pictures")
            stream = container.streams.video[0]
            length = float((stream.duration or 0) * (stream.time_base or 0)) or (container.duration or 0) / 1_000_000
    except FFmpegError as error:
        raise unusable(error.strerror or "it cannot be decoded") from error
    return min(1.0, max(slowest, length / seconds)) if length > 0 else 1.0


def footage(
    path: Path, *, width: int, height: int, fps: int, fit: Fit = "cover", speed: float = 1.0
) -> Iterator[NDArray[np.uint8]]:
    """
    Endless frames of a video file at a constant rate, from its first picture, again from there at its end.

    Yields packed yuv420p [height * 3 / 2, width], bt709 limited; the same array again while a picture stands.
    A frame is shown until the next one's time has come, so variable rates keep their pace. speed: 1 is its own.
    Raises InvalidArgument (FOOTAGE_INVALID).
    """
    scaler = Scaler(width, height, fit=fit, seen=lambda: glimpses(path))
    while True:
        yield from _once(path, scaler, fps, speed)


def _once(path: Path, scaler: Scaler, fps: int, speed: float) -> Iterator[NDArray[np.uint8]]:
    import av
    from av.error import FFmpegError

    shown: av.VideoFrame | None = None
    number = 0
    start = end = 0.0
    picture: NDArray[np.uint8] | None = None
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise unusable("it holds no pictures")
            stream = container.streams.video[0]
            stream.thread_type, stream.codec_context.thread_count = "AUTO", _THREADS
            step = (float(1 / stream.average_rate) if stream.average_rate else 1 / fps) / speed
            shape = float(stream.sample_aspect_ratio or 1)
            for frame in whole(container.decode(stream)):
                if max(frame.width, frame.height) > _MAX_SIDE:
                    raise unusable(f"it is {frame.width}x{frame.height}, the most is {_MAX_SIDE} a side")
                time = frame.time / speed if frame.pts is not None else number / fps
                if shown is None:
                    start = time
                while shown is not None and number / fps < time - start - LATENESS:
                    picture = scaler.scaled(shown, shape) if picture is None else picture
                    yield picture
                    number += 1
                shown, picture = frame, None
                end = time - start + step
            if shown is None:
                raise unusable("it holds no pictures")
            picture = scaler.scaled(shown, shape)
            while number == 0 or number / fps < end - LATENESS:
                yield picture
                number += 1
    except FFmpegError as error:
        if number == 0:
            raise unusable(error.strerror or "it cannot be decoded") from error
        # the file is cut off: what could be read is shown, then it starts again


def unusable(why: str, what: str = "footage") -> InvalidArgument:
    """The error for footage that is not what it should be."""
    return InvalidArgument(
        f"The {what} cannot be used: {why}. Send an MP4 or WebM file with H.264, H.265, VP9 or AV1.",
        reason="FOOTAGE_INVALID",
    )

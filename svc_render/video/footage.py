"""Footage of any kind, as exactly the frames a clip needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pixelle.runtime.errors import InvalidArgument
from svc_render.video.planes import resampling

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import av
    from numpy.typing import NDArray

__all__ = ["footage"]

_MAX_SIDE = 8192
_ROUNDING = 0.002  # seconds; containers such as WebM keep times in whole ms


def footage(path: Path, *, width: int, height: int, fps: int) -> Iterator[NDArray[np.uint8]]:
    """
    Endless frames of a video file at a constant rate, from its first picture, again from there at its end.

    Yields packed yuv420p [height * 3 / 2, width], bt709 limited, scaled to cover the size, the middle kept.
    A frame is shown until the next one's time has come, so variable rates keep their pace.
    Raises InvalidArgument (FOOTAGE_INVALID).
    """
    while True:
        yield from _once(path, width, height, fps)


def _once(path: Path, width: int, height: int, fps: int) -> Iterator[NDArray[np.uint8]]:
    import av
    from av.error import FFmpegError

    shown: av.VideoFrame | None = None
    number = 0
    start = end = 0.0
    picture: NDArray[np.uint8] | None = None
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise _unusable("it holds no pictures")
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            step = float(1 / stream.average_rate) if stream.average_rate else 1 / fps
            shape = float(stream.sample_aspect_ratio or 1)
            for frame in container.decode(stream):
                if max(frame.width, frame.height) > _MAX_SIDE:
                    raise _unusable(f"it is {frame.width}x{frame.height}, the most is {_MAX_SIDE} a side")
                time = frame.time if frame.pts is not None else number / fps
                if shown is None:
                    start = time
                while shown is not None and number / fps < time - start - _ROUNDING:
                    picture = _cover(shown, shape, width, height) if picture is None else picture
                    yield picture.copy()
                    number += 1
                shown, picture = frame, None
                end = time - start + step
            if shown is None:
                raise _unusable("it holds no pictures")
            picture = _cover(shown, shape, width, height)
            while number == 0 or number / fps < end - _ROUNDING:
                yield picture.copy()
                number += 1
    except FFmpegError as error:
        if number == 0:
            raise _unusable(error.strerror or "it cannot be decoded") from error
        # the file is cut off: what could be read is shown, then it starts again


def _unusable(why: str) -> InvalidArgument:
    return InvalidArgument(
        f"The footage cannot be used: {why}. Send an MP4 or WebM file with H.264, H.265, VP9 or AV1.",
        reason="FOOTAGE_INVALID",
    )


def _cover(frame: av.VideoFrame, shape: float, width: int, height: int) -> NDArray[np.uint8]:
    """The frame upright, scaled to cover, cropped to the middle. shape: width of its pixels by their height."""
    from av.video.reformatter import ColorRange, Colorspace

    turns = round(frame.rotation / 90) % 4
    target = (height, width) if turns % 2 else (width, height)
    across = frame.width * shape
    scale = max(target[0] / across, target[1] / frame.height)
    # even, so that the crop can start on a chroma sample
    wide = max(target[0], round(across * scale / 2) * 2)
    tall = max(target[1], round(frame.height * scale / 2) * 2)
    known = frame.colorspace in {Colorspace.ITU709, Colorspace.ITU601, Colorspace.SMPTE170M, Colorspace.BT2020}
    source = frame.colorspace if known else (Colorspace.ITU709 if frame.height >= 720 else Colorspace.ITU601)
    if frame.format.name.startswith(("rgb", "bgr", "gbr", "argb", "abgr", "pal")):
        source = Colorspace.ITU709
    scaled = frame.reformat(
        width=wide,
        height=tall,
        format="yuv420p",
        src_colorspace=source,
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.MPEG,
        interpolation=resampling(),
    )
    left, top = (wide - target[0]) // 4 * 2, (tall - target[1]) // 4 * 2
    packed = np.asarray(scaled.to_ndarray(), dtype=np.uint8)
    luma = packed[:tall]
    chroma = packed[tall:].reshape(2, tall // 2, wide // 2)
    luma = luma[top : top + target[1], left : left + target[0]]
    chroma = chroma[:, top // 2 : (top + target[1]) // 2, left // 2 : (left + target[0]) // 2]
    luma, chroma = np.rot90(luma, turns), np.rot90(chroma, turns, axes=(1, 2))
    return np.concatenate([luma, chroma.reshape(-1, width)])

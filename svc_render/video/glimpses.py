"""A few looks into footage: what of it draws the eye."""

from __future__ import annotations

import gc
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from pixelle.footage.decoded import shown_size, upright_of
from svc_render.attention import SIDE, attention

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import av
    from av.container import InputContainer
    from av.video.stream import VideoStream

    from pixelle.footage.decoded import Upright
    from svc_render.attention import Shares

__all__ = ["glimpses"]

_MOST = 5
_FEWEST = 3
_SECONDS = 8.0
"""Of a film's beginning that count: about what a scene shows of it, and the same for every scene that does."""
_DECODED = 2.5
"""The same, where all that other frames build on must be decoded."""


def glimpses(path: Path) -> list[Shares]:
    """
    Attention of up to five pictures of the first seconds of a film, or of a picture; none where nothing can be read.

    Key frames, which cost least; where there are hardly any, other frames on which others build.
    """
    import av
    from av.error import FFmpegError

    found: list[Shares] = []
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            shape = float(stream.sample_aspect_ratio or 1)
            keys = _key_times(container, stream)
            if keys:
                container.seek(container.start_time or 0)
            frames = _key_frames(container, stream, keys) if len(keys) >= _FEWEST else _first_frames(container, stream)
            upright: Upright | None = None
            for frame in frames:
                upright = upright or upright_of(frame)
                found.append(_looked_at(frame, shape, upright))
    except (FFmpegError, IndexError):
        pass  # who shows it says what is wrong with it
    gc.collect(1)  # `upright_of` leaves a ring around its frame, and a decoder's pictures behind it
    return found


def _key_times(container: InputContainer, stream: VideoStream) -> list[float]:
    """Seconds from the file's own zero to its first key frames; none of a picture."""
    if container.format.name.endswith(("_pipe", "image2")):
        return []
    start = (container.start_time or 0) / 1_000_000
    times: list[float] = []
    for packet in container.demux(stream):
        time = float(packet.pts * packet.time_base) if packet.pts is not None and packet.time_base else None
        if time is not None and time - start >= _SECONDS:
            break
        if time is not None and packet.is_keyframe:
            times.append(time)
    return times


def _key_frames(container: InputContainer, stream: VideoStream, times: Sequence[float]) -> Iterator[av.VideoFrame]:
    stream.codec_context.skip_frame = "NONKEY"
    count = min(_MOST, len(times))
    for number in range(count):
        container.seek(int(1_000_000 * times[number * len(times) // count]) + 1000)
        yield from islice(container.decode(stream), 1)


def _first_frames(container: InputContainer, stream: VideoStream) -> Iterator[av.VideoFrame]:
    stream.codec_context.skip_frame = "NONREF"
    stream.codec_context.thread_count = 1  # each holds pictures, while another decoder is open
    start, taken = None, 0
    for frame in container.decode(stream):
        time = frame.time if frame.pts is not None else 0.0
        start = time if start is None else start
        if time - start >= _DECODED or taken == _MOST:
            return
        if time - start >= _DECODED * taken / _MOST:
            taken += 1
            yield frame


def _looked_at(frame: av.VideoFrame, shape: float, upright: Upright) -> Shares:
    from av.video.reformatter import Interpolation

    wide, tall = shown_size(frame, shape, upright)
    scale = SIDE / max(wide, tall)
    width, height = (max(2, round(side * scale)) for side in ((tall, wide) if upright.transposed else (wide, tall)))
    small = frame.reformat(width, height, "rgb24", interpolation=Interpolation.AREA)
    pixels = np.asarray(small.to_ndarray(), np.uint8)
    return attention(np.ascontiguousarray(np.dstack([upright.of(pixels[:, :, part]) for part in range(3)])))

"""Any sound file as 48 kHz stereo floats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pixelle.runtime.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import av
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

__all__ = ["RATE", "blocks", "decoded"]

RATE = 48_000
"""Samples per second of everything we mix."""


def decoded(path: Path, *, what: str) -> Iterator[Samples]:
    """
    Blocks of float32 [n, 2] at 48 kHz, resampled once by libswresample; mono is heard on both sides.

    what: names the file in errors, for example "narration of scene 2".
    Raises InvalidArgument (MEDIA_UNREADABLE) when nothing can be decoded.
    """
    import av
    from av.error import FFmpegError

    some = False
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise _unreadable(what, "it holds no sound")
            stream = container.streams.audio[0]
            layout = "mono" if stream.channels == 1 else "stereo"
            resampler = av.AudioResampler(format="flt", layout=layout, rate=RATE)
            for frame in _frames(container.decode(stream)):
                for piece in resampler.resample(frame):
                    some = True
                    sound = np.asarray(piece.to_ndarray(), dtype=np.float32).reshape(-1, 1 if layout == "mono" else 2)
                    yield np.repeat(sound, 2, axis=1) if layout == "mono" else sound
    except FFmpegError as error:
        if not some:
            raise _unreadable(what, "it is not sound we can decode") from error
        # cut off in the middle: what could be read is used


def _frames(frames: Iterator[av.AudioFrame]) -> Iterator[av.AudioFrame | None]:
    yield from frames
    yield None  # what the resampler still holds


def blocks(pieces: Iterable[Samples], size: int) -> Iterator[Samples]:
    """The same samples in blocks of `size`; the last one may be shorter."""
    held: list[Samples] = []
    count = 0
    for piece in pieces:
        held.append(piece)
        count += len(piece)
        if count >= size:
            joined = np.concatenate(held)
            whole = count - count % size
            for start in range(0, whole, size):
                yield joined[start : start + size]
            held, count = [joined[whole:]], count - whole
    if count:
        yield np.concatenate(held)


def _unreadable(what: str, why: str) -> InvalidArgument:
    return InvalidArgument(
        f"The {what} cannot be used: {why}. Send a WAV, MP3, M4A, OGG or FLAC file.", reason="MEDIA_UNREADABLE"
    )

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

__all__ = ["BLOCK", "RATE", "blocks", "decoded", "filled", "silence"]

RATE = 48_000
"""Samples per second of everything we mix."""
BLOCK = RATE
"""Samples that are in memory at a time."""

_BRIEFLY = {"probesize": "8192"}
_LOUDEST = 1000.0  # 60 dB over full scale: floating point files may hold anything
_LATEST = 3600.0  # seconds; a sound that begins later has a broken clock


def decoded(path: Path, *, what: str, since: float | None = None) -> Iterator[Samples]:
    """
    Blocks of float32 [2, n] at 48 kHz, resampled once by libswresample; mono is heard on both sides.

    what: names the file in errors, for example "narration of scene 2".
    since: second of the file's own clock at which the sound begins; None: with its first sample.
    Raises InvalidArgument (MEDIA_UNREADABLE) when nothing can be decoded.
    """
    import av
    from av.error import FFmpegError

    some = False
    try:
        with av.open(str(path), options=_probing(path)) as container:
            if not container.streams.audio:
                raise _unreadable(what, "it holds no sound")
            stream = container.streams.audio[0]
            layout = "mono" if stream.channels == 1 else "stereo"
            resampler = av.AudioResampler(format="fltp", layout=layout, rate=RATE)
            surplus = 0
            for frame in _frames(container.decode(stream)):
                if since is not None and not some and frame is not None and frame.time is not None:
                    late = round(min(frame.time - since, _LATEST) * RATE)
                    yield from silence(late)
                    surplus = max(0, -late)
                for piece in resampler.resample(frame):
                    some = True
                    sound = np.asarray(piece.to_ndarray(), dtype=np.float32)[:, surplus:]
                    surplus = max(0, surplus - piece.samples)
                    if not np.abs(sound).max(initial=0.0) <= _LOUDEST:  # also where a sample is no number
                        sound = np.clip(np.nan_to_num(sound, nan=0.0), -_LOUDEST, _LOUDEST)
                    yield np.concatenate([sound, sound]) if layout == "mono" else sound
    except FFmpegError as error:
        if not some:
            raise _unreadable(what, "it is not sound we can decode") from error
        # cut off in the middle: what could be read is used


def _probing(path: Path) -> dict[str, str]:
    """A WAV file says all about itself in its head; looking at its first five seconds costs as much as decoding it."""
    with path.open("rb") as file:
        return _BRIEFLY if file.read(4) == b"RIFF" else {}


def _frames(frames: Iterator[av.AudioFrame]) -> Iterator[av.AudioFrame | None]:
    yield from frames
    yield None  # what the resampler still holds


def silence(count: int) -> Iterator[Samples]:
    """`count` samples of nothing, in blocks of at most `BLOCK`; none when `count` is not positive."""
    while count > 0:
        yield np.zeros((2, min(count, BLOCK)), np.float32)
        count -= BLOCK


def blocks(pieces: Iterable[Samples], size: int) -> Iterator[Samples]:
    """The same samples in blocks of `size`; the last one may be shorter."""
    held: list[Samples] = []
    count = 0
    for piece in pieces:
        held.append(piece)
        count += piece.shape[1]
        if count >= size:
            joined = np.concatenate(held, axis=1)
            whole = count - count % size
            for start in range(0, whole, size):
                yield joined[:, start : start + size]
            held, count = [joined[:, whole:].copy()], count - whole
    if count:
        yield np.concatenate(held, axis=1)


def filled(pieces: Iterable[Samples], total: int) -> Iterator[Samples]:
    """Exactly `total` samples in blocks of `BLOCK`: cut off, or followed by silence."""

    def fitted() -> Iterator[Samples]:
        room = total
        for piece in pieces:
            yield piece[:, :room]
            room -= piece.shape[1]
            if room <= 0:
                return
        yield from silence(room)

    return blocks(fitted(), BLOCK)


def _unreadable(what: str, why: str) -> InvalidArgument:
    return InvalidArgument(
        f"The {what} cannot be used: {why}. Send a WAV, MP3, M4A, OGG or FLAC file.", reason="MEDIA_UNREADABLE"
    )

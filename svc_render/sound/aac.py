"""AAC of one long sound, its parts encoded side by side on several cores."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from svc_render.sound.decode import RATE, blocks

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from av.audio.codeccontext import AudioCodecContext
    from av.packet import Packet
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

__all__ = ["PART", "written"]

_FRAME = 1024
_BIT_RATE = 192_000
# at this rate the encoder's own search for quieter noise costs twice the time and is not heard
_CODER = {"aac_coder": "fast", "aac_ms": "0", "aac_is": "0", "aac_tns": "0", "aac_pns": "0"}

_FRAMES = 400
PART = _FRAMES * _FRAME
"""Samples that are encoded in one piece: 8.5 s."""
_WARM = 24
"""Frames an encoder hears before the first one that is kept: what it remembers of the sound has died away by then."""
_NEXT = 2
"""Frames it hears after the last one that is kept: the frame's other half, and where to change the window."""


def written(path: Path, sound: Iterable[Samples], total: int) -> Generator[Samples]:
    """
    Encode a sound as AAC, stereo, 192 kbit/s, into an MP4 of exactly `total` samples; yields what a decoder hears.

    sound: float32 [2, n] at 48 kHz, `total` samples together. The file is whole when the iterator has ended.

    A frame of AAC holds a windowed piece of 2048 samples that overlaps its neighbours by half (ISO/IEC 14496-3,
    4.6.11), and nothing else of the past: frames of an encoder that began a little earlier go on where those of
    another one end. The bytes do not depend on the number of cores.
    """
    import av

    # Silence in front makes the last AAC frame a full one, and the edit list cuts the silence off together with
    # the encoder's own delay: decoders find the exact first sample, but not all of them cut the end.
    lead = -total % _FRAME
    with av.open(str(path), "w", format="mp4", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream(
            "aac", rate=RATE, layout="stereo", format="fltp", bit_rate=_BIT_RATE, options=_CODER
        )
        container.start_encoding()
        decoder: Any = av.CodecContext.create("aac", "r")
        decoder.extradata = stream.codec_context.extradata
        before = lead + _FRAME
        place = -before
        for packet in _encoded(chain([np.zeros((2, lead), np.float32)], sound)):
            packet.stream, packet.time_base = stream, Fraction(1, RATE)
            packet.pts = packet.dts = place
            packet.duration = _FRAME
            place += _FRAME
            container.mux_one(packet)
            for frame in decoder.decode(packet):
                yield np.asarray(frame.to_ndarray(), dtype=np.float32)[:, before:]
                before = max(0, before - _FRAME)


def _encoded(sound: Iterable[Samples]) -> Iterator[Packet[Any]]:
    """The packets of a sound whose length is a whole number of frames."""
    side_by_side = min(4, os.cpu_count() or 1)
    running: deque[Future[list[Packet[Any]]]] = deque()
    pool = ThreadPoolExecutor(side_by_side, thread_name_prefix="aac")
    try:
        for part, skip, count in _parts(blocks(sound, PART)):
            running.append(pool.submit(_coded, part, skip, count))
            if len(running) > side_by_side:
                yield from running.popleft().result()
        while running:
            yield from running.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _parts(pieces: Iterator[Samples]) -> Iterator[tuple[Samples, int, int | None]]:
    """For each piece the samples to encode, how many packets to leave out, how many to keep (None: all the others)."""
    warm = np.zeros((2, 0), np.float32)
    piece = next(pieces, None)
    while piece is not None:
        follows = next(pieces, None)
        heard = [warm, piece] if follows is None else [warm, piece, follows[:, : _NEXT * _FRAME]]
        yield np.concatenate(heard, axis=1), warm.shape[1] // _FRAME, None if follows is None else _FRAMES
        warm, piece = piece[:, -_WARM * _FRAME :], follows


def _coded(part: Samples, skip: int, count: int | None) -> list[Packet[Any]]:
    import av

    encoder: AudioCodecContext = av.CodecContext.create("aac", "w")
    encoder.sample_rate, encoder.layout, encoder.format = RATE, "stereo", av.AudioFormat("fltp")
    encoder.bit_rate, encoder.options, encoder.time_base = _BIT_RATE, _CODER, Fraction(1, RATE)
    frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
    packets: list[Packet[Any]] = [*encoder.encode(frame), *encoder.encode(None)]
    return packets[skip:] if count is None else packets[skip : skip + count]

"""H.264 streams that can be joined without being encoded again."""

from __future__ import annotations

from contextlib import contextmanager
from fractions import Fraction
from itertools import chain, islice, repeat
from typing import TYPE_CHECKING, Any, Literal

from svc_render.ahead import ahead
from svc_render.video.planes import tag
from svc_render.video.skip import CannotSkip, Skips

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from pathlib import Path

    import av
    from av.container import OutputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

    from pixelle.runtime.work import Tick

    _Kind = Literal["panning", "footage", "fading"]

__all__ = ["write_clip", "write_states"]

_KEYFRAME_EVERY = 250

# What every clip must share, because it stands in the parameter sets: stitchable keeps them independent of the
# content; no B frames, one reference, CAVLC and no weighted prediction are what skip.py can continue. force-cfr
# says that the rate is fixed, and the encoder gives a picture at once instead of waiting for the next one's time.
_SHARED = (
    f"stitchable=1:force-cfr=1:bframes=0:ref=1:cabac=0:8x8dct=0:weightp=0:scenecut=0:keyint={_KEYFRAME_EVERY}:"
    f"min-keyint={_KEYFRAME_EVERY}:mbtree=0:rc-lookahead=0:sync-lookahead=0:sliced-threads=0:"
    "colorprim=bt709:transfer=bt709:colormatrix=bt709:fullrange=off"
)
_KINDS = {
    # qcomp=1 and ipratio=1 give every state the same quantiser, whatever came before it; sharp edges are truer not
    # deblocked
    "still": ("veryfast", "17", "qcomp=1.0:ipratio=1.0:aq-mode=0:psy=0:trellis=0:no-deblock=1"),
    # a picture that is moved: measured beside veryfast, the same size and PSNR for two thirds of the time; at this
    # quantiser deblocking adds nothing to see, and a tenth of the time
    "panning": ("superfast", "20", "subme=1:trellis=0:no-deblock=1"),
    # grain everywhere: to look which of it could be left out takes a fifth of the time (decision 0016)
    "footage": ("superfast", "21", "subme=1:trellis=0:no-deblock=1:no-dct-decimate=1"),
    # as true as what stands on either side: coarser, the first and the last picture flash soft
    "fading": ("superfast", "20", "subme=1:trellis=0:no-deblock=1"),
}


_THREADS = 2
"""Of the encoder of one moving clip, on any machine: clips are made side by side, and each thread holds pictures."""


def write_clip(
    path: Path,
    frames: Iterable[av.VideoFrame],
    *,
    count: int,
    fps: int,
    size: tuple[int, int],
    tick: Tick,
    kind: _Kind,
    cut: int = 0,
) -> None:
    """
    Encode moving pictures into an MP4 with constant frame rate: frame n is shown at exactly n / fps.

    frames: yuv420p, at least `count` of them. size: width and height in pixels. kind: of movement.
    cut: number of a frame that the clip can be entered at, besides 0.
    Raises Cancelled from `tick`; the half-written file is left to the caller's scratch folder.
    """
    coming = _watched(islice(frames, count), tick)
    with _clip(path, kind, fps=fps, size=size, threads=_THREADS) as (container, stream), ahead(coming, 1) as made:
        _mux(container, _encoded(stream, made, cut), count, tick)


def write_states(
    path: Path,
    states: Iterable[tuple[av.VideoFrame, int]],
    *,
    count: int,
    fps: int,
    size: tuple[int, int],
    tick: Tick,
    cut: int = 0,
) -> None:
    """
    Write pictures that stand still into the same kind of MP4: each is encoded once, its other frames repeat it.

    states: a yuv420p picture and how many frames it is shown, `count` frames together. size, cut: as above. A state
    takes the bytes of what differs from the one before it.
    Every frame of a state decodes to the same samples. Raises Cancelled as above.
    """
    with _clip(path, "still", fps=fps, size=size, threads=1) as (container, stream):
        try:
            skips = Skips.read(bytes(stream.codec_context.extradata or b""))
        except CannotSkip:
            frames = chain.from_iterable(repeat(picture, length) for picture, length in states)
            packets = _encoded(stream, frames, cut)
        else:
            packets = _repeated(stream, _split(states, cut), skips, cut)
        _mux(container, packets, count, tick)


@contextmanager
def _clip(
    path: Path, kind: Literal["still"] | _Kind, *, fps: int, size: tuple[int, int], threads: int
) -> Generator[tuple[OutputContainer, VideoStream]]:
    """A file and its encoder, open."""
    import av

    preset, crf, own = _KINDS[kind]
    with av.open(str(path), "w", format="mp4", options={"fflags": "+bitexact"}) as container:
        options = {"preset": preset, "crf": crf, "forced-idr": "1", "x264-params": f"{_SHARED}:{own}"}
        stream = container.add_stream("libx264", rate=fps, options=options)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, fps)
        stream.codec_context.thread_count = threads
        container.start_encoding()
        yield container, stream


def _watched(frames: Iterable[av.VideoFrame], tick: Tick) -> Iterator[av.VideoFrame]:
    """The same frames; the encoder holds one back for each of its threads before its first packet is seen."""
    for frame in frames:
        tick(0.0, "encoding")
        yield frame


def _mux(container: OutputContainer, packets: Iterable[Packet[Any]], count: int, tick: Tick) -> None:
    for number, packet in enumerate(packets, 1):
        container.mux_one(packet)
        tick(min(number / count, 1.0), "encoding")


def _split(states: Iterable[tuple[av.VideoFrame, int]], cut: int) -> Iterator[tuple[av.VideoFrame, int]]:
    """The same states, one of which begins at `cut`."""
    number = 0
    for picture, length in states:
        before = cut - number
        if 0 < before < length:
            yield picture, before
            yield picture, length - before
        else:
            yield picture, length
        number += length


def _encoded(stream: VideoStream, frames: Iterable[av.VideoFrame], cut: int) -> Iterator[Packet[Any]]:
    """Every frame through the encoder."""
    from av.video.frame import PictureType

    for number, frame in enumerate(frames):
        frame.pts, frame.time_base = number, stream.codec_context.time_base
        frame.pict_type = PictureType.I if cut and number == cut else PictureType.NONE
        yield from stream.encode(tag(frame))
    yield from stream.encode(None)


def _repeated(
    stream: VideoStream, states: Iterable[tuple[av.VideoFrame, int]], skips: Skips, cut: int
) -> Iterator[Packet[Any]]:
    """Every picture through the encoder, once; its other frames written by hand."""
    import av
    from av.video.frame import PictureType

    number = keys = since = 0
    for place, (picture, length) in enumerate(states):
        if not length:
            continue  # the encoder must see what the decoder sees
        # what changes is coded against the picture before it, until a key picture is due
        key = number in {0, cut} or since + length > _KEYFRAME_EVERY
        picture.pts, picture.time_base = place, stream.codec_context.time_base
        picture.pict_type = PictureType.I if key else PictureType.P
        coded = b"".join(bytes(packet) for packet in stream.encode(tag(picture)))
        for frame in range(length):
            if key and not frame % _KEYFRAME_EVERY:
                # the first one's idr_pic_id is used only once: the next clip starts with it again
                data, since = skips.still(coded, 1 + keys % 2 if keys else 0), 0
                keys += 1
            else:
                data = skips.repeat(since) if frame else skips.changed(coded, since)
            packet = av.Packet(data)
            packet.stream, packet.time_base = stream, stream.codec_context.time_base
            packet.pts = packet.dts = number
            packet.duration, packet.is_keyframe = 1, not since
            number += 1
            since += 1
            yield packet

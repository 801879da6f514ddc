"""H.264 streams that can be joined without being encoded again."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from svc_render.video.planes import tag

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import av

    from pixelle.runtime.work import Tick

__all__ = ["ENCODER_VERSION", "write_clip"]

ENCODER_VERSION = "1"
"""Changes whenever the same pictures give other bytes."""

_KEYFRAME_EVERY = 250

# What every clip must share, because it stands in the parameter sets: stitchable keeps them independent of the
# content; no B frames, one reference, CAVLC and no weighted prediction let a later stage write skip slices.
_SHARED = (
    f"stitchable=1:bframes=0:ref=1:cabac=0:8x8dct=0:weightp=0:scenecut=0:keyint={_KEYFRAME_EVERY}:"
    f"min-keyint={_KEYFRAME_EVERY}:mbtree=0:rc-lookahead=0:sync-lookahead=0:sliced-threads=0:"
    "colorprim=bt709:transfer=bt709:colormatrix=bt709:fullrange=off"
)
_KINDS = {
    # qcomp=1 keeps the quantiser where it is: with the usual 0.6 a still picture is refined frame after frame
    "still": ("ultrafast", "18", "qcomp=1.0"),
    "moving": ("veryfast", "20", "subme=2:trellis=0"),
}


def write_clip(
    path: Path,
    frames: Iterable[av.VideoFrame],
    *,
    count: int,
    fps: int,
    size: tuple[int, int],
    kind: Literal["still", "moving"],
    threads: int,
    tick: Tick,
) -> None:
    """
    Encode frames into an MP4 with constant frame rate: frame n is shown at exactly n / fps.

    frames: yuv420p, at least `count` of them. size: width and height in pixels.
    kind: what they show, for the encoder.
    Raises Cancelled from `tick`; the half-written file is left to the caller's scratch folder.
    """
    import av

    preset, crf, own = _KINDS[kind]
    base = Fraction(1, fps)
    with av.open(str(path), "w", format="mp4", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream(
            "libx264", rate=fps, options={"preset": preset, "crf": crf, "x264-params": f"{_SHARED}:{own}"}
        )
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = base
        stream.codec_context.thread_count = threads
        for number, frame in zip(range(count), frames, strict=False):
            frame.pts, frame.time_base = number, base
            container.mux(stream.encode(tag(frame)))
            tick((number + 1) / count, "encoding")
        container.mux(stream.encode(None))

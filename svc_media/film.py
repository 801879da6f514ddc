"""Pictures written as H.264: in the colours that players take footage of every size for."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["h264"]

# the same bytes every time: x264's macroblock tree reads memory it has not set (seen with av 18.1)
_X264 = "mbtree=0:colorprim=bt709:transfer=bt709:colormatrix=bt709:fullrange=off"


def h264(pictures: Iterable[NDArray[np.uint8]], width: int, height: int, *, fps: int) -> bytes:
    """
    An MP4 file of pictures at a constant rate, bt709 limited and marked so.

    pictures: RGB [height, width, 3], each shown for one frame; the same array again costs little. width, height: even.
    """
    import av
    from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        track: Any = container.add_stream("libx264", rate=fps)
        track.width, track.height, track.pix_fmt = width, height, "yuv420p"
        track.options = {"preset": "veryfast", "crf": "18", "threads": "1", "x264-params": _X264}
        encoder = track.codec_context
        encoder.colorspace, encoder.color_range = Colorspace.ITU709, ColorRange.MPEG
        encoder.color_primaries, encoder.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
        shown: NDArray[np.uint8] | None = None
        frame: Any = None
        for number, pixels in enumerate(pictures):
            if pixels is not shown:
                shown = pixels
                frame = av.VideoFrame.from_ndarray(pixels, "rgb24").reformat(
                    format="yuv420p",
                    src_colorspace=Colorspace.ITU709,
                    dst_colorspace=Colorspace.ITU709,
                    src_color_range=ColorRange.JPEG,
                    dst_color_range=ColorRange.MPEG,
                )
            frame.pts = number
            container.mux(track.encode(frame))
        container.mux(track.encode(None))
    return out.getvalue()

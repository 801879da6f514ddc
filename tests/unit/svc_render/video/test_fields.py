"""Interlaced footage shows one moment in each frame."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from svc_render.video.footage import footage
from svc_render.video.planes import framed, rgb

if TYPE_CHECKING:
    from pathlib import Path


def film(path: Path, *, woven: bool, frames: int = 10) -> Path:
    """A bar moving to the right by 16 pixels a frame; woven: the odd lines are half a frame later."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        stream.options = {"crf": "5", "x264-params": "tff=1"} if woven else {"crf": "5"}
        for number in range(frames):
            pixels = np.full((240, 320, 3), 30, np.uint8)
            for field in range(2):
                at = 20 + 16 * number + (8 * field if woven else 0)
                pixels[field::2, at : at + 40] = 220
            frame = av.VideoFrame.from_ndarray(pixels, "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("woven", [True, False])
def test_no_line_is_from_another_moment(tmp_path: Path, woven: bool) -> None:
    path = film(tmp_path / "a.mp4", woven=woven)
    pictures = [
        rgb(framed(each)).astype(int)[..., 0] for each in islice(footage(path, width=320, height=240, fps=25), 20)
    ]
    for picture in pictures:
        assert np.abs(np.diff(picture[20:220], axis=0)).mean() < 1
    begins = [int(np.argmax(picture[120] > 120)) for picture in pictures]
    assert np.diff(begins[:10]).tolist() == [16] * 9, "every frame is there, in its order"
    assert begins[10:] == begins[:10], "and from the start again"

"""A small upright picture of anything that can be seen."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from PIL import Image

from pixelle.runtime.errors import InvalidArgument
from svc_render.preview import check_side, preview

if TYPE_CHECKING:
    from pathlib import Path


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    assert image.format == "JPEG"
    return image.convert("RGB")


def test_a_picture_is_made_small_and_upright(tmp_path: Path) -> None:
    image = Image.new("RGB", (800, 400), (0, 0, 200))
    image.paste((200, 0, 0), (0, 0, 400, 400))
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn clockwise makes it upright
    image.save(tmp_path / "a.jpg", exif=exif)
    small = opened(preview(tmp_path / "a.jpg", 100, seconds=0))
    assert small.size == (50, 100)
    above, below = small.getpixel((25, 20)), small.getpixel((25, 80))
    assert above[0] > 150 > below[0], "what was on the left is above now"  # type: ignore[index]


def test_what_is_transparent_is_white(tmp_path: Path) -> None:
    Image.new("RGBA", (80, 80), (0, 0, 0, 0)).save(tmp_path / "a.png")
    assert min(opened(preview(tmp_path / "a.png", 64, seconds=0)).getpixel((30, 30))) > 240  # type: ignore[arg-type]


def test_footage_is_seen_after_a_third(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "a.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for number in range(30):
            pixels = np.full((120, 160, 3), 8 * number, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
        container.mux(stream.encode(None))
    small = opened(preview(tmp_path / "a.mp4", 80, seconds=3.0))
    assert small.size == (80, 60)
    assert abs(np.asarray(small).mean() - 80) < 6
    (tmp_path / "b.mp4").write_bytes((tmp_path / "a.mp4").read_bytes()[:700])
    with pytest.raises(InvalidArgument) as caught:
        preview(tmp_path / "b.mp4", 80, seconds=3.0)
    assert caught.value.reason == "MEDIA_UNREADABLE"


@pytest.mark.parametrize("side", [-1, 63, 2049])
def test_sides_have_bounds(side: int) -> None:
    with pytest.raises(InvalidArgument, match=str(side)):
        check_side(side)

"""Footage from cameras held in any way, mirrored or not, is shown as it was meant."""

from __future__ import annotations

import gc
import io
import resource
import struct
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from PIL import Image, ImageOps

from pixelle.footage.decoded import shown_size, upright_of
from svc_render.preview import preview
from svc_render.probe import probe
from svc_render.video.footage import footage
from svc_render.video.planes import framed, rgb
from svc_render.video.scaling import Scaler

if TYPE_CHECKING:
    from numpy.typing import NDArray

RED, GREEN, BLUE, GREY = (200, 30, 30), (30, 180, 40), (40, 60, 200), (128, 128, 128)
WIDTH, HEIGHT = 192, 128


def film(matrix: tuple[int, int, int, int]) -> bytes:
    """
    A clip with a display matrix in its track header (ISO 14496-12, 8.3.2).

    matrix: a, b, c, d: a point (x, y) is shown at (a x + c y, b x + d y).
    """
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    for row, pair in enumerate([(RED, GREEN), (BLUE, GREY)]):
        for column, colour in enumerate(pair):
            pixels[row * 64 : row * 64 + 64, column * 96 : column * 96 + 96] = colour
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream: Any = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for _ in range(3):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
        container.mux(stream.encode(None))
    data = out.getvalue()
    at = data.index(b"tkhd") + 44
    a, b, c, d = (struct.pack(">i", value << 16) for value in matrix)
    return data[:at] + a + b + bytes(4) + c + d + bytes(4) + data[at + 24 :]


def corners(picture: NDArray[np.uint8]) -> list[tuple[int, int, int]]:
    """The nearest colour of left above, right above, left below, right below."""
    high, wide = picture.shape[:2]
    found = [picture[y, x].astype(int) for y in (high // 4, 3 * high // 4) for x in (wide // 4, 3 * wide // 4)]
    return [min((RED, GREEN, BLUE, GREY), key=lambda c: int(np.abs(pixel - c).max())) for pixel in found]


def meant(matrix: tuple[int, int, int, int]) -> list[tuple[int, int, int]]:
    """Where the standard says that the colours are seen."""
    a, b, c, d = matrix
    shown: dict[tuple[bool, bool], tuple[int, int, int]] = {}
    for (x, y), colour in zip([(-1, -1), (1, -1), (-1, 1), (1, 1)], (RED, GREEN, BLUE, GREY), strict=True):
        shown[(b * x + d * y > 0, a * x + c * y > 0)] = colour
    return [shown[low, right] for low in (False, True) for right in (False, True)]


@pytest.mark.parametrize(
    "matrix",
    [
        (1, 0, 0, 1),
        (0, 1, -1, 0),
        (-1, 0, 0, -1),
        (0, -1, 1, 0),
        (-1, 0, 0, 1),  # mirrored, as by front cameras
        (1, 0, 0, -1),
        (0, 1, 1, 0),
        (0, -1, -1, 0),
    ],
)
def test_turned_and_mirrored_footage(tmp_path: Path, matrix: tuple[int, int, int, int]) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(film(matrix))
    size = (WIDTH, HEIGHT) if matrix[0] else (HEIGHT, WIDTH)
    facts = probe(path)
    assert (facts.width, facts.height) == size
    assert corners(rgb(framed(next(footage(path, width=size[0], height=size[1], fps=10))))) == meant(matrix)
    small = Image.open(io.BytesIO(preview(path, 192, seconds=0.3)))
    assert small.size == size
    assert corners(np.asarray(small)) == meant(matrix)


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_what_av_has_no_name_for_does_not_hide_the_turn(tmp_path: Path, orientation: int) -> None:
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    pixels[: HEIGHT // 2, : WIDTH // 2] = RED
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(pixels).save(tmp_path / "a.webp", exif=exif, quality=95)
    with av.open(str(tmp_path / "a.webp")) as container:
        frame = next(container.decode(video=0))
    with pytest.raises(ValueError, match="not a valid Type"):
        frame.side_data  # noqa: B018 - else the fallback can go
    with Image.open(tmp_path / "a.webp") as image:
        meant = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    size = meant.shape[1], meant.shape[0]
    assert shown_size(frame, 1.0, upright_of(frame)) == size
    seen = rgb(framed(Scaler(*size).scaled(frame, 1.0))).astype(int)
    assert np.abs(seen - meant).mean() < 4


def test_frames_do_not_pile_up(tmp_path: Path) -> None:
    """What av tells beside a frame holds the frame, until garbage is collected."""
    path = tmp_path / "long.mp4"
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=30, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        still = av.VideoFrame.from_ndarray(np.zeros((720, 1280, 3), np.uint8), "rgb24")
        for _ in range(120):
            container.mux(stream.encode(still))
        container.mux(stream.encode(None))
    gc.collect()
    gc.disable()
    try:
        before = held()
        for _ in islice(footage(path, width=320, height=180, fps=30), 120):
            pass
        assert held() - before < 60_000_000  # 120 such frames are 166 MB
    finally:
        gc.enable()


def held() -> int:
    """Bytes that this process holds in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()

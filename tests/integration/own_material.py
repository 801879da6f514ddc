"""Small pictures and clips as people have them, and a look at the video that was made of them."""

from __future__ import annotations

import struct
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import av
import numpy as np
from PIL import Image

from tests.hdr import HLG, hdr, light_of, tags_of

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Colour = tuple[int, int, int]

__all__ = ["clip", "colours_above", "frames_of", "middles", "photo", "quarters", "selfie"]

_QUARTER_CLOCKWISE = (0, 1, -1, 0)
_MIRRORED = (-1, 0, 0, 1)


def quarters(left: Colour, right: Colour, *, size: tuple[int, int] = (640, 360)) -> Pixels:
    """A picture whose upper quarters have these colours; what is below is white and black."""
    pixels = np.zeros((size[1], size[0], 3), np.uint8)
    half, middle = size[1] // 2, size[0] // 2
    pixels[:half, :middle], pixels[:half, middle:], pixels[half:, :middle] = left, right, 255
    return pixels


def photo(path: Path, left: Colour, right: Colour, *, turned: bool = False) -> Path:
    """A picture file. turned: as a phone that was held upright writes it, with an EXIF orientation of 6."""
    image = Image.fromarray(quarters(left, right))
    exif = Image.Exif()
    if turned:
        image, exif[0x0112] = image.rotate(90, expand=True), 6
    image.save(path, exif=exif, quality=95)
    return path


def clip(
    path: Path, left: Colour, *, seconds: float = 1.0, turned: bool = False, fps: int = 30, fmt: str = "mp4"
) -> Path:
    """
    Footage whose upper right quarter goes from dark to bright green, with its sound. turned: with a display matrix.
    fmt: FFmpeg's name of the container.
    """
    frames = round(seconds * fps)
    with av.open(str(path), "w", format=fmt) as container:
        stream: Any = container.add_stream("libx264", rate=fps, options={"preset": "veryfast", "crf": "12"})
        stream.width, stream.height = (360, 640) if turned else (640, 360)
        stream.pix_fmt = "yuv420p"
        sound: Any = container.add_stream("aac", rate=44_100, layout="mono")
        for number in range(frames):
            drawn = quarters(left, (0, 40 + round(200 * number / max(1, frames - 1)), 0))
            drawn = np.ascontiguousarray(np.rot90(drawn)) if turned else drawn
            container.mux(stream.encode(av.VideoFrame.from_ndarray(drawn, "rgb24")))
        container.mux(stream.encode(None))
        tone = (np.sin(np.arange(round(seconds * 44_100)) / 20) * 0.1).astype(np.float32)[None]
        for start in range(0, tone.shape[1], 1024):
            block = av.AudioFrame.from_ndarray(tone[:, start : start + 1024], "fltp", "mono")
            block.sample_rate, block.pts = 44_100, start
            container.mux(sound.encode(block))
        container.mux(sound.encode(None))
    if turned:
        path.write_bytes(_with_matrix(path.read_bytes()))
    return path


def selfie(path: Path, left: Colour, right: Colour, *, seconds: float = 1.0) -> Path:
    """Footage as phones take it of their owner: HEVC, 10 bits, HLG, to be shown mirrored."""
    frame = hdr(light_of(quarters(left, right)), HLG)
    with av.open(str(path), "w", format="mov") as container:
        options = {"x265-params": "log-level=none", "crf": "12", "preset": "ultrafast"}
        stream: Any = container.add_stream("libx265", rate=30, options=options)
        stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, frame.format.name
        for name, value in tags_of(HLG).items():
            setattr(stream.codec_context, name, value)
            setattr(frame, name, value)
        for number in range(round(seconds * 30)):
            frame.pts, frame.time_base = number, Fraction(1, 30)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    path.write_bytes(_with_matrix(path.read_bytes(), _MIRRORED))
    return path


def _with_matrix(film: bytes, matrix: tuple[int, int, int, int] = _QUARTER_CLOCKWISE) -> bytes:
    """The MP4 with a display matrix (ISO 14496-12, 8.3.2) in its first track's header."""
    at = film.index(b"tkhd") + 4 + 40
    a, b, c, d = (struct.pack(">i", value << 16) for value in matrix)
    zero = bytes(4)
    return film[:at] + a + b + zero + c + d + zero + film[at + 24 :]


def frames_of(path: Path) -> list[Pixels]:
    """Every frame of a video as RGB at a quarter of its size."""
    with av.open(str(path)) as container:
        small = (frame.reformat(frame.width // 4, frame.height // 4, "rgb24") for frame in container.decode(video=0))
        return [np.asarray(frame.to_ndarray(), np.uint8) for frame in small]


def middles(durations: list[float], fps: int) -> list[int]:
    """Number of the frame in the middle of each scene."""
    starts = np.concatenate([[0.0], np.cumsum(durations)])
    return [round(float(begin + end) / 2 * fps) for begin, end in pairwise(starts)]


def colours_above(frame: Pixels) -> tuple[Colour, Colour]:
    """What is seen left and right in the upper third, where templates with footage leave it free."""
    height, width = frame.shape[:2]
    rows = slice(height // 8, height // 3)
    parts = frame[rows, width // 8 : width // 4], frame[rows, width * 5 // 8 : width * 3 // 4]
    left, right = (tuple(round(float(level)) for level in part.mean(axis=(0, 1))) for part in parts)
    return left, right  # type: ignore[return-value]

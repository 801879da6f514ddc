"""Odd rates, odd sizes and odd lengths: exact, or refused with a reason."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from pixelle.render.v1 import render_pb2
from pixelle.runtime.errors import InvalidArgument

if TYPE_CHECKING:
    from pathlib import Path

    from tests.traps.conftest import Studio

EDGES = """<!doctype html><style>*{box-sizing:border-box;margin:0}body{background:#808080}
div{position:absolute;inset:0;border:solid;border-width:16px;border-color:#c82828 #28aa3c #323cc8 #d2be28}</style>
<meta name="template:captions" content="word"><style>.spoken{color:#f00}p{margin:40px;font:20px sans-serif}</style>
<div></div><p>{{text}}</p>"""
TOP, RIGHT, BOTTOM, LEFT = (200, 40, 40), (40, 170, 60), (50, 60, 200), (210, 190, 40)


def film(path: Path) -> Path:
    """Eight grey frames at 30 a second, of a shape of its own."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30, options={"crf": "8"})
        stream.width, stream.height, stream.pix_fmt = 200, 150, "yuv420p"
        for number in range(8):
            pixels = np.full((150, 200, 3), 50 + 20 * number, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("fps", [15, 16, 23, 24, 25, 29, 30, 48, 50, 59, 60])
async def test_rates(studio: Studio, tmp_path: Path, fps: int) -> None:
    """Still, with words and moving: the same count, at exactly n / fps."""
    words = "one two three"
    key = studio.template("256x256/static_words.html", EDGES)
    moving = studio.template("256x256/video_rates.html", "<!doctype html><body style='margin:0'>")
    seen = await studio.footage(film(tmp_path / "film.mp4"))
    for made in (
        await studio.clip(0.61, fps=fps, text="still"),
        await studio.clip(0.61, fps=fps, template=key, text=words, words=words, captions=render_pb2.CAPTION_MODE_WORD),
        await studio.clip(0.61, fps=fps, template=moving, visual=seen),
    ):
        count = -(-61 * fps // 100)
        with av.open(studio.read(made.artifact), "r") as container:
            stream = container.streams.video[0]
            assert (stream.average_rate, stream.start_time) == (fps, 0)
            times = [
                Fraction(frame.pts) * frame.time_base
                for frame in container.decode(stream)
                if frame.pts is not None and frame.time_base
            ]
        assert times == [Fraction(number, fps) for number in range(count)]
        assert (made.frame_count, made.fps) == (count, fps)


@pytest.mark.parametrize("fps", [-30, 1, 14, 61, 120])
async def test_rates_that_are_refused(studio: Studio, fps: int) -> None:
    with pytest.raises(InvalidArgument, match=f"{fps}.*15 to 60") as caught:
        await studio.clip(0.1, fps=fps)
    assert caught.value.reason == "FPS_INVALID"


@pytest.mark.parametrize(
    "size", [(256, 256), (256, 2160), (2160, 256), (258, 270), (366, 642), (720, 1280), (1078, 1922), (2160, 2160)]
)
async def test_page_sizes(studio: Studio, tmp_path: Path, size: tuple[int, int]) -> None:
    """Also those that are not whole macroblocks: every edge of the page is the edge of the picture."""
    width, height = size
    key = studio.template(f"{width}x{height}/static_edges.html", EDGES)
    moving = studio.template(f"{width}x{height}/video_edges.html", EDGES.replace("body{background:#808080}", ""))
    seen = await studio.footage(film(tmp_path / "film.mp4"))
    for made in (await studio.clip(0.1, template=key), await studio.clip(0.1, template=moving, visual=seen)):
        assert (made.width, made.height) == size
        shown = studio.decoded(made.artifact, "rgb24")
        assert len(shown) == 3
        for picture in shown:
            assert picture.shape == (height, width, 3)
            sides = (picture[:12, 24:-24], picture[24:-24, -12:], picture[-12:, 24:-24], picture[24:-24, :12])
            for side, color in zip(sides, (TOP, RIGHT, BOTTOM, LEFT), strict=True):
                assert np.abs(side.astype(int) - color).max() <= 16
                assert np.abs(side.mean(axis=(0, 1)) - color).max() <= 5


@pytest.mark.parametrize(
    ("size", "said"),
    [
        ("257x256", "even"),
        ("256x1081", "even"),
        ("254x256", "256 to 2160"),
        ("256x2162", "256 to 2160"),
        ("64x64", "256 to 2160"),
        ("4000x256", "256 to 2160"),
    ],
)
async def test_page_sizes_that_are_refused(studio: Studio, size: str, said: str) -> None:
    key = studio.template(f"{size}/static_bad.html", EDGES)
    for ask in (studio.frame, studio.clip):
        with pytest.raises(InvalidArgument, match=said) as caught:
            await ask(template=key)
        assert caught.value.reason == "TEMPLATE_INVALID"
        assert repr(key) in caught.value.message


@pytest.mark.parametrize("fps", [15, 23, 30, 60])
async def test_lengths_around_whole_frames(studio: Studio, fps: int) -> None:
    """A narration is covered to its last sample: never a frame fewer, never two more."""
    for frames in (1, 2, 7, 60):
        for off, count in ((-0.001, frames), (0.0, frames), (0.001, frames + 1)):
            made = await studio.clip(frames / fps + off, fps=fps, text="length")
            assert made.frame_count == count
            assert len(studio.decoded(made.artifact)) == count


@pytest.mark.parametrize("seconds", [0.0, 0.0001, 0.001, 1 / 60])
async def test_at_least_one_frame(studio: Studio, tmp_path: Path, seconds: float) -> None:
    moving = studio.template("256x256/video_short.html", "<!doctype html><body style='margin:0'>")
    seen = await studio.footage(film(tmp_path / "film.mp4"))
    for made in (await studio.clip(seconds, fps=60), await studio.clip(seconds, fps=60, template=moving, visual=seen)):
        assert made.frame_count == len(studio.decoded(made.artifact)) == 1

"""Known colours come out of footage as they were, whatever it was recorded in."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from svc_render.preview import preview
from svc_render.video.footage import footage
from svc_render.video.planes import framed, rgb
from tests.hdr import HLG, PQ, hdr, light_of, tags_of

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

PATCHES = [(200, 30, 30), (30, 180, 40), (40, 60, 200), (220, 170, 140), (128, 128, 128), (60, 60, 60)]
BT601, BT709 = 6, 1


def chart(width: int, height: int) -> NDArray[np.uint8]:
    """The patches beside each other."""
    return np.repeat(np.array(PATCHES, np.uint8)[None], height, axis=0).repeat(width // len(PATCHES), axis=1)


def recorded(path: Path, frame: av.VideoFrame, *, codec: str = "libx264", **tags: int) -> Path:
    """Three frames of it. tags: of the stream."""
    with av.open(str(path), "w") as container:
        options = {"x265-params": "log-level=none", "crf": "8"} if codec == "libx265" else {"crf": "8"}
        stream: Any = container.add_stream(codec, rate=10, options=options)
        stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, frame.format.name
        for name, value in tags.items():
            setattr(stream.codec_context, name, value)
            setattr(frame, name, value)
        for number in range(3):
            frame.pts, frame.time_base = number, Fraction(1, 10)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def patches(picture: NDArray[np.uint8]) -> NDArray[Any]:
    middles = [round((number + 0.5) * picture.shape[1] / len(PATCHES)) for number in range(len(PATCHES))]
    return np.array([picture[100:120, at - 8 : at + 8].mean(axis=(0, 1)) for at in middles])


def seen(path: Path, width: int, height: int) -> NDArray[Any]:
    return patches(rgb(framed(next(footage(path, width=width, height=height, fps=30)))))


@pytest.mark.parametrize(
    ("size", "pixels", "tags"),
    [
        ((1272, 720), "yuv420p", {"colorspace": BT709, "color_range": 1}),
        ((1272, 720), "yuv420p", {"colorspace": BT601, "color_range": 1}),
        ((636, 480), "yuv420p", {"colorspace": BT709, "color_range": 1}),
        ((636, 480), "yuv420p", {"colorspace": BT601, "color_range": 1}),
        ((636, 480), "yuv420p", {}),
        ((1272, 720), "yuv420p", {}),
        ((1920, 536), "yuv420p", {}),
        ((360, 640), "yuv420p", {}),
        ((720, 1280), "yuv420p", {}),
        ((1272, 720), "yuvj420p", {"colorspace": BT709, "color_range": 2}),
        ((1272, 720), "yuv422p", {"colorspace": BT709, "color_range": 1}),
        ((1272, 720), "yuv420p10le", {"colorspace": BT709, "color_range": 1}),
    ],
    ids=str,
)
def test_every_way_to_record_colours(tmp_path: Path, size: tuple[int, int], pixels: str, tags: dict[str, int]) -> None:
    meant = tags.get("colorspace") or (BT601 if size in {(636, 480), (360, 640)} else BT709)
    frame = av.VideoFrame.from_ndarray(chart(*size), "rgb24").reformat(
        format=pixels,
        dst_colorspace={BT709: 1, BT601: 5}[meant],
        src_color_range=2,
        dst_color_range=tags.get("color_range", 1),
    )
    frame.colorspace = frame.color_range = 0
    path = recorded(tmp_path / "a.mp4", frame, codec="libx265" if "10" in pixels else "libx264", **tags)
    assert np.abs(seen(path, *size) - PATCHES).max() <= 4


@pytest.mark.parametrize("transfer", [PQ, HLG], ids=["PQ", "HLG"])
@pytest.mark.parametrize("size", [(636, 360), (300, 480)], ids=str)
def test_high_dynamic_range_shows_the_colours_of_the_scene(
    tmp_path: Path, transfer: int, size: tuple[int, int]
) -> None:
    light = light_of(chart(1272, 720))
    path = recorded(tmp_path / "a.mp4", hdr(light, transfer), codec="libx265", **tags_of(transfer))
    whole = seen(path, 636, 360)
    assert np.abs(whole - PATCHES).max() <= 6
    if size != (636, 360):
        tall = rgb(framed(next(footage(path, width=size[0], height=size[1], fps=30))))
        middle = (np.array(PATCHES[2]), np.array(PATCHES[3]))
        assert np.abs(tall[100, 20] - middle[0]).max() <= 6, "cut from the middle of it, and no less true"
        assert np.abs(tall[100, -20] - middle[1]).max() <= 6
    (tmp_path / "small.jpg").write_bytes(preview(path, 636, seconds=0.3))
    from PIL import Image

    assert np.abs(patches(np.asarray(Image.open(tmp_path / "small.jpg"))) - PATCHES).max() <= 10


@pytest.mark.parametrize("transfer", [PQ, HLG], ids=["PQ", "HLG"])
def test_highlights_are_told_apart_and_shadows_stay(tmp_path: Path, transfer: int) -> None:
    levels = np.array([0.5, 5, 26, 100, 203, 400, 1000])
    light = np.repeat(levels, 64)[None, :, None].repeat(128, axis=0).repeat(3, axis=2)
    path = recorded(tmp_path / "a.mp4", hdr(light, transfer), codec="libx265", **tags_of(transfer))
    picture = rgb(framed(next(footage(path, width=448, height=128, fps=30)))).astype(int)
    greys = [int(picture[64, 64 * number + 32].mean()) for number in range(len(levels))]
    for grey, light_level in list(zip(greys, levels, strict=True))[:4]:
        assert abs(grey - 255 * (light_level / 203) ** (1 / 2.4)) <= 4
    assert 220 < greys[4] < 240, "white paper is white, and leaves room for what is brighter"
    assert greys[4] + 10 < greys[5] <= greys[6] <= 255

"""Known colours come back within two levels, from every kind of clip and from the finished file, and are tagged."""

from __future__ import annotations

import io
import wave
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

from pixelle.core.v1 import core_pb2
from pixelle.render.v1 import render_pb2
from svc_render.video.planes import rgb

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from tests.traps.conftest import Studio

    Pixels = NDArray[np.uint8]

PATCHES = [
    *[(255, 0, 0), (0, 255, 0), (0, 0, 255), (0, 255, 255), (255, 0, 255), (255, 255, 0)],
    *[(255, 255, 255), (0, 0, 0), (128, 128, 128), (16, 16, 16), (235, 235, 235), (64, 64, 64)],
    *[(230, 150, 40), (40, 90, 160), (250, 200, 180), (90, 60, 40), (20, 120, 90), (180, 20, 90)],
]
"""Primaries, greys, and colours of skin, wood and sky: six a row."""
SIDE = 64
SIZE = (6 * SIDE, 4 * SIDE)
PAGE = "384x256/image_patches.html"
FILM = "384x256/video_patches.html"
SAID = "384x256/static_patches.html"
_BOXES = "".join(
    f"<b style='position:absolute;width:64px;height:64px;left:{n % 6 * SIDE}px;top:{n // 6 * SIDE}px;"
    f"background:rgb{color}'></b>"
    for n, color in enumerate(PATCHES)
)


def patches() -> Pixels:
    pixels = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    for number, color in enumerate(PATCHES):
        x, y = number % 6 * SIDE, number // 6 * SIDE
        pixels[y : y + SIDE, x : x + SIDE] = color
    return pixels


@pytest.fixture(scope="module", autouse=True)
def pages(studio: Studio) -> None:
    words = "<meta name='template:captions' content='word'><style>.spoken{color:#f00}</style>"
    text = "<p style='position:absolute;left:8px;top:194px;margin:0;color:#fff;font:24px sans-serif'>{{text}}</p>"
    body = "<body style='margin:0;background:#000'>"
    studio.template(PAGE, f"<!doctype html>{body}<img src='{{{{image}}}}' style='display:block'>")
    studio.template(SAID, f"<!doctype html>{words}{body}{_BOXES}{text}")
    studio.template(FILM, "<!doctype html><body style='margin:0'>")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The patches as lossless bt709 footage."""
    path = tmp_path_factory.mktemp("film") / "patches.mp4"
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=30, options={"qp": "0", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv444p"
        stream.codec_context.colorspace = int(Colorspace.ITU709)
        for _ in range(12):
            frame = av.VideoFrame.from_ndarray(patches(), "rgb24").reformat(
                format="yuv444p", dst_colorspace=Colorspace.ITU709
            )
            frame.colorspace = Colorspace.ITU709
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def true(shown: Pixels) -> None:
    """The middle of every patch, and every pixel of it."""
    for number, color in enumerate(PATCHES):
        x, y = number % 6 * SIDE, number // 6 * SIDE
        off = np.abs(shown[y + 16 : y + 48, x + 16 : x + 48].astype(int) - color)
        assert off.max() <= 2, f"{color} is off by {off.max()}"


def tagged(studio: Studio, artifact: core_pb2.Artifact) -> None:
    """As players read it: from the file and from the stream itself."""
    with av.open(studio.read(artifact), "r") as container:
        stream: Any = container.streams.video[0]
        context = stream.codec_context
        assert (context.pix_fmt, context.colorspace) == ("yuv420p", Colorspace.ITU709)
        assert (context.color_range, context.color_primaries) == (ColorRange.MPEG, ColorPrimaries.BT709)
        assert context.color_trc == ColorTrc.BT709
        frame = next(container.decode(stream))
        assert (frame.colorspace, frame.color_range) == (Colorspace.ITU709, ColorRange.MPEG)
        for shown in [frame, *container.decode(stream)]:
            true(rgb(shown))


async def test_a_frame(studio: Studio) -> None:
    made = await studio.frame(template=PAGE, visual=studio.picture(patches()))
    assert np.array_equal(studio.drawn(made.artifact), patches())


async def test_a_page_without_a_ground_is_white_whatever_was_drawn_before(studio: Studio, film: Path) -> None:
    key = studio.template("384x256/static_bare.html", "<!doctype html><p>{{text}}</p>")
    for number in range(2):
        await studio.frame(template=FILM, title=str(number), visual=await studio.footage(film))
        bare = await studio.frame(template=key, text=str(number))
        assert (studio.drawn(bare.artifact)[-40:] == 255).all()


async def test_a_frame_of_footage(studio: Studio, film: Path) -> None:
    true(studio.drawn((await studio.frame(template=FILM, visual=await studio.footage(film))).artifact))


async def test_a_still(studio: Studio) -> None:
    tagged(studio, (await studio.clip(0.3, template=PAGE, visual=studio.picture(patches()))).artifact)


async def test_a_picture_behind_a_page(studio: Studio) -> None:
    tagged(studio, (await studio.clip(0.3, template=FILM, visual=studio.picture(patches()))).artifact)


async def test_spoken_words(studio: Studio) -> None:
    words = "one two three"
    captions = render_pb2.CAPTION_MODE_WORD
    made = await studio.clip(0.6, template=SAID, text=words, words=words, captions=captions)
    assert made.state_count >= 3
    tagged(studio, made.artifact)


async def test_footage(studio: Studio, film: Path) -> None:
    tagged(studio, (await studio.clip(0.4, template=FILM, visual=await studio.footage(film))).artifact)


async def test_a_finished_video(studio: Studio, film: Path) -> None:
    out = io.BytesIO()
    with wave.open(out, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(22_050)
        wav.writeframes(bytes(2 * 6615))
    spoken = core_pb2.Narration(audio=studio.artifact(out.getvalue(), "audio/wav"), duration_seconds=0.3)
    still = await studio.clip(0.3, template=PAGE, visual=studio.picture(patches()))
    said = await studio.clip(0.3, template=SAID, text="a b", words="a b", captions=render_pb2.CAPTION_MODE_WORD)
    moving = await studio.clip(0.3, template=FILM, visual=await studio.footage(film))
    clips = [still, moving, said]
    scenes = [render_pb2.SceneTrack(clip=clip, narration=spoken, text="x") for clip in clips]
    made = await studio.video(*scenes, title="Colours")
    assert made.frame_count == 27
    tagged(studio, made.artifact)

"""Files made elsewhere, as pictures and footage of exactly the size and length asked for."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from PIL import Image

from pixelle.runtime.errors import FailedPrecondition
from svc_media.engines.base import Brief
from svc_media.fitting import footage, picture
from tests.comfyui import nodes
from tests.damaged import broken_avif

if TYPE_CHECKING:
    from svc_media.engines.base import Footage
    from tests.comfyui.standin import StandIn
    from tests.unit.svc_media.conftest import Make

THING = nodes.Thing("5a" * 32, 320, 192, frames=16, fps=16.0)


def silent(fraction: float, message: str = "") -> None:
    del fraction, message


def shades(*levels: int, fps: int = 10) -> bytes:
    """Footage of one grey per frame."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        track: Any = container.add_stream("libx264", rate=fps)
        track.width, track.height, track.pix_fmt = 64, 64, "yuv420p"
        for level in levels:
            container.mux(track.encode(av.VideoFrame.from_image(Image.new("RGB", (64, 64), (level,) * 3))))
        container.mux(track.encode(None))
    return out.getvalue()


def levels(made: Footage) -> list[int]:
    with av.open(io.BytesIO(made.mp4), "r") as container:
        return [round(float(frame.to_ndarray(format="gray").mean()) / 10) * 10 for frame in container.decode(video=0)]


@pytest.mark.parametrize(
    ("mode", "colour", "ending"),
    [("RGB", (200, 100, 50), "PNG"), ("L", 90, "JPEG"), ("P", 3, "GIF"), ("RGBA", (200, 100, 50, 0), "PNG")],
)
def test_pictures_of_every_mode(mode: str, colour: Any, ending: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (300, 200), colour).save(out, ending)
    pixels = picture(out.getvalue(), 128, 256).pixels
    assert (pixels.shape, pixels.dtype) == ((256, 128, 3), np.uint8)
    if mode == "RGBA":
        assert (pixels == 255).all(), "what is transparent is white"


def test_sixteen_bits() -> None:
    out = io.BytesIO()
    Image.fromarray(np.full((64, 64), 32896, np.uint16)).save(out, "PNG")
    assert picture(out.getvalue(), 64, 64).pixels.mean() == 128


def test_a_photo_and_footage_from_a_turned_camera_are_shown_upright() -> None:
    scene = np.zeros((64, 128, 3), np.uint8)
    scene[:, 64:] = 255  # as the sensor sees it; turned clockwise, the light half lies below
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(scene).save(out, "JPEG", exif=exif)
    film = io.BytesIO()
    with av.open(film, "w", format="mp4") as container:
        track: Any = container.add_stream("libx264", rate=10)
        track.width, track.height, track.pix_fmt = 128, 64, "yuv420p"
        for _ in range(5):
            container.mux(track.encode(av.VideoFrame.from_ndarray(scene, format="rgb24")))
        container.mux(track.encode(None))
    data = film.getvalue()
    at = data.index(b"tkhd") + 44  # the matrix of the track header (ISO 14496-12, 8.3.2)
    turn = b"".join(struct.pack(">i", value) for value in (0, 1 << 16, 0, -1 << 16, 0, 0))
    made = footage(data[:at] + turn + data[at + 24 :], 64, 128, duration=0.3, fps=10, tick=silent)
    with av.open(io.BytesIO(made.mp4), "r") as container:
        moving = next(container.decode(video=0)).to_ndarray(format="rgb24")
    for pixels in (picture(out.getvalue(), 64, 128).pixels, moving):
        assert pixels[:60].mean() < 20
        assert pixels[68:].mean() > 235


def test_a_picture_is_cut_from_its_middle() -> None:
    out = io.BytesIO()
    wide = np.zeros((64, 192, 3), np.uint8)
    wide[:, 64:128] = 255
    Image.fromarray(wide).save(out, "PNG")
    assert picture(out.getvalue(), 64, 64).pixels.mean() > 250


@pytest.mark.parametrize(
    "data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n broken", nodes.png(THING)[:200], broken_avif()]
)
def test_what_cannot_be_read_is_said(data: bytes) -> None:
    for make in (lambda: picture(data, 64, 64), lambda: footage(data, 64, 64, duration=1, fps=10, tick=silent)):
        with pytest.raises(FailedPrecondition) as caught:
            make()
        assert caught.value.reason == "RESULT_UNREADABLE"


@pytest.mark.parametrize("make", [nodes.mp4, nodes.webp], ids=["mp4", "webp"])
@pytest.mark.parametrize(("duration", "fps"), [(0.5, 30), (1.7, 24), (4.0, 15)])
def test_footage_has_exactly_its_length(make: Any, duration: float, fps: int) -> None:
    made = footage(make(THING), 128, 160, duration=duration, fps=fps, tick=silent)
    with av.open(io.BytesIO(made.mp4), "r") as container:
        track = container.streams.video[0]
        frames = [frame.to_ndarray(format="gray") for frame in container.decode(track)]
        assert (track.width, track.height, track.average_rate) == (128, 160, fps)
    assert len(frames) == made.frames == int(np.ceil(duration * fps - 1e-6))


def test_long_footage_is_cut_short_is_slowed_and_then_begins_again() -> None:
    clip = shades(0, 60, 120, 180)
    assert levels(footage(clip, 64, 64, duration=0.2, fps=10, tick=silent)) == [0, 60]
    assert levels(footage(clip, 64, 64, duration=0.4, fps=10, tick=silent)) == [0, 60, 120, 180]
    assert levels(footage(clip, 64, 64, duration=0.8, fps=10, tick=silent)) == [0, 0, 60, 60, 120, 120, 180, 180]
    assert levels(footage(clip, 64, 64, duration=1.0, fps=10, tick=silent))[-3:] == [180, 0, 0]


@pytest.mark.parametrize("name", ["video_save.json", "video_vhs.json", "video_webp.json", "video_short.json"])
def test_every_way_to_save_footage(standin: StandIn, make: Make, name: str) -> None:
    brief = Brief("waves", 256, 192, 3)
    made = make(standin).named(name, film=True).film(brief, duration=0.9, fps=20, tick=silent)
    assert (made.frames, made.fps) == (18, 20)


def test_footage_from_a_picture(standin: StandIn, make: Make) -> None:
    brief = Brief("waves", 256, 192, 3, reference=nodes.png(THING))
    made = make(standin).named("i2v_plain.json", film=True).film(brief, duration=0.2, fps=0, tick=silent)
    assert (made.frames, made.fps) == (6, 30)

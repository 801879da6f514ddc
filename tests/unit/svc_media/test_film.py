"""What engines film has the colours of their pictures, also in sizes that players take for HD."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest
from PIL import Image, ImageCms

from pixelle.footage.decoded import upright_of
from svc_media.engines.base import Picture
from svc_media.film import h264
from svc_media.fitting import cut_to, footage, picture
from svc_media.footage import drift
from svc_media.frames import shown
from tests.colour_profile import wide_gamut

COLOURS = [(200, 30, 30), (30, 180, 40), (40, 60, 200), (220, 170, 140)]


def chart(width: int, height: int) -> np.ndarray:
    return np.repeat(np.array(COLOURS, np.uint8)[None], height, axis=0).repeat(width // 4, axis=1)


def first(mp4: bytes) -> tuple[av.VideoFrame, np.ndarray]:
    """The first frame, and its picture by the matrix that the file names."""
    with av.open(io.BytesIO(mp4), "r") as container:
        frame = next(container.decode(video=0))
    pixels = frame.reformat(format="rgb24", src_colorspace="ITU709", dst_color_range="JPEG").to_ndarray()
    return frame, np.array([pixels[60:80, round((n + 0.5) * frame.width / 4)].mean(axis=0) for n in range(4)])


def silent(fraction: float, message: str = "") -> None:
    del fraction, message


@pytest.mark.parametrize("size", [(640, 360), (1280, 720)])
def test_footage_is_bt709_and_says_so(size: tuple[int, int]) -> None:
    width, height = size
    still = chart(width, height)
    drifted = drift(Picture(still), width, height, duration=0.1, fps=30, turn=0, tick=silent).mp4
    fitted = footage(drifted, width, height, duration=0.1, fps=30, tick=silent).mp4
    for mp4 in (h264(iter([still, still]), width, height, fps=30), drifted, fitted):
        frame, patches = first(mp4)
        assert (frame.colorspace, frame.color_range, frame.color_primaries, frame.color_trc) == (1, 1, 1, 1)
        assert np.abs(patches - COLOURS).max() <= 5


@pytest.mark.parametrize(
    ("size", "named", "meant"),
    [((1280, 720), 6, 5), ((1280, 720), 1, 1), ((1280, 720), 2, 1), ((640, 480), 2, 5), ((640, 480), 1, 1)],
)
def test_footage_made_elsewhere_is_read_in_its_own_colours(size: tuple[int, int], named: int, meant: int) -> None:
    frame = av.VideoFrame.from_ndarray(chart(*size), "rgb24").reformat(
        format="yuv420p", dst_colorspace=meant, src_color_range=2, dst_color_range=1
    )
    frame.colorspace = named
    pixels = np.asarray(shown(frame, 1.0, upright_of(frame)))
    assert np.abs(pixels[50, size[0] // 8 :: size[0] // 4] - np.array(COLOURS)).max() <= 4
    assert shown(frame, 4 / 3, upright_of(frame)).size == (round(size[0] * 4 / 3), size[1])


@pytest.mark.parametrize("kind", ["gbrp", "gray", "rgba"])
def test_frames_of_other_kinds_are_read(kind: str) -> None:
    frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 120, np.uint8), "rgb24").reformat(format=kind)
    assert np.abs(np.asarray(shown(frame, 1.0, upright_of(frame))).astype(int) - 120).max() <= 2


def test_pictures_with_a_colour_profile_of_their_own_are_shown_in_srgb() -> None:
    other = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    plain = Image.new("RGB", (64, 64), (200, 100, 50))
    plain.info["icc_profile"] = other
    assert cut_to(plain, 64, 64).getpixel((5, 5)) == (200, 100, 50), "a profile of another kind of picture"
    plain.info["icc_profile"] = b"no profile"
    assert cut_to(plain, 64, 64).getpixel((5, 5)) == (200, 100, 50)
    out = io.BytesIO()
    Image.new("RGB", (64, 64), (200, 100, 50)).save(out, "PNG", icc_profile=wide_gamut())
    red, green, _ = picture(out.getvalue(), 64, 64).pixels[5, 5].tolist()
    assert red > 215, "the same numbers mean a stronger red there"
    assert green < 105

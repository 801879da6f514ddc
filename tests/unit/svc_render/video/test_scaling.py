"""Frames of footage in the shape and the colours of a clip."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from PIL import Image

from svc_render.attention import SIDE, attention
from svc_render.video.planes import framed, rgb
from svc_render.video.scaling import Scaler
from tests.unit.svc_render.people import HAIR, snapshot

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from svc_render.video.scaling import Fit

FITS: list[Fit] = ["auto", "contain", "cover"]


def test_what_can_be_seen_through_stands_before_black() -> None:
    pixels = np.zeros((96, 128, 4), np.uint8)
    pixels[:, :, :3] = (200, 100, 50)
    pixels[:, 64:, 3] = 255
    pixels[:48, :64, 3] = 128
    frame = av.VideoFrame.from_ndarray(pixels, "rgba")
    shown = rgb(framed(Scaler(128, 96).scaled(frame, 1.0))).astype(int)
    assert np.abs(shown[60, 100] - (200, 100, 50)).max() <= 3
    assert np.abs(shown[20, 30] - (100, 50, 25)).max() <= 3
    assert np.abs(shown[80, 30]).max() <= 2


@pytest.mark.parametrize("size", [(128, 256), (256, 128), (254, 130)])
def test_all_of_a_frame_is_seen_before_a_darker_blur_of_it(size: tuple[int, int]) -> None:
    pixels = np.full((100, 100, 3), 200, np.uint8)
    pixels[:, :10] = (255, 0, 0)
    pixels[:, -10:] = (0, 0, 255)
    picture = Scaler(*size, fit="contain").scaled(av.VideoFrame.from_ndarray(pixels, "rgb24"), 1.0)
    shown = rgb(framed(picture)).astype(int)
    short = min(size)
    left, top = (size[0] - short) // 2, (size[1] - short) * 0.42
    assert np.abs(shown[size[1] // 2, size[0] // 2] - 200).max() <= 4
    assert shown[size[1] // 2, left + 4][0] > 180 > shown[size[1] // 2, left + 4][1]
    assert shown[size[1] // 2, left + short - 5][2] > 180 > shown[size[1] // 2, left + short - 5][1]
    edge = shown[3, size[0] // 2] if top else shown[size[1] // 2, 3]
    assert 20 < edge.mean() < 150, "neither black nor as bright as the frame"


def shown(picture: np.ndarray, size: tuple[int, int], **how: Any) -> NDArray[np.uint8]:
    frame = av.VideoFrame.from_ndarray(np.asarray(picture), "rgb24")
    return rgb(framed(Scaler(*size, seen=lambda: [attention(small(picture))], **how).scaled(frame, 1.0)))


def small(picture: np.ndarray) -> NDArray[np.uint8]:
    image = Image.fromarray(picture)
    image.thumbnail((SIDE, SIDE))
    return np.asarray(image, np.uint8)


BESIDE = np.asarray(snapshot("beach", (1200, 800), [(0.2, 1.0, 0.8)]))
UPRIGHT = np.asarray(snapshot("room", (600, 800), [(0.5, 0.98, 0.85)]))


@pytest.mark.parametrize("fit", ["auto", "cover"])
def test_of_what_is_cut_the_part_is_kept_that_draws_the_eye(fit: Fit) -> None:
    whole = {"fit": "contain"}
    for picture, size in ((BESIDE, (400, 500)), (UPRIGHT, (600, 400))):
        every, seen = hair(shown(picture, (1200, 800), **whole)), hair(shown(picture, size, fit=fit))
        scale = max(size[0] / picture.shape[1], size[1] / picture.shape[0])
        fitted = min(1200 / picture.shape[1], 800 / picture.shape[0])
        assert seen / scale**2 > 0.95 * every / fitted**2


def hair(picture: NDArray[np.uint8]) -> int:
    return int((np.abs(picture.astype(int) - HAIR).max(axis=2) < 70).sum())


def test_what_would_lose_more_than_half_is_seen_whole_unless_covering_is_asked_for() -> None:
    edge = UPRIGHT.copy()
    edge[-40:] = (0, 250, 0)
    size = (1280, 720)
    green = [int((np.abs(shown(edge, size, fit=fit).astype(int) - (0, 250, 0)).max(axis=2) < 40).sum()) for fit in FITS]
    assert green[0] == green[1] > 5000
    assert green[2] == 0


def test_all_frames_are_cut_alike() -> None:
    asked: list[int] = []

    def seen() -> list[NDArray[np.float64]]:
        asked.append(1)
        return [attention(small(BESIDE))]

    scaler = Scaler(400, 500, seen=seen)
    mirrored = np.ascontiguousarray(BESIDE[:, ::-1])
    first, other = (
        rgb(framed(scaler.scaled(av.VideoFrame.from_ndarray(each, "rgb24"), 1.0))) for each in (BESIDE, mirrored)
    )
    assert asked == [1]
    assert hair(first) > 0 == hair(other)


def test_what_fits_is_not_looked_at() -> None:
    def never() -> list[NDArray[np.float64]]:
        raise AssertionError("it costs")

    picture = np.full((540, 960, 3), 90, np.uint8)
    for size in ((1920, 1080), (1280, 800), (540, 960)):
        Scaler(*size, fit="auto", seen=never).scaled(av.VideoFrame.from_ndarray(picture, "rgb24"), 1.0)

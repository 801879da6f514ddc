"""Frames of footage in the shape and the colours of a clip."""

from __future__ import annotations

import av
import numpy as np
import pytest

from svc_render.video.planes import framed, rgb
from svc_render.video.scaling import Scaler


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
    picture = Scaler(*size, contain=True).scaled(av.VideoFrame.from_ndarray(pixels, "rgb24"), 1.0)
    shown = rgb(framed(picture)).astype(int)
    short = min(size)
    left, top = (size[0] - short) // 2, (size[1] - short) // 2
    assert np.abs(shown[size[1] // 2, size[0] // 2] - 200).max() <= 4
    assert shown[size[1] // 2, left + 4][0] > 180 > shown[size[1] // 2, left + 4][1]
    assert shown[size[1] // 2, left + short - 5][2] > 180 > shown[size[1] // 2, left + short - 5][1]
    edge = shown[3, size[0] // 2] if top else shown[size[1] // 2, 3]
    assert 20 < edge.mean() < 150, "neither black nor as bright as the frame"

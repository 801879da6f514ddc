"""Frames of high dynamic range, written from ITU-R BT.2100 and BT.2087."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import av
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["HLG", "PQ", "hdr", "light_of", "tags_of"]

PQ, HLG = 16, 18
"""Transfer characteristics (ITU-T H.273)."""
_BT2020 = 9
_TO_2020 = np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])


def light_of(pixels: NDArray[np.uint8]) -> NDArray[Any]:
    """What an ordinary picture [height, width, 3] shines with, in cd/m2 with BT.2020 primaries; its white is paper."""
    return 203 * (pixels / 255.0) ** 2.4 @ _TO_2020.T


def hdr(light: NDArray[Any], transfer: int) -> av.VideoFrame:
    """Light in cd/m2, BT.2020 primaries [height, width, 3], as a frame of 10 bits."""
    if transfer == PQ:
        share = (light / 10_000) ** (2610 / 16384)
        signal = ((3424 / 4096 + 2413 / 128 * share) / (1 + 2392 / 128 * share)) ** (2523 / 32)
    else:
        grey = np.maximum(light @ [0.2627, 0.6780, 0.0593], 1e-9)[..., None]
        scene = light / 1000 * (grey / 1000) ** (1 / 1.2 - 1)
        bright = 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-9)) + 0.55991073
        signal = np.where(scene <= 1 / 12, np.sqrt(3 * scene), bright)
    values = np.round(np.clip(signal, 0, 1) * 65535).astype(np.uint16)
    return av.VideoFrame.from_ndarray(values, "rgb48le").reformat(
        format="yuv420p10le", dst_colorspace=_BT2020, src_color_range=2, dst_color_range=1
    )


def tags_of(transfer: int) -> dict[str, int]:
    """What its stream says of itself."""
    return {"colorspace": _BT2020, "color_primaries": _BT2020, "color_trc": transfer, "color_range": 1}

"""How far the frames of a finished video are from the pages they show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    Luma = NDArray[np.float32]

__all__ = ["BT601", "BT709", "compared", "luma", "psnr", "ssim"]

BT709 = (0.2126, 0.7152, 0.0722)
BT601 = (0.299, 0.587, 0.114)


def luma(picture: bytes, weights: tuple[float, float, float]) -> Luma:
    """The luma [height, width] of an RGB picture file in limited range, 16 to 235, not rounded."""
    import io

    from PIL import Image

    with Image.open(io.BytesIO(picture)) as image:
        pixels = np.asarray(image.convert("RGB"), np.float32)
    return 16.0 + (pixels @ np.asarray(weights, np.float32)) * np.float32(219.0 / 255.0)


def compared(video: Path, pages: Mapping[int, Luma]) -> tuple[float, float]:
    """
    PSNR in dB and SSIM of the luma of some frames of a video: of their mean square error, and the mean.

    pages: number of a frame to what it should show.
    """
    import av

    errors: list[float] = []
    likeness: list[float] = []
    last = max(pages)
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for number, frame in enumerate(container.decode(stream)):
            if number in pages:
                shown = np.asarray(frame.to_ndarray(), np.uint8)[: frame.height].astype(np.float32)
                errors.append(float(np.mean((shown - pages[number]) ** 2)))
                likeness.append(ssim(shown, pages[number]))
            if number >= last:
                break
    if len(errors) != len(pages):
        raise ValueError(f"the video ends before its frame {last}")
    return psnr(float(np.mean(errors))), float(np.mean(likeness))


def psnr(error: float) -> float:
    """Peak signal to noise ratio in dB of a mean square error of 8 bit samples; 100 for none."""
    return min(100.0, 10.0 * float(np.log10(255.0**2 / max(error, 1e-9))))


def ssim(one: Luma, other: Luma) -> float:
    """Structural similarity (Wang and others, 2004): Gaussian windows of 11 samples, sigma 1.5."""
    import cv2

    def near(plane: Luma) -> Luma:
        return np.asarray(cv2.GaussianBlur(plane, (11, 11), 1.5), np.float32)

    steady, steady2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    mean, mean2 = near(one), near(other)
    spread = near(one * one) - mean * mean
    spread2 = near(other * other) - mean2 * mean2
    together = near(one * other) - mean * mean2
    above = (2 * mean * mean2 + steady) * (2 * together + steady2)
    below = (mean**2 + mean2**2 + steady) * (spread + spread2 + steady2)
    return float(np.mean(above / below))

"""Decoded frames as players show them: upright, in their own colours and shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image

from pixelle.footage.decoded import colours_of

if TYPE_CHECKING:
    import av

    from pixelle.footage.decoded import Upright

__all__ = ["shown"]


def shown(frame: av.VideoFrame, shape: float, upright: Upright) -> Image.Image:
    """RGB. shape: width of its pixels by their height. upright: of its clip."""
    from av.video.reformatter import ColorRange, Colorspace

    rgb = frame.reformat(
        width=max(1, round(frame.width * shape)),
        format="rgb24",
        src_colorspace=Colorspace[colours_of(frame)],
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.JPEG,
    )
    image = Image.fromarray(rgb.to_ndarray(), "RGB")
    if upright.transposed:
        image = image.transpose(Image.Transpose.TRANSPOSE)
    if upright.mirrored:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return image.transpose(Image.Transpose.FLIP_TOP_BOTTOM) if upright.flipped else image

"""Pictures far wider or taller than the place that shows them: whole on a ground of themselves, instead of a sliver."""

from __future__ import annotations

from PIL import Image, ImageEnhance, ImageFilter

__all__ = ["framed"]

_ODD = 3.0
"""A picture so many times as wide, or as tall, for its height as its place: cutting would leave less than a third."""
_DIM = 0.62
_BLUR = 6.0  # pixels of a copy 96 pixels long


def framed(image: Image.Image, place: tuple[int, int]) -> Image.Image | None:
    """
    The picture in the shape of its place, over a blurred and darker copy of itself; None where it may well be cut.

    image: RGB. place: width and height. The picture keeps its size; of one that is odder still the middle is shown.
    """
    shape = image.width / image.height / (place[0] / place[1])
    if 1 / _ODD <= shape <= _ODD:
        return None
    if shape > 1:
        wide = min(image.width, round(image.height * place[0] / place[1] * _ODD))
        left = (image.width - wide) // 2
        image = image.crop((left, 0, left + wide, image.height))
        size = wide, round(wide * place[1] / place[0])
    else:
        high = min(image.height, round(image.width * place[1] / place[0] * _ODD))
        top = (image.height - high) // 2
        image = image.crop((0, top, image.width, top + high))
        size = round(high * place[0] / place[1]), high
    scale = 96 / max(size)
    small = image.resize((max(2, round(size[0] * scale)), max(2, round(size[1] * scale))), Image.Resampling.BOX)
    small = ImageEnhance.Brightness(small.filter(ImageFilter.GaussianBlur(_BLUR))).enhance(_DIM)
    whole = small.resize(size, Image.Resampling.BICUBIC)
    whole.paste(image, ((size[0] - image.width) // 2, (size[1] - image.height) // 2))
    return whole

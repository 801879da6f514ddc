"""A picture to start from, as every vendor can take it."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from pixelle.runtime.errors import InvalidArgument
from svc_media.fitting import UNREADABLE, cut_to

__all__ = ["prepared"]

_TAKEN = frozenset({"PNG", "JPEG", "WEBP"})
_LONGEST, _SHORTEST = 2048, 320
"""Pixels of a side: more is shown by no model, less is refused by some."""
_LARGEST = 7_000_000
"""Bytes; as base64 they are below the 10 MB that most vendors take."""
_UPRIGHT = 1
_ORIENTATION = 0x0112


def prepared(data: bytes, width: int, height: int, *, film: bool) -> bytes:
    """
    A picture file upright, of at most 2048 pixels a side, else as JPEG; itself where nothing has to be done.

    film: it is cut to the shape of width by height, which footage made from it would be cut to: so all pixels of that
    are seen. Raises InvalidArgument (REFERENCE_NOT_A_PICTURE).
    """
    try:
        image = Image.open(io.BytesIO(data))
        kind, turned = image.format, image.getexif().get(_ORIENTATION, _UPRIGHT) != _UPRIGHT
        image = ImageOps.exif_transpose(image)
    except UNREADABLE as error:
        raise InvalidArgument(
            f"The picture to start from cannot be read ({type(error).__name__}). Send PNG, JPEG or WebP.",
            reason="REFERENCE_NOT_A_PICTURE",
        ) from error
    size = _size(image.width, image.height, width / height if film else image.width / image.height, film=film)
    if size == image.size and kind in _TAKEN and not turned and len(data) <= _LARGEST:
        return data
    out = io.BytesIO()
    cut_to(image, *size).save(out, "JPEG", quality=95, subsampling=0)
    return out.getvalue()


def _size(width: int, height: int, shape: float, *, film: bool) -> tuple[int, int]:
    """The largest part of that shape, scaled to what is taken; of a picture only what is too large is made smaller."""
    across, down = min(width, height * shape), min(height, width / shape)
    scale = min(1.0, _LONGEST / max(across, down))
    if film:
        scale = max(scale, min(_SHORTEST / min(across, down), _LONGEST / max(across, down)))
    return max(1, round(across * scale)), max(1, round(down * scale))

"""Pictures to start from, in formats that every engine, server and vendor reads."""

from __future__ import annotations

import io

from PIL import ImageOps

from pixelle.heif.photo import KINDS, read_heif
from pixelle.runtime.errors import InvalidArgument
from pixelle.runtime.fetch import sniff
from svc_media.fitting import MOST_PIXELS, cut_to

__all__ = ["readable"]


def readable(data: bytes) -> bytes:
    """
    A picture file as it is; photos of phones (HEIC) as JPEG, upright, in sRGB.

    Raises InvalidArgument (REFERENCE_NOT_A_PICTURE).
    """
    kind = sniff(data)
    if not kind.startswith("image/"):
        raise InvalidArgument(
            f"reference holds {kind}, not a picture. Send PNG, JPEG, WebP, GIF or HEIC.",
            reason="REFERENCE_NOT_A_PICTURE",
        )
    if kind not in KINDS:
        return data
    try:
        photo = read_heif(data, fits=_check_size)
    except InvalidArgument as error:
        raise InvalidArgument(f"reference: {error.message}", reason="REFERENCE_NOT_A_PICTURE") from error
    photo = ImageOps.exif_transpose(photo)
    out = io.BytesIO()
    cut_to(photo, *photo.size).save(out, "JPEG", quality=95, subsampling=0)
    return out.getvalue()


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise InvalidArgument(
            f"The picture has {width}x{height} pixels; the most is {MOST_PIXELS:,}. Make it smaller.",
            reason="REFERENCE_NOT_A_PICTURE",
        )

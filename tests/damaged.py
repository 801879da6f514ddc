"""Pictures that begin well and cannot be decoded."""

from __future__ import annotations

import io

from PIL import Image

__all__ = ["broken_avif"]


def broken_avif() -> bytes:
    """A whole file whose AV1 is zeros at its end."""
    out = io.BytesIO()
    Image.new("RGB", (400, 300), (200, 30, 30)).save(out, "AVIF")
    return out.getvalue()[:-20] + bytes(20)

"""A small upright picture of a picture or of footage, for those who only need to know what is seen."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image

from pixelle.footage.decoded import shown_size, upright_of
from pixelle.runtime.errors import InvalidArgument
from svc_render.pictures import read_picture
from svc_render.video.fields import whole
from svc_render.video.planes import framed, rgb
from svc_render.video.scaling import Scaler

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["check_side", "preview"]

_SIDES = (64, 2048)
_QUALITY = 82


def check_side(side: int) -> None:
    """Raises InvalidArgument (SIZE_OUT_OF_RANGE)."""
    if side and not _SIDES[0] <= side <= _SIDES[1]:
        raise InvalidArgument(
            f"preview_side is {side}; it must be {_SIDES[0]} to {_SIDES[1]} pixels, or 0 for none.",
            reason="SIZE_OUT_OF_RANGE",
        )


def preview(path: Path, side: int, *, seconds: float) -> bytes:
    """
    JPEG with a longest side of at most `side` pixels; what can be seen through is white.

    seconds: length of footage, of which the picture after a third is taken; 0 for a picture.
    Raises InvalidArgument (IMAGE_INVALID, IMAGE_TOO_LARGE, MEDIA_UNREADABLE).
    """
    image = _filmed(path, side, seconds / 3) if seconds else _still(path, side)
    if image.has_transparency_data:
        full = image.convert("RGBA")
        image = Image.new("RGB", full.size, "white")
        image.paste(full, mask=full.getchannel("A"))
    image = image.convert("RGB")
    image.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _still(path: Path, side: int) -> Image.Image:
    return Image.open(io.BytesIO(read_picture(path.read_bytes(), fit=side).data))


def _filmed(path: Path, side: int, at: float) -> Image.Image:
    """The first picture at or after `at` seconds, else the last one there is."""
    import av
    from av.error import FFmpegError

    found: av.VideoFrame | None = None
    shape = 1.0
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            shape = float(stream.sample_aspect_ratio or 1)
            container.seek(int(at * 1_000_000))  # to the key frame before it
            for frame in whole(container.decode(stream)):
                found = frame
                if frame.pts is None or frame.time >= at:
                    break
    except (FFmpegError, IndexError) as error:
        if found is None:
            raise _unreadable() from error
    if found is None:
        raise _unreadable()
    wide, tall = shown_size(found, shape, upright_of(found))
    scale = min(1.0, side / max(wide, tall))
    width, height = (max(2, round(length * scale / 2) * 2) for length in (wide, tall))
    return Image.fromarray(rgb(framed(Scaler(width, height).scaled(found, shape))), "RGB")


def _unreadable() -> InvalidArgument:
    return InvalidArgument(
        "The pictures of the footage cannot be decoded. Send an MP4 or WebM file with H.264, H.265, VP9 or AV1.",
        reason="MEDIA_UNREADABLE",
    )

"""What the colours of a photo mean: decoded planes to RGB, with the profile that says which RGB."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PIL import Image

from pixelle.footage.decoded import colours_of
from pixelle.footage.hdr import ToneMap, is_hdr
from pixelle.heif.boxes import Fields, Malformed
from pixelle.heif.profiles import profile_of

if TYPE_CHECKING:
    import av

    from pixelle.heif.items import Item

__all__ = ["Said", "opacity", "rgb", "said_of"]

_UNKNOWN = 2
"""Of the code points of ITU-T H.273: nobody says."""
_IDENTITY, _BT601 = 0, 6
_MATRICES = frozenset({_IDENTITY, 1, 4, 5, _BT601, 7, 9, 10})


@dataclass(frozen=True)
class Said:
    """What a file says of a picture's colours, beside what is coded in it; None: nothing."""

    icc: bytes | None = None
    """A profile (ICC.1)."""
    primaries: int | None = None
    """This and the next two are code points of ITU-T H.273."""
    transfer: int | None = None
    matrix: int | None = None
    full: bool | None = None
    """Values go from 0 to the most, not from "black" to "white"."""


def said_of(item: Item) -> Said:
    """By its colour properties (ISO/IEC 14496-12, 12.1.5). Raises Malformed."""
    said = Said()
    for each in item.properties:
        if each.box.kind == "colr":
            said = _with(said, Fields(each.box))
    return said


def _with(said: Said, fields: Fields) -> Said:
    kind = bytes(fields.take(4))
    if kind in {b"prof", b"rICC"}:
        return replace(said, icc=bytes(fields.rest()))
    if kind == b"nclx":
        primaries, transfer, matrix = (fields.uint(2) for _ in range(3))
        full = bool(fields.uint(1) >> 7)
        return replace(said, primaries=primaries, transfer=transfer, matrix=matrix, full=full)
    return said


def rgb(frame: av.VideoFrame, said: Said, size: tuple[int, int]) -> Image.Image:
    """
    RGB with its colour profile in `info`, where it is not sRGB. HLG and PQ are made SDR, in sRGB.

    frame: planar; what the file says goes before what it says of itself. size: width and height of what is shown of it.
    Raises Malformed.
    """
    from av.video.reformatter import ColorRange, Colorspace, Interpolation

    frame = _settled(frame, said)
    if is_hdr(frame) and not said.icc:
        frame = ToneMap().shown(frame, width=frame.width, height=frame.height).reformat(format="rgb24")
        return _image(frame, size)
    profile = said.icc or profile_of(frame.color_primaries, frame.color_trc)
    frame = frame.reformat(
        format="rgb24",
        src_colorspace=Colorspace[colours_of(frame)],
        dst_colorspace=Colorspace.ITU709,
        src_color_range=frame.color_range,
        dst_color_range=ColorRange.JPEG,
        interpolation=Interpolation.BICUBIC | Interpolation.FULL_CHR_H_INT | Interpolation.ACCURATE_RND,
    )
    image = _image(frame, size)
    if profile:
        image.info["icc_profile"] = profile
    return image


def opacity(frame: av.VideoFrame, said: Said, size: tuple[int, int]) -> Image.Image:
    """How opaque each pixel is, 0 to 255, by the brightness of a picture that tells it. Raises Malformed."""
    return rgb(frame, replace(said, icc=None, primaries=1, transfer=1), size).convert("L")


def _settled(frame: av.VideoFrame, said: Said) -> av.VideoFrame:
    """The frame, which says what is settled."""
    from av.video.reformatter import ColorRange

    matrix = frame.colorspace if said.matrix in {None, _UNKNOWN} else said.matrix
    if matrix == _UNKNOWN:
        matrix = _BT601  # whatever its size, unlike footage (ISO/IEC 23000-22, 7.3.6.4)
    if matrix not in _MATRICES or (matrix == _IDENTITY and frame.format.name.startswith(("yuv420", "yuv422"))):
        raise Malformed(f"whose colours are stored by the matrix {matrix}, which is not read")
    if matrix == _IDENTITY and frame.format.name.startswith("yuv444"):
        frame = _green_blue_red(frame)
    frame.colorspace = matrix
    if said.full is not None:
        frame.color_range = ColorRange.JPEG if said.full else ColorRange.MPEG
    if said.primaries is not None:
        frame.color_primaries = said.primaries
    if said.transfer is not None:
        frame.color_trc = said.transfer
    return frame


def _green_blue_red(frame: av.VideoFrame) -> av.VideoFrame:
    """The same planes under their right name (ITU-T H.273, table 4, value 0)."""
    from av import VideoFrame

    named = VideoFrame(frame.width, frame.height, frame.format.name.replace("yuv444p", "gbrp"))
    for name in ("color_range", "color_trc", "color_primaries"):
        setattr(named, name, getattr(frame, name))
    for plane, source in zip(named.planes, frame.planes, strict=True):
        plane.update(bytes(source))
    return named


def _image(frame: av.VideoFrame, size: tuple[int, int]) -> Image.Image:
    plane = frame.planes[0]
    return Image.frombytes("RGB", size, memoryview(plane), "raw", "RGB", plane.line_size, 1)

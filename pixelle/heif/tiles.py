"""Coded pictures, decoded and put side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pixelle.heif.boxes import Malformed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import av
    from numpy.typing import NDArray

__all__ = ["CODINGS", "Coded", "Layout", "assembled"]

CODINGS = {"hvc1": "hevc", "hev1": "hevc", "jpeg": "mjpeg"}
"""Types of items that are one coded picture, with FFmpeg's names of their decoders."""
_PADDED = 128
"""Pixels that a decoder may need beyond the width, and the height, that are shown."""
_FORMAT = re.compile(r"(yuv420p|yuv422p|yuv444p|gbrp|gray)((?:10|12)le)?")
_SHIFTS = {"yuv420p": (1, 1), "yuv422p": (1, 0)}
"""How much smaller colour planes are across and down, as powers of two."""


@dataclass(frozen=True)
class Coded:
    """One coded picture."""

    coding: str
    """Of `CODINGS`."""
    setup: bytes
    """What its decoder is set up with; b"" for JPEG."""
    content: memoryview


@dataclass(frozen=True)
class Layout:
    """How tiles make a picture (ISO/IEC 23008-12, 6.6.2.3). All in pixels but rows and columns."""

    width: int
    height: int
    rows: int = 1
    columns: int = 1
    tile_width: int = 0
    tile_height: int = 0


class _Decoder:
    """Decodes pictures that are coded and set up alike."""

    def __init__(self, picture: Coded, layout: Layout) -> None:
        from av import CodecContext

        self.made_for = picture.coding, picture.setup
        self._context: Any = CodecContext.create(CODINGS[picture.coding], "r")
        most = (layout.tile_width + _PADDED) * (layout.tile_height + _PADDED)
        self._context.options = {"max_pixels": str(most)}
        self._context.thread_count = 1
        if picture.setup:
            self._context.extradata = picture.setup

    def frame(self, content: memoryview) -> av.VideoFrame | None:
        """The first picture in it; None when there is none, or a broken one."""
        from av import Packet
        from av.error import FFmpegError

        try:
            frames = [*self._context.decode(Packet(bytes(content))), *self._context.decode(None)]
            self._context.flush_buffers()
        except (FFmpegError, ValueError):
            return None
        return frames[0] if frames and not frames[0].is_corrupt else None


def assembled(tiles: Iterable[Coded], layout: Layout, alive: Callable[[], None]) -> av.VideoFrame:
    """
    The picture that tiles make, row by row, planar, as the first of them says of itself.

    Where it has an odd number of pixels and its tiles have more, it is one larger.
    alive: called before each tile. Raises Malformed, and what `alive` raises.
    """
    decoder: _Decoder | None = None
    whole: _Whole | None = None
    for number, tile in enumerate(tiles):
        alive()
        if decoder is None or decoder.made_for != (tile.coding, tile.setup):
            decoder = _Decoder(tile, layout)
        frame = decoder.frame(tile.content)
        if frame is None:
            raise Malformed(f"part {number + 1} of whose picture cannot be decoded")
        whole = whole or _Whole(frame, layout)
        whole.put(frame, number)
    assert whole, "a layout has tiles"
    return whole.frame


class _Whole:
    """A frame that is filled tile by tile."""

    def __init__(self, first: av.VideoFrame, layout: Layout) -> None:
        from av import VideoFrame
        from av.video.reformatter import ColorRange

        self._layout = layout
        self._format = _planar(first)
        known = _FORMAT.fullmatch(self._format)
        if known is None:
            raise Malformed(f"whose pixels are {self._format}, which is not read")
        self._bytes = 2 if known[2] else 1
        self._shifts = _SHIFTS.get(known[1], (0, 0))
        across, down = (1 << shift for shift in self._shifts)
        if (layout.columns > 1 and layout.tile_width % across) or (layout.rows > 1 and layout.tile_height % down):
            raise Malformed(f"whose tiles of {layout.tile_width}x{layout.tile_height} pixels do not fit together")
        # whole blocks of colour, where the tiles have them, or they would be stretched over what is shown
        wide = min(-(-layout.width // across) * across, layout.columns * layout.tile_width)
        high = min(-(-layout.height // down) * down, layout.rows * layout.tile_height)
        self.frame = VideoFrame(wide, high, self._format)
        for name in ("colorspace", "color_range", "color_trc", "color_primaries"):
            setattr(self.frame, name, getattr(first, name))
        if first.format.name.startswith("yuvj"):
            self.frame.color_range = ColorRange.JPEG
        self._planes = [_samples(plane, self._bytes) for plane in self.frame.planes]

    def put(self, tile: av.VideoFrame, number: int) -> None:
        """Tile `number`, from 0, at its place, without what is beyond the edges."""
        layout = self._layout
        if _planar(tile) != self._format:
            raise Malformed(f"whose tiles are of different kinds, {self._format} and {_planar(tile)}")
        if tile.width < layout.tile_width or tile.height < layout.tile_height:
            said = f"{layout.tile_width}x{layout.tile_height}"
            raise Malformed(f"part {number + 1} of whose picture is {tile.width}x{tile.height} pixels, not {said}")
        row, column = divmod(number, layout.columns)
        for index, (plane, source) in enumerate(zip(self._planes, tile.planes, strict=True)):
            across, down = self._shifts if index else (0, 0)
            x, y = column * layout.tile_width >> across, row * layout.tile_height >> down
            wide = min(-(-layout.tile_width >> across), plane.shape[1] - x)
            high = min(-(-layout.tile_height >> down), plane.shape[0] - y)
            plane[y : y + high, x : x + wide] = _samples(source, self._bytes)[:high, :wide]


def _planar(frame: av.VideoFrame) -> str:
    """The name of its format; full range is said elsewhere."""
    return frame.format.name.replace("yuvj", "yuv")


def _samples(plane: Any, size: int) -> NDArray[Any]:
    """A plane's samples [height, width], as they lie in it. size: bytes of each."""
    rows = np.frombuffer(plane, np.uint8)[: plane.height * plane.line_size].reshape(plane.height, plane.line_size)
    return rows.view(np.uint16 if size == 2 else np.uint8)[:, : plane.width]

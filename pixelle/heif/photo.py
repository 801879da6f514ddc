"""HEIF files as pictures: which of their items is shown, and how it is held."""

from __future__ import annotations

import io
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from PIL import Image

from pixelle.heif.boxes import Box, Fields, Malformed
from pixelle.heif.colours import opacity, rgb, said_of
from pixelle.heif.items import Item, Items
from pixelle.heif.tiles import CODINGS, Coded, Layout, assembled
from pixelle.runtime.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import av

    from pixelle.heif.colours import Said

    Fits = Callable[[int, int], None]
    Alive = Callable[[], None]

__all__ = ["KINDS", "read_heif"]

KINDS = frozenset({"image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence"})
"""Media types that `read_heif` takes."""
_DERIVED = {"grid", "iden"}
_DEEPEST = 4
_MOST_TILES = 4096
_MOVES = frozenset({"clap", "imir", "irot"})
_MOST_MOVES = 6
"""Of one picture; one of each would do (ISO/IEC 23000-22, 7.3.6.7)."""
_KNOWN = frozenset(
    {"amve", "auxC", "cclv", "clap", "clli", "colr", "hvcC", "imir", "irot", "ispe", "mdcv", "pasp", "pixi"}
)
"""Properties that are heeded, or that change nothing of what is seen."""
_SETUP_BYTES = 65_536
_LEAST_BYTES, _BYTES_A_PIXEL = 65_536, 6
"""Most bytes of a coded picture."""
_ALPHA = (b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", b"urn:mpeg:hevc:2015:auxid:1")


def read_heif(data: bytes, *, fits: Fits, alive: Alive = lambda: None) -> Image.Image:
    """
    The main picture of a HEIF file, upright and cut as the file says; Exif is not asked.

    data: coded with HEVC or JPEG; AVIF is left to Pillow, which tells how it is held by Exif orientation.
    fits: called with width and height in pixels before anything is decoded; raises what is too large.
    alive: called now and then; what it raises ends the work.
    Gives RGB, or RGBA where something can be seen through it, with its colour profile in `info` unless it is sRGB.
    Raises InvalidArgument (IMAGE_INVALID).
    """
    from av.error import FFmpegError

    try:
        items = Items(memoryview(data))
        main = items.primary()
        if _coding(items, main) == "av01":
            return _avif(data, fits)
        return _Photo(items, fits, alive).picture(main, _DEEPEST)
    except (FFmpegError, MemoryError) as error:
        raise _refused("whose picture cannot be put together") from error
    except Malformed as error:
        raise _refused(str(error)) from error


def _refused(why: str) -> InvalidArgument:
    return InvalidArgument(
        f"The picture cannot be shown: it is a HEIF file, as phones store photos, {why}. Send it again, or export it "
        "as JPEG.",
        reason="IMAGE_INVALID",
    )


def _coding(items: Items, item: Item) -> str:
    """The type of the item, or of what it is made of."""
    for _ in range(_DEEPEST):
        made_of = items.made_of(item) if item.kind in _DERIVED else []
        if not made_of:
            break
        item = items.item(made_of[0])
    return item.kind


def _avif(data: bytes, fits: Fits) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(data), formats=("AVIF",))
        fits(*image.size)
        image.load()
    except (OSError, ValueError, SyntaxError, RuntimeError, Image.DecompressionBombError) as error:
        raise Malformed("the AV1 picture in which cannot be decoded") from error
    return image


class _Photo:
    """The pictures of one file."""

    def __init__(self, items: Items, fits: Fits, alive: Alive) -> None:
        self._items = items
        self._fits = fits
        self._alive = alive

    def picture(self, item: Item, deepest: int) -> Image.Image:
        """An item as it is shown. deepest: how often it may be made of another. Raises Malformed."""
        if sum(each.box.kind in _MOVES for each in item.properties) > _MOST_MOVES:
            raise Malformed("whose picture is to be turned or cut again and again")
        unknown = [each.box.kind for each in item.properties if each.essential and each.box.kind not in _KNOWN]
        if unknown:
            raise Malformed(f"whose property {unknown[0]!r} is not known here, and must be to show it")
        image = self.picture(self._source(item, deepest), deepest - 1) if item.kind == "iden" else self._uncut(item)
        for each in item.properties:
            image = _transformed(image, each.box)
        return image

    def _uncut(self, item: Item) -> Image.Image:
        image = rgb(*self._decoded(item, self._fits))
        mask = next((one for one in self._items.beside(item) if _is_alpha(one)), None)
        if mask is not None:

            def same(width: int, height: int) -> None:
                if (width, height) != image.size:
                    raise Malformed("whose transparency has another size than the picture")

            image.putalpha(opacity(*self._decoded(mask, same)))
        return image

    def _decoded(self, item: Item, fits: Fits) -> tuple[av.VideoFrame, Said, tuple[int, int]]:
        """The pixels of a grid or a coded picture, what is said of their colours, and its size."""
        tiles = [self._items.item(number) for number in self._items.made_of(item)] if item.kind == "grid" else [item]
        width, height = _size(tiles[0]) if tiles else (0, 0)
        layout = Layout(width, height, tile_width=width, tile_height=height)
        if item.kind == "grid":
            layout = _layout(self._items.content(item), len(tiles), width, height)
        fits(layout.width, layout.height)
        self._fits(width, height)
        if any(_size(tile) != (width, height) for tile in tiles):
            raise Malformed("whose tiles are of different sizes")
        frame = assembled(self._coded(tiles), layout, self._alive)
        said = said_of(item) if item.property("colr") else said_of(tiles[0])
        return frame, said, (layout.width, layout.height)

    def _coded(self, tiles: list[Item]) -> Iterator[Coded]:
        for tile in tiles:
            if tile.kind not in CODINGS:
                raise Malformed(f"whose picture is stored as {tile.kind!r}, and HEVC, AV1 and JPEG are read")
            setup = tile.property("hvcC")
            if setup is None and CODINGS[tile.kind] == "hevc":
                raise Malformed("which does not say how its picture is coded")
            how = setup.rest() if setup else memoryview(b"")
            content = self._items.content(tile)
            width, height = _size(tile)
            if len(how) > _SETUP_BYTES or len(content) > _LEAST_BYTES + _BYTES_A_PIXEL * width * height:
                raise Malformed("which has more bytes for its picture than any has")
            yield Coded(tile.kind, bytes(how), content)

    def _source(self, item: Item, deepest: int) -> Item:
        made_of = self._items.made_of(item)
        if len(made_of) != 1 or not deepest:
            raise Malformed("whose picture is made of others without end, or of none")
        return self._items.item(made_of[0])


def _size(item: Item) -> tuple[int, int]:
    """Width and height of a coded picture in pixels, as its file says."""
    fields = item.property("ispe")
    if fields is None:
        raise Malformed("which does not say how large its picture is")
    fields.full()
    width, height = fields.uint(4), fields.uint(4)
    if not (width and height):
        raise Malformed(f"whose picture has {width}x{height} pixels")
    return width, height


def _layout(content: memoryview, count: int, tile_width: int, tile_height: int) -> Layout:
    """ISO/IEC 23008-12, 6.6.2.3.2. count: of tiles."""
    fields = Fields(Box("grid", content))
    fields.uint(1)
    size = 4 if fields.uint(1) & 1 else 2
    rows, columns = fields.uint(1) + 1, fields.uint(1) + 1
    width, height = fields.uint(size), fields.uint(size)
    if rows * columns != count or count > _MOST_TILES:
        raise Malformed(f"whose picture is made of {columns}x{rows} tiles, and {count} are there")
    if not (0 <= columns * tile_width - width < tile_width and 0 <= rows * tile_height - height < tile_height):
        tiles = f"{columns}x{rows} tiles of {tile_width}x{tile_height} pixels"
        raise Malformed(f"whose picture of {width}x{height} pixels cannot be made of {tiles}")
    return Layout(width, height, rows, columns, tile_width, tile_height)


def _is_alpha(item: Item) -> bool:
    fields = item.property("auxC")
    if fields is None:
        return False
    fields.full()
    return bytes(fields.rest()).partition(b"\0")[0] in _ALPHA


_TURNS = {1: Image.Transpose.ROTATE_90, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_270}
"""By quarter turns counterclockwise (6.5.10)."""
_MIRRORS = (Image.Transpose.FLIP_TOP_BOTTOM, Image.Transpose.FLIP_LEFT_RIGHT)
"""By axis (6.5.12)."""


def _transformed(image: Image.Image, box: Box) -> Image.Image:
    """The picture, after a property that turns, mirrors or cuts it."""
    fields = Fields(box)
    match box.kind:
        case "irot":
            turns = fields.uint(1) & 3
            return _moved(image, _TURNS[turns]) if turns else image
        case "imir":
            return _moved(image, _MIRRORS[fields.uint(1) & 1])
        case "clap":
            return _cut(image, fields)
        case _:
            return image


def _moved(image: Image.Image, how: Image.Transpose) -> Image.Image:
    moved = image.transpose(how)
    moved.info = image.info
    return moved


def _cut(image: Image.Image, fields: Fields) -> Image.Image:
    """ISO/IEC 14496-12, 12.1.4: a size, and how far its middle is from that of the picture."""
    numbers = [fields.uint(4) for _ in range(8)]
    if not all(numbers[1::2]):
        raise Malformed("whose part to be shown is divided by nothing")
    width, height = (Fraction(numbers[at], numbers[at + 1]) for at in (0, 2))
    right, down = (Fraction(_signed(numbers[at]), numbers[at + 1]) for at in (4, 6))
    left, top = floor((image.width - width) / 2 + right), floor((image.height - height) / 2 + down)
    box = max(0, left), max(0, top), min(image.width, left + round(width)), min(image.height, top + round(height))
    if box[0] >= box[2] or box[1] >= box[3]:
        raise Malformed("the part of which that is to be shown is not in the picture")
    cut = image.crop(box)
    cut.info = image.info
    return cut


def _signed(value: int) -> int:
    return value - (1 << 32) if value >> 31 else value

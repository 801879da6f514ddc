"""HEIF files as phones write them, from the standards (ISO/IEC 14496-12, 14496-15, 23008-12; ITU-T H.273)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

import av
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

__all__ = [
    "Entry",
    "Look",
    "box",
    "clap",
    "coded",
    "full_box",
    "grid",
    "icc",
    "imir",
    "irot",
    "ispe",
    "nclx",
    "photo",
    "written",
]

_WEIGHTS = {1: (0.2126, 0.0722), 5: (0.299, 0.114), 6: (0.299, 0.114), 9: (0.2627, 0.0593)}
"""Of red and blue in brightness, by matrix coefficients."""


@dataclass(frozen=True)
class Look:
    """How pixels are coded."""

    bits: int = 8
    matrix: int = 6
    full: bool = True
    sampling: str = "420"
    says: bool = True
    """Matrix and range stand in the HEVC stream as well."""
    claims: tuple[int, bool] | None = None
    """Matrix and full range as the stream has them, if that is not the truth."""
    primaries: int = 2
    transfer: int = 2


PHONE = Look()


@dataclass
class Entry:
    """An item."""

    kind: str
    content: bytes
    properties: Sequence[bytes] = ()
    """Whole boxes, in order."""
    refers: Sequence[tuple[str, Sequence[int]]] = ()
    """Numbers of other items, from 1."""
    essential: frozenset[str] = field(default=frozenset({"hvcC", "irot", "imir", "clap"}))


def box(kind: str, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind.encode("latin-1")) + body


def full_box(kind: str, *parts: bytes, version: int = 0, flags: int = 0) -> bytes:
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def written(
    entries: Sequence[Entry], *, primary: int = 1, brand: bytes = b"heic", in_idat: bool = False, pieces: int = 1
) -> bytes:
    """
    A file. primary: number of an item, from 1. in_idat: contents are in the meta box. pieces: of each content.
    """
    shared: list[bytes] = []
    ties = b""
    for number, entry in enumerate(entries, 1):
        ties += struct.pack(">HB", number, len(entry.properties))
        for each in entry.properties:
            if each not in shared:
                shared.append(each)
            needed = each[4:8].decode("latin-1") in entry.essential
            ties += struct.pack(">H", shared.index(each) + 1 | (0x8000 if needed else 0))
    named = b"".join(
        full_box("infe", struct.pack(">HH4sx", number, 0, entry.kind.encode()), version=2)
        for number, entry in enumerate(entries, 1)
    )
    links = b"".join(
        box(kind, struct.pack(f">HH{len(to)}H", number, len(to), *to))
        for number, entry in enumerate(entries, 1)
        for kind, to in entry.refers
    )
    contents = b"".join(entry.content for entry in entries)
    head = box("ftyp", brand, bytes(4), brand, b"mif1", b"heic")

    def meta(start: int) -> bytes:
        places, at = b"", start
        for number, entry in enumerate(entries, 1):
            places += struct.pack(">HHHH", number, int(in_idat), 0, pieces)
            for part in range(pieces):
                first, last = (len(entry.content) * each // pieces for each in (part, part + 1))
                places += struct.pack(">II", at + first, last - first)
            at += len(entry.content)
        return full_box(
            "meta",
            full_box("hdlr", struct.pack(">I4s12xx", 0, b"pict")),
            full_box("pitm", struct.pack(">H", primary)),
            full_box("iloc", struct.pack(">BBH", 0x44, 0, len(entries)), places, version=1),
            full_box("iinf", struct.pack(">H", len(entries)), named),
            full_box("iref", links) if links else b"",
            box("iprp", box("ipco", *shared), full_box("ipma", struct.pack(">I", len(entries)), ties, flags=1)),
            box("idat", contents) if in_idat else b"",
        )

    if in_idat:
        return head + meta(0)
    return head + meta(len(head) + len(meta(0)) + 8) + box("mdat", contents)


def ispe(width: int, height: int) -> bytes:
    return full_box("ispe", struct.pack(">II", width, height))


def irot(turns: int) -> bytes:
    return box("irot", bytes([turns]))


def imir(axis: int) -> bytes:
    return box("imir", bytes([axis]))


def clap(width: int, height: int, right: float = 0, down: float = 0) -> bytes:
    """right, down: of the middle of the part from that of the picture, in pixels; halves can be said."""
    return box("clap", struct.pack(">IIIIiIiI", width, 1, height, 1, round(2 * right), 2, round(2 * down), 2))


def nclx(primaries: int, transfer: int, matrix: int, *, full: bool) -> bytes:
    return box("colr", b"nclx", struct.pack(">HHHB", primaries, transfer, matrix, full << 7))


def icc(profile: bytes) -> bytes:
    return box("colr", b"prof", profile)


def grid(rows: int, columns: int, width: int, height: int, *, wide: bool = False) -> bytes:
    return struct.pack(">BBBBII" if wide else ">BBBBHH", 0, wide, rows - 1, columns - 1, width, height)


def photo(
    pixels: Pixels,
    look: Look = PHONE,
    *,
    tile: int = 0,
    properties: Sequence[bytes] = (),
    beside: Sequence[Entry] = (),
    before: Sequence[Entry] = (),
    **how: Any,
) -> bytes:
    """
    A photo. tile: sides of its tiles; 0: it is one coded picture. properties: of the whole of it.

    beside, before: more items; in their references 0 is the photo.
    """
    height, width = pixels.shape[:2]
    first = len(before) + 1
    if tile:
        rows, columns = -(-height // tile), -(-width // tile)
        padded = np.pad(pixels, ((0, rows * tile - height), (0, columns * tile - width), (0, 0)), mode="edge")
        tiles = [
            coded(padded[y : y + tile, x : x + tile], look)
            for y in range(0, rows * tile, tile)
            for x in range(0, columns * tile, tile)
        ]
        numbers = tuple(range(first + 1, first + 1 + len(tiles)))
        whole = Entry(
            "grid", grid(rows, columns, width, height), [ispe(width, height), *properties], [("dimg", numbers)]
        )
        own = [whole, *tiles]
    else:
        one = coded(np.pad(pixels, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge"), look)
        cut = [clap(width, height, -(width % 2) / 2, -(height % 2) / 2)] if width % 2 or height % 2 else []
        one.properties = [*one.properties, *cut, *properties]
        own = [one]
    for entry in (*before, *beside):
        entry.refers = [(kind, [number or first for number in to]) for kind, to in entry.refers]
    return written([*before, *own, *beside], primary=first, **how)


def coded(pixels: Pixels, look: Look = PHONE) -> Entry:
    """One picture [height, width, 3] of even sides, coded without loss but for the colours between pixels."""
    height, width = pixels.shape[:2]
    setup, content = _hevc(pixels.tobytes(), width, height, look)
    return Entry("hvc1", content, [box("hvcC", setup), ispe(width, height)])


@cache
def _hevc(pixels: bytes, width: int, height: int, look: Look) -> tuple[bytes, bytes]:
    """HEVCDecoderConfigurationRecord, and a sample."""
    deep = f"{look.bits}le" if look.bits > 8 else ""
    name = f"gbrp{deep}" if not look.matrix else f"yuv{look.sampling}p{deep}"
    params = "lossless=1:keyint=1:log-level=none:info=0:pools=none:frame-threads=1:wpp=0"
    if look.says:
        matrix, full = look.claims or (look.matrix, look.full)
        params += f":range={'full' if full else 'limited'}:colormatrix={_NAMES[matrix]}"
        params += f":colorprim={_PRIMARIES[look.primaries]}:transfer={_TRANSFERS[look.transfer]}"
    context: Any = av.CodecContext.create("libx265", "w")
    context.width, context.height, context.pix_fmt, context.time_base = width, height, name, Fraction(1)
    context.framerate = 1
    context.options = {"x265-params": params, "preset": "ultrafast"}
    frame = av.VideoFrame(width, height, name)
    planes = _planes(np.frombuffer(pixels, np.uint8).reshape(height, width, 3), look)
    for plane, values in zip(frame.planes, planes, strict=True):
        rows = np.zeros((plane.height, plane.line_size), np.uint8)
        raw = np.ascontiguousarray(values).view(np.uint8)
        rows[:, : raw.shape[1]] = raw
        plane.update(rows.tobytes())
    frame.pts = 0
    stream = b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode(None)])
    units = [unit for unit in stream.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if unit]
    heads = [[unit for unit in units if unit[0] >> 1 == kind] for kind in (32, 33, 34)]
    assert all(heads), "parameter sets are in the stream"
    slices = [unit for unit in units if unit[0] >> 1 < 32]
    profile = bytes(heads[1][0].replace(b"\0\0\3", b"\0\0")[3:15])
    chroma = 0xFC | {"420": 1, "422": 2, "444": 3}[look.sampling if look.matrix else "444"]
    depth = 0xF8 | look.bits - 8
    setup = b"\1" + profile + struct.pack(">HBBBBHBB", 0xF000, 0xFC, chroma, depth, depth, 0, 0x0F, len(heads))
    for kind, sets in zip((32, 33, 34), heads, strict=True):
        setup += struct.pack(">BH", 0x80 | kind, len(sets))
        setup += b"".join(struct.pack(">H", len(each)) + each for each in sets)
    return setup, b"".join(struct.pack(">I", len(unit)) + unit for unit in slices)


_NAMES = {0: "gbr", 1: "bt709", 5: "bt470bg", 6: "smpte170m", 9: "bt2020nc"}
_PRIMARIES = {1: "bt709", 2: "unknown", 9: "bt2020", 12: "smpte432"}
_TRANSFERS = {1: "bt709", 2: "unknown", 13: "iec61966-2-1", 16: "smpte2084", 18: "arib-std-b67"}


def _planes(pixels: Pixels, look: Look) -> list[NDArray[Any]]:
    """ITU-T H.273, 8.3: brightness and colour differences of RGB, or green, blue and red."""
    light = pixels / 255.0
    top, whole = float(1 << look.bits - 8), float((1 << look.bits) - 1)
    kind = np.uint8 if look.bits == 8 else np.dtype("<u2")
    if not look.matrix:
        return [np.round(light[..., at] * whole).astype(kind) for at in (1, 2, 0)]
    red, blue = _WEIGHTS[look.matrix]
    bright = light @ np.array([red, 1 - red - blue, blue])
    colours = [(light[..., 2] - bright) / (2 * (1 - blue)), (light[..., 0] - bright) / (2 * (1 - red))]
    across, down = {"420": (2, 2), "422": (2, 1), "444": (1, 1)}[look.sampling]
    height, width = bright.shape
    small = [
        np.pad(each, ((0, -height % down), (0, -width % across)), mode="edge")
        .reshape(-(-height // down), down, -(-width // across), across)
        .mean(axis=(1, 3))
        for each in colours
    ]
    if look.full:
        values = [bright * whole, *(each * whole + 128 * top for each in small)]
    else:
        values = [bright * 219 * top + 16 * top, *(each * 224 * top + 128 * top for each in small)]
    return [np.clip(np.round(each), 0, whole).astype(kind) for each in values]

"""Files that are no photos, or want to be taken for larger ones: refused by name, soon, and in little memory."""

from __future__ import annotations

import io
import random
import struct
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from pixelle.heif.photo import read_heif
from pixelle.runtime.errors import Cancelled, InvalidArgument
from tests.photos import Entry, Look, box, clap, coded, full_box, grid, ispe, nclx, photo, written

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def slopes(width: int = 150, height: int = 101) -> NDArray[np.uint8]:
    y, x = np.mgrid[:height, :width]
    return np.stack([x, y, (x + y) // 2], -1).astype(np.uint8)


def opened(data: bytes, fits: Callable[[int, int], None] = lambda width, height: None) -> Image.Image:
    return read_heif(data, fits=fits)


def test_the_size_is_asked_before_anything_is_decoded() -> None:
    asked: list[tuple[int, int]] = []

    def refuse(width: int, height: int) -> None:
        asked.append((width, height))
        raise InvalidArgument("too large", reason="IMAGE_TOO_LARGE")

    tiles = [Entry("hvc1", b"no HEVC", [box("hvcC", b"nor this"), ispe(65_535, 65_535)])]
    whole = Entry("grid", grid(1, 1, 65_535, 65_535), [], [("dimg", (2,))])
    for data in (written([whole, *tiles]), written(tiles)):
        with pytest.raises(InvalidArgument, match="too large"):
            opened(data, refuse)
    assert asked == [(65_535, 65_535)] * 2
    # a small part of a tile that is not small
    whole = Entry("grid", grid(1, 1, 64, 64), [], [("dimg", (2,))])
    with pytest.raises(InvalidArgument, match="too large"):
        opened(written([whole, *tiles]), lambda width, height: refuse(width, height) if width > 64 else None)


def test_nobody_waits_for_it_any_more() -> None:
    seen: list[int] = []

    def alive() -> None:
        seen.append(1)
        if len(seen) == 3:
            raise Cancelled("The picture is not wanted any more.")

    with pytest.raises(Cancelled):
        read_heif(photo(slopes(), tile=64), fits=lambda width, height: None, alive=alive)
    assert len(seen) == 3


def tiled(rows: int, columns: int, width: int, height: int, count: int, *, refers: Any = None) -> bytes:
    tiles = [coded(slopes(64, 64)) for _ in range(count)]
    numbers = refers or tuple(range(2, 2 + count))
    return written([Entry("grid", grid(rows, columns, width, height), [], [("dimg", numbers)]), *tiles])


def with_setup(setup: bytes) -> bytes:
    one = coded(slopes(64, 64))
    return written([Entry("hvc1", one.content, [box("hvcC", setup), ispe(64, 64)])])


def patched(data: bytes, old: bytes, new: bytes) -> bytes:
    assert old in data
    return data.replace(old, new, 1)


PLAIN = photo(slopes(128, 128), tile=64)
SINGLE = coded(slopes(64, 64))
BROKEN: dict[str, tuple[bytes, str]] = {
    "no meta box": (box("ftyp", b"heic", bytes(4)) + bytes(400), "no still picture"),
    "only a head": (b"\0\0\0\x18ftypheic" + bytes(400), "no still picture"),
    "a sequence": (box("ftyp", b"hevc", bytes(4)) + box("moov", bytes(400)), "a sequence is sent as MP4"),
    "cut off": (PLAIN[:-40], "does not fit|cut off"),
    "cut off in the meta box": (PLAIN[:200], "does not fit"),
    "a tile less": (tiled(2, 2, 128, 128, 3), "2x2 tiles, and 3 are there"),
    "no tiles": (written([Entry("grid", grid(1, 1, 64, 64))]), "1x1 tiles, and 0 are there|how large"),
    "tiles that do not reach": (tiled(1, 2, 200, 64, 2), "cannot be made of"),
    "tiles beyond the edge": (tiled(1, 2, 64, 64, 2), "cannot be made of"),
    "tiles too many": (tiled(256, 256, 16_384, 16_384, 1, refers=(2,) * 20_001), "references"),
    "of 4096 x 4096 tiles that are one": (tiled(65, 64, 4096, 4160, 1, refers=(2,) * 4160), "64x65 tiles, and 4160"),
    "a grid of itself": (tiled(1, 1, 64, 64, 1, refers=(1,)), "how large"),
    "a grid of itself with a size": (
        written([Entry("grid", grid(1, 1, 64, 64), [ispe(64, 64)], [("dimg", (1,))])]),
        "stored as 'grid'",
    ),
    "others without end": (
        written([Entry("iden", b"", [], [("dimg", (2,))]), Entry("iden", b"", [], [("dimg", (1,))])]),
        "without end",
    ),
    "a tile that is not there": (tiled(1, 1, 64, 64, 1, refers=(77,)), "item 77 that it has not"),
    "no size": (written([replace(SINGLE, properties=SINGLE.properties[:1])]), "how large"),
    "no setup": (written([replace(SINGLE, properties=SINGLE.properties[1:])]), "how its picture is coded"),
    "setup of noise": (with_setup(bytes(range(1, 60))), "cannot be decoded"),
    "setup without end": (with_setup(bytes(70_000)), "more bytes"),
    "a larger size than is coded": (
        written([replace(SINGLE, properties=[SINGLE.properties[0], ispe(640, 640)])]),
        "64x64 pixels, not 640x640",
    ),
    "tiles of two sizes": (
        written([Entry("grid", grid(1, 2, 128, 64), [], [("dimg", (2, 3))]), SINGLE, coded(slopes(128, 64))]),
        "different sizes",
    ),
    "tiles of two kinds": (
        written(
            [
                Entry("grid", grid(1, 2, 128, 64), [], [("dimg", (2, 3))]),
                SINGLE,
                coded(slopes(64, 64), Look(sampling="444")),
            ]
        ),
        "different kinds",
    ),
    "another codec": (written([replace(SINGLE, kind="vvc1")]), "'vvc1', and HEVC"),
    "a property nobody knows": (
        written([replace(SINGLE, properties=[*SINGLE.properties, box("xyz1")], essential=frozenset({"xyz1"}))]),
        "'xyz1' is not known",
    ),
    "turned without end": (
        photo(slopes(), properties=[box("irot", bytes([1, n])) for n in range(200)]),
        "again and again",
    ),
    "a part outside": (photo(slopes(), properties=[clap(10, 10, 500, 0)]), "not in the picture"),
    "a part of nothing": (photo(slopes(), properties=[box("clap", bytes(32))]), "divided by nothing"),
    "a matrix nobody uses": (photo(slopes(), properties=[nclx(1, 13, 8, full=True)]), "matrix 8"),
    "no main picture": (patched(PLAIN, b"pitm", b"free"), "main one"),
    "no list of items": (patched(PLAIN, b"iinf", b"free"), "item 1 that it has not"),
    "no places": (patched(PLAIN, b"iloc", b"free"), "is not in it"),
    "places elsewhere": (patched(PLAIN, b"iloc\1", b"iloc\3"), "version 3"),
    "a box of no bytes": (
        patched(PLAIN, struct.pack(">I4s", 14, b"pitm"), struct.pack(">I4s", 4, b"pitm")),
        "'pitm' of 4",
    ),
    "a box of 2^64 bytes": (
        patched(PLAIN, struct.pack(">I4s", 14, b"pitm"), struct.pack(">I4s", 1, b"pitm")),
        "does not fit",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_cannot_be_shown_is_called_what_it_is(what: str) -> None:
    data, said = BROKEN[what]
    with pytest.raises(InvalidArgument, match=said) as caught:
        opened(data)
    assert caught.value.reason == "IMAGE_INVALID"
    assert caught.value.message.startswith("The picture cannot be shown: it is a HEIF file, as phones store photos, ")


def test_a_picture_that_no_memory_holds() -> None:
    out = io.BytesIO()
    Image.new("RGB", (65_000, 20)).save(out, "JPEG")
    tile = Entry("jpeg", out.getvalue(), [ispe(65_000, 20)])
    whole = Entry("grid", grid(1, 200, 13_000_000, 20, wide=True), [], [("dimg", (2,) * 200)])
    with pytest.raises(InvalidArgument, match="cannot be put together"):
        opened(written([whole, tile]))


def test_lists_that_lie_about_their_length_take_no_time() -> None:
    """Sizes of no bytes make a list of 65,535 times 65,535 pieces fit into some bytes."""
    entry = struct.pack(">HHH", 1, 0, 65_535)
    for body in (
        struct.pack(">BBH", 0, 0, 65_535) + entry * 9_000,
        struct.pack(">BBH", 0, 0, 65_535),
    ):
        data = box("ftyp", b"heic", bytes(4)) + full_box("meta", full_box("iloc", body))
        with pytest.raises(InvalidArgument, match=r"more than|too short"):
            opened(data)


def test_noise_in_a_file_is_refused_or_shown() -> None:
    """Whatever is changed in it, nothing else comes out."""
    chance = random.Random(7)
    data = photo(slopes(96, 64), tile=64, beside=[Entry("Exif", bytes(20), refers=[("cdsc", [0])])])

    def small(width: int, height: int) -> None:
        if width * height > 1_000_000:
            raise InvalidArgument("too large", reason="IMAGE_TOO_LARGE")

    refused = 0
    for _ in range(400):
        hurt = bytearray(data)
        for _ in range(chance.choice((1, 1, 2, 8))):
            hurt[chance.randrange(len(hurt))] = chance.randrange(256)
        try:
            assert max(
                opened(bytes(hurt[: chance.choice((len(hurt), len(hurt), chance.randrange(len(hurt))))]), small).size
            )
        except InvalidArgument:
            refused += 1
    assert 100 < refused < 400

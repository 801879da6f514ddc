"""The items of a HEIF file: pictures, tiles and what is beside them (ISO/IEC 14496-12, 8.11; 23008-12, 9.3)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from pixelle.heif.boxes import MOST, Box, Fields, Malformed, boxes

__all__ = ["Item", "Items", "Property"]

_IN_FILE, _IN_IDAT = 0, 1
"""Construction methods of places (8.11.3)."""


@dataclass(frozen=True)
class Property:
    """What is said of an item."""

    box: Box
    essential: bool
    """Who does not know it must not show the item."""


@dataclass(frozen=True)
class Item:
    """A picture, a tile of one, or something beside it."""

    number: int
    kind: str
    """"hvc1", "grid", "Exif" ..."""
    properties: tuple[Property, ...]
    """In the order in which they apply."""

    def property(self, kind: str) -> Fields | None:
        """The fields of the first property of this type."""
        return next((Fields(each.box) for each in self.properties if each.box.kind == kind), None)


@dataclass(frozen=True)
class _Place:
    method: int
    pieces: tuple[tuple[int, int], ...]
    """Offset and length; a length of 0 means all that follows."""


class Items:
    """What the meta box of a file lists."""

    def __init__(self, data: memoryview) -> None:
        """data: the whole file. Raises Malformed."""
        meta = next((box for box in boxes(data) if box.kind == "meta"), None)
        if meta is None:
            raise Malformed("which has no still picture in it (a sequence is sent as MP4)")
        fields = Fields(meta)
        fields.full()
        inside: dict[str, Box] = {}
        for box in boxes(fields.rest()):
            inside.setdefault(box.kind, box)
        self._file = data
        self._idat = inside["idat"].body if "idat" in inside else memoryview(b"")
        self._kinds = _kinds(inside["iinf"]) if "iinf" in inside else {}
        self._places = _places(inside["iloc"]) if "iloc" in inside else {}
        self._references = _references(inside["iref"]) if "iref" in inside else {}
        self._properties = _properties(inside["iprp"]) if "iprp" in inside else {}
        self._primary = _primary(inside["pitm"]) if "pitm" in inside else None

    def primary(self) -> Item:
        """The picture that is shown where only one is. Raises Malformed."""
        if self._primary is None:
            raise Malformed("which does not say which of its pictures is the main one")
        return self.item(self._primary)

    def item(self, number: int) -> Item:
        """An item by its number. Raises Malformed."""
        if number not in self._kinds:
            raise Malformed(f"which names an item {number} that it has not")
        return Item(number, self._kinds[number], self._properties.get(number, ()))

    def made_of(self, item: Item) -> list[int]:
        """Numbers of the pictures that a derived one is made of, in order."""
        return self._references.get(("dimg", item.number), [])

    def beside(self, item: Item) -> list[Item]:
        """Auxiliary pictures of a picture: what can be seen through it, depth, gain."""
        numbers = [one for (kind, one), of in self._references.items() if kind == "auxl" and item.number in of]
        return [self.item(number) for number in numbers if number in self._kinds]

    def content(self, item: Item) -> memoryview:
        """The bytes of an item. Raises Malformed."""
        place = self._places.get(item.number)
        if place is None or place.method not in {_IN_FILE, _IN_IDAT}:
            raise Malformed(f"the content of whose item {item.number} is not in it")
        source = self._file if place.method == _IN_FILE else self._idat
        pieces: list[memoryview] = []
        for offset, length in place.pieces:
            end = offset + length if length else len(source)
            if not offset < end <= len(source):
                raise Malformed(f"which is cut off: item {item.number} ends at byte {end} of {len(source)}")
            pieces.append(source[offset:end])
        if len(pieces) == 1:
            return pieces[0]
        if not 0 < sum(map(len, pieces)) <= len(source):
            raise Malformed(f"the pieces of whose item {item.number} are more than the file")
        return memoryview(b"".join(pieces))


def _primary(box: Box) -> int:
    fields = Fields(box)
    version, _ = fields.full()
    return fields.uint(4 if version else 2)


def _kinds(box: Box) -> dict[int, str]:
    fields = Fields(box)
    version, _ = fields.full()
    fields.uint(4 if version else 2)
    found: dict[int, str] = {}
    for entry in boxes(fields.rest()):
        about = Fields(entry)
        version, _ = about.full()
        if entry.kind == "infe" and version >= 2:
            number = about.uint(4 if version > 2 else 2)
            about.uint(2)  # how it is protected
            found.setdefault(number, bytes(about.take(4)).decode("latin-1"))
    return found


def _places(box: Box) -> dict[int, _Place]:
    fields = Fields(box)
    version, _ = fields.full()
    if version > 2:
        raise Malformed(f"whose box 'iloc' is of version {version}")
    sizes = fields.uint(2)
    offset, length, base, index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    wide = 4 if version == 2 else 2
    found: dict[int, _Place] = {}
    left = MOST
    for _ in range(fields.uint(wide)):
        number = fields.uint(wide)
        method = fields.uint(2) & 15 if version else _IN_FILE
        elsewhere = fields.uint(2)
        start = fields.uint(base)
        count = fields.uint(2)
        left -= 1 + count
        if left < 0:
            raise Malformed(f"with more than {MOST} items or pieces of them")
        pieces: list[tuple[int, int]] = []
        for _ in range(count):
            fields.uint(index if version else 0)
            pieces.append((start + fields.uint(offset), fields.uint(length)))
        if not elsewhere:
            found.setdefault(number, _Place(method, tuple(pieces)))
    return found


def _references(box: Box) -> dict[tuple[str, int], list[int]]:
    fields = Fields(box)
    version, _ = fields.full()
    wide = 4 if version else 2
    found: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    left = MOST
    for entry in boxes(fields.rest()):
        about = Fields(entry)
        number, count = about.uint(wide), about.uint(2)
        left -= count
        if left < 0:
            raise Malformed(f"with more than {MOST} references")
        found[entry.kind, number] += [about.uint(wide) for _ in range(count)]
    return found


def _properties(box: Box) -> dict[int, tuple[Property, ...]]:
    known: list[Box] = []
    found: dict[int, tuple[Property, ...]] = {}
    left = MOST
    for part in boxes(box.body):
        if part.kind == "ipco":
            known = list(boxes(part.body))
        if part.kind != "ipma":
            continue
        fields = Fields(part)
        version, flags = fields.full()
        size = 2 if flags & 1 else 1
        essential = 1 << 8 * size - 1
        for _ in range(fields.uint(4)):
            number, count = fields.uint(4 if version else 2), fields.uint(1)
            left -= 1 + count
            if left < 0:
                raise Malformed(f"with more than {MOST} properties")
            said = [fields.uint(size) for _ in range(count)]
            which = [each & ~essential for each in said]
            if max(which, default=0) > len(known):
                raise Malformed(f"which names a property {max(which)} that it has not")
            # one list for each item (8.11.14.1), so that no item has many
            found.setdefault(
                number,
                tuple(
                    Property(known[at - 1], bool(each & essential)) for at, each in zip(which, said, strict=True) if at
                ),
            )
    return found

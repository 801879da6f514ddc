"""A colour profile as phones put into their photos, written from the standard (ICC.1:2001)."""

from __future__ import annotations

import struct

__all__ = ["wide_gamut"]

_PRIMARIES = {b"rXYZ": (0.5151, 0.2412, -0.0011), b"gXYZ": (0.2920, 0.6922, 0.0419), b"bXYZ": (0.1571, 0.0666, 0.7841)}
"""Of Display P3, in XYZ under D50."""
_WHITE = (0.9642, 1.0, 0.8249)
_GAMMA = 2.2


def wide_gamut() -> bytes:
    """The profile; (200, 100, 50) in it is (216, 93, 24) in sRGB, and greys are the same."""
    name = b"Wide\0"
    curve = b"curv" + bytes(4) + struct.pack(">IHH", 1, round(_GAMMA * 256), 0)
    tags = {
        b"desc": _padded(b"desc" + bytes(4) + struct.pack(">I", len(name)) + name + bytes(78)),
        b"cprt": b"text" + bytes(4) + b"none" + bytes(4),
        b"wtpt": _xyz(_WHITE),
        **{tag: _xyz(colour) for tag, colour in _PRIMARIES.items()},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for tag, content in tags.items():
        table += tag + struct.pack(">II", start + len(body), len(content))
        body += content
    head = bytes(8) + struct.pack(">I", 0x02100000) + b"mntrRGB XYZ " + bytes(12) + b"acsp" + bytes(28)
    head += b"".join(map(_fixed, _WHITE))
    whole = head.ljust(128, b"\0") + table + body
    return struct.pack(">I", len(whole)) + whole[4:]


def _xyz(colour: tuple[float, float, float]) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(map(_fixed, colour))


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % 4)

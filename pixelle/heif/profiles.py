"""Colour profiles for photos that name their colours without one."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Corners = tuple[tuple[float, float], ...]

__all__ = ["profile_of"]

_BT709: Corners = ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060))
"""Red, green and blue (x, y)."""
_PRIMARIES: dict[int, Corners] = {
    9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),  # BT.2020
    12: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),  # Display P3
}
"""Of those that are not nearly those of sRGB."""
_GAMMAS = {4: 2.2, 5: 2.8, 8: 1.0}
"""Of transfer characteristics that are not nearly that of sRGB."""
_D65 = (0.3127, 0.3290)
_D50 = (0.9642, 1.0, 0.8249)
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


def profile_of(primaries: int, transfer: int) -> bytes | None:
    """
    A profile (ICC.1:2022) of the colours that code points of ITU-T H.273 name.

    None where they are, or are taken for, those of sRGB.
    """
    if primaries not in _PRIMARIES and transfer not in _GAMMAS:
        return None
    return _written(_to_d50(_PRIMARIES.get(primaries, _BT709)), _GAMMAS.get(transfer, 0.0))


def _to_d50(corners: Corners) -> NDArray[np.float64]:
    """XYZ of red, green and blue [3, 3], one a row, as seen under D50 by eyes used to it (Bradford)."""
    pure = np.array([[x / y, 1, (1 - x - y) / y] for x, y in corners])
    white = np.array([_D65[0] / _D65[1], 1, (1 - sum(_D65)) / _D65[1]])
    parts = np.linalg.solve(pure.T, white)[:, None] * pure
    cones = np.diag((_BRADFORD @ _D50) / (_BRADFORD @ white))
    return parts @ (np.linalg.inv(_BRADFORD) @ cones @ _BRADFORD).T


def _written(colours: NDArray[np.float64], gamma: float) -> bytes:
    """colours: XYZ under D50, one a row. gamma: of the curve; 0 for that of sRGB."""
    if gamma:
        curve = b"para" + bytes(4) + struct.pack(">HH", 0, 0) + _fixed(gamma)
    else:  # IEC 61966-2-1
        curve = b"para" + bytes(4) + struct.pack(">HH", 3, 0)
        curve += b"".join(map(_fixed, (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)))
    tags = {
        b"desc": _text("Wide"),
        b"cprt": _text("none"),
        b"wtpt": _xyz(_D50),
        b"rXYZ": _xyz(colours[0]),
        b"gXYZ": _xyz(colours[1]),
        b"bXYZ": _xyz(colours[2]),
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    table, body, start = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for tag, content in tags.items():
        table += tag + struct.pack(">II", start + len(body), len(content))
        body += content
    head = bytes(8) + struct.pack(">I", 0x04300000) + b"mntrRGB XYZ " + bytes(12) + b"acsp" + bytes(28)
    whole = (head + b"".join(map(_fixed, _D50))).ljust(128, b"\0") + table + body
    return struct.pack(">I", len(whole)) + whole[4:]


def _text(words: str) -> bytes:
    said = words.encode("utf-16-be")
    return b"mluc" + bytes(4) + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(said), 28) + said


def _xyz(colour: tuple[float, ...] | NDArray[np.float64]) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(_fixed(float(part)) for part in colour)


def _fixed(value: float) -> bytes:
    """s15Fixed16Number."""
    return struct.pack(">i", round(value * 65536))

"""Fields and NAL units of an H.264 byte stream, read and written (ITU-T H.264)."""

from __future__ import annotations

import re

__all__ = ["START", "Reader", "aligned", "byte_stream", "nal", "u", "ue", "units"]

START = b"\0\0\0\1"
"""What a NAL unit stands behind in a byte stream."""


class Reader:
    """Fields from the most significant bit on (7.2)."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "big")
        self._size = 8 * len(data)
        self.at = 0
        """Bits read so far."""

    def u(self, bits: int) -> int:
        """u(n): an unsigned number. Raises EOFError."""
        self.at += bits
        if self.at > self._size:
            raise EOFError(f"the field that ends at bit {self.at} is not there, there are {self._size}")
        return self._value >> (self._size - self.at) & ((1 << bits) - 1)

    def ue(self) -> int:
        """ue(v): an Exp-Golomb code (9.1). Reads past a signed one, se(v), as well."""
        zeros = 0
        while not self.u(1):
            zeros += 1
        return (1 << zeros) - 1 + self.u(zeros)

    def skip(self, codes: int, bits: int = 0) -> None:
        """Pass over Exp-Golomb codes, then over plain bits."""
        for _ in range(codes):
            self.ue()
        self.u(bits)


def u(value: int, bits: int) -> str:
    """The lowest bits of a number, as 0 and 1."""
    return f"{value % (1 << bits):0{bits}b}" if bits else ""


def ue(value: int) -> str:
    """An Exp-Golomb code (9.1): value + 1, behind one zero fewer than it has digits."""
    digits = f"{value + 1:b}"
    return "0" * (len(digits) - 1) + digits


def aligned(bits: str) -> bytes:
    """Whole bytes from 0 and 1."""
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def nal(unit: bytes) -> bytes:
    """A NAL unit behind its start code (B.1.1), with emulation_prevention_three_byte where it needs one (7.4.1)."""
    return START + re.sub(rb"\0\0(?=[\0-\3])", b"\0\0\3", unit)


def byte_stream(sized: bytes, width: int) -> bytes:
    """The byte stream of NAL units that stand behind their sizes, in `width` bytes each, as in MP4 files."""
    found: list[bytes] = []
    at = 0
    while at < len(sized):
        end = at + width + int.from_bytes(sized[at : at + width], "big")
        found.append(START + sized[at + width : end])
        at = end
    return b"".join(found)


def units(stream: bytes) -> list[bytes]:
    """The NAL units of a byte stream (B.1.1), without start codes and emulation prevention bytes."""
    return [part.rstrip(b"\0").replace(b"\0\0\3", b"\0\0") for part in stream.split(b"\0\0\1")[1:]]

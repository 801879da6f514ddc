"""Messages in the DevTools Protocol's binary form, byte for byte, and out of a stream in any pieces."""

from __future__ import annotations

import random

import pytest

from svc_render.cbor import Messages, packed

# worked out by hand after RFC 8949, with what the protocol asks: envelopes, indefinite lengths
SMALL = (
    "d8185a 00000024 bf"
    " 62 6964 07"  # "id": 7
    " 61 70 d8185a 00000015 bf"  # "p": {
    " 61 62 d6 43 00ff80"  # "b": bytes
    " 61 6c d8185a 00000003 9f 20 ff"  # "l": [-1]
    " ff ff"
)


def test_the_bytes_are_those_of_the_standard() -> None:
    assert packed({"id": 7, "p": {"b": b"\x00\xff\x80", "l": [-1]}}) == bytes.fromhex(SMALL)


def test_what_is_packed_comes_out_again() -> None:
    said = {
        "id": 2**31 - 1,
        "text": "1 < 2 é 👩‍👩‍👧‍👦 \0",
        "numbers": [0, 23, 24, -25, 256, 65_536, 1.5, -0.25],
        "truth": [True, False, None],
        "inner": [{"bytes": random.Random(1).randbytes(70_000)}, {}, []],
    }
    assert list(Messages().fed(packed(said))) == [said]


@pytest.mark.parametrize("size", [1, 3, 6, 7, 8, 1000])
def test_a_stream_comes_in_any_pieces(size: int) -> None:
    said = [{"id": number, "data": "x" * number * 40} for number in range(12)]
    stream = b"".join(map(packed, said))
    messages = Messages()
    heard = [message for start in range(0, len(stream), size) for message in messages.fed(stream[start : start + size])]
    assert heard == said


def test_text_may_be_utf_16() -> None:
    text = "Grüße 👋"
    coded = text.encode("utf-16-le")
    inner = b"\xbf\x61t" + bytes([0x40 | len(coded)]) + coded + b"\xff"
    assert list(Messages().fed(b"\xd8\x18\x5a" + len(inner).to_bytes(4, "big") + inner)) == [{"t": text}]


@pytest.mark.parametrize("data", [b'{"id":1,"result":{}}\0', bytes.fromhex("d8185a 00000003 bf 61 ff")])
def test_another_form_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="binary form"):
        list(Messages().fed(data))

"""
The binary form of the Chrome DevTools Protocol: CBOR (RFC 8949), every map and list of indefinite length and in an
envelope, tag 24 around a byte string whose length takes four bytes; bytes have tag 22, text may be UTF-16.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import cbor2

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Messages", "packed"]

_ENVELOPE = b"\xd8\x18\x5a"
_HEAD = len(_ENVELOPE) + 4
_BYTES, _WRAPPED = 22, 24
"""Tags."""


def packed(message: Mapping[str, object]) -> bytes:
    """A message of texts, numbers, truth values, None, bytes, and dicts and lists of them."""
    out = io.BytesIO()
    _encoder(out).encode(message)
    return out.getvalue()


class Messages:
    """Takes a stream of messages apart, in whatever pieces it comes."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._held = 0
        self._wanted = _HEAD

    def fed(self, data: bytes) -> Iterator[dict[str, Any]]:
        """The messages that are whole now. Raises ValueError when the stream is in another form."""
        self._parts.append(data)
        self._held += len(data)
        while self._held >= self._wanted:
            joined = b"".join(self._parts)
            if not joined.startswith(_ENVELOPE):
                raise _unknown(joined)
            end = _HEAD + int.from_bytes(joined[len(_ENVELOPE) : _HEAD], "big")
            if len(joined) < end:
                self._parts, self._wanted = [joined], end
                return
            self._parts, self._held, self._wanted = [joined[end:]], len(joined) - end, _HEAD
            try:
                message = _plain(cbor2.loads(joined[_HEAD:end]))
            except cbor2.CBORDecodeError as error:
                raise _unknown(joined) from error
            yield message


def _unknown(data: bytes) -> ValueError:
    return ValueError(f"not a message of the protocol's binary form: {data[:20]!r}")


def _encoder(out: io.BytesIO) -> cbor2.CBOREncoder:
    return cbor2.CBOREncoder(
        out,
        indefinite_containers=True,
        encoders={dict: _enveloped, list: _enveloped, tuple: _enveloped, bytes: _tagged},
    )


def _enveloped(encoder: cbor2.CBOREncoder, value: dict[str, object] | list[object] | tuple[object, ...]) -> None:
    inner = io.BytesIO()
    if isinstance(value, dict):
        _encoder(inner).encode_map(value)
    else:
        _encoder(inner).encode_array(value)
    encoder.write(_ENVELOPE + len(inner.getbuffer()).to_bytes(4, "big"))
    encoder.write(inner.getvalue())


def _tagged(encoder: cbor2.CBOREncoder, value: bytes) -> None:
    encoder.encode_length(6, _BYTES)
    encoder.encode_bytes(value)


def _plain(value: Any) -> Any:
    match value:
        case cbor2.CBORTag():
            return _plain(cbor2.loads(value.value)) if value.tag == _WRAPPED else value.value
        case bytes():
            return value.decode("utf-16-le", "replace")
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case list():
            return [_plain(each) for each in value]
        case _:
            return value

"""The one door to URLs that callers send: public addresses only, pinned, capped, sniffed."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import httpx

from pixelle.runtime.errors import InvalidArgument, PermissionDenied, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    Address = ipaddress.IPv4Address | ipaddress.IPv6Address

__all__ = ["Fetched", "fetch", "is_public", "pinned", "sniff"]

_REDIRECTS = 5
_LAST_PORT = 65_535
_UNICAST = ipaddress.ip_network("2000::/3")
"""All that is routed of IPv6 (RFC 4291). Outside lie NAT64, site-local and the forms in which an IPv4 address hides."""
_REFUSED = tuple(
    ipaddress.ip_network(net)
    # 6to4 (RFC 3056) and its relays, Teredo (RFC 4380): an IPv4 address hides inside; special use (RFC 6890, RFC 9637)
    for net in ("2002::/16", "2001::/32", "192.88.99.0/24", "192.0.0.0/24", "3fff::/20")
)
_PACKED = 32 + zlib.MAX_WBITS
"""What zlib calls: gzip or zlib, as the header says."""


@dataclass(frozen=True)
class Fetched:
    """What a URL gave."""

    data: bytes
    media_type: str
    """Found by looking at the bytes, not by believing the server."""


def is_public(address: Address) -> bool:
    """True for addresses of the public internet: not private, loopback, link-local, reserved or tunnelled."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if address not in _UNICAST:
            return False
    if any(address in net for net in _REFUSED):
        return False
    return address.is_global and not address.is_multicast


async def fetch(
    url: str,
    *,
    allow_http: bool = False,
    max_bytes: int = 50_000_000,
    seconds: float = 20.0,
    accept: tuple[str, ...] = ("image/",),
    permitted: Callable[[Address], bool] = is_public,
) -> Fetched:
    """
    Download a URL that a caller sent.

    allow_http: also plain http. max_bytes: larger answers are refused. seconds: for everything together.
    accept: prefixes of media types. permitted: which addresses may be dialled; asked again on every redirect.
    Raises InvalidArgument (URL_INVALID, URL_TOO_LARGE, URL_WRONG_TYPE), PermissionDenied (URL_FORBIDDEN),
    Unavailable (URL_UNREACHABLE).
    """
    try:
        async with asyncio.timeout(seconds), httpx.AsyncClient(trust_env=False, timeout=seconds) as client:
            data = await _follow(client, url, allow_http, max_bytes, permitted)
    except (TimeoutError, httpx.RequestError, OSError, zlib.error) as error:
        raise Unavailable(
            f"The URL {url!r} cannot be fetched within {seconds:g} s. Check it in a browser.", reason="URL_UNREACHABLE"
        ) from error
    media_type = sniff(data)
    if not media_type.startswith(accept):
        wanted = " or ".join(prefix.rstrip("/") for prefix in accept)
        raise InvalidArgument(f"The URL {url!r} holds {media_type}, not {wanted}.", reason="URL_WRONG_TYPE")
    return Fetched(data, media_type)


async def _follow(
    client: httpx.AsyncClient, url: str, allow_http: bool, max_bytes: int, permitted: Callable[[Address], bool]
) -> bytes:
    for _ in range(_REDIRECTS + 1):
        plain = {"accept-encoding": "identity"}
        request = await pinned(client, url, allow_http=allow_http, permitted=permitted, headers=plain)
        answer = await client.send(request, stream=True)
        try:
            if answer.is_redirect:
                url = urljoin(url, answer.headers.get("location", ""))
                continue
            try:
                answer.raise_for_status()
            except httpx.HTTPStatusError as error:
                raise Unavailable(
                    f"The URL {url!r} answered {answer.status_code}.", reason="URL_UNREACHABLE"
                ) from error
            return await _body(answer, url, max_bytes)
        finally:
            await answer.aclose()
    raise Unavailable(f"The URL {url!r} redirects more than {_REDIRECTS} times.", reason="URL_UNREACHABLE")


async def _body(answer: httpx.Response, url: str, max_bytes: int) -> bytes:
    """What it says. Of what is packed though nobody asked for it, no more is unpacked than is wanted."""
    coding = answer.headers.get("content-encoding", "").strip().lower()
    if coding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
        raise Unavailable(f"The URL {url!r} answers packed as {coding!r}, unasked.", reason="URL_UNREACHABLE")
    unpacker = None if coding in {"", "identity"} else zlib.decompressobj(_PACKED)
    data = bytearray()
    async for piece in answer.aiter_raw():
        data += unpacker.decompress(piece, max_bytes + 1 - len(data)) if unpacker else piece
        if len(data) > max_bytes:
            raise InvalidArgument(f"The URL {url!r} holds more than {max_bytes} bytes.", reason="URL_TOO_LARGE")
    if unpacker and not unpacker.eof:
        raise Unavailable(f"The URL {url!r} ends in the middle.", reason="URL_UNREACHABLE")
    return bytes(data)


async def pinned(
    client: httpx.AsyncClient,
    url: str,
    *,
    allow_http: bool,
    permitted: Callable[[Address], bool] = is_public,
    headers: dict[str, str] | None = None,
    content: bytes | None = None,
) -> httpx.Request:
    """
    A request to the address that was checked, so that a second look-up cannot lead elsewhere.

    content: sent with POST; None: GET. Raises InvalidArgument (URL_INVALID), PermissionDenied (URL_FORBIDDEN), OSError.
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise InvalidArgument(f"{url!r} is not a URL.", reason="URL_INVALID") from error
    schemes = ("https", "http") if allow_http else ("https",)
    if parsed.scheme not in schemes or not parsed.host or parsed.userinfo:
        raise InvalidArgument(
            f"The URL {url!r} must start with {schemes[-1]}://, name a host and hold no password.",
            reason="URL_INVALID",
        )
    port = parsed.port or {"https": 443, "http": 80}[parsed.scheme]
    if port > _LAST_PORT:
        raise InvalidArgument(f"The URL {url!r} names port {port}; the last one is {_LAST_PORT}.", reason="URL_INVALID")
    try:
        found = await asyncio.get_running_loop().getaddrinfo(parsed.host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label that is empty or too long
        raise InvalidArgument(f"The URL {url!r} names no possible host.", reason="URL_INVALID") from error
    addresses = [ipaddress.ip_address(str(item[4][0]).partition("%")[0]) for item in found]
    if not addresses or not all(permitted(address) for address in addresses):
        raise PermissionDenied(
            f"The URL {url!r} leads to an address that is not on the public internet. Upload the file instead.",
            reason="URL_FORBIDDEN",
        )
    return client.build_request(
        "GET" if content is None else "POST",
        parsed.copy_with(host=str(addresses[0])),
        content=content,
        headers={"accept": "*/*", **(headers or {}), "host": parsed.netloc.decode("ascii")},
        extensions={"sni_hostname": parsed.host},
    )


_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (8, b"WAVE", "audio/wav"),
    (8, b"AVI ", "video/x-msvideo"),
    (0, b"\x47\x40\x00", "video/mp2t"),
    (0, b"\x47\x40\x11", "video/mp2t"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftyphei", "image/heic"),
    (4, b"ftyphev", "image/heic-sequence"),
    (4, b"ftypmif1", "image/heif"),
    (4, b"ftypmsf1", "image/heif-sequence"),
    (4, b"ftyp", "video/mp4"),
    (4, b"moov", "video/quicktime"),
    (4, b"wide", "video/quicktime"),
    (4, b"mdat", "video/quicktime"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xfa", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf2", "audio/mpeg"),
    (0, b"\xff\xe3", "audio/mpeg"),
    (0, b"\xff\xe2", "audio/mpeg"),
    (0, b"\xff\xf1", "audio/aac"),
    (0, b"\xff\xf9", "audio/aac"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"caff", "audio/x-caf"),
    (8, b"AIFF", "audio/aiff"),
    (8, b"AIFC", "audio/aiff"),
    (0, b".snd", "audio/basic"),
    (0, b"0&\xb2u\x8ef\xcf\x11", "audio/x-ms-wma"),
    (0, b"<svg", "image/svg+xml"),
    (0, b"<?xml", "text/xml"),
)


def sniff(data: bytes) -> str:
    """The IANA media type that the first bytes show; "application/octet-stream" when they show none we use."""
    for start, magic, media_type in _MAGIC:
        if data.startswith(magic, start):
            return media_type
    return "application/octet-stream"

"""The guarded fetcher: which addresses, how much, what kind."""

from __future__ import annotations

import asyncio
import gzip
import ipaddress
import tracemalloc
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from pixelle.runtime.errors import InvalidArgument, PermissionDenied, PixelleError, Unavailable
from pixelle.runtime.fetch import fetch, is_public, sniff

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


@asynccontextmanager
async def site(answer: bytes) -> AsyncGenerator[int]:
    """A web server on loopback that always says the same."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield int(server.sockets[0].getsockname()[1])


def ok(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
        "::1", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
        "2001:0:1::1", "ff02::1", "::", "::127.0.0.1", "::ffff:0:127.0.0.1", "fec0::1", "5f00::1", "3fff::1",
        "192.88.99.1", "192.0.0.8",
    ],
)  # fmt: skip
def test_inner_addresses_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "2a00:1450:4001::200e", "::ffff:8.8.8.8"])
def test_outer_addresses_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


async def test_loopback_is_refused_before_dialling() -> None:
    async with site(ok(PNG)) as port:
        with pytest.raises(PermissionDenied) as caught:
            await fetch(f"http://127.0.0.1:{port}/", allow_http=True)
        assert caught.value.reason == "URL_FORBIDDEN"
        with pytest.raises(PermissionDenied):
            await fetch(f"http://localhost:{port}/", allow_http=True)


@pytest.mark.parametrize(
    "url",
    ["http://example.org/a.png", "file:///etc/passwd", "ftp://x/y", "https://u:p@x/", "no", "https://8.8.8.8:99999/"],
)
async def test_only_https_without_passwords(url: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        await fetch(url)
    assert caught.value.reason == "URL_INVALID"


async def test_a_picture_comes_back_sniffed() -> None:
    async with site(ok(PNG)) as port:
        got = await fetch(f"http://127.0.0.1:{port}/", allow_http=True, permitted=lambda _: True)
    assert got.data == PNG
    assert got.media_type == "image/png"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (ok(b"<html>"), "URL_WRONG_TYPE"),
        (ok(PNG + bytes(2000)), "URL_TOO_LARGE"),
        (b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", "URL_UNREACHABLE"),
        (b"HTTP/1.1 302 Found\r\nlocation: /again\r\ncontent-length: 0\r\n\r\n", "URL_UNREACHABLE"),
        (b"HTTP/1.1 302 Found\r\nlocation: http://[::1\r\ncontent-length: 0\r\n\r\n", "URL_UNREACHABLE"),
        (b"HTTP/1.1 302 Found\r\nlocation: http://x:y/\r\ncontent-length: 0\r\n\r\n", "URL_UNREACHABLE"),
        (b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc", "URL_UNREACHABLE"),
    ],
)
async def test_what_is_refused(answer: bytes, reason: str) -> None:
    async with site(answer) as port:
        with pytest.raises(PixelleError) as caught:
            await fetch(f"http://127.0.0.1:{port}/", allow_http=True, max_bytes=1000, permitted=lambda _: True)
    assert caught.value.reason == reason


def packed(body: bytes, coding: bytes = b"gzip") -> bytes:
    head = b"HTTP/1.1 200 OK\r\ncontent-encoding: %s\r\ncontent-length: %d\r\n\r\n"
    return head % (coding, len(body)) + body


async def test_what_is_packed_unasked_is_unpacked_no_further_than_wanted() -> None:
    bomb = gzip.compress(gzip.compress(bytes(50_000_000)))
    for answer, reason in (
        (packed(gzip.compress(PNG + bytes(50_000_000))), "URL_TOO_LARGE"),
        (packed(bomb, b"gzip, gzip"), "URL_UNREACHABLE"),
        (packed(gzip.compress(PNG)[:-9]), "URL_UNREACHABLE"),
    ):
        tracemalloc.start()
        async with site(answer) as port:
            with pytest.raises(PixelleError) as caught:
                await fetch(f"http://127.0.0.1:{port}/", allow_http=True, max_bytes=1000, permitted=lambda _: True)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert caught.value.reason == reason
        assert peak < 10_000_000
    async with site(packed(gzip.compress(PNG))) as port:
        got = await fetch(f"http://127.0.0.1:{port}/", allow_http=True, max_bytes=1000, permitted=lambda _: True)
    assert got.data == PNG


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::ffff:7f00:1]", "[::1]", "①②⑦.⓪.⓪.①", "0"]
)
async def test_odd_forms_of_inner_hosts_are_refused(host: str) -> None:
    with pytest.raises(PixelleError) as caught:
        await fetch(f"http://{host}/", allow_http=True)
    assert caught.value.reason in {"URL_FORBIDDEN", "URL_INVALID"}


async def test_redirects_are_checked_again() -> None:
    async with site(ok(PNG)) as inner:
        there = b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.2:%d/\r\ncontent-length: 0\r\n\r\n" % inner
        async with site(there) as port:
            with pytest.raises(PermissionDenied):
                await fetch(
                    f"http://127.0.0.1:{port}/",
                    allow_http=True,
                    permitted=lambda address: str(address) == "127.0.0.1",
                )


async def chain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Leads from /n to /n-1; at /0 is a picture."""
    left = int((await reader.readuntil(b"\r\n\r\n")).split()[1][1:])
    there = b"HTTP/1.1 302 Found\r\nlocation: /%d\r\ncontent-length: 0\r\n\r\n" % (left - 1)
    writer.write(there if left else ok(PNG))
    await writer.drain()
    writer.close()


async def test_five_redirects_are_followed_and_no_more() -> None:
    server = await asyncio.start_server(chain, "127.0.0.1", 0)
    async with server:
        start = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        assert (await fetch(f"{start}/5", allow_http=True, permitted=lambda _: True)).data == PNG
        with pytest.raises(Unavailable, match="redirects more than 5 times"):
            await fetch(f"{start}/6", allow_http=True, permitted=lambda _: True)


async def test_the_largest_file_is_taken() -> None:
    async with site(ok(PNG)) as port:
        url = f"http://127.0.0.1:{port}/"
        assert (await fetch(url, allow_http=True, max_bytes=len(PNG), permitted=lambda _: True)).data == PNG
        with pytest.raises(InvalidArgument, match=f"more than {len(PNG) - 1} bytes"):
            await fetch(url, allow_http=True, max_bytes=len(PNG) - 1, permitted=lambda _: True)


async def test_a_silent_server_ends_in_time() -> None:
    async with site(b"") as port:
        with pytest.raises(Unavailable):
            await fetch(f"http://127.0.0.1:{port}/", allow_http=True, seconds=0.5, permitted=lambda _: True)


def test_sniff_knows_what_we_use() -> None:
    assert sniff(b"RIFF\x00\x00\x00\x00WAVEfmt ") == "audio/wav"
    assert sniff(b"\x00\x00\x00\x20ftypisom") == "video/mp4"
    assert {sniff(bytes([0xFF, second, 0x90, 0])) for second in (0xFB, 0xFA, 0xF3, 0xF2, 0xE3, 0xE2)} == {"audio/mpeg"}
    assert sniff(b"#!AMR-WB\n") == "audio/amr"
    assert sniff(b"FORM\x00\x00\x00\x20AIFC") == "audio/aiff"
    assert sniff(bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")) == "audio/x-ms-wma"
    assert sniff(b"\x00\x00\x00\x08wide\x00\x01\xf0\x00mdat") == "video/quicktime"
    ftyp = [f"\0\0\0\x18ftyp{brand}".encode() for brand in ("heic", "heix", "mif1", "hevc", "msf1", "avif", "hvc1")]
    assert [sniff(head) for head in ftyp] == [
        *("image/heic", "image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence", "image/avif"),
        "video/mp4",
    ]
    assert sniff(b"hello") == "application/octet-stream"

"""Wires do to connections what networks do."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from deploy.processes import free_port
from deploy.wires import Wire

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(100):
        writer.write(data)
    writer.close()


@asynccontextmanager
async def wired() -> AsyncGenerator[tuple[Wire, int]]:
    far, near = free_port(), free_port()
    wire = Wire(far)
    async with await asyncio.start_server(echo, "127.0.0.1", far), await wire.listen(near):
        yield wire, near
        wire.set("refuse")


async def said(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(5):
        return await reader.read(100)


async def test_what_is_sent_arrives_both_ways_and_so_does_the_end() -> None:
    async with wired() as (_, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"there and back")
        assert await said(reader) == b"there and back"
        writer.write_eof()
        assert await said(reader) == b""
        writer.close()


async def test_a_held_wire_is_silent_and_loses_nothing() -> None:
    async with wired() as (wire, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"1")
        assert await said(reader) == b"1"
        wire.set("hold")
        writer.write(b"2")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await reader.read(1)
        wire.set("pass")
        assert await said(reader) == b"2"
        writer.close()


async def test_a_reset_ends_what_is_there_and_lets_new_ones_in() -> None:
    async with wired() as (wire, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"1")
        assert await said(reader) == b"1"
        assert wire.set("reset") == 1
        with pytest.raises(ConnectionResetError):
            await said(reader)
        writer.close()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"3")
        assert await said(reader) == b"3"
        writer.close()


async def test_a_refusing_wire_ends_new_connections_too() -> None:
    async with wired() as (wire, port):
        wire.set("refuse")
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with pytest.raises(ConnectionResetError):
            await said(reader)
        writer.close()

"""What a container asks to learn whether its service serves."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import pytest

from pixelle.runtime.errors import Unavailable
from pixelle.runtime.probe import serves
from pixelle.runtime.server import Service, start_server

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_service_serves_once_it_has_loaded(tmp_path: Path) -> None:
    loaded = asyncio.Event()

    async def load() -> None:
        await loaded.wait()

    async def close() -> None:
        return

    address = f"unix:{tmp_path / 'socket'}"
    with pytest.raises(Unavailable, match="cannot be reached"):
        await serves(f"unix:{tmp_path / 'nobody'}")  # asked for too soon again, an address is not tried at once
    server = await start_server([Service("probed", lambda _: None, load, close)], address)
    try:
        assert not await serves(address)
        loaded.set()
        await server.ready()
        assert await serves(address)
        command = (sys.executable, "-m", "pixelle.runtime.probe", address)
        assert await (await asyncio.create_subprocess_exec(*command)).wait() == 0
    finally:
        await server.stop()
    failed = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    _, said = await failed.communicate()
    assert failed.returncode == 1
    assert b"cannot be reached" in said

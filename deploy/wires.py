"""Wires that can be cut: TCP connections to parts of a cluster, passed on byte by byte by one process."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import socket
import struct
import sys
from typing import Literal, cast

__all__ = ["State", "Wire", "main", "tell"]

State = Literal["pass", "hold", "refuse", "reset"]
"""
pass: everything arrives. hold: nothing does, in either direction, and nobody is told (a black hole; what was sent
arrives once it passes again). reset: all connections end now, new ones pass. refuse: the same, and new ones end too.
"""
_STATES: tuple[State, ...] = ("pass", "hold", "refuse", "reset")
_CHUNK = 65_536
_NO_LINGER = struct.pack("ii", 1, 0)
"""Closing then sends RST instead of FIN."""


class Wire:
    """One listening port and the connections that came in through it."""

    def __init__(self, target: int) -> None:
        """target: port of the loopback that connections are passed on to."""
        self._target = target
        self._passes = asyncio.Event()
        self._passes.set()
        self._refuses = False
        self._ends: set[asyncio.StreamWriter] = set()

    async def listen(self, port: int) -> asyncio.Server:
        """Take connections from now on. port: of the loopback."""
        return await asyncio.start_server(self._connected, "127.0.0.1", port)

    def set(self, state: State) -> int:
        """Change what happens to bytes and connections; returns how many connections were ended."""
        self._refuses = state == "refuse"
        if state == "hold":
            self._passes.clear()
        else:
            self._passes.set()
        if state not in {"reset", "refuse"}:
            return 0
        ended = list(self._ends)
        for end in ended:
            _abort(end)
        return len(ended) // 2

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._refuses:
            _abort(writer)
            return
        self._ends.add(writer)
        try:
            further, onward = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            _abort(writer)
            self._ends.discard(writer)
            return
        self._ends.add(onward)
        try:
            await asyncio.gather(self._pump(reader, onward), self._pump(further, writer))
        finally:
            for end in (writer, onward):
                self._ends.discard(end)
                end.close()
                with contextlib.suppress(OSError):
                    await end.wait_closed()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):  # one end has gone: the other is told by the end of its connection
            while data := await reader.read(_CHUNK):
                await self._passes.wait()
                writer.write(data)
                await writer.drain()
            await self._passes.wait()
            writer.write_eof()
            return
        _abort(writer)


def _abort(writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        cast("socket.socket", writer.get_extra_info("socket")).setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER
        )
    writer.transport.abort()


def tell(control: int, name: str, state: State) -> None:
    """Change a wire of a running process. control: its port. Raises OSError, RuntimeError when it refuses."""
    with socket.create_connection(("127.0.0.1", control), timeout=5) as connection:
        connection.sendall(f"{name} {state}\n".encode())
        said = connection.makefile().readline()
    if not said.startswith("done"):
        raise RuntimeError(f"The wire {name!r} cannot be set to {state!r}: {said.strip() or 'no answer'}")


async def _serve(control: int, wires: dict[str, tuple[int, int]]) -> None:
    made = {name: Wire(target) for name, (_, target) in wires.items()}

    async def order(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        name, _, state = (await reader.readline()).decode().strip().rpartition(" ")
        if name in made and state in _STATES:
            writer.write(f"done {made[name].set(state)}\n".encode())
        else:
            writer.write(f"known: {', '.join(made)}; {', '.join(_STATES)}\n".encode())
        await writer.drain()
        writer.close()

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    servers = [await made[name].listen(port) for name, (port, _) in wires.items()]
    servers.append(await asyncio.start_server(order, "127.0.0.1", control))
    sys.stdout.write('{"event": "wired"}\n')
    sys.stdout.flush()
    await stop.wait()
    for server in servers:
        server.close()


def main() -> None:
    """Pass on until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="wires", description="Pass TCP connections on, until told to cut them.")
    parser.add_argument("--control", type=int, required=True, help="port that takes orders: NAME STATE")
    parser.add_argument("wires", nargs="+", metavar="NAME=PORT:TARGET")
    options = parser.parse_args()
    wires: dict[str, tuple[int, int]] = {}
    for each in options.wires:
        name, _, ports = each.partition("=")
        port, _, target = ports.partition(":")
        wires[name] = int(port), int(target)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(options.control, wires))


if __name__ == "__main__":
    main()

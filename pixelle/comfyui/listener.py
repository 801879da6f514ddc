"""The WebSocket of a ComfyUI server: what happens to prompts, as it happens."""

from __future__ import annotations

import contextlib
import json
import time
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Mapping
    from ssl import SSLContext

    from websockets.sync.client import ClientConnection

__all__ = ["Listener"]


class Listener:
    """A WebSocket to a server."""

    def __init__(self, socket: ClientConnection, opened: contextlib.ExitStack) -> None:
        """opened: closes the socket."""
        self._socket = socket
        self._opened = opened

    @classmethod
    def to(cls, url: str, *, headers: Mapping[str, str], trust: SSLContext | None, seconds: float) -> Listener | None:
        """
        Listen at a ws(s) address; None where that cannot be done (a proxy without WebSocket).

        trust: the certificates that are believed; None for ws. seconds: to wait for the connection.
        """
        from websockets.exceptions import WebSocketException
        from websockets.sync.client import connect

        opened = contextlib.ExitStack()
        try:
            socket = opened.enter_context(
                connect(
                    url,
                    additional_headers=headers,
                    open_timeout=seconds,
                    close_timeout=0.2,
                    max_size=1 << 26,
                    proxy=None,
                    compression=None,
                    ssl=trust,
                )
            )
        except (OSError, TimeoutError, WebSocketException):
            return None
        return cls(socket, opened)

    def next(self, seconds: float) -> tuple[str, dict[str, Any]] | None:
        """
        The type and data of the next event; None when none comes in time.

        Previews (binary) are passed over. Raises ConnectionError when the server has hung up.
        """
        from websockets.exceptions import ConnectionClosed

        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            try:
                message = self._socket.recv(timeout=left)
            except TimeoutError:
                return None
            except ConnectionClosed as error:
                raise ConnectionError(str(error)) from error
            if isinstance(message, str) and (event := _event(message)) is not None:
                return event
        return None

    def close(self) -> None:
        """Hang up."""
        self._opened.close()


def _event(message: str) -> tuple[str, dict[str, Any]] | None:
    try:
        told: object = json.loads(message)
    except ValueError:
        return None
    if not isinstance(told, dict):
        return None
    event = cast("dict[str, Any]", told)
    data = event.get("data")
    return str(event.get("type")), cast("dict[str, Any]", data) if isinstance(data, dict) else {}

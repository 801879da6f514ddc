"""Outside of tasks: one service works while the caller waits for what comes of it."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request

from gateway.hangup import unless_gone
from gateway.parts import Parts, SentBy  # noqa: TC001 - FastAPI reads the annotations
from pixelle.runtime.client import result_of
from pixelle.runtime.errors import InvalidArgument, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from gateway.parts import GatewayParts

__all__ = ["Waiter", "Waiting", "named_in_body"]


@contextmanager
def named_in_body() -> Generator[None]:
    """What is missing was named in the body: the endpoint itself was found."""
    try:
        yield
    except NotFound as error:
        raise InvalidArgument(error.message, reason=error.reason, details=error.details) from error


class Waiter:
    """Somebody who waits for one result; what works for them is stopped when they hang up."""

    def __init__(self, request: Request, parts: GatewayParts, caller: str, base_url: str) -> None:
        """caller: the same for every request with the same key. base_url: how they reach this gateway."""
        self.base_url = base_url
        self._request = request
        self._seconds = parts.settings.step_seconds
        self._caller = caller
        self._shares = parts.shares

    async def result(
        self,
        method: Any,
        asked: Any,
        *,
        service: str,
        what: str,
        pieces: Mapping[str, Callable[[Any], None]] | None = None,
    ) -> Any:
        """
        The one result of a costly call. service, what: names for people, in errors and logs. pieces: as `result_of`.

        Raises PixelleError; Cancelled when the client hung up, ResourceExhausted (KEY_BUSY) when they ask for too much.
        """
        # one caller's requests wait for each other before others wait for them
        asked.request_id = f"{what}-{self._caller}/{secrets.token_hex(4)}"

        async def work() -> Any:
            async with self._shares.one(self._caller):
                return await result_of(method, asked, timeout=self._seconds, service=service, pieces=pieces)

        with named_in_body():
            return await unless_gone(self._request, work())


async def _waiter(request: Request, parts: Parts, sender: SentBy) -> Waiter:
    return Waiter(request, parts, sender.caller, sender.base_url)


Waiting = Annotated[Waiter, Depends(_waiter)]
"""An endpoint's parameter of this type is handed whoever waits for its answer."""

"""Questions to the services: each with the same deadline, lists with all their pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from gateway.recent import Recent
from pixelle.runtime.client import call

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from gateway.services import Services

__all__ = ["Questions"]

T = TypeVar("T")


class Questions:
    """What can be asked of the services while a caller waits."""

    def __init__(self, services: Services, seconds: float) -> None:
        """seconds: how long an answer may take."""
        self.services = services
        self._seconds = seconds
        self._recent = Recent()

    async def ask(self, method: Any, request: Any, service: str) -> Any:
        """The answer. service: name for people in errors. Raises PixelleError."""
        return await call(method, request, timeout=self._seconds, service=service)

    async def pages(self, method: Any, request: Any, field: str, service: str) -> list[Any]:
        """All pages of a list, as it is now. field: of the answer, that holds it. Raises as `ask`."""
        request.page_size = 1000
        found: list[Any] = []
        while True:
            answer = await self.ask(method, request, service)
            found.extend(getattr(answer, field))
            if not answer.next_page_token:
                return found
            request.page_token = answer.next_page_token

    async def every(self, method: Any, request: Any, field: str, service: str) -> list[Any]:
        """As `pages`, or as it was a moment ago. Raises as `ask`."""
        what = service, field, request.SerializeToString(deterministic=True)
        return await self._recent.listed(what, lambda: self.pages(method, request, field, service))

    async def lately(self, method: Any, request: Any, service: str) -> Any:
        """The answer, as it is or was a moment ago. Raises as `ask`."""
        what = service, type(request).__name__, request.SerializeToString(deterministic=True)

        async def answer() -> list[Any]:
            return [await self.ask(method, request, service)]

        return (await self._recent.listed(what, answer))[0]

    async def sure(self, check: Callable[[], Awaitable[T]]) -> T:
        """What a check returns that asks for lists; nothing is refused because of what a list was a moment ago."""
        return await self._recent.sure(check)

    def changed(self) -> None:
        """What services list has changed through this gateway."""
        self._recent.forget()

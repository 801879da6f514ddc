"""What every part of the SDK that makes one thing can say: which workflows there are, and which would work now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixelle_video.tasks import Tasks

__all__ = ["WORKING", "Maker", "sent_only"]

WORKING = 900.0
"""Seconds that the work of one call is waited for."""


class Maker:
    """Makes one thing outside of a video."""

    kind: ClassVar[str]
    """As in /api/resources/workflows/<kind>."""

    def __init__(self, ready: Callable[[], Tasks]) -> None:
        """ready: gives the gateway, or raises FailedPrecondition (NOT_INITIALIZED)."""
        self._ready = ready

    async def list_workflows(self) -> list[dict[str, Any]]:
        """What can be sent as `workflow`: `key`, `display_name`, `available`, `reason` and more of each."""
        said = await self._ready().transport.ask("GET", f"/api/resources/workflows/{self.kind}")
        return list(said["workflows"])

    async def available(self) -> list[str]:
        """Keys of the workflows that would work now."""
        return [each["key"] for each in await self.list_workflows() if each["available"]]


def sent_only(given: dict[str, Any]) -> dict[str, Any]:
    """What was said: the gateway knows the defaults."""
    return {name: value for name, value in given.items() if value is not None}

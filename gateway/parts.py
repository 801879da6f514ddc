"""What the endpoints work with, made when the gateway starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, cast

from fastapi import Depends, Request

from gateway.workflow.sender import Sender

if TYPE_CHECKING:
    import asyncio

    from gateway.auth import Caller
    from gateway.checks import Checks
    from gateway.files import Intake
    from gateway.services import Services
    from gateway.settings import GatewaySettings
    from gateway.sharing import Shares
    from gateway.workflow.idempotency import KeyStore
    from gateway.workflow.past import Past
    from gateway.workflow.retention import Retention
    from gateway.workflow.tasks import Tasks
    from gateway.workflow.webhooks import Webhooks
    from pixelle.runtime.artifacts import ArtifactStore

__all__ = ["GatewayParts", "Parts", "SentBy", "base_url"]


@dataclass(frozen=True)
class GatewayParts:
    """One gateway."""

    settings: GatewaySettings
    services: Services
    store: ArtifactStore
    tasks: Tasks
    intake: Intake
    checks: Checks
    webhooks: Webhooks
    retention: Retention
    keys: KeyStore
    past: Past
    shares: Shares
    lost: asyncio.Event | None = None
    """Set when another process has taken this worker's name; None where this process holds none."""


async def _parts(request: Request) -> GatewayParts:
    return cast("GatewayParts", request.app.state.parts)


Parts = Annotated[GatewayParts, Depends(_parts)]
"""An endpoint's parameter of this type is handed the gateway's parts."""


def base_url(request: Request, parts: GatewayParts) -> str:
    """How the client reaches this gateway, without a slash at the end."""
    return (parts.settings.public_url or str(request.base_url)).rstrip("/")


async def _sender(request: Request, parts: Parts) -> Sender:
    caller: Caller = request.state.caller
    return Sender(caller.name, caller.may_hurry, base_url(request, parts))


SentBy = Annotated[Sender, Depends(_sender)]
"""An endpoint's parameter of this type says who asks for a task."""

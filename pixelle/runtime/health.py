"""Health alone, on an address of its own: for those who watch over a process and have no certificate."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import grpc
import grpc.aio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1._async import HealthServicer

from pixelle.runtime.errors import FailedPrecondition

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

__all__ = ["answering_health"]


@asynccontextmanager
async def answering_health(address: str, checks: HealthServicer | None = None) -> AsyncGenerator[None]:
    """
    Answer `grpc.health.v1.Health` without encryption, as the probes of Kubernetes ask; nothing when `address` is "".

    checks: what is answered; that this process lives when None. Raises FailedPrecondition (ADDRESS_IN_USE).
    """
    if not address:
        yield
        return
    if checks is None:
        checks = HealthServicer()
        await checks.set("", health_pb2.HealthCheckResponse.SERVING)
    server = grpc.aio.server(options=(("grpc.so_reuseport", 0),))
    health_pb2_grpc.add_HealthServicer_to_server(checks, server)
    try:
        server.add_insecure_port(address)
    except RuntimeError as error:
        raise FailedPrecondition(
            f"PIXELLE_HEALTH_LISTEN: cannot listen on {address!r}. Choose another address.", reason="ADDRESS_IN_USE"
        ) from error
    await server.start()
    try:
        yield
    finally:
        await server.stop(0)

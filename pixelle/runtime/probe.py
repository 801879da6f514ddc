"""Asks a service on this machine whether it serves: `python -m pixelle.runtime.probe 127.0.0.1:50051`."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from grpc_health.v1 import health_pb2, health_pb2_grpc

from pixelle.runtime.client import call, dial
from pixelle.runtime.errors import PixelleError

__all__ = ["serves"]


async def serves(address: str, *, seconds: float = 5.0) -> bool:
    """True when everything at an address has loaded. Raises Unavailable, DeadlineExceeded."""
    async with dial(address) as channel:
        health: Any = health_pb2_grpc.HealthStub(channel)  # comes without types
        answer = await call(health.Check, health_pb2.HealthCheckRequest(), timeout=seconds, service="probed")
    return answer.status == health_pb2.HealthCheckResponse.SERVING


def main() -> int:
    """0 when it serves, else 1 and why on standard error."""
    try:
        if asyncio.run(serves(sys.argv[1])):
            return 0
        said = "it has not finished loading"
    except PixelleError as error:
        said = error.message
    sys.stderr.write(f"{sys.argv[1]}: {said}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())

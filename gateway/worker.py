"""A process that makes videos and answers no requests: `python -m gateway.worker`."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import structlog

from gateway.running import parts_running
from gateway.services import ServiceUrls
from gateway.settings import GatewaySettings
from pixelle.runtime.errors import FailedPrecondition, PixelleError
from pixelle.runtime.health import answering_health
from pixelle.runtime.steady import steady
from pixelle.runtime.telemetry import configure_logging

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

__all__ = ["run_worker"]

_log = structlog.get_logger("gateway.worker")


def run_worker(settings: GatewaySettings) -> None:
    """
    Work until SIGTERM or SIGINT; unfinished tasks are handed on.

    Raises FailedPrecondition (EXECUTOR_ID_IN_USE, ROLE_NEEDS_POSTGRES, SERVICE_URL_MISSING), Unavailable.
    """
    settings = settings.model_copy(update={"role": "worker"})
    configure_logging(settings)
    asyncio.run(_work(settings))


async def _work(settings: GatewaySettings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    async with AsyncExitStack() as stack:
        parts = await stack.enter_async_context(parts_running(settings, ServiceUrls.of(settings)))
        steady()
        await stack.enter_async_context(answering_health(settings.health_listen))
        _log.info("working", worker=settings.worker_name)
        assert parts.lost is not None
        await _first(stop.wait(), parts.lost.wait())
        if parts.lost.is_set():
            raise FailedPrecondition(
                f"Another process took the name {settings.worker_name!r}, or this one lost its place among the "
                "workers (the log says which), so it stops. Start it again.",
                reason="EXECUTOR_ID_IN_USE",
            )
        _log.info("stopping", worker=settings.worker_name)


async def _first(*waits: Coroutine[Any, Any, Any]) -> None:
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def main() -> None:
    """Work with the settings of the environment."""
    try:
        run_worker(GatewaySettings())
    except PixelleError as error:
        sys.stderr.write(f"pixelle worker: {error.message}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()

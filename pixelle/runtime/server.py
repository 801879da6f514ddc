"""Starting, watching and stopping the gRPC server of one or more services."""

from __future__ import annotations

import asyncio
import signal
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import grpc
import grpc.aio
import structlog
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_health.v1._async import HealthServicer
from grpc_reflection.v1alpha import reflection

from pixelle.runtime.errors import FailedPrecondition
from pixelle.runtime.faults import hearing
from pixelle.runtime.health import answering_health
from pixelle.runtime.interceptors import ErrorInterceptor
from pixelle.runtime.steady import steady
from pixelle.runtime.telemetry import configure_logging, observing
from pixelle.runtime.tls import server_credentials

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from pixelle.runtime.errors import Unavailable
    from pixelle.runtime.settings import ServiceSettings

__all__ = ["RunningServer", "Service", "run_service", "start_server"]

_log = structlog.get_logger("pixelle.server")

_OPTIONS = (
    ("grpc.max_connection_age_ms", 300_000),  # clients come back and find new replicas
    ("grpc.max_connection_age_grace_ms", 3_600_000),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
    ("grpc.max_receive_message_length", 64 * 1024 * 1024),  # clips and narrations handed on as they came, bytes inline
    ("grpc.so_reuseport", 0),  # a second server on the same port is an error, not a lottery
)


@dataclass(frozen=True)
class Service:
    """One gRPC service, ready to be put on a server."""

    name: str
    """Full name, for example "pixelle.tts.v1.TtsService"."""
    add: Callable[[grpc.aio.Server], None]
    """Registers the servicer."""
    load: Callable[[], Awaitable[None]]
    """Loads what must be there before the first request; health turns SERVING afterwards."""
    close: Callable[[], Awaitable[None]]
    """Lets go of everything."""


class RunningServer:
    """A started server."""

    def __init__(
        self,
        server: grpc.aio.Server,
        address: str,
        services: Sequence[Service],
        checks: HealthServicer,
        open_health: AsyncExitStack,
    ) -> None:
        self.address = address
        """What clients dial: "127.0.0.1:50051" or "unix:/path"."""
        self._server = server
        self._services = services
        self._checks = checks
        self._open_health = open_health
        self._loading = asyncio.create_task(self._load())

    async def _load(self) -> None:
        async with asyncio.TaskGroup() as group:
            for service in self._services:
                group.create_task(self._load_one(service))
        await self._checks.set("", health_pb2.HealthCheckResponse.SERVING)

    async def _load_one(self, service: Service) -> None:
        await service.load()
        await self._checks.set(service.name, health_pb2.HealthCheckResponse.SERVING)
        _log.info("serving", service=service.name, address=self.address)

    async def ready(self) -> None:
        """Wait until every service has loaded; raises what loading raised."""
        await asyncio.shield(self._loading)

    async def stop(self, grace: float = 0.0) -> None:
        """Say NOT_SERVING, let running calls end for at most `grace` seconds, then close."""
        async with AsyncExitStack() as stack:  # each is closed whatever becomes of the others
            for service in reversed(self._services):
                stack.push_async_callback(service.close)
            stack.push_async_callback(self._open_health.aclose)
            stack.push_async_callback(self._server.stop, grace)
            self._loading.cancel()
            await self._checks.enter_graceful_shutdown()
            await asyncio.gather(self._loading, return_exceptions=True)

    async def wait(self) -> None:
        """Wait until the server has been stopped."""
        await self._server.wait_for_termination()


async def start_server(
    services: Sequence[Service], address: str, *, tls: Path | None = None, health_address: str = ""
) -> RunningServer:
    """
    Serve `services` on `address` ("127.0.0.1:0" picks a port; "unix:/path"), with health and reflection.

    tls: folder of certificates; only who shows one is served. health_address: where health is answered to anybody.
    Returns at once; `ready()` waits for the loading. Raises FailedPrecondition (ADDRESS_IN_USE, TLS_FILE_MISSING).
    """
    server = grpc.aio.server(interceptors=(ErrorInterceptor(),), options=_OPTIONS)
    try:
        return await _started(server, services, address, tls, health_address)
    except BaseException:
        await server.stop(None)  # one that is only forgotten complains when its loop has ended
        raise


async def _started(
    server: grpc.aio.Server, services: Sequence[Service], address: str, tls: Path | None, health_address: str
) -> RunningServer:
    checks = HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(checks, server)
    await checks.set("", health_pb2.HealthCheckResponse.NOT_SERVING)
    for service in services:
        service.add(server)
        await checks.set(service.name, health_pb2.HealthCheckResponse.NOT_SERVING)
    names = [service.name for service in services]
    reflection.enable_server_reflection([*names, health.SERVICE_NAME, reflection.SERVICE_NAME], server)
    try:
        port = server.add_secure_port(address, server_credentials(tls)) if tls else server.add_insecure_port(address)
    except RuntimeError as error:
        raise FailedPrecondition(
            f"Cannot listen on {address!r}: another process has it, or it is not an address of this machine. "
            "Choose another one.",
            reason="ADDRESS_IN_USE",
        ) from error
    open_health = AsyncExitStack()
    await open_health.enter_async_context(answering_health(health_address, checks))
    try:
        await server.start()
    except BaseException:
        await open_health.aclose()
        raise
    bound = address if address.startswith("unix:") else f"{address.rpartition(':')[0]}:{port}"
    return RunningServer(server, bound, services, checks, open_health)


def run_service(
    build: Callable[[], Service], address: str, settings: ServiceSettings, *, drain: float | None = None
) -> None:
    """
    The main function of a service process: serve until SIGTERM or SIGINT, then drain.

    build: called inside the running event loop.
    drain: seconds that running calls get to end; as the settings say when None.
    Raises what loading raised, and Unavailable (GPU_FAULTED) after draining when only a new process can go on.
    """
    configure_logging(settings)
    asyncio.run(_serve(build, address, settings, settings.drain_seconds if drain is None else drain))


async def _serve(build: Callable[[], Service], address: str, settings: ServiceSettings, drain: float) -> None:
    service = build()
    with observing(settings, service.name.split(".")[1]):
        await _serve_until_told(service, address, settings, drain)


def _pass(error: BaseException | None) -> None:
    """Raise what the one service of this process raised when it loaded."""
    if error:
        raise error.exceptions[0] if isinstance(error, BaseExceptionGroup) else error


async def _serve_until_told(service: Service, address: str, settings: ServiceSettings, drain: float) -> None:
    server = await start_server([service], address, tls=settings.tls_dir, health_address=settings.health_listen)
    loop = asyncio.get_running_loop()
    end: asyncio.Future[None] = loop.create_future()

    def told(fault: Unavailable | None = None) -> None:
        if end.done():
            return
        if fault:
            end.set_exception(fault)
        else:
            end.set_result(None)

    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, told)
    loading = asyncio.create_task(server.ready())
    try:
        with hearing(told):
            await asyncio.wait({end, loading}, return_when=asyncio.FIRST_COMPLETED)
            if loading.done():
                _pass(loading.exception())  # a service that cannot load must not look alive
                steady()
            await end
    finally:
        _log.info("draining", seconds=drain)
        loading.cancel()
        await asyncio.gather(loading, return_exceptions=True)
        await server.stop(drain)

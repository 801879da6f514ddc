"""Everything in one process, with the deterministic engines."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

import httpx
import uvicorn

from gateway.app import create_app
from gateway.services import ServiceUrls
from gateway.settings import GatewaySettings
from pixelle.runtime.server import start_server

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from fastapi import FastAPI

__all__ = ["ENGINES", "embedded", "served"]

ENGINES = {"script": "outline", "tts": "tone", "media": "card", "render": ""}


@asynccontextmanager
async def embedded(folder: Path, **engines: str) -> AsyncGenerator[httpx.AsyncClient]:
    """All services and the gateway in this process. engines: others than those of `ENGINES`, by service."""
    async with _running(folder, engines) as app:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=120) as http:
            yield http


@asynccontextmanager
async def served(folder: Path, **settings: Any) -> AsyncGenerator[str]:
    """The same on a port of this machine; its address. settings: of the gateway."""
    async with _running(folder, {}, **settings) as app:
        config = uvicorn.Config(app, host="127.0.0.1", port=0, lifespan="off", log_config=None)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.02)
        try:
            yield "http://{}:{}".format(*server.servers[0].sockets[0].getsockname())
        finally:
            server.should_exit = True
            server.force_exit = True  # streams that a browser has left open
            await serving


@asynccontextmanager
async def _running(folder: Path, engines: dict[str, str], **others: Any) -> AsyncGenerator[FastAPI]:

    @asynccontextmanager
    async def around() -> AsyncGenerator[ServiceUrls]:
        services: list[Any] = []
        for name, engine in (ENGINES | engines).items():
            kind = getattr(import_module(f"svc_{name}.settings"), f"{name.title()}Settings")
            chosen = {f"{name}_engine": engine} if engine else {}
            services.append(import_module(f"svc_{name}.server").build(kind(data_dir=folder / "data", **chosen)))
        server = await start_server(services, f"unix:{folder / 'socket'}")
        try:
            await server.ready()
            yield ServiceUrls(*[server.address] * 4)
        finally:
            await server.stop()

    settings = GatewaySettings(data_dir=folder / "data", output_dir=folder / "output", **others)
    app = create_app(settings, around=around)
    async with app.router.lifespan_context(app):
        yield app

"""Everything in one process, with the deterministic engines."""

from __future__ import annotations

from contextlib import asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

import httpx

from gateway.app import create_app
from gateway.services import ServiceUrls
from gateway.settings import GatewaySettings
from pixelle.runtime.server import start_server

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

__all__ = ["ENGINES", "embedded"]

ENGINES = {"script": "outline", "tts": "tone", "media": "card", "render": ""}


@asynccontextmanager
async def embedded(folder: Path, **engines: str) -> AsyncGenerator[httpx.AsyncClient]:
    """All services and the gateway in this process. engines: others than those of `ENGINES`, by service."""

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

    settings = GatewaySettings(data_dir=folder / "data", output_dir=folder / "output")
    app = create_app(settings, around=around)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    client = httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=120)
    async with app.router.lifespan_context(app), client as http:
        yield http

"""The gateway's one place of choices: settings in, a FastAPI app out."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI

from gateway import problems
from gateway.auth import KeyGate
from gateway.limits import BodyLimit
from gateway.routers import docs, events, files, system, tasks, video
from gateway.running import parts_running
from gateway.services import ServiceUrls
from gateway.settings import GatewaySettings
from pixelle.runtime.telemetry import configure_logging

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from contextlib import AbstractAsyncContextManager

__all__ = ["create_app"]

_MAX_BODY = 8 * 1024 * 1024


def create_app(
    settings: GatewaySettings, *, around: Callable[[], AbstractAsyncContextManager[ServiceUrls]] | None = None
) -> FastAPI:
    """
    A gateway; it starts and stops with the app's lifespan.

    around: entered before anything is dialled and left last; yields where the services are. Without it they are
    where the settings say. Starting raises FailedPrecondition (SERVICE_URL_MISSING and those of `parts_running`).
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            urls = await stack.enter_async_context(around()) if around else ServiceUrls.of(settings)
            app.state.parts = await stack.enter_async_context(parts_running(settings, urls))
            yield

    app = FastAPI(
        title="Pixelle-Video API",
        version=system.VERSION,
        description="A topic or a script goes in; a narrated, captioned, well-mixed video comes out.",
        lifespan=lifespan,
        docs_url=None,  # FastAPI's own pages load scripts from elsewhere
        redoc_url=None,
    )
    problems.install(app)
    app.add_middleware(BodyLimit, max_bytes=_MAX_BODY)
    app.add_middleware(KeyGate, keys=settings.api_keys, trusted_proxies=settings.trusted_proxies)
    for each in (docs, system, video, tasks, events, files):
        app.include_router(each.router)
    return app


def __getattr__(name: str) -> FastAPI:
    """`gateway.app:app` for uvicorn, made when asked for, from the environment."""
    if name != "app":
        raise AttributeError(name)
    settings = GatewaySettings()
    configure_logging(settings)
    made = create_app(settings)
    globals()["app"] = made
    return made

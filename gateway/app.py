"""The gateway's one place of choices: settings in, a FastAPI app out."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI

from gateway import problems
from gateway.auth import KeyGate
from gateway.checks import Checks
from gateway.files import Intake
from gateway.limits import BodyLimit
from gateway.parts import GatewayParts
from gateway.routers import docs, files, redo, storyboards, system, tasks, video
from gateway.services import Services, ServiceUrls
from gateway.settings import GatewaySettings
from gateway.workflow.database import Database
from gateway.workflow.engine import TaskEngine
from gateway.workflow.idempotency import KeyStore
from gateway.workflow.progress import ProgressStore
from gateway.workflow.publish import Publisher
from gateway.workflow.tasks import Tasks
from pixelle.runtime.artifacts import ArtifactStore
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
    where the settings say. Starting raises FailedPrecondition (SERVICE_URL_MISSING, DATABASE_IN_USE).
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            urls = await stack.enter_async_context(around()) if around else ServiceUrls.of(settings)
            app.state.parts = await stack.enter_async_context(_started(settings, urls))
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
    for each in (docs, system, video, storyboards, tasks, redo, files):
        app.include_router(each.router)
    return app


@asynccontextmanager
async def _started(settings: GatewaySettings, urls: ServiceUrls) -> AsyncGenerator[GatewayParts]:
    """Everything the endpoints need, running."""
    database = Database(settings.effective_database_url)
    services = Services(urls)
    engine = TaskEngine(
        database,
        executor_id=settings.executor_id,
        tasks_at_once=settings.tasks_at_once,
        poll_seconds=settings.poll_seconds,
    )
    try:
        store = ArtifactStore.open(settings)
        publisher = Publisher(settings.output_dir, store)
        intake = Intake(store, settings.roots, allow_http=settings.allow_http)
        running = Tasks(
            settings, engine=engine, progress=ProgressStore(database), services=services, publisher=publisher
        )
        await running.start()
        try:
            checks = Checks(services, intake, settings)
            yield GatewayParts(settings, services, store, running, checks, KeyStore(database))
        finally:
            await engine.stop()
    finally:
        await services.close()
        database.close()


def __getattr__(name: str) -> FastAPI:
    """`gateway.app:app` for uvicorn, made when asked for, from the environment."""
    if name != "app":
        raise AttributeError(name)
    settings = GatewaySettings()
    configure_logging(settings)
    made = create_app(settings)
    globals()["app"] = made
    return made

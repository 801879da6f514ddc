"""The gateway's one place of choices: settings in, a FastAPI app out."""

from __future__ import annotations

import asyncio
import signal
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import Depends, FastAPI
from starlette.middleware.cors import CORSMiddleware

from gateway import problems
from gateway.auth import KeyGate
from gateway.limits import BodyLimit
from gateway.observed import Observed
from gateway.routers import (
    content,
    docs,
    events,
    files,
    frames,
    history,
    pictures,
    redo,
    resources,
    speech,
    storyboards,
    studio,
    system,
    tasks,
    templates,
    video,
    voices,
)
from gateway.running import parts_running
from gateway.services import ServiceUrls
from gateway.settings import GatewaySettings
from gateway.slashes import SlashesIgnored
from gateway.starting import StartTold
from gateway.unknown import known_query
from pixelle.runtime.errors import FailedPrecondition, InvalidArgument
from pixelle.runtime.steady import steady
from pixelle.runtime.telemetry import configure_logging

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable
    from contextlib import AbstractAsyncContextManager

__all__ = ["create_app"]

_READABLE = ("X-Next-Cursor", "Link", "Retry-After", "Content-Range", "Accept-Ranges", "ETag", "Content-Disposition")
"""Headers of answers that pages of other origins may read, beside those that every page may."""

_MAX_BODY = 8 * 1024 * 1024
_MAX_RECORDING = 64 * 1024 * 1024
"""Of a request that brings a recording: fifteen minutes of CD quality are less than twice as much."""
_FORM_FILES, _FORM_FIELDS = 20, 50
"""Parts of a form: of every file a megabyte is held in memory before the rest goes to the disk."""


def create_app(
    settings: GatewaySettings,
    *,
    around: Callable[[], AbstractAsyncContextManager[ServiceUrls]] | None = None,
    own_process: bool = False,
) -> FastAPI:
    """
    A gateway; it starts and stops with the app's lifespan.

    around: entered before anything is dialled and left last; yields where the services are. Without it they are
    where the settings say. own_process: nothing else runs in this process.
    Raises InvalidArgument (SETTING_INVALID). Starting raises FailedPrecondition (SERVICE_URL_MISSING, ROLE_IS_WORKER)
    and what `parts_running` raises.
    """
    _check(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            if settings.role == "worker":
                raise FailedPrecondition(
                    "PIXELLE_ROLE=worker answers no requests. Start it with `pixelle worker`, or set another role.",
                    reason="ROLE_IS_WORKER",
                )
            urls = await stack.enter_async_context(around()) if around else ServiceUrls.of(settings)
            parts = await stack.enter_async_context(parts_running(settings, urls))
            app.state.parts = parts
            watching = asyncio.create_task(_end_when(parts.lost)) if parts.lost else None
            if own_process:
                steady()
            yield
            if watching:
                watching.cancel()

    app = FastAPI(
        title="Pixelle-Video API",
        version=system.VERSION,
        description="A topic or a script goes in; a narrated, captioned, well-mixed video comes out.",
        lifespan=lifespan,
        dependencies=[Depends(known_query)],
        redirect_slashes=False,
        form_limits={"max_files": _FORM_FILES, "max_fields": _FORM_FIELDS},
        docs_url=None,  # FastAPI's own pages load scripts from elsewhere
        redoc_url=None,
    )
    problems.install(app)
    uploads = {files.PATH: files.UPLOAD_BYTES, voices.PATH: _MAX_RECORDING}
    app.add_middleware(BodyLimit, max_bytes=_MAX_BODY, uploads=uploads)
    app.add_middleware(
        KeyGate,
        keys=settings.api_keys,
        trusted_proxies=settings.trusted_proxies,
        urgent_keys=settings.urgent_keys,
        origins=settings.cors_origins,
    )
    if settings.cors_origins:  # around the gate: browsers ask beforehand without a key, and read its refusals
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=_READABLE,
        )
    if settings.metrics_listen or settings.trace_endpoint:
        app.add_middleware(Observed)
    app.add_middleware(SlashesIgnored)
    app.add_middleware(StartTold)
    for each in (docs, system, video, storyboards, tasks, redo, events, history):
        app.include_router(each.router)
    for each in (content, speech, pictures, frames, files, voices, templates, resources):
        app.include_router(each.router)
    app.mount(studio.PATH, studio.StudioFiles())
    return app


def _check(settings: GatewaySettings) -> None:
    """Raises InvalidArgument (SETTING_INVALID) where settings that are right by themselves make no sense together."""
    if "*" in settings.cors_origins and not settings.api_keys:
        raise InvalidArgument(
            "PIXELLE_CORS_ORIGINS is *: without a key every web page that is opened on this machine could use the "
            "gateway. Name the origins, or set PIXELLE_API_KEYS.",
            reason="SETTING_INVALID",
        )
    strange = [number for number, key in enumerate(settings.urgent_keys, 1) if key not in settings.api_keys]
    if strange:
        raise InvalidArgument(
            f"PIXELLE_URGENT_KEYS: key {strange[0]} of {len(settings.urgent_keys)} is none of PIXELLE_API_KEYS, so "
            "nobody could send it. Write it as it stands there, or leave it out.",
            reason="SETTING_INVALID",
        )


async def _end_when(lost: asyncio.Event) -> None:
    """Another process has the name of this one, which must not go on with its tasks."""
    await lost.wait()
    signal.raise_signal(signal.SIGTERM)


def __getattr__(name: str) -> FastAPI:
    """`gateway.app:app` for uvicorn, made when asked for, from the environment."""
    if name != "app":
        raise AttributeError(name)
    settings = GatewaySettings()
    configure_logging(settings)
    made = create_app(settings, own_process=True)
    globals()["app"] = made
    return made

"""Puts the render service together: the one place that chooses its parts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from pixelle.runtime.errors import FailedPrecondition
from pixelle.runtime.server import Service

if TYPE_CHECKING:
    from pixelle.runtime.artifacts import ArtifactStore
    from svc_render.settings import RenderSettings

__all__ = ["NAME", "build"]

NAME = "pixelle.render.v1.RenderService"

_log = structlog.get_logger("svc_render.server")


def build(settings: RenderSettings, store: ArtifactStore | None = None) -> Service:
    """
    The service, not yet loaded. Call inside a running event loop.

    store: shared with other services of this process; opened from the settings when None.
    """
    # av, OpenCV and Pillow are imported here, not when someone only asks what services there are
    from pixelle.render.v1 import render_pb2_grpc
    from pixelle.runtime.artifacts import ArtifactStore
    from svc_render.browser import Browser
    from svc_render.catalog import Catalog
    from svc_render.drawing import Artist
    from svc_render.memory import frugal
    from svc_render.scratch import sweep
    from svc_render.servicer import RenderServicer
    from svc_render.sound.music import MusicShelf

    frugal()
    store = store or ArtifactStore.open(settings)
    catalog = Catalog(settings.data_dir / "templates", default=settings.render_template)
    browser = Browser(
        executable=settings.render_browser,
        pages=settings.render_pages,
        seconds=settings.render_draw_seconds,
        sandbox=settings.render_sandbox,
    )
    artist = Artist(
        catalog,
        store,
        browser,
        fetch_http=settings.render_fetch_http,
        fetch_seconds=settings.render_fetch_seconds,
    )
    shelf = MusicShelf(settings.data_dir / "bgm")
    servicer = RenderServicer(settings, store, catalog=catalog, artist=artist, shelf=shelf)

    async def load() -> None:
        await asyncio.to_thread(sweep, settings.scratch_dir)
        try:
            await browser.start()
        except FailedPrecondition as error:  # templates and sound work without; drawing says what is missing
            _log.warning("browser_missing", reason=error.message)

    async def close() -> None:
        servicer.close()
        await browser.close()

    return Service(
        name=NAME,
        add=lambda server: render_pb2_grpc.add_RenderServiceServicer_to_server(servicer, server),
        load=load,
        close=close,
    )

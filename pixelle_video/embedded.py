"""Everything in this process: the four real services on a private socket, and the gateway in front of them."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pixelle.runtime.errors import FailedPrecondition, PixelleError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Collection

    import httpx
    from fastapi import FastAPI

    from gateway.backup import Saved
    from gateway.services import ServiceUrls
    from gateway.settings import GatewaySettings
    from gateway.workflow.retention import Swept
    from pixelle.core.v1.core_pb2 import Engine
    from pixelle.runtime.server import Service

__all__ = [
    "Running",
    "backup",
    "browser",
    "create_embedded_app",
    "engines",
    "gateway_settings",
    "restore",
    "running",
    "serve",
    "setting_names",
    "sweep",
    "work",
]

os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
"""Before grpc is imported: it would tell the screen that our own server says goodbye."""

_SERVICES = ("script", "tts", "media", "render")
_BASE_URL = "http://embedded"
"""A name of this machine for the gateway's own checks; it is never looked up."""


@dataclass(frozen=True)
class Running:
    """A gateway that runs in this process."""

    client: httpx.AsyncClient
    """Speaks to it; closed by whoever uses it."""
    output_dir: Path
    """Where it lays out finished videos."""


@asynccontextmanager
async def running(config: Path) -> AsyncGenerator[Running]:
    """
    Start everything for one caller in this process, on a loop and thread of its own; nothing listens on the network.

    Raises PixelleError: settings that are wrong, DATABASE_IN_USE when another process works in the data folder.
    """
    import httpx

    from pixelle_video.apart import Apart, Bridge

    async with Apart(partial(_answering, config)) as (loop, (app, settings)):
        keys = settings.api_keys
        headers = {"Authorization": f"Bearer {keys[0].get_secret_value()}"} if keys else {}
        transport = Bridge(httpx.ASGITransport(app, raise_app_exceptions=False), loop)
        yield Running(httpx.AsyncClient(transport=transport, base_url=_BASE_URL, headers=headers), settings.output_dir)


@asynccontextmanager
async def _answering(config: Path) -> AsyncGenerator[tuple[FastAPI, GatewaySettings]]:
    """The gateway for one caller, started."""
    settings = gateway_settings(config)
    _log_quietly(settings)
    # the caller runs as the user who owns these files, so any of them may be named
    settings = settings.model_copy(update={"allowed_roots": [*settings.allowed_roots, Path(Path.cwd().anchor)]})
    # the services load while the gateway is imported: much of both waits for the disk or runs outside of Python
    async with _services_running(settings, config, alone=True) as urls:
        app = await asyncio.to_thread(_app_before, settings, urls)
        async with app.router.lifespan_context(app):
            yield app, settings


def create_embedded_app(settings: GatewaySettings, config: Path, *, own_process: bool = False) -> FastAPI:
    """The gateway with all services inside that have no address; they start and stop with the app's lifespan."""
    from gateway.app import create_app

    around = partial(_services_running, settings, config, own_process=own_process)
    return create_app(settings, around=around, own_process=own_process)


def serve(host: str, port: int, config: Path) -> None:
    """Serve the gateway with everything inside until SIGINT or SIGTERM. Raises PixelleError when it cannot start."""
    from pixelle.runtime.telemetry import configure_logging
    from pixelle_video.serving import bound, serve_app

    settings = gateway_settings(config)
    configure_logging(settings)
    with bound(host, port) as listening:
        asyncio.run(serve_app(_app(settings, config), listening))


def work(config: Path) -> None:
    """Make the videos that gateways accept, until SIGINT or SIGTERM. Raises PixelleError when it cannot start."""
    from gateway.worker import run_worker

    run_worker(gateway_settings(config))


async def sweep(config: Path, *, dry_run: bool) -> Swept:
    """Delete once what the settings do not keep. Raises PixelleError."""
    from gateway.running import sweep as swept

    settings = gateway_settings(config)
    _log_quietly(settings)
    return await swept(settings, dry_run=dry_run)


def backup(config: Path, folder: Path) -> Saved:
    """Write tasks and files to a folder. Raises PixelleError."""
    from gateway.backup import backup as saved

    return saved(gateway_settings(config), folder)


def restore(config: Path, folder: Path, *, replace: bool) -> Saved:
    """Bring tasks and files back from a folder. Raises PixelleError."""
    from gateway.backup import restore as restored

    return restored(gateway_settings(config), folder, replace=replace)


async def engines(config: Path) -> dict[str, list[Engine]]:
    """The engines of each service, described without loading any. Raises PixelleError."""
    from pixelle_video.survey import engines_of

    settings = gateway_settings(config)
    elsewhere = _elsewhere(settings)
    return await engines_of(_built(config, elsewhere), elsewhere, tls=settings.tls_dir)


def setting_names() -> set[str]:
    """The environment variables that the gateway and the services read."""
    from gateway.settings import GatewaySettings
    from svc_media.settings import MediaSettings
    from svc_render.settings import RenderSettings
    from svc_script.settings import ScriptSettings
    from svc_tts.settings import TtsSettings

    kinds = (GatewaySettings, ScriptSettings, TtsSettings, MediaSettings, RenderSettings)
    return {f"PIXELLE_{name.upper()}" for kind in kinds for name in kind.model_fields}


def browser() -> Path | None:
    """The browser that frames are drawn with; None when there is none."""
    from pixelle_video.browsers import off_path
    from pixelle_video.config import settings_from
    from svc_render.browser import find_browser
    from svc_render.settings import RenderSettings

    wanted = settings_from(RenderSettings, {}).render_browser
    try:
        return Path(find_browser(wanted))
    except FailedPrecondition:
        return None if wanted else off_path(Path.home())


@asynccontextmanager
async def _services_running(
    settings: GatewaySettings, config: Path, *, alone: bool = False, own_process: bool = False
) -> AsyncGenerator[ServiceUrls]:
    """
    The services behind one private address, but for those whose address is set.

    They load while the gateway already answers. alone: for one caller.
    """
    from gateway.services import ServiceUrls
    from pixelle.runtime.server import start_server
    from pixelle_video.inside import private_address, told_when_loaded

    elsewhere = _elsewhere(settings)
    with private_address() as address:
        server = await start_server(_built(config, elsewhere, alone=alone), address)
        watching = asyncio.create_task(told_when_loaded(server, own_process=own_process))
        try:
            yield ServiceUrls(**dict.fromkeys(_SERVICES, server.address) | elsewhere)
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            await server.stop()


def _app_before(settings: GatewaySettings, urls: ServiceUrls) -> FastAPI:
    """The gateway in front of services that run already."""
    from gateway.app import create_app

    return create_app(settings, around=lambda: nullcontext(urls))


def _elsewhere(settings: GatewaySettings) -> dict[str, str]:
    """Addresses of the services that do not run in this process, by name."""
    return {name: url for name in _SERVICES if (url := getattr(settings, f"{name}_url"))}


def _built(config: Path, elsewhere: Collection[str], *, alone: bool = False) -> list[Service]:
    """The services that are not elsewhere, over one store, with the settings of this process."""
    from pixelle.runtime.artifacts import ArtifactStore
    from pixelle.runtime.settings import ServiceSettings
    from pixelle_video.config import load_config, settings_from
    from svc_media import server as media
    from svc_media.settings import MediaSettings
    from svc_render import server as render
    from svc_render.settings import RenderSettings
    from svc_script import server as script
    from svc_script.settings import ScriptSettings
    from svc_tts import server as tts
    from svc_tts.settings import TtsSettings

    values = load_config(config).values()
    if drawing := browser():
        values["render_browser"] = str(drawing)
    store = ArtifactStore.open(settings_from(ServiceSettings, values))

    def writer() -> Service:
        settings = settings_from(ScriptSettings, values)
        if alone and "script_threads" not in settings.model_fields_set:
            # nothing else has work while one caller's script is written
            settings = settings.model_copy(update={"script_threads": os.cpu_count() or 1})
        return script.build(settings, store)

    makers: dict[str, Callable[[], Service]] = {
        "script": writer,
        "tts": lambda: tts.build(settings_from(TtsSettings, values), store),
        "media": lambda: media.build(settings_from(MediaSettings, values), store),
        "render": lambda: render.build(settings_from(RenderSettings, values), store),
    }
    return [make() for name, make in makers.items() if name not in elsewhere]


def gateway_settings(config: Path) -> GatewaySettings:
    """What the gateway of this installation is told. Raises PixelleError."""
    from gateway.settings import GatewaySettings
    from pixelle_video.config import load_config, settings_from

    return settings_from(GatewaySettings, load_config(config).values())


def _log_quietly(settings: GatewaySettings) -> None:
    """For a caller in this process, who may have a log of their own: errors, unless the settings say more."""
    import structlog

    from pixelle.runtime.telemetry import configure_logging

    if not structlog.is_configured():
        level = settings.log_level if "log_level" in settings.model_fields_set else "error"
        configure_logging(settings.model_copy(update={"log_level": level}))


def _app(settings: GatewaySettings, config: Path) -> FastAPI:
    """Everything inside that the settings do not say is elsewhere."""
    from gateway.app import create_app

    elsewhere = _elsewhere(settings)
    if len(elsewhere) == len(_SERVICES) or (elsewhere and settings.clustered):
        return create_app(settings, own_process=True)
    return create_embedded_app(settings, config, own_process=True)


def __getattr__(name: str) -> FastAPI:
    """`app` for uvicorn, made when asked for: everything inside, unless the settings name separate services."""
    if name != "app":
        raise AttributeError(name)
    import structlog

    from pixelle.runtime.telemetry import configure_logging
    from pixelle_video.misspelt import misspelt

    config = Path("config.yaml")
    try:
        settings = gateway_settings(config)
        configure_logging(settings)
        for said in misspelt(os.environ, setting_names()):
            structlog.get_logger("pixelle").warning("setting unknown", said=said)
        made = _app(settings, config)
    except PixelleError as error:  # whoever imports it is a server, which would print where it happened
        raise SystemExit(f"pixelle: {error.message}") from None
    globals()["app"] = made
    return made

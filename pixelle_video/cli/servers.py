"""`pixelle serve`, `pixelle worker` and `pixelle service`: the processes that stay."""

from __future__ import annotations

import runpy
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["ServiceName", "serve", "service", "worker"]


class ServiceName(StrEnum):
    """The services that run alone."""

    SCRIPT = "script"
    TTS = "tts"
    MEDIA = "media"
    RENDER = "render"


def serve(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 picks a free one.")] = 8000,
    config: Annotated[Path, typer.Option(help="Settings file.")] = Path("config.yaml"),
) -> None:
    """Serve the REST API; with all services in this process but those that a PIXELLE_*_URL names."""
    from pixelle_video import embedded

    embedded.serve(host, port, config)


def worker(
    *,
    config: Annotated[Path, typer.Option(help="Settings file.")] = Path("config.yaml"),
) -> None:
    """Make the videos that gateways accept; PIXELLE_DATABASE_URL and PIXELLE_*_URL say where tasks and services are."""
    from pixelle_video import embedded

    embedded.work(config)


def service(
    name: Annotated[ServiceName, typer.Argument(help="Which one.")],
) -> None:
    """Serve one service alone, over gRPC; its address comes from PIXELLE_<NAME>_LISTEN."""
    from pydantic import ValidationError

    from pixelle_video.config import setting_error

    sys.argv = [f"svc_{name.value}"]
    try:
        runpy.run_module(f"svc_{name.value}", run_name="__main__")
    except ValidationError as error:
        raise setting_error(error) from None

"""`pixelle demo`: a first video with whatever is installed here, saying what is not."""

from __future__ import annotations

import asyncio
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pixelle_video.cli.logs import log_to_file
from pixelle_video.cli.make import make

if TYPE_CHECKING:
    from pixelle.core.v1.core_pb2 import Engine

__all__ = ["demo"]

_WITHOUT = {
    "script": "no language model is ready, so this is a sample script and not about your topic",
    "tts": "no voice is ready, so you hear tones where words would be spoken",
    "media": "the picture pack is not ready, so scenes show plain cards",
}


def demo(
    topic: Annotated[str, typer.Argument(help="What the video is about.")] = "Why develop a reading habit",
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to put the video.")] = Path("output/demo.mp4"),
    config: Annotated[Path, typer.Option(help="Settings file.")] = Path("config.yaml"),
) -> None:
    """Make a first video of five scenes with what is installed; what is missing is said, with the way to get it."""
    from pixelle_video import embedded

    log_to_file()
    found = asyncio.run(embedded.engines(config))
    lacking = {service: reason for service, known in found.items() if (reason := _lacking(known))}
    for service, reason in lacking.items():
        typer.echo(f"note: {_WITHOUT[service]}. {reason}", err=True)
    tts = "local/tone" if "tts" in lacking else None
    if "script" not in lacking:
        make(topic, tts=tts, output=output, config=config)
        return
    with as_file(files("pixelle_video") / "demo.txt") as sample:
        make("A page a day", script=sample, tts=tts, output=output, config=config)


def _lacking(known: list[Engine]) -> str:
    """Why the engine people should get is not ready; "" when it is."""
    chosen = next(engine for engine in known if engine.is_default)
    # where packs are missing the lesser of these is the default, and the first engine of the table says why
    return known[0].reason if chosen.name in {"outline", "card"} else chosen.reason

"""Running one piece of work for the command line: shown while it runs, reported when it has ended."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from pixelle.runtime.errors import FailedPrecondition, Internal, PixelleError, Unauthenticated
from pixelle_video.cli.display import display
from pixelle_video.cli.logs import log_to_file

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator
    from pathlib import Path
    from typing import TypeAlias

    from pixelle_video.events import ProgressEvent
    from pixelle_video.results import VideoGenerationResult
    from pixelle_video.service import PixelleVideoCore

    Show: TypeAlias = Callable[[ProgressEvent], None]

__all__ = ["complaining", "report", "run"]

T = TypeVar("T")

_TERMINATED = 143
"""128 + SIGTERM."""


def run(
    work: Callable[[PixelleVideoCore, Show], Awaitable[T]], *, gateway: str | None, api_key: str | None, config: Path
) -> T:
    """
    What `work` returns, given a started core and what shows its progress.

    gateway: address of the one that does it; None: this process. Raises PixelleError, with advice for people; on
    SIGTERM everything is stopped and the command ends with the code that shells give it.
    """
    try:
        return asyncio.run(_run(work, gateway, api_key, config))
    except asyncio.CancelledError:
        typer.echo("pixelle: terminated", err=True)
        raise typer.Exit(_TERMINATED) from None


async def _run(
    work: Callable[[PixelleVideoCore, Show], Awaitable[T]], gateway: str | None, api_key: str | None, config: Path
) -> T:
    this = asyncio.current_task()
    assert this is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    with display(live=sys.stderr.isatty()) as shown:
        shown.say("Starting")
        from pixelle_video.service import PixelleVideoCore

        log = log_to_file() if gateway is None else None
        try:
            async with PixelleVideoCore(config, gateway_url=gateway, api_key=api_key) as core:
                return await work(core, shown.show)
        except Unauthenticated as error:
            if gateway is not None:
                error.message += " Here it is given with --api-key, or as PIXELLE_API_KEY in the environment."
            raise
        except FailedPrecondition as error:
            if error.reason == "DATABASE_IN_USE":
                error.message += " To let `pixelle serve` make it: --gateway http://127.0.0.1:8000."
            raise
        except Internal as error:
            if log is None:
                raise
            raise Internal(f"{error.message} The log is {log}.", reason=error.reason, details=error.details) from error


@contextmanager
def complaining(*, as_json: bool) -> Generator[None]:
    """Print an error that ends the command as JSON, where that was asked for."""
    try:
        yield
    except PixelleError as error:
        if as_json:
            typer.echo(json.dumps({"error": _error(error)}, ensure_ascii=False))
        raise


def report(result: VideoGenerationResult, *, as_json: bool) -> None:
    """Print what was made."""
    board = result.storyboard
    if as_json:
        typer.echo(json.dumps(_summary(result), ensure_ascii=False))
        return
    for warning in result.warnings:
        typer.echo(f"note: {warning}", err=True)
    for credit in result.credits:
        typer.echo(f"credit: {credit}", err=True)
    for cost in result.spent:
        typer.echo(f"spent: {cost['amount']:g} {cost['unit']} ({cost['engine']})", err=True)
    if board.notice:
        typer.echo(f"note: {board.notice}", err=True)
    size, count = result.file_size / 1e6, len(board.frames)
    scenes = "1 scene" if count == 1 else f"{count} scenes"
    typer.echo(f"{result.video_path}  ({result.duration:.1f} s, {scenes}, {size:.1f} MB)")


def _summary(result: VideoGenerationResult) -> dict[str, Any]:
    board = result.storyboard
    return {
        "video_path": result.video_path,
        "duration": result.duration,
        "file_size": result.file_size,
        "task_id": result.task_id,
        "title": board.title,
        "language": board.language,
        "engine": board.engine,
        "notice": board.notice,
        "warnings": result.warnings,
        "credits": result.credits,
        "spent": result.spent,
        "scenes": [
            {"index": frame.index, "narration": frame.narration, "image_prompt": frame.image_prompt}
            for frame in board.frames
        ],
    }


def _error(error: PixelleError) -> dict[str, Any]:
    task_id = error.details.get("task_id")
    said = {"message": error.message, "reason": error.reason, "retryable": error.retryable}
    return {**said, "task_id": task_id} if task_id else said

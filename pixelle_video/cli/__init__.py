"""The `pixelle` command: make a video, serve, look after the installation."""

from __future__ import annotations

import os
import sys

import typer

from pixelle.runtime.errors import Cancelled, InvalidArgument, NotFound, PixelleError
from pixelle_video.cli import backup, demo, gc, machine, make, redo, servers, voices
from pixelle_video.cli.memory import use_few_arenas

__all__ = ["app", "main"]

app = typer.Typer(
    name="pixelle",
    help="Turns a topic or a script into a narrated, captioned video.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def _none(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
        raise typer.Exit(2)


app.command("demo")(demo.demo)
app.command("make")(make.make)
app.command("plan")(redo.plan)
app.command("redo")(redo.redo)
app.command("retry")(redo.retry)
app.command("serve")(servers.serve)
app.command("worker")(servers.worker)
app.command("service")(servers.service)
app.command("gc")(gc.gc)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("say")(voices.say)
app.add_typer(voices.voices, name="voices")
app.command("engines")(machine.engines)
app.command("doctor")(machine.doctor)
app.command("setup")(machine.setup)


_INTERRUPTED = 130
"""What typer makes of Ctrl-C, as shells do: 128 + SIGINT."""


def main() -> None:
    """Run the command line; ends the process with 0, 1 (failed), 2 (bad input) or 130 (interrupted)."""
    use_few_arenas()
    _warn_of_misspelt()
    sys.exit(_run())


def _warn_of_misspelt() -> None:
    """A setting that is written wrong must not quietly lose its meaning."""
    given = [name for name in os.environ if name.upper().startswith("PIXELLE_")]
    if not given:
        return
    from pixelle_video.embedded import setting_names
    from pixelle_video.misspelt import misspelt

    try:
        known = setting_names()
    except ImportError:  # an installation without some of the services cannot tell
        return
    for said in misspelt(given, known | {"PIXELLE_API_KEY"}):  # which commands take for --api-key
        _complain(said, 0)


def _run() -> int:
    try:
        code = app(prog_name="pixelle", standalone_mode=False)
    except typer.TyperException as error:  # wrong use
        return _complain(error.format_message(), 2)
    except PixelleError as error:
        return _complain(error.message, _code(error))
    except BrokenPipeError:  # for example piped into head
        return 1
    if code == _INTERRUPTED:
        return _complain("interrupted", _INTERRUPTED)
    return code if isinstance(code, int) else 0


def _code(error: PixelleError) -> int:
    if isinstance(error, Cancelled):
        return _INTERRUPTED
    return 2 if isinstance(error, (InvalidArgument, NotFound)) else 1


def _complain(message: str, code: int) -> int:
    typer.echo(f"pixelle: {' '.join(message.split())}", err=True)
    return code

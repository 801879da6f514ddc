"""`pixelle backup` and `pixelle restore`: tasks and files of a deployment, to a folder and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["backup", "restore"]


def backup(
    folder: Annotated[Path, typer.Argument(help="Where to; a folder from before is brought up to date.")],
    *,
    config: Annotated[Path, typer.Option(help="Settings file.")] = Path("config.yaml"),
) -> None:
    """Write all tasks (Postgres) and all files (the artifact store) to a folder, also while everything runs."""
    from pixelle_video import embedded

    saved = embedded.backup(config, folder)
    typer.echo(f"Saved: tasks as of {saved.made_at} and {saved.files} files, {saved.bytes / 1e6:.1f} MB")


def restore(
    folder: Annotated[Path, typer.Argument(help="A folder that `pixelle backup` has written.")],
    *,
    replace: Annotated[bool, typer.Option("--replace", help="Lose the tasks that are there now.")] = False,
    config: Annotated[Path, typer.Option(help="Settings file.")] = Path("config.yaml"),
) -> None:
    """Bring tasks and files back; stop every gateway and worker before, start them afterwards."""
    from pixelle_video import embedded

    saved = embedded.restore(config, folder, replace=replace)
    typer.echo(f"Restored: tasks as of {saved.made_at} and {saved.files} files, {saved.bytes / 1e6:.1f} MB")

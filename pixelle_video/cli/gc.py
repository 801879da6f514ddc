"""`pixelle gc`: free the space of what need not be kept."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["gc"]


def gc(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Delete nothing; say what would be deleted.")] = False,
    config: Annotated[Path, typer.Option(help="Settings file.")] = Path("config.yaml"),
) -> None:
    """Delete what PIXELLE_KEEP_* and PIXELLE_CACHE_* do not keep and files nothing refers to; also beside a gateway."""
    from pixelle_video import embedded

    swept = asyncio.run(embedded.sweep(config, dry_run=dry_run))
    said = "would be freed" if dry_run else "freed"
    counts = f"{swept.tasks} tasks, {swept.results} remembered results, {swept.files} files"
    typer.echo(f"{swept.bytes / 1e6:.1f} MB {said}: {counts}")

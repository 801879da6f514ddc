"""Own pictures and clips on their way to the gateway."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pixelle.runtime.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pixelle_video.transport import Transport

__all__ = ["Asset", "sent"]


@dataclass(frozen=True)
class Asset:
    """A picture or clip of your own."""

    path: str | Path
    """A file here, an https URL, or what the gateway knows: an upload's path, a file in its allowed folders."""
    caption: str = ""
    """What it shows."""


async def sent(assets: Iterable[str | Path | Asset], transport: Transport) -> list[dict[str, str]]:
    """
    The assets as the gateway takes them: files that are here are uploaded.

    Raises PixelleError: InvalidArgument (ASSETS_INVALID, FILE_WRONG_TYPE, BODY_TOO_LARGE) and others.
    """
    if isinstance(assets, (str, Path, Asset)):
        raise InvalidArgument(f"assets is {str(assets)!r}. Give a list, also of one.", reason="ASSETS_INVALID")
    made: list[dict[str, str]] = []
    for each in assets:
        asset = each if isinstance(each, Asset) else Asset(each)
        if not isinstance(asset.path, (str, Path)):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidArgument(
                f"assets has {asset.path!r} in it. Give paths, https URLs or Asset(path, caption).",
                reason="ASSETS_INVALID",
            )
        found = {"path": str(asset.path), "caption": asset.caption}
        local = Path(asset.path)
        remote = found["path"].lower().startswith(("http://", "https://"))
        if not remote and await asyncio.to_thread(local.is_file):
            found |= {"path": (await transport.upload(local))["path"], "name": local.name}
        made.append({name: value for name, value in found.items() if value})
    return made

"""What deploy/images/images.toml says."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

__all__ = ["ROOT", "Image", "images"]

ROOT = Path(__file__).parents[2]
_HERE = Path("deploy/images")


@dataclass(frozen=True)
class Image:
    """One image to build."""

    name: str
    dockerfile: str
    """Path from the root of the repository."""
    extras: tuple[str, ...]
    """Of pyproject.toml; their packages and versions are in `lock`."""
    base: str = ""
    """Instead of the one the Dockerfile names."""
    python: str = "3.11"
    """The base's version: packages are chosen for it."""
    without: tuple[str, ...] = ()
    """Packages that others name and nothing here imports: neither they nor what only they need are pinned."""

    @property
    def lock(self) -> str:
        """Path from the root of the repository."""
        return str(_HERE / f"{self.name}.lock")

    @property
    def tag(self) -> str:
        """Name and version it is given."""
        version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
        return f"pixelle-{self.name}:{version}"

    def arguments(self, base: str = "") -> dict[str, str]:
        """Build arguments. base: instead of the one it would be built on."""
        chosen = base or self.base
        return {"LOCK": self.lock} | ({"BASE": chosen} if chosen else {})


def images() -> list[Image]:
    """All of them."""
    table: dict[str, dict[str, Any]] = tomllib.loads((ROOT / _HERE / "images.toml").read_text())
    made = [Image(name, **entry) for name, entry in table.items()]
    return [replace(each, extras=tuple(each.extras), without=tuple(each.without)) for each in made]

"""Browsers that are on no PATH: those of macOS applications and those Playwright has fetched."""

from __future__ import annotations

from pathlib import Path

__all__ = ["off_path"]

_APPLICATIONS = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
)
_FETCHED = (
    "chromium_headless_shell-*/chrome-*/headless_shell",
    "chromium_headless_shell-*/chrome-*/chrome-headless-shell",
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/Chromium.app/Contents/MacOS/Chromium",
)


def off_path(home: Path, applications: Path = Path("/Applications")) -> Path | None:
    """
    The first one found, Playwright's newest first; None when there is none.

    home: the user's home folder. applications: where macOS keeps programs.
    """
    for name in _APPLICATIONS:
        if (applications / name).is_file():
            return applications / name
    for cache in (home / ".cache/ms-playwright", home / "Library/Caches/ms-playwright"):
        for pattern in _FETCHED:
            if found := sorted(cache.glob(pattern)):
                return found[-1]
    return None

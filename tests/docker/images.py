"""Images that the tests run: fetched, or built here, or named by PIXELLE_IMAGES; each time with the reason when not."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from threading import Timer

import yaml

from deploy.images.__main__ import build
from deploy.images.table import images

__all__ = ["built", "named", "no_base", "no_engine", "no_image"]

COMPOSE = Path(__file__).parents[2] / "deploy" / "compose.yaml"
_ANSWER = 20.0
"""Seconds until a registry has to have said something."""
_FETCH = 180.0
_BASE = "python:3.11-slim-bookworm"


@cache
def no_engine() -> str:
    """Why no container can be started; "" when a Docker engine answers."""
    # in a process of its own: the client leaves a socket open when nobody answers
    asked = [sys.executable, "-c", "import docker; docker.from_env(timeout=5).ping()"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=60)
    if not done.returncode:
        return ""
    why = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
    return f"no Docker engine answers ({why[:120]}). Start one, or set DOCKER_HOST"


@cache
def no_image(name: str) -> str:
    """Why this image cannot be had; "" when it is here or could be fetched."""
    if not subprocess.run(["docker", "image", "inspect", name], capture_output=True, check=False).returncode:
        return ""
    with subprocess.Popen(["docker", "pull", name], stdout=-1, stderr=subprocess.STDOUT, text=True) as pull:
        assert pull.stdout
        silent, slow = Timer(_ANSWER, pull.kill), Timer(_FETCH, pull.kill)
        silent.start()
        slow.start()
        lines: list[str] = []
        for line in pull.stdout:
            silent.cancel()
            lines.append(line.strip())
        silent.cancel()
        slow.cancel()
    if not pull.returncode:
        return ""
    if pull.returncode > 0:
        return f"the image {name} cannot be fetched ({''.join(lines[-1:])[:120]})"
    return f"the image {name} was not fetched: " + (
        "it takes more than three minutes" if lines else "no registry answers"
    )


def no_base() -> str:
    """Why our images cannot be had; "" when PIXELLE_IMAGES names them, or the base they are built on is there."""
    return "" if os.environ.get("PIXELLE_IMAGES") else no_image(_BASE)


def named(service: str) -> str:
    """The image that deploy/compose.yaml names."""
    return yaml.safe_load(COMPOSE.read_text())["services"][service]["image"]


@cache
def built(name: str) -> str:
    """
    One of ours, by its name in images.toml: PIXELLE_IMAGES followed by that name and the version, for example
    registry.example.com/pixelle/tts:0.1.0; built here (or taken as it was built before) where that is not set.

    Raises CalledProcessError.
    """
    image = next(each for each in images() if each.name == name)
    given = os.environ.get("PIXELLE_IMAGES")
    if given:
        return given + image.tag.removeprefix("pixelle-")
    build(image, "docker")
    return image.tag

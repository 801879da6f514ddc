"""Writes what is installed in an image as a CycloneDX 1.6 document: `inventory.py FILE`; needs no packages itself."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path
from typing import Any


def python_packages() -> list[dict[str, Any]]:
    """Packages of this Python."""
    found = {dist.metadata["Name"].lower().replace("_", "-"): dist for dist in distributions()}
    listed: list[dict[str, Any]] = []
    for name, dist in sorted(found.items()):
        entry: dict[str, Any] = {"type": "library", "name": name, "version": dist.version}
        entry["purl"] = f"pkg:pypi/{name}@{dist.version}"
        licence = dist.metadata.json.get("license_expression")
        if licence:
            entry["licenses"] = [{"expression": licence}]
        listed.append(entry)
    return listed


def system_packages() -> list[dict[str, Any]]:
    """Packages of Debian or Ubuntu; none where dpkg is not there."""
    try:
        form = "${Package}\t${Version}\t${Architecture}\n"
        command = ("dpkg-query", "-W", "-f", form)
        asked = subprocess.run(command, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        return []
    release = platform.freedesktop_os_release()["ID"]
    rows = (line.split("\t") for line in asked.stdout.splitlines())
    return [
        {
            "type": "library",
            "name": name,
            "version": version,
            "purl": f"pkg:deb/{release}/{name}@{version}?arch={machine}",
        }
        for name, version, machine in rows
    ]


def inventory() -> dict[str, Any]:
    """The document."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "container", "name": "pixelle"}},
        "components": [*python_packages(), *system_packages()],
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(inventory(), indent=1))

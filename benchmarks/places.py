"""Where the measured tasks run: one process over SQLite, or gateways and workers over Postgres."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import psutil

from deploy.cluster import Cluster
from deploy.processes import Process, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from pathlib import Path

__all__ = ["PLACES", "Place", "Used", "cluster", "embedded", "everything_inside"]

QUIET = {"PIXELLE_LOG_LEVEL": "warning", "PIXELLE_LOG_FORMAT": "json", "PYTHONUNBUFFERED": "1"}


@dataclass(frozen=True)
class Used:
    """CPU seconds so far and memory now, by part."""

    cpu: dict[str, float]
    memory_mb: dict[str, float]


@dataclass(frozen=True)
class Place:
    """Gateways that answer, and the processes whose cost counts."""

    urls: list[str]
    parts: dict[str, list[Process]]
    """Processes by part: "gateway", "worker", "database"."""
    database_url: str
    """Another empty database of the same kind, for comparison."""

    def used(self) -> Used:
        """What each part, with its children, has used."""
        cpu, memory = dict.fromkeys(self.parts, 0.0), dict.fromkeys(self.parts, 0.0)
        for part, processes in self.parts.items():
            for process in processes:
                assert process.running is not None
                root = psutil.Process(process.running.pid)
                for each in (root, *root.children(recursive=True)):
                    with suppress(psutil.NoSuchProcess):
                        times = each.cpu_times()
                        cpu[part] += times.user + times.system + times.children_user + times.children_system
                        memory[part] += each.memory_info().rss / 1e6
        return Used(cpu, memory)


@contextmanager
def embedded(folder: Path, *, at_once: int) -> Generator[Place]:
    """The gateway with its worker inside over SQLite; the engines that take no time in a process of their own."""
    data = folder / "data"
    address = f"unix:{folder / 'instant'}"
    shared = {"PIXELLE_STORE_URL": (data / "store").as_uri(), "PIXELLE_DATA_DIR": str(data)}

    def serving(process: Process) -> bool:
        return '"event": "serving"' in process.said()

    loud = {**shared, "PIXELLE_SCRIPT_LISTEN": address, "PIXELLE_LOG_LEVEL": "info"}
    instant = _process("instant", folder, ("-m", "benchmarks.instant"), serving, loud)
    urls = {f"PIXELLE_{name}_URL": address for name in ("SCRIPT", "TTS", "MEDIA", "RENDER")}
    with _serving(folder, ("-m", "uvicorn", "gateway.app:app"), at_once, {**shared, **urls}, before=[instant]) as place:
        yield place


@contextmanager
def everything_inside(folder: Path, *, at_once: int) -> Generator[Place]:
    """`pixelle serve`: gateway, worker and the four real services in one process, with the deterministic engines."""
    chosen = {"PIXELLE_SCRIPT_ENGINE": "outline", "PIXELLE_TTS_ENGINE": "tone", "PIXELLE_MEDIA_ENGINE": "card"}
    settings = {**chosen, "PIXELLE_DATA_DIR": str(folder / "data")}
    with _serving(folder, ("-m", "pixelle_video", "serve"), at_once, settings) as place:
        yield place


@contextmanager
def _serving(
    folder: Path,
    command: tuple[str, ...],
    at_once: int,
    settings: Mapping[str, str],
    *,
    before: list[Process] | None = None,
) -> Generator[Place]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"

    def ready(_: Process) -> bool:
        try:
            return httpx.get(f"{url}/readyz", timeout=10, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    own = {"PIXELLE_TASKS_AT_ONCE": str(at_once), "PIXELLE_OUTPUT_DIR": str(folder / "output"), **settings}
    where = ("--host", "127.0.0.1", "--port", str(port))
    quiet = ("--log-level", "warning") if "uvicorn" in command else ()
    gateway = _process("gateway", folder, (*command, *where, *quiet), ready, own)
    processes = [*(before or ()), gateway]
    try:
        for process in processes:
            process.start()
            process.until_ready()
        yield Place([url], {"gateway": [gateway]}, f"sqlite:///{folder / 'bare.db'}")
    finally:
        for process in reversed(processes):
            process.end()


@contextmanager
def cluster(folder: Path, *, at_once: int) -> Generator[Place]:
    """Two gateways and two workers over Postgres and S3, and the engines that take no time."""
    folder.chmod(0o755)  # as root, Postgres runs as another user
    env = {**QUIET, "PIXELLE_TASKS_AT_ONCE": str(at_once), "PIXELLE_LOG_LEVEL": "info"}
    made = Cluster(folder, private=True, env=env, services="benchmarks.instant {}")
    try:
        made.up()
        parts = {
            "gateway": [made[name] for name in made.gateways],
            "worker": [made[name] for name in made.workers],
            "database": [made["postgres"]],
        }
        yield Place([made.url(name) for name in made.gateways], parts, _another(made.database_url))
    finally:
        made.down()


def _another(url: str) -> str:
    """A further database on the same server."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE bare")
    return f"{url.rpartition('/')[0].replace('postgresql:', 'postgresql+psycopg:')}/bare"


def _process(
    name: str, folder: Path, command: tuple[str, ...], ready: Callable[[Process], bool], settings: Mapping[str, str]
) -> Process:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIXELLE_")}
    env = {**kept, **QUIET, **settings}
    return Process(name, (sys.executable, *command), folder / f"{name}.log", ready, env=env)


PLACES = {"embedded": embedded, "cluster": cluster}
"""By the name that --where takes."""

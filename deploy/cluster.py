"""A whole small cluster on one machine: Postgres, S3, four services, gateways and workers, each a process."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from deploy.backing import Backing
from deploy.processes import Process, free_port
from deploy.wires import tell

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from deploy.wires import State

__all__ = ["SERVICES", "Cluster"]

SERVICES = ("script", "tts", "media", "render")


class Cluster:
    """Processes by name: postgres, s3, the services, gateway-1 ..., worker-1 ..."""

    def __init__(
        self,
        folder: Path,
        *,
        gateways: int = 2,
        workers: int = 2,
        durable: bool = True,
        env: Mapping[str, str] | None = None,
        ports: Mapping[str, int] | None = None,
        private: bool = False,
        backing: Backing | None = None,
        services: str = "svc_{}",
        wired: bool = False,
        reserve: bool = True,
    ) -> None:
        """
        folder: everything is kept below it; each process has its own data folder there.
        env: PIXELLE_* settings of every process. ports: of gateways, by name; others are chosen.
        private: no caches of the user are shared. backing: what it stands on; plain processes when None.
        services: the command of each, after `python -m`, with its name in place of {}.
        wired: connections to services and store, and of each gateway and worker to Postgres, lead through one more
        process, `wires`, which can cut them. reserve: as `s3` has it.
        Starts nothing. Raises FailedPrecondition (SERVER_NOT_INSTALLED).
        """
        self.folder = folder.absolute()
        self._ports = dict(ports or {})
        self._env = dict(env or {})
        self._private = private
        self.logs = self.folder / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        backing = backing or Backing.in_folder(self.folder, self.logs, durable=durable, reserve=reserve)
        self.database_url, self.bucket = backing.database_url, backing.bucket
        self.processes: dict[str, Process] = {"postgres": backing.database, "s3": backing.storage}
        self._services = services
        self._wired = wired
        self._control = free_port() if wired else 0
        self._wires: dict[str, tuple[int, int]] = {}
        endpoint = self.bucket.settings["PIXELLE_STORE_ENDPOINT"]
        self._store = {**self.bucket.settings, "PIXELLE_STORE_ENDPOINT": self._through("s3", endpoint)}
        self._urls: dict[str, str] = {}
        for name in SERVICES:
            self._add_service(name)
        self.gateways = [f"gateway-{number + 1}" for number in range(gateways)]
        self.workers = [f"worker-{number + 1}" for number in range(workers)]
        for name in self.gateways:
            self.add_gateway(name)
        for name in self.workers:
            self.add_worker(name)
        if wired:
            self._add_wires()

    @property
    def wires(self) -> list[str]:
        """Names of the wires: "s3", the services, and "postgres <gateway or worker>"."""
        return list(self._wires)

    def wire(self, name: str, state: State) -> None:
        """Cut a wire or let it pass again."""
        tell(self._control, name, state)

    def url(self, gateway: str) -> str:
        """Where a gateway answers."""
        return f"http://127.0.0.1:{self._ports[gateway]}"

    def up(self, *, stop: threading.Event | None = None) -> None:
        """
        Start everything and wait until it is ready; ends what it started when something is not.

        stop: set when nobody wants it any more.
        """
        try:
            wires = ("wires",) if self._wired else ()
            for names in (("postgres", "s3", *wires), SERVICES, (*self.workers, *self.gateways)):
                for name in names:
                    self.processes[name].start()
                for name in names:
                    if stop and stop.is_set():
                        return
                    self.processes[name].until_ready()
        except BaseException:
            self.down()
            raise

    def down(self) -> None:
        """End everything, what others need last."""
        for process in reversed(self.processes.values()):
            process.end()

    def __getitem__(self, name: str) -> Process:
        """The process of that name."""
        return self.processes[name]

    def add_worker(self, name: str, *, key: str = "", **settings: str) -> Process:
        """A further worker, not started. key: its name among the processes, where it differs. settings: PIXELLE_*."""
        database = self._through(f"postgres {name}", self.database_url)
        mine = {"PIXELLE_EXECUTOR_ID": name, "PIXELLE_DATABASE_URL": database, **self._urls, **settings}
        return self._add(key or name, ("-m", "gateway.worker"), _event("working"), mine)

    def add_gateway(self, name: str, **settings: str) -> Process:
        """A further gateway, not started. settings: PIXELLE_*."""
        port = self._ports.setdefault(name, free_port())
        command = ("-m", "uvicorn", "gateway.app:app", "--host", "127.0.0.1", "--port", str(port))

        def ready(_: Process) -> bool:
            try:
                return httpx.get(f"{self.url(name)}/readyz", timeout=10, trust_env=False).status_code == 200
            except httpx.TransportError:
                return False

        database = self._through(f"postgres {name}", self.database_url)
        mine = {"PIXELLE_ROLE": "gateway", "PIXELLE_DATABASE_URL": database, **self._urls, **settings}
        return self._add(name, (*command, "--log-level", "warning"), ready, mine)

    def _add_service(self, name: str) -> None:
        address = f"127.0.0.1:{free_port()}"
        self._urls[f"PIXELLE_{name.upper()}_URL"] = self._through(name, f"grpc://{address}")
        command = ("-m", *self._services.format(name).split())
        self._add(name, command, _event("serving"), {f"PIXELLE_{name.upper()}_LISTEN": address})

    def _through(self, name: str, url: str) -> str:
        """The URL of the same on its wire; as it is where there are no wires, and for what is added later."""
        if not self._wired or ("wires" in self.processes and name not in self._wires):
            return url
        parts = urlsplit(url)
        port = parts.port
        assert port
        listen, _ = self._wires.setdefault(name, (free_port(), port))
        return url.replace(f":{port}", f":{listen}")

    def _add_wires(self) -> None:
        pairs = [f"{name}={port}:{target}" for name, (port, target) in self._wires.items()]
        command = ("-m", "deploy.wires", "--control", str(self._control), *pairs)
        self._add("wires", command, _event("wired"), {})

    def _add(
        self, name: str, command: tuple[str, ...], ready: Callable[[Process], bool], settings: Mapping[str, str]
    ) -> Process:
        home = self.folder / name
        own = {"PIXELLE_DATA_DIR": str(home / "data"), "PIXELLE_OUTPUT_DIR": str(home / "output")}
        if self._private:
            own["PIXELLE_CACHE_DIR"] = str(home / "cache")
        env = {
            **os.environ,
            "PYTHONUNBUFFERED": "1",
            "PIXELLE_LOG_FORMAT": "json",
            "PIXELLE_DATABASE_URL": self.database_url,
            **self._store,
            **own,
            **self._env,
            **settings,
        }
        made = Process(name, (sys.executable, *command), self.logs / f"{name}.log", ready, env=env)
        self.processes[name] = made
        return made


def _event(name: str) -> Callable[[Process], bool]:
    """True once a process has logged that event."""
    return lambda process: f'"event": "{name}"' in process.said()

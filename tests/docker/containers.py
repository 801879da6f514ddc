"""Postgres and the S3 server of deploy/compose.yaml as containers that a cluster handles like its processes."""

from __future__ import annotations

import secrets
import signal
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import psycopg

from deploy.backing import Backing, Bucket
from deploy.processes import Process, free_port
from tests.docker.images import named

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["containers"]


@dataclass
class Contained(Process):
    """A container in the place of a process."""

    container: Any = None
    """Of testcontainers, with its ports on the loopback."""

    @property
    def alive(self) -> bool:
        """True while it runs, paused or not."""
        return self._state in {"running", "paused"}

    @property
    def _made(self) -> Any:
        """None before it is started the first time."""
        from testcontainers.core.exceptions import ContainerStartException

        try:
            return self.container.get_wrapped_container()
        except ContainerStartException:
            return None

    @property
    def _state(self) -> str:
        made = self._made
        if made is None:
            return "none"
        made.reload()
        return str(made.status)

    def start(self) -> None:
        """Start it, the first time or again with what it holds."""
        made = self._made
        if made is None:
            self.container.start()
        else:
            made.start()

    def said(self, *, ever: bool = False) -> str:
        """What it logged in all of its lives."""
        made = self._made
        return "" if made is None else made.logs().decode(errors="replace")

    def signal(self, which: signal.Signals) -> None:
        """Stop it in its tracks, let it go on, or send it another signal."""
        made, state = self._made, self._state
        if which is signal.SIGCONT:
            if state == "paused":
                made.unpause()
        elif which is signal.SIGSTOP:
            made.pause()
        else:
            made.kill(signal=which.name)

    def kill(self) -> None:
        """End it at once; what it holds stays."""
        if self.alive:
            made = self._made
            made.kill()
            made.wait()

    def end(self) -> None:
        """Ask it to end and wait; what it holds stays."""
        if self.alive:
            self.signal(signal.SIGCONT)
            self._made.stop(timeout=int(self.grace))

    def remove(self) -> None:
        """End it for good, with what it holds."""
        if self._made is not None:
            self.container.stop()


@contextmanager
def containers() -> Generator[Backing]:
    """What a cluster stands on, not started; removed at the end."""
    database, url = _postgres()
    storage, bucket = _s3()
    try:
        yield Backing(database, url, storage, bucket)
    finally:
        for each in (storage, database):
            each.remove()


def _container(service: str, ports: dict[int, int], env: dict[str, str]) -> Any:
    from testcontainers.core.container import DockerContainer

    made = DockerContainer(named(service)).with_envs(**env)
    for inside, outside in ports.items():
        made.ports[f"{inside}/tcp"] = ("127.0.0.1", outside)  # type: ignore[assignment] - the engine takes it
    return made


def _postgres() -> tuple[Contained, str]:
    port, password = free_port(), secrets.token_urlsafe(24)
    env = {"POSTGRES_USER": "pixelle", "POSTGRES_PASSWORD": password, "POSTGRES_DB": "pixelle"}
    url = f"postgresql://pixelle:{password}@127.0.0.1:{port}/pixelle"

    def ready(_: Process) -> bool:
        try:
            # over TCP: while it makes its files, the server answers on its own socket alone
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    made = _container("postgres", {5432: port}, env)
    return Contained("postgres", (), Path(), ready, grace=10.0, container=made), url


def _s3() -> tuple[Contained, Bucket]:
    s3, filer = free_port(), free_port()
    key, secret = secrets.token_hex(8), secrets.token_hex(20)
    made = _container(
        "s3", {8333: s3, 8888: filer}, {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret}
    ).with_command(
        "server -dir=/data -ip=127.0.0.1 -ip.bind=0.0.0.0 -volume.max=30 -master.volumeSizeLimitMB=128 -filer -s3 "
        "-s3.port=8333 -s3.port.iceberg=0 -s3.port.lance=0 -master.telemetry=false"
    )
    files = f"http://127.0.0.1:{filer}/buckets/pixelle"

    def ready(_: Process) -> bool:
        try:
            bucket = httpx.post(f"{files}/", timeout=5, trust_env=False)
            kept = httpx.put(f"{files}/probe/start", content=b"ready", timeout=5, trust_env=False)
            asked = httpx.get(f"http://127.0.0.1:{s3}/", timeout=5, trust_env=False)
        except httpx.TransportError:
            return False
        return bucket.status_code in {201, 409} and kept.status_code == 201 and asked.status_code == 403

    settings = {
        "PIXELLE_STORE_URL": "s3://pixelle",
        "PIXELLE_STORE_ENDPOINT": f"http://127.0.0.1:{s3}",
        "PIXELLE_STORE_REGION": "us-east-1",
        "PIXELLE_STORE_KEY_ID": key,
        "PIXELLE_STORE_SECRET": secret,
    }
    return Contained("s3", (), Path(), ready, grace=2.0, container=made), Bucket(settings, files)

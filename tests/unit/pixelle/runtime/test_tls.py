"""Connections with certificates: who shows one is served, renewed files count, probes need none."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from deploy.processes import free_port
from pixelle.runtime.client import dial
from pixelle.runtime.errors import FailedPrecondition
from pixelle.runtime.health import answering_health
from pixelle.runtime.server import Service, start_server

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates of these tests")
NAME = "pixelle.tts.v1.TtsService"


def openssl(*arguments: str, folder: Path) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def authority(folder: Path) -> Path:
    """A folder with the key and certificate of an authority."""
    folder.mkdir()
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key")
    openssl("req", "-x509", *key, "-out", "ca.crt", "-days", "2", "-subj", "/CN=test", folder=folder)
    return folder


def issue(by: Path, folder: Path, name: str) -> Path:
    """What cert-manager mounts for a process called `name`."""
    folder.mkdir(exist_ok=True)
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "tls.key")
    openssl("req", *key, "-out", "csr", "-subj", f"/CN={name}", folder=folder)
    (folder / "names").write_text(f"subjectAltName=DNS:{name}")
    signed = ("-CA", str(by / "ca.crt"), "-CAkey", str(by / "ca.key"), "-CAcreateserial", "-days", "1")
    openssl("x509", "-req", "-in", "csr", "-out", "tls.crt", *signed, "-extfile", "names", folder=folder)
    shutil.copy(by / "ca.crt", folder / "ca.crt")
    return folder


async def nothing() -> None: ...


def empty() -> Service:
    return Service(name=NAME, add=lambda server: None, load=nothing, close=nothing)


async def status(channel: grpc.aio.Channel) -> int:
    async with channel:
        health: Any = health_pb2_grpc.HealthStub(channel)
        answer = await health.Check(health_pb2.HealthCheckRequest(service=NAME), timeout=20)
        return answer.status


async def refused(channel: grpc.aio.Channel) -> bool:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await status(channel)
    return caught.value.code() is grpc.StatusCode.UNAVAILABLE


async def test_only_who_shows_a_certificate_is_served(tmp_path: Path) -> None:
    ours = authority(tmp_path / "ours")
    mine, callers = issue(ours, tmp_path / "server", "localhost"), issue(ours, tmp_path / "client", "worker")
    probes = f"127.0.0.1:{free_port()}"
    server = await start_server([empty()], "127.0.0.1:0", tls=mine, health_address=probes)
    await server.ready()
    address = server.address.replace("127.0.0.1", "localhost")
    try:
        assert await status(dial(address, tls=callers)) == health_pb2.HealthCheckResponse.SERVING
        assert await refused(dial(address))
        stranger = issue(authority(tmp_path / "theirs"), tmp_path / "stranger", "worker")
        assert await refused(dial(address, tls=stranger))
        shutil.copy(ours / "ca.crt", stranger / "ca.crt")  # now it believes the server, but not the other way round
        assert await refused(dial(address, tls=stranger))
        wrong = await start_server([empty()], "127.0.0.1:0", tls=issue(ours, tmp_path / "other", "other.example"))
        assert await refused(dial(wrong.address.replace("127.0.0.1", "localhost"), tls=callers))
        await wrong.stop()
        assert await status(dial(probes)) == health_pb2.HealthCheckResponse.SERVING
    finally:
        await server.stop()
    assert await refused(dial(probes)), "the probes end with the server"


async def test_a_renewed_certificate_counts_without_a_restart(tmp_path: Path) -> None:
    old, new = authority(tmp_path / "old"), authority(tmp_path / "new")
    shown = issue(old, tmp_path / "server", "localhost")
    server = await start_server([empty()], "127.0.0.1:0", tls=shown)
    await server.ready()
    address = server.address.replace("127.0.0.1", "localhost")
    try:
        before, after = issue(old, tmp_path / "before", "worker"), issue(new, tmp_path / "after", "worker")
        assert await status(dial(address, tls=before)) == health_pb2.HealthCheckResponse.SERVING
        assert await refused(dial(address, tls=after))
        issue(new, shown, "localhost")
        assert await status(dial(address, tls=after)) == health_pb2.HealthCheckResponse.SERVING
    finally:
        await server.stop()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FailedPrecondition, match=r"tls\.key") as caught:
        dial("localhost:1", tls=tmp_path)
    assert caught.value.reason == "TLS_FILE_MISSING"


async def test_a_worker_can_be_asked_whether_it_lives() -> None:
    address = f"127.0.0.1:{free_port()}"
    async with answering_health(address), dial(address) as channel:
        health: Any = health_pb2_grpc.HealthStub(channel)
        answer = await health.Check(health_pb2.HealthCheckRequest(), timeout=20)
        assert answer.status == health_pb2.HealthCheckResponse.SERVING

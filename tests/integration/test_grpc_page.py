"""The page about gRPC is right: its client is run as it stands, and what it names exists."""

from __future__ import annotations

import asyncio
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pixelle.runtime import errors
from pixelle.runtime.server import start_server
from svc_tts.server import build
from svc_tts.settings import TtsSettings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "grpc.md").read_text()


def block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return found


@pytest.fixture
async def address(tmp_path: Path) -> AsyncGenerator[str]:
    settings = TtsSettings(data_dir=tmp_path / "data", tts_engine="tone")
    server = await start_server([build(settings)], "127.0.0.1:0")
    await server.ready()
    yield server.address
    await server.stop()


async def test_the_client_is_written_from_the_proto_files_alone(address: str, tmp_path: Path) -> None:
    (made,) = (line for line in block("bash").splitlines() if "protoc" in line)
    stubs = shlex.split(made.replace("python ", f"{sys.executable} ", 1).replace("_out=.", f"_out={tmp_path}"))
    await _run(*stubs)
    client = tmp_path / "client.py"
    client.write_text(block("python") + "\nprint(tts_pb2.__file__)\n")
    said = await _run(sys.executable, str(client), address, "Hello there.")
    assert str(tmp_path) in said, "not the stubs of this repository"
    assert re.search(r"^1\.\d+ file:///.+/audio/[0-9a-f]{64}$", said, re.MULTILINE)
    refused = await _run(sys.executable, str(client), address, "")
    assert refused.startswith("INVALID_ARGUMENT The text is empty.")
    assert "TEXT_EMPTY {}" in refused


async def _run(*command: str) -> str:
    env = {"PATH": "/usr/bin:/bin"}
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    out, _ = await process.communicate()
    assert not process.returncode, out.decode()
    return out.decode()


def test_the_table_of_errors_is_that_of_the_code() -> None:
    section = PAGE[PAGE.index("## Errors") : PAGE.index("## Connections")]
    rows = re.findall(r"^\| ([A-Z_, ]+) \|.*\| ([^|]+) \|$", section, re.MULTILINE)
    again = {code: said != "no" for codes, said in rows for code in codes.split(", ")}
    for name in errors.__all__:
        kind = getattr(getattr(errors, name), "kind", None)
        if isinstance(kind, errors.Kind) and kind.grpc not in {"CANCELLED", "UNAUTHENTICATED"}:
            assert again[kind.grpc] == kind.retryable, kind.grpc


def test_calls_that_are_named_exist() -> None:
    contract = "\n".join(path.read_text() for path in (ROOT / "proto").rglob("*.proto"))
    calls = set(re.findall(r"rpc (\w+)\(", contract))
    table = PAGE[PAGE.index("| service | calls") : PAGE.index("- `Check...` may")]
    named = set(re.findall(r"\b([A-Z][a-z]+[A-Z]\w+|Synthesize|Probe)\b", table))
    assert named
    assert named <= calls
    assert set(re.findall(r"Service\.(\w+)", PAGE)) <= calls

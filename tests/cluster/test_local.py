"""`make up-local`: starts, starts again what ends, and leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import psutil

from deploy.processes import free_port
from deploy.stage import DETERMINISTIC

ROOT = Path(__file__).parents[2]


def below(folder: Path) -> dict[int, str]:
    """Processes that have to do with the folder, with their command lines."""
    found: dict[int, str] = {}
    for process in psutil.process_iter():
        try:
            line = process.cmdline()
            mine = any(str(folder) in part for part in line) or str(folder) in process.environ().get(
                "PIXELLE_DATA_DIR", ""
            )
        except psutil.Error:
            continue
        if mine and process.status() != psutil.STATUS_ZOMBIE:
            found[process.pid] = " ".join(line)
    return found


def test_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    folder = Path(tempfile.mkdtemp(prefix="pixelle-local-"))
    folder.chmod(0o755)  # as root, Postgres runs as another user
    port = free_port()
    said = tmp_path / "said"
    options = ("--folder", str(folder), "--port", str(port), "--gateways", "1", "--workers", "1")
    with said.open("wb") as out:
        local = subprocess.Popen(
            [sys.executable, "-m", "deploy.local", *options],
            cwd=ROOT,
            env={**os.environ, **DETERMINISTIC, "PYTHONPATH": str(ROOT)},
            stderr=out,
        )
    try:
        deadline = time.monotonic() + 90
        while "Stop with Ctrl-C" not in said.read_text():
            assert local.poll() is None, said.read_text()
            assert time.monotonic() < deadline, said.read_text()
            time.sleep(0.2)
        assert httpx.get(f"http://127.0.0.1:{port}/readyz", trust_env=False).status_code == 200
        worker = next(pid for pid, line in below(folder).items() if "gateway.worker" in line)
        os.kill(worker, signal.SIGKILL)
        while not any(pid != worker and "gateway.worker" in line for pid, line in below(folder).items()):
            assert time.monotonic() < deadline, said.read_text()
            time.sleep(0.2)
        assert "worker-1 ended; starting it again" in said.read_text()
        local.send_signal(signal.SIGINT)
        assert local.wait(60) == 0
        assert len(below(folder)) == 0, below(folder)
    finally:
        if local.poll() is None:
            local.send_signal(signal.SIGTERM)
            local.wait(60)
        shutil.rmtree(folder, ignore_errors=True)

"""Every command of the runbook is run, and says what it is there for."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.fault_site import VARIANTS
from deploy.processes import free_port

if TYPE_CHECKING:
    from deploy.stage import Stage

DOC = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
RUNBOOK = DOC[DOC.index("# Runbook") :]
SAID = {
    "/readyz": "ready",
    "pixelle_(tasks|": "pixelle_tasks_oldest_pending_seconds",
    "FROM dbos.workflow_status": "application_version",
    "FROM workers": "worker-1",
    "runtime.probe": "",
    "pixelle_(slots_used|": 'pixelle_engine_seconds_count{engine="card"',
    "-X DELETE": "true",
    "pixelle gc --dry-run": "would be freed",
    "PIXELLE_KEEP_DAYS=30": "MB freed",
    "status=failed": "[",
    "pixelle_(step_retries_total|": 'pixelle_task_seconds_count{outcome="completed"}',
    "/retry": "task_id",
    "pixelle backup": "Saved: tasks",
}
"""A part of each command, and of what it prints."""
ELSEWHERE = "pixelle restore"
"""Run by test_backup.py, on servers that may be lost."""


def commands() -> list[str]:
    """One a line, of every block."""
    blocks = re.findall(r"^```bash\n(.*?)^```", RUNBOOK, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def test_the_commands_of_the_runbook(stage: Stage, tmp_path: Path) -> None:
    cluster = stage.cluster
    metrics = {
        name: f"127.0.0.1:{free_port(low=low, high=low + 500)}"
        for name, low in (("worker-1", 31_000), ("media", 32_000))
    }
    try:
        cluster["worker-2"].end()
        for name, address in metrics.items():
            cluster[name].end()
            cluster[name].env = {**cluster[name].env, "PIXELLE_METRICS_LISTEN": address}
            cluster[name].start()
            cluster[name].until_ready()
        for name in cluster.gateways:
            cluster[name].until_ready()  # they have found the service again
        first: dict[str, Any] = {**VARIANTS[0], "seed": 77}
        assert stage.ended(stage.submit(**first))["status"] == "completed"
        cluster["worker-1"].signal(signal.SIGSTOP)  # so that the next task is still there to be cancelled
        many = " ".join(f"Sentence number {number}." for number in range(20))
        second: dict[str, Any] = {**first, "seed": 78, "text": many}
        task_id = stage.submit(**second)
        cluster["worker-1"].signal(signal.SIGCONT)
        _run_all(stage, task_id, metrics, tmp_path)
    finally:
        stage.heal()


def _run_all(stage: Stage, task_id: str, metrics: dict[str, str], tmp_path: Path) -> None:
    tools = [str(Path(sys.executable).parent), *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1:])]
    env = {
        **os.environ,
        **stage.cluster.bucket.settings,
        "PATH": ":".join([*tools, os.environ["PATH"]]),
        "PIXELLE_DATABASE_URL": stage.cluster.database_url,
        "PIXELLE_ROLE": "gateway",
        "PIXELLE_DATA_DIR": str(tmp_path / "data"),
        "PIXELLE_OUTPUT_DIR": str(tmp_path / "output"),
        "GATEWAY": stage.cluster.url("gateway-1"),
        "KEY": "none",
        "METRICS": metrics["worker-1"],
        "MEDIA_METRICS": metrics["media"],
        "MEDIA_ADDRESS": stage.cluster["media"].env["PIXELLE_MEDIA_LISTEN"],
        "TASK": task_id,
        "FAILED": task_id,
        "no_proxy": "127.0.0.1",
    }
    seen: set[str] = set()
    for command in commands():
        if command.startswith(ELSEWHERE):
            continue
        line = command.replace("/backups/pixelle", str(tmp_path / "saved"))
        done = subprocess.run(["bash", "-c", line], env=env, capture_output=True, text=True, check=False, timeout=60)
        part = next(part for part in SAID if part in command)
        seen.add(part)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        assert SAID[part] in done.stdout, (command, done.stdout, done.stderr)
    assert seen == set(SAID)
    password = re.search(r"//[^:]+:([^@]+)@", stage.cluster.database_url)
    statement = re.search(r'-c "(ALTER ROLE [^"]+)"', RUNBOOK)
    assert password
    assert statement
    with stage.database() as connection:
        connection.execute(statement.group(1).replace("...", password.group(1)).encode())


def test_what_is_named_is_there() -> None:
    root = Path(__file__).parents[2]
    for name in re.findall(r"`((?:tests|deploy|benchmarks)/[\w/.]+\.\w+)`", DOC):
        assert (root / name).is_file(), name
    for target in re.findall(r"\]\(([\w/.-]+\.md)", DOC):
        assert (root / "docs" / target).is_file(), target

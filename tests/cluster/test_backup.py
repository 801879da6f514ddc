"""A cluster is saved while it works, lost with all its disks, and brought back on other servers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from deploy.cluster import Cluster
from deploy.stage import Stage
from gateway.backup import restore
from gateway.settings import GatewaySettings
from pixelle.runtime.errors import PixelleError

if TYPE_CHECKING:
    from collections.abc import Mapping

TASK: dict[str, Any] = {"text": "Books are good.", "mode": "fixed", "split_mode": "sentence"}
LONG = {**TASK, "text": " ".join(f"Sentence number {number}." for number in range(10))}
SLOW = {"PIXELLE_INSTANT_RENDER_SECONDS": "1.5"}


def settings_of(cluster: Cluster, **changes: str) -> GatewaySettings:
    given = {**cluster.bucket.settings, "PIXELLE_DATABASE_URL": cluster.database_url, **changes}
    fields: dict[str, Any] = {name.removeprefix("PIXELLE_").lower(): value for name, value in given.items()}
    return GatewaySettings(**fields)


def refusal(cluster: Cluster, saved: Path, *, replace: bool = False, **changes: str) -> str:
    """Why it is not restored there."""
    with pytest.raises(PixelleError) as caught:
        restore(settings_of(cluster, **changes), saved, replace=replace)
    return caught.value.reason


def pixelle(cluster: Cluster, *command: str) -> subprocess.CompletedProcess[str]:
    """The command line with the settings of that cluster."""
    env = {**os.environ, **cluster.bucket.settings, "PIXELLE_DATABASE_URL": cluster.database_url}
    line = [sys.executable, "-m", "pixelle_video", *command]
    return subprocess.run(line, env=env, capture_output=True, text=True, check=False, timeout=120)


def small(folder: Path, settings: Mapping[str, str]) -> Cluster:
    folder.mkdir(mode=0o755)
    services = "benchmarks.instant {}"
    return Cluster(folder, gateways=1, workers=1, durable=False, private=True, services=services, env=settings)


def test_what_was_saved_is_served_and_goes_on_elsewhere() -> None:
    root = Path(tempfile.mkdtemp(prefix="pixelle-backup-"))
    root.chmod(0o755)  # as root, Postgres runs as another user
    saved, clusters = root / "saved", [small(root / name, SLOW) for name in ("first", "second")]
    first, second = clusters
    try:
        first.up()
        stage = Stage(first)
        finished = stage.submit(seed=1, **TASK)
        assert stage.ended(finished)["status"] == "completed"
        video, listing = stage.video(finished), stage.task(finished)
        running = stage.submit(seed=2, **LONG)
        stage.until(running, lambda _: "illustrate" in stage.kept_kinds(running))
        done = pixelle(first, "backup", str(saved))
        assert done.returncode == 0, done.stderr
        made = stage.kept(running)
        assert stage.task(running)["status"] == "running"
        assert refusal(first, saved, replace=True) == "DATABASE_BUSY"
        first.down()
        shutil.rmtree(root / "first")

        for name in ("postgres", "s3"):
            second[name].start()
        for name in ("postgres", "s3"):
            second[name].until_ready()
        assert refusal(second, saved, PIXELLE_STORE_URL="s3://another") == "STORE_DIFFERS"
        dump = (saved / "tasks.dump").read_bytes()
        (saved / "tasks.dump").write_bytes(dump[:-1] + bytes([dump[-1] ^ 1]))
        assert refusal(second, saved) == "FILE_DAMAGED"
        (saved / "tasks.dump").write_bytes(dump)
        back = pixelle(second, "restore", str(saved))
        assert back.returncode == 0, back.stderr
        assert refusal(second, saved) == "DATABASE_NOT_EMPTY"
        restore(settings_of(second), saved, replace=True)

        stage = Stage(second)
        stage.heal()
        assert stage.video(finished) == video
        assert stage.task(finished)["result"]["duration"] == listing["result"]["duration"]
        assert stage.ended(running)["status"] == "completed"
        assert stage.video(running)
        # what was made before it was saved was not made again
        remade = {call["request_id"].partition("/")[2] for call in stage.calls(running)}
        assert not remade & {step for step in made if step.startswith("storyboard")}
    finally:
        for cluster in clusters:
            cluster.down()
        shutil.rmtree(root, ignore_errors=True)

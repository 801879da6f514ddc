"""The diff in CONTRIBUTING.md is a whole engine: applied to a copy, it passes the contract suite."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_smallest_engine_passes_the_suite(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    for folder in ("pixelle", "svc_media", "tests"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    found = re.search(r"```diff\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(), re.DOTALL)
    assert found
    subprocess.run(["git", "apply", "--verbose"], cwd=copy, input=found.group(1), text=True, check=True)

    env = os.environ | {
        "PYTHONPATH": str(copy),
        "PIXELLE_MEDIA_ENGINE": "plain",
        "PIXELLE_MEDIA_LISTEN": f"unix:{tmp_path}/media.sock",
        "PIXELLE_DATA_DIR": str(tmp_path / "data"),
    }
    service = subprocess.Popen(
        [sys.executable, "-m", "svc_media"], cwd=copy, env=env, stderr=subprocess.PIPE, text=True
    )
    try:
        assert service.stderr
        while "serving" not in (line := service.stderr.readline()):
            assert line, "the service ended before it served"
        suite = [
            "tests/contract/test_media.py",
            "--media",
            f"unix:{tmp_path}/media.sock",
            "-p",
            "no:cacheprovider",
            "-q",
        ]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *suite], cwd=copy, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout[-3000:]
        assert " passed" in done.stdout
    finally:
        service.terminate()
        service.communicate(timeout=30)

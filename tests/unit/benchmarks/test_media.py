"""The questions about diffusion models work, asked of tiny ones; their answers mean nothing here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.timeout(900)
@pytest.mark.skipif(
    find_spec("torch") is None or find_spec("diffusers") is None,
    reason="torch and diffusers are not installed; `make test-torch` does",
)
def test_every_question_is_answered() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "benchmarks.media", "sdxl", "wan", "--smoke", "--repeat", "1"],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    for kind in ("sdxl", "wan"):
        asked = [line["question"] for line in lines if line["kind"] == kind]
        assert asked == ["over_plain", "cancel", "two_models", "service"] + ["batch"] * 6
    assert all(line["device"] == "cpu, tiny" for line in lines)
    assert all(line["over_plain"] > 0 for line in lines if line["question"] == "over_plain")
    assert all(line["cancels"] == 1 for line in lines if line["question"] == "cancel")

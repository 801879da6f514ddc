"""One service is swapped for one in another language: the same contract suite, and its files in the same bucket."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deploy.processes import free_port

if TYPE_CHECKING:
    from collections.abc import Generator

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "tts-node"
node = shutil.which("node")
pytestmark = [
    pytest.mark.skipif(node is None, reason="node is not installed"),
    pytest.mark.skipif(
        not (EXAMPLE / "node_modules").is_dir(),
        reason="its packages are not there: cd examples/tts-node && npm ci --ignore-scripts",
    ),
]


@pytest.fixture
def address(tmp_path: Path) -> Generator[str]:
    """Where the service in JavaScript answers; its store is a folder."""
    where = f"127.0.0.1:{free_port()}"
    env = {"PIXELLE_TTS_LISTEN": where, "PIXELLE_STORE_URL": (tmp_path / "store").as_uri()}
    command = [str(node), str(EXAMPLE / "server.js")]
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        said = process.stderr.readline()
        assert "serving" in said, said
        yield where
        process.terminate()
        assert process.wait(60) == 0, "it drains and ends by itself"


def test_it_passes_the_contract_suite(address: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/contract/test_tts.py"]
    done = subprocess.run(
        [*command, "--tts", f"grpc://{address}"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=250
    )
    assert not done.returncode, done.stdout[-3000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) >= 40, "the suite was run"
    assert any((tmp_path / "store" / "narration").iterdir()), "narrations are kept in the store"

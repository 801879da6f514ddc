"""The committed stubs are what the contract generates, and the contract passes its linter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLUGINS = ("python", "grpc_python", "mypy", "mypy_grpc")


def committed() -> dict[str, str]:
    files = sorted((ROOT / "pixelle").rglob("*_pb2*.py*"))
    return {str(path.relative_to(ROOT)): path.read_text() for path in files if path.suffix in {".py", ".pyi"}}


def test_stubs_are_up_to_date(tmp_path: Path) -> None:
    protos = sorted(str(path.relative_to(ROOT / "proto")) for path in (ROOT / "proto").rglob("*.proto"))
    outs = [f"--{plugin}_out={tmp_path}" for plugin in PLUGINS]
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    subprocess.run(
        [sys.executable, "-m", "grpc_tools.protoc", "-Iproto", *outs, *protos],
        cwd=ROOT,
        check=True,
        capture_output=True,
        env={"PATH": path},
    )
    made = {str(p.relative_to(tmp_path)): p.read_text() for p in sorted(tmp_path.rglob("*_pb2*.py*"))}
    made = {name: text for name, text in made.items() if not name.startswith("pixelle/core/v1/core_pb2_grpc")}
    assert made.keys() == committed().keys()
    different = [name for name, text in made.items() if committed()[name] != text]
    assert not different, f"run `make proto`: {different}"


def test_contract_is_clean() -> None:
    buf = Path(sys.executable).with_name("buf")
    if not buf.exists():
        pytest.skip("buf is not installed (pip install buf-bin)")
    done = subprocess.run([str(buf), "lint"], cwd=ROOT / "proto", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout

"""What a part says is kept at once, and a part that hangs or dies takes no other with it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import gpu

ROOT = Path(__file__).parents[3]
HANGS = """
import sys, threading
print('{"question": "one"}')
print("what else is said")
sys.stdout.write('{"question": "half')
sys.stdout.flush()
threading.Event().wait()
"""
DIES = """print('{"question": "two"}'); raise SystemExit(3)"""
WORKS = """print('{"question": "three"}')"""


def kept(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three parts, and where their lines go."""
    for name, text in {"hangs": HANGS, "dies": DIES, "works": WORKS}.items():
        (tmp_path / f"part_{name}.py").write_text(text)
        monkeypatch.setitem(gpu.PARTS, name, (f"part_{name}",))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path / "lines.jsonl"


def test_every_line_is_kept_whatever_becomes_of_a_part(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gpu.Record(programs).run("hangs", gpu.PARTS["hangs"], 3)
    monkeypatch.setattr(sys, "argv", ["gpu", "dies", "works", "--seconds", "60", "--out", str(programs)])
    gpu.main()
    lines = kept(programs)
    assert [line["question"] for line in lines if "question" in line] == ["one", "two", "three"]
    ends = {line["part"]: (line["exit"], line.get("late", False)) for line in lines if "exit" in line}
    assert ends == {"hangs": (None, True), "dies": (3, False), "works": (0, False)}
    assert "what else is said" in Path(f"{programs}.log").read_text()


def test_it_goes_on_where_it_was_broken_off(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ["gpu", "works", "dies", "--out", str(programs), "--seconds"]
    monkeypatch.setattr(sys, "argv", [*arguments, "60"])
    gpu.main()
    before = len(kept(programs))
    gpu.main()
    again = [line for line in kept(programs)[before:] if line["part"] != "gpus"]
    assert again[0] == {"part": "works", "left_out": "finished before"}
    assert [line.get("question") or line["exit"] for line in again[1:]] == ["two", 3]
    monkeypatch.setattr(sys, "argv", [*arguments, "0"])
    gpu.main()
    assert kept(programs)[-1] == {"part": "dies", "left_out": "no time is left"}


def test_tests_are_told_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text("def test_good():\n    pass\n\n\ndef test_bad():\n    assert False\n")
    gpu.Record(tmp_path / "lines.jsonl").run(
        "tests", ["pytest", "-v", "-p", "no:cacheprovider", "-c", "/dev/null", str(tmp_path)], 60
    )
    told = [(line["test"], line["outcome"]) for line in kept(tmp_path / "lines.jsonl") if "test" in line]
    assert told == [("test_good", "PASSED"), ("test_bad", "FAILED")]


@pytest.mark.parametrize("part", [name for name, words in gpu.PARTS.items() if words[0] != "pytest"])
def test_every_part_can_be_said_to_its_program(part: str) -> None:
    """Asked for help, a program reads its other arguments first and refuses those it does not know."""
    module, *words = gpu.PARTS[part]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", module, *words, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if "No module named 'torch'" in done.stderr:
        pytest.skip("torch is not installed; `make test-torch` does")
    assert done.returncode == 0, done.stderr[-2000:]

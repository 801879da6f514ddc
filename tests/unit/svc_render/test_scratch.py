"""Scratch folders vanish: when closed, when forgotten, when their process was killed."""

from __future__ import annotations

import gc
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, Any

from svc_render.scratch import Scratch, sweep

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_closed_and_forgotten(tmp_path: Path) -> None:
    with Scratch(tmp_path) as scratch:
        (scratch.path / "x").write_text("x")
        assert len(list(tmp_path.iterdir())) == 1
    assert not list(tmp_path.iterdir())
    forgotten = Scratch(tmp_path)
    (forgotten.path / "x").write_text("x")
    del forgotten
    gc.collect()
    assert not list(tmp_path.iterdir())


def test_sweep_takes_only_what_the_dead_left(tmp_path: Path) -> None:
    make = f"from pathlib import Path; from svc_render.scratch import Scratch; kept = Scratch(Path({str(tmp_path)!r}))"
    subprocess.run([sys.executable, "-c", f"{make}; import os; os._exit(1)"], check=False)
    with subprocess.Popen(
        [sys.executable, "-c", f"{make}; print(kept.path.name, flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as living:
        assert living.stdout
        other = living.stdout.readline().strip()
        (tmp_path / "notes").mkdir()
        assert len(list(tmp_path.iterdir())) == 3
        with Scratch(tmp_path) as mine:
            sweep(tmp_path)
            assert sorted(path.name for path in tmp_path.iterdir()) == sorted([mine.path.name, other, "notes"])
        living.communicate("")
    assert [path.name for path in tmp_path.iterdir()] == ["notes"], "a process that ends in order takes its own along"
    sweep(tmp_path / "missing")


def test_a_folder_swept_while_it_is_made_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make = tempfile.mkdtemp
    taken: list[str] = []

    def made(**fields: Any) -> str:
        folder = make(**fields)
        taken.append(folder)
        if len(taken) == 1:
            sweep(tmp_path)
        return folder

    monkeypatch.setattr(tempfile, "mkdtemp", made)
    with Scratch(tmp_path) as scratch:
        assert len(taken) == 2
        assert scratch.path.is_dir()

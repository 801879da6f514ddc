"""Scratch folders vanish: when closed, when forgotten, when their process was killed."""

from __future__ import annotations

import gc
import subprocess
from typing import TYPE_CHECKING

from svc_render.scratch import Scratch, sweep

if TYPE_CHECKING:
    from pathlib import Path


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
    ended = subprocess.Popen(["true"])
    ended.wait()
    (tmp_path / f"{ended.pid}-abc").mkdir()
    (tmp_path / "notes").mkdir()
    with Scratch(tmp_path) as mine:
        sweep(tmp_path)
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted([mine.path.name, "notes"])
    sweep(tmp_path / "missing")

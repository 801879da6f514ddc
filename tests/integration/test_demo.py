"""`pixelle demo` where nothing was downloaded: a video all the same, and every lack is said."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING

import av
import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
async def test_without_packs_the_demo_makes_a_video_and_says_what_is_missing(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pixelle_video", "demo", "Why sleep matters", "--output", "demo.mp4"),
        cwd=tmp_path,
        env={**os.environ, "PIXELLE_CACHE_DIR": str(tmp_path / "cache")},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    notes = [line for line in said.decode().splitlines() if line.startswith("note: ")]
    assert process.returncode == 0, said.decode()
    for lack in ("no language model is ready", "no voice is ready", "the picture pack is not ready"):
        assert any(lack in note and "pixelle setup" in note for note in notes), lack
    with av.open(str(tmp_path / "demo.mp4")) as container:
        assert container.streams.video[0].frames > 5 * 30
        assert container.streams.audio

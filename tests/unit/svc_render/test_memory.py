"""What a render has used goes back to the system."""

from __future__ import annotations

import subprocess
import sys

import pytest

HELD = """
import numpy as np
import psutil
{first}
before = psutil.Process().memory_info().rss
np.ones(30_000_000, np.uint8)  # once freed, it teaches the allocator to keep what is as large
kept, pictures = [], []
for _ in range(40):
    pictures.append(np.ones(6_000_000, np.uint8))
    kept.append(np.ones(100_000, np.uint8))
pictures.clear()
print((psutil.Process().memory_info().rss - before) / 1e6)
"""
FRUGAL = "from svc_render.memory import frugal; frugal()"


def held(first: str) -> float:
    """MB that stay with a process which needed pictures for a while, and keeps small things made in between."""
    done = subprocess.run([sys.executable, "-c", HELD.format(first=first)], capture_output=True, text=True, check=True)
    return float(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="the allocator of this system is left as it is")
def test_pictures_go_back_to_the_system() -> None:
    assert held("") > 150, "the allocator has become better: svc_render.memory is not needed any more"
    assert held(FRUGAL) < 40

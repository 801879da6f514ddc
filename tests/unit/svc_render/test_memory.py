"""What a render has used goes back to the system."""

from __future__ import annotations

import io
import subprocess
import sys

import numpy as np
import psutil
import pytest
from PIL import Image

from svc_render.browser import Browser
from svc_render.pictures import Picture
from svc_render.sheets import ORIGIN, Sheet

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


@pytest.mark.skipif(sys.platform != "linux", reason="this system does not tell what processes share")
async def test_the_browser_lets_go_of_pictures_it_has_drawn() -> None:
    """Without being asked, one page grows by 80 MB over these."""
    others = set(psutil.Process().children(recursive=True))
    browser = Browser(pages=1)
    held: list[float] = []
    try:
        for number in range(12):
            place = f"{ORIGIN}/{number}.png"
            page = f"<!doctype html><style>body {{ margin: 0 }}</style><img src='{place}'>"
            shown = picture(number, 1080, 1920)
            await browser.draw(Sheet(html=page, width=1080, height=1920, pictures={place: shown}))
            ours = set(psutil.Process().children(recursive=True)) - others
            held.append(sum(unshared(process) for process in ours))
    finally:
        await browser.close()
    assert held[-1] - held[2] < 55, held


def picture(number: int, width: int, height: int) -> Picture:
    """Of colours that no other has."""
    ramp = np.arange(width, dtype=np.uint8)[None, :, None] + np.uint8(7 * number)
    out = io.BytesIO()
    Image.fromarray(np.broadcast_to(ramp, (height, width, 3))).save(out, "PNG")
    return Picture(out.getvalue(), "image/png", width, height)


def unshared(process: psutil.Process) -> float:
    """MB, what is shared counted in parts; 0 for a process that has ended."""
    try:
        return process.memory_full_info().pss / 1e6
    except psutil.NoSuchProcess:
        return 0.0

"""Three tasks at once over REST: one browser, and nothing left after success, failure and cancel."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.embedded import embedded

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from tests.traps.conftest import Studio

TEMPLATE = "1080x1920/static_own.html"
PAGE = "<!doctype html><body style='background:#fff;font:60px sans-serif'><p>{{text}}</p>"
ENDED = {"completed", "failed", "cancelled"}


async def submit(http: httpx.AsyncClient, text: str, template: str) -> str:
    got = await http.post(
        "/api/video/generate/async",
        json={"text": text, "mode": "fixed", "split_mode": "line", "video_fps": 15, "frame_template": template},
    )
    assert got.status_code == 200, got.text
    return got.json()["task_id"]


async def until(http: httpx.AsyncClient, task_id: str, *, clipping: bool = False) -> dict[str, Any]:
    """The task when it has ended, or when a scene of it is drawn."""
    version = -1
    while True:
        task = (await http.get(f"/api/tasks/{task_id}", params={"wait": 30, "since": version})).json()
        version = task["version"]
        drawn = "clipping" in [scene["state"] for scene in (task.get("progress") or {}).get("scenes", [])]
        if task["status"] in ENDED or (clipping and drawn):
            return task


def browsers(processes: dict[int, str]) -> list[int]:
    return [pid for pid, name in processes.items() if "--type" not in name and "chrom" in name]


@pytest.mark.slow
async def test_three_tasks_at_once(studio: Studio, tmp_path: Path) -> None:
    own = tmp_path / "data" / "templates" / TEMPLATE
    own.parent.mkdir(parents=True)
    own.write_text(PAGE)
    scratch = tmp_path / "data" / "scratch" / "render"
    before = studio.processes()
    long = "\n".join(f"This is sentence number {number} and it says a little more." for number in range(8))
    async with embedded(tmp_path) as http:
        running = {pid: name for pid, name in studio.processes().items() if pid not in before}
        tasks = [
            await submit(http, "The first one ends well.\nIt has two scenes.", "1080x1920/static_default.html"),
            await submit(http, long, "1080x1920/static_default.html"),
            await submit(http, long, TEMPLATE),
        ]
        own.unlink()  # after it was checked: the task fails in the middle
        task = await until(http, tasks[1], clipping=True)
        assert task["status"] == "running", task
        begun = time.monotonic()
        assert (await http.delete(f"/api/tasks/{tasks[1]}")).status_code == 200
        assert time.monotonic() - begun < 5
        done = await asyncio.gather(*(until(http, task_id) for task_id in tasks))
        assert [task["status"] for task in done] == ["completed", "cancelled", "failed"], done
        assert done[2]["error_detail"]["reason"] == "TEMPLATE_UNKNOWN"
        await studio.until(lambda: not list(scratch.glob("*")), 2.5)
        after = {pid: name for pid, name in studio.processes().items() if pid not in before}
        assert len(browsers(after)) == 1
        assert after == running
        # nobody goes on with what was cancelled
        spent = time.process_time()
        await asyncio.sleep(0.5)
        assert time.process_time() - spent < 0.25
    assert studio.processes() == before, "a stopped service leaves no process"
    assert not list(scratch.glob("*"))
    left = sorted(path.name for path in (tmp_path / "output").iterdir() if (path / "final.mp4").exists())
    assert left == [tasks[0]]

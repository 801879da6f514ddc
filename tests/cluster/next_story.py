"""A worker of the release after this one, whose story has a step more at its beginning: run with `python -m`."""

from __future__ import annotations

from typing import Any

from gateway import running, worker
from gateway.workflow import engine, tasks, video

__all__: list[str] = []


async def _greeted(brief: Any, steps: Any, services: Any, publisher: Any) -> dict[str, Any]:
    async def greet() -> dict[str, Any]:
        return {"hello": "there"}

    await engine.Step("greet").run(greet)
    return await video.make_video(brief, steps, services, publisher)


if __name__ == "__main__":
    engine.VERSION = running.VERSION = "2"  # type: ignore[misc]
    tasks.make_video = _greeted
    worker.main()

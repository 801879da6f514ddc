"""What a step that does nothing costs on a database: the engine alone, without progress, events or calls."""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import time
from typing import Any

from gateway.workflow.database import Database
from gateway.workflow.engine import Step, TaskEngine
from gateway.workflow.record import Turn

__all__ = ["measure"]


async def measure(url: str, *, tasks: int, steps: int, at_once: int) -> dict[str, Any]:
    """
    CPU milliseconds of a step, its share of the task's own cost included.

    url: SQLAlchemy URL of an empty database.
    """
    database = Database(url)
    engine = TaskEngine(database, executor_id="bare", tasks_at_once=at_once, poll_seconds=0.05)
    ended = asyncio.Event()
    left = tasks

    async def story(_task_id: str, _payload: dict[str, Any]) -> dict[str, Any]:
        nonlocal left
        places = [Step(f"step[{number}]") for number in range(steps)]
        async with asyncio.TaskGroup() as group:
            for place in places:
                group.create_task(place.run(_nothing))
        left -= 1
        if not left:
            ended.set()
        return {}

    await engine.start(story)
    try:
        before, began = _cpu(), time.monotonic()
        for number in range(tasks):
            await engine.submit(f"bare-{number}", {}, Turn("bare", number))
        await ended.wait()
        cpu, wall = _cpu() - before, time.monotonic() - began
    finally:
        await engine.stop()
        database.close()
    return {"bare_step_cpu_ms": round(1000 * cpu / (tasks * steps), 3), "wall_seconds": round(wall, 2)}


async def _nothing() -> dict[str, Any]:
    return {}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="SQLAlchemy URL of an empty database")
    parser.add_argument("--tasks", type=int, default=20)
    parser.add_argument("--steps", type=int, default=18)
    parser.add_argument("--at-once", type=int, default=2)
    args = parser.parse_args()
    done = asyncio.run(measure(args.url, tasks=args.tasks, steps=args.steps, at_once=args.at_once))
    print(json.dumps(done), flush=True)


if __name__ == "__main__":
    main()

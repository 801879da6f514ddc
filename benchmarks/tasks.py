"""What a task costs besides its engines: CPU per step, submit latency, memory, and watchers that miss nothing."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.load import Load
from benchmarks.places import PLACES, everything_inside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.load import Seen
    from benchmarks.places import Place, Used

__all__ = ["STEPS_BESIDE_SCENES", "STEPS_OF_A_SCENE", "measure", "percentile"]

STEPS_OF_A_SCENE = 3
STEPS_BESIDE_SCENES = 3
_MARKS = (100, 200, 500, 1000, 2000)
"""Ended tasks after which memory is read."""


_WARM = 2
"""Tasks for each gateway before the clock starts: what a process does once is not what a task costs."""


def measure(
    where: str, folder: Path, *, tasks: int, scenes: int, watchers: int, at_once: int, pause: float
) -> dict[str, Any]:
    """
    One run in a fresh place; what was seen, as one flat line.

    folder: empty; where: "embedded" or "cluster". at_once: tasks at once in each worker. pause: between submits, s.
    """
    with PLACES[where](folder, at_once=at_once) as place:
        line = asyncio.run(_run(place, tasks=tasks, scenes=scenes, watchers=watchers, pause=pause))
        steps = STEPS_BESIDE_SCENES + STEPS_OF_A_SCENE * scenes
        bare = _bare(place.database_url, steps=steps, at_once=at_once)
    return {"benchmark": "tasks", "where": where, "at_once": at_once, **line, **bare}


async def _run(place: Place, *, tasks: int, scenes: int, watchers: int, pause: float) -> dict[str, Any]:
    first = Load(place.urls, tasks=_WARM * len(place.urls), scenes=scenes, watchers=1)
    try:
        await first.run(lambda _: None)
    finally:
        await first.close()
    load = Load(place.urls, tasks=tasks, scenes=scenes, watchers=watchers, pause=pause)
    memory: dict[str, float] = {}

    def note(ended: int) -> None:
        if ended in _MARKS or ended == tasks:
            memory[str(ended)] = round(_ours(place.used().memory_mb), 1)

    before, began = place.used(), time.monotonic()
    memory["0"] = round(_ours(before.memory_mb), 1)
    try:
        await load.run(note)
        wall, after = time.monotonic() - began, place.used()
        await load.check()
    finally:
        await load.close()
    seen, steps = load.seen, tasks * (STEPS_BESIDE_SCENES + STEPS_OF_A_SCENE * scenes)
    return {
        "tasks": tasks,
        "scenes": scenes,
        "steps": steps,
        "wall_seconds": round(wall, 2),
        "tasks_per_second": round(tasks / wall, 2),
        **_cost(before, after, steps),
        **_latency(seen),
        "watchers": watchers,
        "events": seen.events,
        "streams": sum(each.connections for each in seen.heard.values()),
        "wrong": len(seen.wrong),
        **({"first_wrong": seen.wrong[:3]} if seen.wrong else {}),
        "memory_mb": memory,
    }


def _ours(by_part: dict[str, float]) -> float:
    return sum(value for part, value in by_part.items() if part != "database")


def _cost(before: Used, after: Used, steps: int) -> dict[str, float]:
    """CPU milliseconds a step, in all of our processes and by part."""
    spent = {part: after.cpu[part] - before.cpu[part] for part in after.cpu}
    parts = {f"{part}_cpu_ms_per_step": round(1000 * value / steps, 2) for part, value in spent.items()}
    return {"cpu_ms_per_step": round(1000 * _ours(spent) / steps, 2), **parts}


def _latency(seen: Seen) -> dict[str, float]:
    """Of submits, and beside it how late the callers themselves were woken: that much is the machine's."""
    named = {"p50": 0.5, "p99": 0.99, "max": 1.0}
    found = {f"submit_{name}_ms": percentile(seen.submits, share) for name, share in named.items()}
    found["caller_lag_p99_ms"] = percentile(seen.lags or [0.0], 0.99)
    return {name: round(1000 * value, 1) for name, value in found.items()}


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def _bare(url: str, *, steps: int, at_once: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.bare", url, "--steps", str(steps), "--at-once", str(at_once)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return {"bare_step_cpu_ms": json.loads(done.stdout.splitlines()[-1])["bare_step_cpu_ms"]}


def rendering(folder: Path, *, submits: int, pause: float) -> dict[str, Any]:
    """How long submits take while real videos are rendered, one at a time, in the process that answers them."""
    with everything_inside(folder, at_once=1) as place:
        load = Load(place.urls, tasks=submits, scenes=5, watchers=0, pause=pause)

        async def run() -> None:
            first = Load(place.urls, tasks=1, scenes=1, watchers=1)
            try:
                await first.run(lambda _: None)
                await load.submit()
            finally:
                await first.close()
                await load.close()

        before, began = place.used(), time.monotonic()
        asyncio.run(run())
        wall, after = time.monotonic() - began, place.used()
    return {
        "benchmark": "submit-while-rendering",
        "submits": submits,
        "wall_seconds": round(wall, 2),
        "busy_cores": round((after.cpu["gateway"] - before.cpu["gateway"]) / wall, 2),
        **_latency(load.seen),
        "wrong": len(load.seen.wrong),
    }


def table(lines: Sequence[dict[str, Any]]) -> str:
    """The runs side by side, one fact a row."""
    names = list(dict.fromkeys(name for line in lines for name in line))
    rows = [[name, *(_cell(line.get(name)) for line in lines)] for name in names]
    widths = [max(len(row[column]) for row in rows) for column in range(len(lines) + 1)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{name}:{each}" for name, each in value.items())
    return "" if value is None else str(value)[:60]


def main() -> int:
    """One JSON line per run, then a table. Returns 1 when a watcher missed something or a task did not complete."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=500)
    parser.add_argument("--scenes", type=int, default=5)
    parser.add_argument("--watchers", type=int, default=100)
    parser.add_argument("--where", choices=[*PLACES, "both"], default="both")
    parser.add_argument("--at-once", type=int, default=4, help="tasks at once in each worker")
    parser.add_argument("--pause", type=float, default=0.0, help="seconds from one submit to the next")
    parser.add_argument("--rendering", action="store_true", help="measure submits while real videos are rendered")
    parser.add_argument("--keep", type=Path, help="keep logs and data in this folder")
    args = parser.parse_args()
    lines: list[dict[str, Any]] = []
    wheres = () if args.rendering else PLACES if args.where == "both" else (args.where,)
    for where in [*wheres, *(["rendering"] if args.rendering else [])]:
        folder = Path(tempfile.mkdtemp(prefix="pixelle-tasks-", dir=args.keep))
        try:
            if where == "rendering":
                line = rendering(folder, submits=min(args.tasks, 200), pause=args.pause or 0.1)
            else:
                sizes = {"tasks": args.tasks, "scenes": args.scenes, "watchers": args.watchers}
                line = measure(where, folder, **sizes, at_once=args.at_once, pause=args.pause)
        finally:
            if args.keep is None:
                shutil.rmtree(folder, ignore_errors=True)
        line["cores"] = os.cpu_count()
        lines.append(line)
        print(json.dumps(line), flush=True)
    print(table(lines), file=sys.stderr)
    return 1 if any(line["wrong"] for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())

"""The small real cluster that the simulation is fed from and held against."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from prometheus_client.parser import text_string_to_metric_families

from benchmarks.capacity import STAGES, Plant, Video, simulate
from benchmarks.load import Load
from deploy.cluster import SERVICES, Cluster
from deploy.processes import free_port
from deploy.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

__all__ = ["KNOWN", "check", "measure"]

KNOWN = {"storyboard": 0.2, "narrate": 0.3, "illustrate": 0.8, "clip": 0.4, "assemble": 0.4}
"""Seconds of the sleeping engines; so long that what a busy machine adds to a step is small beside them."""
_WORKERS, _AT_ONCE = 2, 2
_METHODS = {
    "storyboard": ("script", "WriteStoryboard"),
    "narrate": ("tts", "Synthesize"),
    "illustrate": ("media", "GenerateImage"),
    "clip": ("render", "RenderClip"),
    "assemble": ("render", "AssembleVideo"),
}
_SENTENCES = (
    "Reading every day changes how people think",
    "Ten quiet minutes in the evening are enough to begin",
    "Readers sleep better when a book replaces the screen",
    "Children who see their parents read begin to read themselves",
    "Libraries lend books for free, so the habit costs nothing",
)


@contextmanager
def _cluster(services: str, env: Mapping[str, str], **more: Any) -> Generator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="pixelle-capacity-"))
    folder.chmod(0o755)  # as root, Postgres runs as another user
    made = Cluster(folder, durable=False, env=env, services=services, **more)
    try:
        yield made
    finally:
        made.down()
        shutil.rmtree(folder, ignore_errors=True)


def check(tasks: int, scenes: int) -> dict[str, Any]:
    """
    Tasks on a cluster with sleeping engines, and what the simulation says about them: `ratio` is said over measured.

    One task alone tells what a step takes besides its engine on this machine now; the rest is predicted.
    """
    env = {f"PIXELLE_INSTANT_{name.upper()}_SECONDS": str(_of(name)) for name in SERVICES}
    env |= {"PIXELLE_TASKS_AT_ONCE": str(_AT_ONCE)}
    with _cluster("benchmarks.instant {}", env, private=True, gateways=1, workers=_WORKERS) as cluster:
        cluster.up()
        url = cluster.url("gateway-1")
        _run(url, 1, scenes)  # what a process does once
        alone = min(_run(url, 1, scenes) for _ in range(2))
        measured = _run(url, tasks, scenes)
    plant = Plant(dict.fromkeys(SERVICES, 1), dict.fromkeys(SERVICES, 1), _WORKERS, _AT_ONCE)
    bare = simulate(plant, Video(scenes, KNOWN, overhead=0.0), [0.0]).makespan
    longest = 5  # steps one after the other: storyboard, illustrate, clip, assemble, publish
    overhead = max(0.0, alone - bare) / longest
    said = simulate(plant, Video(scenes, KNOWN, overhead=overhead), [0.0] * tasks).makespan
    return {
        "benchmark": "capacity-check",
        "tasks": tasks,
        "scenes": scenes,
        "alone_seconds": round(alone, 2),
        "overhead_seconds": round(overhead, 3),
        "measured_seconds": round(measured, 2),
        "simulated_seconds": round(said, 2),
        "measured_per_hour": round(3600 * tasks / measured),
        "simulated_per_hour": round(3600 * tasks / said),
        "ratio": round(said / measured, 3),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }


def _of(service: str) -> float:
    """A service's engine takes the same for all of its steps."""
    (seconds,) = {KNOWN[step] for step, of in STAGES.items() if of == service}
    return seconds


def _run(url: str, tasks: int, scenes: int) -> float:
    """Seconds from the first submit to the last end."""

    async def run() -> float:
        load = Load([url], tasks=tasks, scenes=scenes, watchers=tasks)
        began = time.monotonic()
        try:
            await load.run(lambda _: None)
            took = time.monotonic() - began
            await load.check()
        finally:
            await load.close()
        if load.seen.wrong:
            raise RuntimeError("; ".join(load.seen.wrong[:3]))
        return took

    return asyncio.run(run())


def measure(tasks: int) -> dict[str, Any]:
    """
    Mean seconds of each step in the real services with their default engines, nothing else running in them.

    Tasks of one scene, one after the other, so that no step waits for another; then one of five scenes, of which the
    storyboard and the assembly count.
    """
    with _cluster("svc_{}", {"PIXELLE_TASKS_AT_ONCE": "1"}, gateways=1, workers=1) as cluster:
        where: dict[str, str] = {}
        for number, name in enumerate(SERVICES):
            low = 31_000 + 100 * number
            where[name] = f"127.0.0.1:{free_port(low=low, high=low + 100)}"
            cluster[name].env = {**cluster[name].env, "PIXELLE_METRICS_LISTEN": where[name]}
        cluster.up()
        stage = Stage(cluster)
        _make(stage, 1, 99)  # engines load
        before = _told(where)
        for number in range(tasks):
            _make(stage, 1, number)
        single = _told(where)
        _make(stage, 5, 50)
        five = _told(where)
    seconds = {step: _mean(single, before, step) for step in ("narrate", "illustrate", "clip")}
    seconds |= {step: _mean(five, single, step) for step in ("storyboard", "assemble")}
    return {
        "benchmark": "capacity-measure",
        "tasks": tasks,
        "times": ",".join(f"{step}={seconds[step]:.3f}" for step in STAGES),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }


def _make(stage: Stage, scenes: int, number: int) -> None:
    text = ". ".join((f"Number {number}", *_SENTENCES[1:])[:scenes] if scenes > 1 else [_SENTENCES[number % 5]]) + "."
    body: dict[str, Any] = {
        "text": text,
        "mode": "fixed",
        "split_mode": "sentence",
        "seed": 1000 + number,
        "title": f"Habit {number}",
    }
    task = stage.ended(stage.submit(**body), seconds=600)
    if task["status"] != "completed":
        raise RuntimeError(str(task))


def _told(where: Mapping[str, str]) -> dict[str, tuple[float, float]]:
    """Sum of seconds and count of every call so far, by method."""
    found: dict[str, tuple[float, float]] = {}
    for address in where.values():
        text = httpx.get(f"http://{address}/metrics", trust_env=False).text
        samples = {
            (sample.name, sample.labels.get("rpc", "")): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.labels.get("code") == "OK"
        }
        for (name, rpc), value in samples.items():
            if name == "pixelle_rpc_seconds_sum":
                found[rpc.rpartition("/")[2]] = (value, samples["pixelle_rpc_seconds_count", rpc])
    return found


def _mean(after: Mapping[str, tuple[float, float]], before: Mapping[str, tuple[float, float]], step: str) -> float:
    method = _METHODS[step][1]
    seconds, count = (now - then for now, then in zip(after[method], before.get(method, (0.0, 0.0)), strict=True))
    return seconds / count

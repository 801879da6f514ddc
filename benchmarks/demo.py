"""How long the main job takes against the length of what it makes, with its peak memory."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil


def measure(topic: str, scenes: int, extra: list[str]) -> dict[str, object]:
    """Run `pixelle make` once in a fresh folder; seconds, CPU seconds of all its processes, and MB."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "pixelle_video",
            "make",
            topic,
            "--n-scenes",
            str(scenes),
            "--json",
            *extra,
        ]
        command += ["--output", str(Path(folder) / "demo.mp4")]
        started = time.monotonic()
        run = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        peak = own = 0.0
        root = psutil.Process(run.pid)
        cpu: dict[int, float] = {}
        while run.poll() is None:
            total, alone = _sample(root, cpu)
            peak, own = max(peak, total), max(own, alone)
            time.sleep(0.5)
        wall = time.monotonic() - started
        out, said = run.communicate()
        if run.returncode:
            raise SystemExit(f"pixelle make ended with {run.returncode}: {said.decode()[-500:]}")
        made = json.loads(out)
        return {
            "benchmark": "demo",
            "scenes": scenes,
            "wall_seconds": round(wall, 2),
            "cpu_seconds": round(sum(cpu.values()), 2),
            "video_seconds": made["duration"],
            "wall_per_video_second": round(wall / made["duration"], 3),
            "process_peak_mb": round(own),
            "with_browser_peak_mb": round(peak),
            "cores": os.cpu_count(),
            "machine": platform.machine(),
        }


def _sample(root: psutil.Process, cpu: dict[int, float]) -> tuple[float, float]:
    """
    Memory in MB of a process with its children, and of it alone; notes their CPU seconds.

    Shared pages count once (proportional set size).
    """
    total = own = 0.0
    try:
        family = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0, 0.0
    for process in family:
        try:
            times = process.cpu_times()
            cpu[process.pid] = times.user + times.system
            used = process.memory_full_info().pss / 1e6
            total += used
            own = used if process.pid == root.pid else own
        except (psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
    return total, own


def main() -> None:
    """Print one JSON line per run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--topic", default="Why develop a reading habit")
    parser.add_argument("--scenes", type=int, default=5)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("extra", nargs="*", help="more options for `pixelle make`, after --")
    args = parser.parse_args()
    for _ in range(args.runs):
        print(json.dumps(measure(args.topic, args.scenes, args.extra)), flush=True)


if __name__ == "__main__":
    main()

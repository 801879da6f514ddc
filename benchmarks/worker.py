"""One run of one case in a process of its own: `python -m benchmarks.worker SIDE CASE SCENES.json FOLDER`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks import baseline_frames, service_frames
from benchmarks.cases import CASES, quick
from benchmarks.inputs import load
from pixelle.runtime.errors import PixelleError

__all__ = ["SIDES", "SIGN"]

SIDES = {"service": service_frames.measure, "baseline": baseline_frames.measure}
SIGN = "@"
"""Begins the lines that the process which started this one reads: begin, end, and the result as JSON."""


def main() -> None:
    """Measure once and say so on stdout."""
    side, name, scenes, folder, size = sys.argv[1:]
    case = quick(CASES[name]) if size == "quick" else CASES[name]

    def mark(what: str) -> None:
        print(f"{SIGN}{what}", flush=True)

    try:
        done = SIDES[side](case, load(Path(scenes)), Path(folder), mark)
    except* PixelleError as group:
        mark(json.dumps({"error": _said(group)}))
    else:
        mark(json.dumps(done))


def _said(group: BaseExceptionGroup[PixelleError]) -> str:
    first = group
    while isinstance(first, BaseExceptionGroup):
        first = first.exceptions[0]
    assert isinstance(first, PixelleError)
    return f"{first.reason}: {first.message}"


if __name__ == "__main__":
    main()

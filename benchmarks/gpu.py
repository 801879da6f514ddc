"""
All that needs a GPU, the most important first: `python -m benchmarks.gpu [part ...] [--seconds 540] [--out FILE]`.

Each part is a program of its own with at most the time that is left, so that nothing takes the next one with it. Every
line is printed and kept in FILE as soon as it is known; what else a program says is kept in FILE.log. A part that is
finished in FILE is left out, so the same command goes on where it was broken off. `--smoke` is for a CPU.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pixelle.runtime.gpu import GpuMemory

if TYPE_CHECKING:
    from collections.abc import Sequence

_MEDIA, _TESTS = ("benchmarks.media", "--repeat", "3"), ("pytest", "tests/gpu", "-v", "-p", "no:cacheprovider")
PARTS: dict[str, tuple[str, ...]] = {
    "sdxl": (*_MEDIA, "sdxl", "--ask", "over_plain", "cancel", "two_models", "service", "eager"),
    "tests": (*_TESTS, "-k", "not wan"),
    "xtts": ("benchmarks.xtts", "--no-long", "--codes", "100"),
    "compiled": (*_MEDIA, "sdxl", "--ask", "compiled"),
    "wan": (*_MEDIA, "wan", "--steps", "6", "--ask", "over_plain", "cancel"),
    "flux": (*_MEDIA, "flux", "--ask", "over_plain", "service", "eager", "compiled", "cancel", "two_models"),
    "tests-wan": (*_TESTS, "-k", "wan"),
    "clips": ("benchmarks.media", "--repeat", "1", "wan", "--ask", "eager", "compiled", "service", "two_models"),
}
"""The most important first."""
_OUTCOMES = {"PASSED", "FAILED", "ERROR", "SKIPPED"}


class Record:
    """The lines, on standard output and in a file."""

    def __init__(self, file: Path) -> None:
        """file: it may hold lines of an earlier call."""
        self._file = file
        before = [json.loads(line) for line in file.read_text().splitlines()] if file.is_file() else []
        self.finished = {line["part"] for line in before if line.get("exit") == 0}
        """Parts that need not be run again."""

    def tell(self, part: str, line: dict[str, Any]) -> None:
        """Keep a line."""
        text = json.dumps({"part": part, **line})
        print(text, flush=True)
        with self._file.open("a") as kept:
            kept.write(text + "\n")

    def run(self, part: str, words: Sequence[str], seconds: float) -> None:
        """A module of Python with its arguments, ended when its time is over."""
        start, late = time.monotonic(), threading.Event()
        with (
            Path(f"{self._file}.log").open("a") as log,
            subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", *words],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=os.environ | {"PYTHONUNBUFFERED": "1", "HF_HUB_OFFLINE": "1"},
                start_new_session=True,
            ) as process,
        ):

            def end() -> None:
                late.set()
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)

            clock = threading.Timer(seconds, end)
            clock.start()
            for said in process.stdout or ():
                tested = said.split()[1:2]
                if said.startswith("{") and said.endswith("\n"):
                    self.tell(part, json.loads(said))
                elif tested and tested[0] in _OUTCOMES and "::" in said:
                    self.tell(part, {"test": said.split()[0].partition("::")[2], "outcome": tested[0]})
                else:
                    log.write(said)
                    log.flush()
            code = process.wait()
            clock.cancel()
        ended = {"exit": None if late.is_set() else code, "seconds": round(time.monotonic() - start, 1)}
        self.tell(part, ended | ({"late": True} if late.is_set() else {}))


def main() -> None:
    """Run the parts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all when none is named")
    parser.add_argument("--seconds", type=float, default=1400, help="for all of them")
    parser.add_argument("--out", type=Path, default=Path("gpu.jsonl"), help="where the lines are kept")
    parser.add_argument("--smoke", action="store_true", help="tiny models on the CPU")
    given = parser.parse_args()
    start, record, gpus = time.monotonic(), Record(given.out), GpuMemory.open()
    record.tell("gpus", {"memory": [[value, *labels] for _, value, labels in gpus.gauges()] if gpus else []})
    for part in given.parts or PARTS:
        left = given.seconds - (time.monotonic() - start)
        if part in record.finished or left <= 0:
            record.tell(part, {"left_out": "finished before" if part in record.finished else "no time is left"})
            continue
        words = PARTS[part]
        record.run(part, [*words, "--smoke"] if given.smoke and words[0] != "pytest" else words, left)


if __name__ == "__main__":
    main()

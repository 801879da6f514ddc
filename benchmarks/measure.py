"""CPU seconds and memory of a process with everything it has started."""

from __future__ import annotations

import resource
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["MemoryWatch", "cpu_seconds", "memory_mb"]


def cpu_seconds() -> float:
    """
    User and system seconds of this process and of all its descendants so far, those that have ended included.

    A process that has ended is counted by the one that waited for it, so the living ones know everything.
    """
    total = 0.0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        used = resource.getrusage(who)
        total += used.ru_utime + used.ru_stime
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            times = child.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def memory_mb(process: psutil.Process) -> float:
    """Memory in MB of a process with its descendants; shared pages count once (proportional set size)."""
    total = 0
    with suppress(psutil.NoSuchProcess):
        for one in (process, *process.children(recursive=True)):
            with suppress(OSError, ValueError, IndexError):
                text = Path(f"/proc/{one.pid}/smaps_rollup").read_text()
                total += int(text.partition("\nPss:")[2].split(maxsplit=1)[0])
    return total * 1024 / 1e6


class MemoryWatch:
    """The peak memory of another process's tree, looked at from outside so that looking costs it no CPU seconds."""

    def __init__(self, pid: int, *, every: float = 0.05) -> None:
        """every: seconds between two looks."""
        self._process = psutil.Process(pid)
        self._every = every
        self.peak_mb = 0.0

    @contextmanager
    def watching(self) -> Generator[None]:
        """Note the peak until the block ends."""
        ended = threading.Event()

        def look() -> None:
            while not ended.is_set():
                began = time.monotonic()
                self.peak_mb = max(self.peak_mb, memory_mb(self._process))
                ended.wait(max(self._every, 4 * (time.monotonic() - began)))  # never more than a fifth of a core

        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

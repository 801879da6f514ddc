"""One process of a cluster: started, watched, hurt and ended by name."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import psutil

from pixelle.runtime.errors import FailedPrecondition

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

__all__ = ["Process", "free_port"]


def free_port(*, low: int = 20_000, high: int = 30_000, also: int = 0) -> int:
    """
    A port of the loopback that nothing listens on; with `also`, the one that many further is free too.

    Nobody who asks here draws it again while this process lives (on Linux): it is free until somebody listens.
    """
    start = low + int.from_bytes(os.urandom(4), "big") % (high - low)
    for step in range(high - low):
        port = low + (start - low + step) % (high - low)
        if _free(port) and (not also or _free(port + also)) and _drawn(port):
            return port
    raise FailedPrecondition(f"No port from {low} to {high} is free. Stop something.", reason="ADDRESS_IN_USE")


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _drawn(port: int) -> bool:
    """Whether it is now this process's alone: a name that the kernel gives to one, and takes back at its end."""
    if sys.platform != "linux":
        return True
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        claim.bind(f"\0pixelle port {port}")
    except OSError:
        claim.close()
        return False
    _CLAIMS.append(claim)
    return True


_CLAIMS: list[socket.socket] = []
"""Of the ports that this process has drawn."""


@dataclass
class Process:
    """Something to run, with a log of its own and a way to see that it is ready."""

    name: str
    command: Sequence[str]
    log: Path
    """What it says; one file for all of its lives."""
    ready: Callable[[Process], bool]
    """Asked again and again until it is true."""
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    """Its whole environment."""
    user: str | None = None
    """Whom it runs as; whoever starts it when None."""
    stop_signal: signal.Signals = signal.SIGTERM
    """Asks it to end."""
    grace: float = 20.0
    """Seconds it gets to end by itself."""
    leftovers: Sequence[Path] = ()
    """Files it leaves behind outside of its folder."""
    running: subprocess.Popen[bytes] | None = None
    _begun_at: int = 0

    @property
    def alive(self) -> bool:
        """True while it runs, stopped or not."""
        return self.running is not None and self.running.poll() is None

    def start(self) -> None:
        """Start it; `until_ready` waits."""
        with self.log.open("ab") as log:
            self._begun_at = log.tell()
            # a session of its own: Ctrl-C reaches the supervisor alone, and what it starts can be ended with it
            self.running = subprocess.Popen(
                self.command,
                env=dict(self.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user else None,
                cwd="/" if self.user else None,
            )

    def until_ready(self, seconds: float = 60.0) -> None:
        """Wait until it answers. Raises FailedPrecondition (PROCESS_FAILED) with the end of its log."""
        deadline = time.monotonic() + seconds
        while not self.ready(self):
            if not self.alive or time.monotonic() > deadline:
                what = "is not ready" if self.alive else "ended"
                raise FailedPrecondition(f"{self.name} {what}. Its log says:\n{self.tail()}", reason="PROCESS_FAILED")
            time.sleep(0.1)

    def said(self, *, ever: bool = False) -> str:
        """What it logged since it was last started, or in all of its lives."""
        if not self.log.exists():
            return ""
        return self.log.read_bytes()[0 if ever else self._begun_at :].decode(errors="replace")

    def events(self, name: str) -> list[dict[str, Any]]:
        """What it logged under that event's name in all of its lives, with `at` in seconds since 1970."""
        found: list[dict[str, Any]] = []
        for line in self.said(ever=True).splitlines():
            if f'"event": "{name}"' in line and line.startswith("{") and line.endswith("}"):
                event = json.loads(line)
                found.append({**event, "at": datetime.fromisoformat(event["timestamp"]).timestamp()})
        return found

    def until_event(
        self, name: str, condition: Callable[[dict[str, Any]], bool], *, seconds: float = 30.0
    ) -> dict[str, Any]:
        """The first such event that fits, as soon as it is logged. Raises FailedPrecondition (PROCESS_FAILED)."""
        deadline = time.monotonic() + seconds
        while True:
            for event in self.events(name):
                if condition(event):
                    return event
            if time.monotonic() > deadline:
                said = f"{self.name} logged no such {name!r}. Its log says:\n{self.tail()}"
                raise FailedPrecondition(said, reason="PROCESS_FAILED")
            time.sleep(0.05)

    def tail(self, lines: int = 15) -> str:
        """The end of its log."""
        return "\n".join(self.said().splitlines()[-lines:])

    def signal(self, which: signal.Signals) -> None:
        """Send a signal to it alone, not to what it started."""
        assert self.running is not None
        self.running.send_signal(which)

    def kill(self) -> None:
        """End it without a chance to tidy up, as a crash would, and what it started with it."""
        if self.running is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()
            for path in self.leftovers:
                path.unlink(missing_ok=True)

    def crash(self) -> None:
        """End it alone, without a chance to tidy up; what it started has to notice by itself."""
        if self.running is not None:
            self.signal(signal.SIGKILL)
            self.running.wait()
            for path in self.leftovers:
                path.unlink(missing_ok=True)

    def family(self) -> set[int]:
        """Ids of all processes that it started and that live, whatever group they are in, and its own."""
        if self.running is None:
            return set()
        try:
            mine = psutil.Process(self.running.pid)
            return {mine.pid, *(child.pid for child in mine.children(recursive=True))}
        except psutil.NoSuchProcess:
            return set()

    def end(self) -> None:
        """Ask it to end and wait; end it and what it started when it does not."""
        if self.running is None:
            return
        if self.alive:
            self.signal(signal.SIGCONT)
            self.signal(self.stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.running.wait(self.grace)
        self.kill()

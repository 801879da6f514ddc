"""`make up-local`: a small cluster of plain processes on the loopback, until Ctrl-C."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from deploy.cluster import Cluster
from pixelle.runtime.errors import PixelleError

__all__ = ["main"]

_AGAIN = 2.0
"""Seconds until a process that ended by itself is started again; doubles with every further time."""
_LONGEST = 30.0


def main() -> int:
    """Start, watch, end. Returns 0 when asked to end, 1 when something could not be started."""
    options = _parser().parse_args()
    stop = threading.Event()

    def end(_number: int, _frame: object) -> None:
        stop.set()

    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, end)
    try:
        ports = {f"gateway-{number + 1}": options.port + number for number in range(options.gateways)}
        cluster = Cluster(options.folder, gateways=options.gateways, workers=options.workers, ports=ports)
        _say(f"Starting {len(cluster.processes)} processes; their logs are in {cluster.logs}")
        cluster.up(stop=stop)
    except PixelleError as error:
        _say(f"up-local: {error.message}")
        return 1
    try:
        if not stop.is_set():
            for name in cluster.gateways:
                _say(f"{name}: {cluster.url(name)} (API: /docs)")
            _say("Stop with Ctrl-C.")
        _watch(cluster, stop)
    finally:
        _say("Ending everything")
        cluster.down()
    return 0


def _watch(cluster: Cluster, stop: threading.Event) -> None:
    """Start again what ends by itself."""
    waits = dict.fromkeys(cluster.processes, _AGAIN)
    due: dict[str, float] = {}
    while not stop.wait(0.5):
        for name, process in cluster.processes.items():
            if process.alive:
                continue
            if name not in due:
                _say(f"{name} ended; starting it again in {waits[name]:g} s. Its log says:\n{process.tail(3)}")
                due[name] = waits[name]
            due[name] -= 0.5
            if due[name] <= 0:
                del due[name]
                waits[name] = min(2 * waits[name], _LONGEST)
                process.start()


def _parser() -> argparse.ArgumentParser:
    # as root, Postgres runs as another user, who must be able to reach its folder
    folder = Path("/var/tmp/pixelle-local") if os.geteuid() == 0 else Path("data/cluster")  # noqa: S108
    parser = argparse.ArgumentParser(prog="up-local", description="Start a small cluster on this machine.")
    parser.add_argument("--folder", type=Path, default=folder, help="where everything is kept")
    parser.add_argument("--port", type=int, default=8000, help="of the first gateway; the others follow")
    parser.add_argument("--gateways", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    return parser


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())

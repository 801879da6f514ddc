"""Does every task survive? Rounds of faults at random points: `python -m benchmarks.faults --rounds 200`."""

from __future__ import annotations

import argparse
import json
import logging
import random
import shutil
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from benchmarks.fault_cases import CASES
from benchmarks.fault_checks import after, extra_runs, left_running, orphans
from benchmarks.fault_round import Round
from benchmarks.fault_site import VARIANTS, Site
from deploy.backing import missing_servers
from deploy.disk import no_disk

if TYPE_CHECKING:
    from benchmarks.fault_round import Case

__all__ = ["case_of", "main", "play"]


def case_of(seed: int) -> Case:
    """The case of a seed; as many seeds in a row as all weights together have every case as often as its weight."""
    deck = [case for case in CASES for _ in range(case.weight)]
    random.Random(0).shuffle(deck)
    return deck[seed % len(deck)]


def play(site: Site, case: Case, seed: int) -> dict[str, Any]:
    """One round: hurt, wait for the end, look at everything. Returns the line that tells about it."""
    for variant in range(len(VARIANTS)):
        site.undisturbed(variant)
    site.heal()
    site.stage.forget()
    site.keeper.delete(list(site.tasks()))
    browsers = site.browsers()
    it = Round(site, case, seed)
    began = time.monotonic()
    try:
        it.begin()
        case.act(it)
        broken = after(it)
        over = time.time()
        site.heal()
        broken += left_running(it, browsers)
        broken += orphans(it)
    except Exception as error:  # the border: a round that cannot be played to its end has not survived
        broken, over = [f"{type(error).__name__}: {error}"], time.time()
    return {
        "case": case.name,
        "seed": seed,
        "point": it.point,
        "delay": round(it.delay, 3),
        "outcome": "broken" if broken else "survived",
        "seconds": round(time.monotonic() - began, 2),
        "from_fault_to_end": round(over - it.struck_at, 2),
        "extra_runs": extra_runs(it),
        "refused": it.refused,
        "broken": broken,
    }


def main() -> int:
    """Play rounds, one JSON line each. Returns 1 when one did not survive, 2 when none can be played here."""
    options = _parser().parse_args()
    hindered = missing_servers() or (no_disk() and f"cases that fill a disk are left out: {no_disk()}")
    if missing_servers():
        sys.stderr.write(f"faults: {hindered}\n")
        return 2
    if hindered:
        sys.stderr.write(f"faults: {hindered}\n")
    folder = Path(tempfile.mkdtemp(prefix="pixelle-faults-"))
    folder.chmod(0o755)  # as root, Postgres runs as another user
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    first = random.SystemRandom().randrange(10**6) if options.seed is None else options.seed
    sys.stderr.write(f"faults: seed {first}, in {folder}\n")
    signal.signal(signal.SIGTERM, _end)  # whatever ends it, it ends what it has started
    lines: list[dict[str, Any]] = []
    began = time.monotonic()
    site = Site(folder)
    try:
        site.up()
        for seed in range(first, first + options.rounds):
            case = next((each for each in CASES if each.name == options.case), None) or case_of(seed)
            if case.needs_disk and site.disk is None:
                continue
            lines.append(play(site, case, seed))
            sys.stdout.write(json.dumps(lines[-1]) + "\n")
            sys.stdout.flush()
            if lines[-1]["broken"] and options.stop:
                break
    finally:
        site.down()
        if not any(line["broken"] for line in lines):
            shutil.rmtree(folder, ignore_errors=True)
    survived = sum(not line["broken"] for line in lines)
    took = time.monotonic() - began
    median = statistics.median(line["seconds"] for line in lines) if lines else 0.0
    summary = f"survived {survived}/{len(lines)} in {took:.0f} s, {median:.1f} s a round (median), seed {first}"
    sys.stdout.write(summary + "\n")
    if survived < len(lines):
        sys.stderr.write(f"faults: everything is kept in {folder}\n")
    return 0 if survived == len(lines) else 1


def _end(_number: int, _frame: object) -> None:
    sys.exit(143)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="faults", description="Hurt a small cluster; every task must survive.")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, help="of the first round; each further one adds 1. Without: drawn")
    parser.add_argument("--case", choices=[case.name for case in CASES], help="only this one")
    parser.add_argument("--stop", action="store_true", help="stop at the first round that does not survive")
    return parser


if __name__ == "__main__":
    sys.exit(main())

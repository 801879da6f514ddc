"""The faults: what is hurt, how, for how long."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import httpx

from benchmarks.fault_round import Case
from benchmarks.fault_site import STEPS, VARIANTS
from deploy.cluster import SERVICES
from gateway.workflow.database import lock_key
from pixelle.runtime.errors import FailedPrecondition

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.fault_round import Round

__all__ = ["CASES"]

_STANDS_STILL = 20.0
_REFUSES = 10.0
_AWAY = frozenset({503, 504})
"""Answers that tell the caller to come back: the database is away, or the gateway stood still for too long."""
_CUT_OFF = 22.0
"""Seconds without a database after which a worker's tasks have gone to another."""


def _worker_killed(it: Round) -> None:
    _killed(it, it.owner())


def _worker_gone(it: Round) -> None:
    it.strike(it.site.cluster[it.owner()].crash)


def _killed(it: Round, name: str) -> None:
    process = it.site.cluster[name]
    it.strike(process.crash)
    it.pause(0.0, 2.0)
    process.start()


def _gateway_killed_at_submission(it: Round) -> None:
    gateway = it.site.cluster["gateway-1"]
    _sent_twice(it, gateway.crash)
    gateway.start()


def _gateway_stopped_at_submission(it: Round) -> None:
    gateway = it.site.cluster["gateway-1"]
    _sent_twice(it, partial(gateway.signal, signal.SIGSTOP), lambda: gateway.signal(signal.SIGCONT))


def _sent_twice(it: Round, hurt: Callable[[], None], undo: Callable[[], None] | None = None) -> None:
    """The caller sends the same request under the same key to the other gateway; undo: after it is 20 s old."""
    clients, key = it.site.stage.clients, {"Idempotency-Key": f"round {it.seed} {time.time_ns()}"}

    def send(gateway: str) -> httpx.Response | None:
        try:
            return clients[gateway].post("/api/video/generate/async", json=VARIANTS[0], headers=key)
        except httpx.TransportError:  # it was killed
            return None

    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(send, "gateway-1")
        if it.rng.random() < 0.5:
            it.pause(0.0, 0.1)
        else:
            _until_it_keeps_others_out(it)
        it.strike(hurt)
        stood_still_until = time.monotonic() + _STANDS_STILL
        again = send("gateway-2")
        while again is None or again.status_code in _AWAY:
            it.refused += 1
            if time.monotonic() > stood_still_until + 30:
                break
            time.sleep(0.2)
            again = send("gateway-2")
        if undo:
            time.sleep(max(0.0, stood_still_until - time.monotonic()))
            undo()
        answers = [sending.result(), again]
    for answer in answers:
        if answer is not None and answer.status_code == 200:
            it.tasks[answer.json()["task_id"]] = 0
        elif answer is not None and answer.status_code not in _AWAY:
            it.answers.append(f"to a request: {answer.status_code} {answer.text[:200]}")
    if len(it.tasks) != 1:
        it.answers.append(f"one request became {len(it.tasks)} tasks")


def _until_it_keeps_others_out(it: Round) -> None:
    """Until a gateway has the lock under which a task is queued, or a moment later when that was missed."""
    deadline = time.monotonic() + 0.3
    asked = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid::bigint << 32 | objid::bigint = %s"
    with it.site.stage.database() as connection:
        while time.monotonic() < deadline:
            if connection.execute(asked, (lock_key("queueing tasks"),)).fetchone():
                return


def _stands_still(it: Round, name: str = "") -> None:
    process = it.site.cluster[name or it.owner()]
    it.strike(partial(process.signal, signal.SIGSTOP))
    time.sleep(_STANDS_STILL)
    process.signal(signal.SIGCONT)


def _all_services_stand_still(it: Round) -> None:
    processes = [it.site.cluster[name] for name in (*SERVICES, "gateway-1")]

    def stop() -> None:
        for process in processes:
            process.signal(signal.SIGSTOP)

    it.strike(stop)
    time.sleep(_STANDS_STILL)
    for process in processes:
        process.signal(signal.SIGCONT)


def _postgres_restarted(it: Round) -> None:
    process = it.site.cluster["postgres"]
    it.strike(process.end)
    it.pause(0.0, 2.0)
    process.start()
    process.until_ready()


def _postgres_killed(it: Round) -> None:
    process = it.site.cluster["postgres"]
    it.strike(process.crash)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        process.start()
        try:
            process.until_ready()
        except FailedPrecondition:  # what is left of its earlier life has not noticed yet
            continue
        return


def _postgres_session_killed(it: Round) -> None:
    """As the kernel does when memory is short: the server then throws everybody out and recovers."""
    asked = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    with it.site.stage.database() as connection:
        pids = [row[0] for row in connection.execute(asked)]
    it.strike(partial(os.kill, it.rng.choice(pids), signal.SIGKILL))


def _store_refuses_writes(it: Round) -> None:
    it.strike(partial(it.site.writable, False))
    time.sleep(_REFUSES)
    it.site.writable(True)


def _store_killed(it: Round) -> None:
    """Until SeaweedFS answers again after this, it takes 5 to 30 s."""
    _killed(it, "s3")
    it.site.cluster["s3"].until_ready()
    it.away = time.time() - it.struck_at


def _disk_full(it: Round) -> None:
    assert it.site.disk
    it.strike(it.site.disk.fill)
    it.pause(2.0, 8.0)
    if it.site.make_room():
        it.away = time.time() - it.struck_at


def _disk_stays_full(it: Round) -> None:
    """Nobody makes room before the tasks have ended."""
    assert it.site.disk
    it.strike(it.site.disk.fill)
    it.ended()
    it.site.make_room()


def _scratch_full(it: Round) -> None:
    """Nobody makes room on the disk of a service before the tasks have ended."""
    assert it.site.scratch_disk
    it.strike(it.site.scratch_disk.fill)
    it.ended()
    it.site.scratch_disk.free()


def _reset(it: Round, wire: str) -> None:
    """A few times, some tenths of a second apart."""

    def cut() -> None:
        for _ in range(it.rng.randrange(1, 4)):
            it.site.cluster.wire(wire, "reset")
            it.pause(0.0, 0.3)

    it.strike(cut)


def _black_hole(it: Round, wire: str) -> None:
    it.strike(partial(it.site.cluster.wire, wire, "hold"))
    it.pause(2.0, 8.0)
    it.site.cluster.wire(wire, "pass" if it.rng.random() < 0.5 else "reset")


def _worker_cut_off(it: Round) -> None:
    """The other worker takes the work over while this one still holds it."""
    wire = f"postgres {it.owner()}"
    it.strike(partial(it.site.cluster.wire, wire, "refuse"))
    time.sleep(_CUT_OFF)
    it.site.cluster.wire(wire, "pass")


def _database(it: Round) -> str:
    return f"postgres {it.owner()}"


_BUSY = {"script": 1, "tts": 4, "media": 5, "render": len(STEPS) - 1}
"""Kept steps of a task until which a service may have work for it."""
CASES: tuple[Case, ...] = (
    Case("worker-killed", _worker_killed, 5),
    Case("worker-gone", _worker_gone, 1, tested=False),
    Case("gateway-killed-submitting", _gateway_killed_at_submission, 3, early=True),
    Case("gateway-stopped-submitting", _gateway_stopped_at_submission, 1, early=True, tested=False),
    Case("gateway-killed", lambda it: _killed(it, "gateway-1"), 2),
    *(Case(f"{name}-killed", partial(_killed, name=name), 3, before=before) for name, before in _BUSY.items()),
    Case("worker-stopped", _stands_still, 1, tested=False),
    *(
        Case(f"{name}-stopped", partial(_stands_still, name=name), 1, before=before, tested=False)
        for name, before in _BUSY.items()
    ),
    Case("gateway-stopped", partial(_stands_still, name="gateway-1"), 1, tested=False),
    Case("all-stopped", _all_services_stand_still, 1),
    Case("postgres-restarted", _postgres_restarted, 3),
    Case("postgres-killed", _postgres_killed, 2),
    Case("postgres-session-killed", _postgres_session_killed, 3),
    Case("postgres-stopped", partial(_stands_still, name="postgres"), 1, tested=False),
    Case("store-refuses-writes", _store_refuses_writes, 2),
    Case("store-killed", _store_killed, 1, tested=False),
    Case("store-stopped", partial(_stands_still, name="s3"), 1, tested=False),
    Case("disk-full", _disk_full, 3, needs_disk=True),
    Case("disk-stays-full", _disk_stays_full, 1, may_fail=True, needs_disk=True),
    Case("scratch-full", _scratch_full, 2, may_fail=True, needs_disk=True),
    Case("service-reset", lambda it: _reset(it, it.rng.choice(SERVICES)), 4),
    Case("service-black-hole", lambda it: _black_hole(it, it.rng.choice(SERVICES)), 3),
    Case("database-reset", lambda it: _reset(it, _database(it)), 4),
    Case("database-black-hole", lambda it: _black_hole(it, _database(it)), 2),
    Case("database-cut-off", _worker_cut_off, 1),
    Case("gateway-database-reset", lambda it: _reset(it, f"postgres {it.watch}"), 3),
    Case("gateway-database-black-hole", lambda it: _black_hole(it, f"postgres {it.watch}"), 1),
    Case("store-reset", lambda it: _reset(it, "s3"), 3),
    Case("store-black-hole", lambda it: _black_hole(it, "s3"), 2),
)
"""Every kind of fault."""

"""What must be true after every fault."""

from __future__ import annotations

import contextlib
import json
import time
from typing import TYPE_CHECKING, Any

import psutil

from benchmarks.fault_site import STEPS
from deploy.cluster import SERVICES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.fault_round import Round

__all__ = ["after", "extra_runs", "left_running", "orphans"]

_REST = 15.0
"""Seconds that services get to come to rest."""
_IDLE = 0.15
"""Seconds of work in one second that count as rest, over all services and browsers."""
_CLOCK = 0.05
"""Seconds by which two processes' notes of one moment may differ."""
_OPEN = frozenset({"PENDING", "ENQUEUED", "DELAYED"})


def after(it: Round) -> list[str]:
    """Everything that is not as it must be once the fault is over."""
    ended = it.ended()
    broken = [
        f"{task_id} is {task['status']}: {task.get('error_detail')}"
        for task_id, task in ended.items()
        if not _ended_well(it, task)
    ]
    for task_id, task in ended.items():
        if task["status"] == "failed" and it.may_fail:
            ended[task_id] = it.retry(task_id)
            if ended[task_id]["status"] != "completed":
                broken.append(f"{task_id} was retried and is {ended[task_id]['status']}: {ended[task_id].get('error')}")
    for task_id, task in ended.items():
        broken += _steps(it, task_id)
        if task["status"] == "completed":
            if it.video(task_id) != it.site.undisturbed(it.tasks[task_id]):
                broken.append(f"the video of {task_id} is another one")
            broken += _story(it, task_id)
        else:
            broken.append(f"{task_id}: {task.get('error')}")
    known = it.site.tasks()
    if set(known) != set(it.tasks):
        broken.append(f"the database has {sorted(known)}, accepted were {sorted(it.tasks)}")
    broken += [f"{task_id} is still {state}" for task_id, state in known.items() if state in _OPEN]
    return [*broken, *it.answers]


def _ended_well(it: Round, task: dict[str, Any]) -> bool:
    reason = (task.get("error_detail") or {}).get("reason", "")
    reasoned = reason not in {"", "BUG"} and bool(task.get("error"))
    return task["status"] == "completed" or (task["status"] == "failed" and it.may_fail and reasoned)


def _steps(it: Round, task_id: str) -> Iterator[str]:
    stage = it.site.stage
    runs = stage.runs(task_id)
    for step in it.finished.get(task_id, ()):
        if runs.get(step, 0) > 1:
            yield f"{task_id}: {step} was finished and ran {runs[step]} times"
    yield from (f"{task_id}: {step} ran {count} times" for step, count in runs.items() if count > 2)
    ended = it.site.completed_at(task_id)
    for call in stage.calls(task_id):
        step = call["request_id"].partition("/")[2]
        if call["at"] - call["seconds"] > ended.get(step, time.time()) + _CLOCK:
            yield f"{task_id}: {step} was asked for after it was finished"
    # a service that is killed in the moment in which it answers does not log that it did
    lost = set(STEPS) - {"publish"} - set(runs)
    if len(lost) > (it.case.name.endswith("-killed")):
        yield f"{task_id}: nobody made {sorted(lost)}"


def _story(it: Round, task_id: str) -> Iterator[str]:
    """The events: none missing, none twice, never back, one end."""
    with it.site.stage.clients[it.watch].stream("GET", f"/api/tasks/{task_id}/events") as answer:
        lines = [line.removeprefix("data: ") for line in answer.iter_lines() if line.startswith("data: ")]
    events = [json.loads(line) for line in lines]
    if [event["sequence"] for event in events] != list(range(1, len(events) + 1)):
        yield f"{task_id}: events are missing or doubled"
    shares = [event["percentage"] for event in events]
    if shares != sorted(shares):
        yield f"{task_id}: progress went back"
    kinds = [event["kind"] for event in events]
    if kinds.count("completed") != 1 or kinds[-1] != "completed":
        yield f"{task_id}: its story ends with {kinds[-3:]}"
    done = [(event["step"], event["scene"]) for event in events if event["kind"] == "step_ended"]
    if len(done) != len(set(done)):
        yield f"{task_id}: a step ended twice"


def extra_runs(it: Round) -> int:
    """Steps that services made a second time."""
    return sum(count - 1 for task_id in it.tasks for count in it.site.stage.runs(task_id).values())


def left_running(it: Round, browsers: set[int]) -> list[str]:
    """What still goes on for tasks that have ended. browsers: processes of services before the fault."""
    deadline = time.monotonic() + _REST
    while True:
        found = [*_locks(it), *_calls(it), *_scratch(it), *_strays(it, browsers), *_busy(it)]
        if not found or time.monotonic() > deadline:
            return found
        time.sleep(0.05)


def _locks(it: Round) -> Iterator[str]:
    """Each worker has its name, and nobody anything else."""
    locks, workers = it.site.locks(), len(it.site.cluster.workers)
    if locks != workers:
        yield f"{locks} locks in the database, for {workers} workers"
        for name in it.site.cluster.workers:
            process = it.site.cluster[name]
            yield f"{name} {'lives' if process.alive else 'has ended'}: {' '.join(process.said().splitlines()[-3:])}"


def _calls(it: Round) -> Iterator[str]:
    for name in SERVICES:
        said = it.site.cluster[name].said()
        begun, ended = said.count('"event": "call begun"'), said.count('"event": "call"')
        if begun != ended:
            yield f"{begun - ended} calls run in {name}"


def _scratch(it: Round) -> Iterator[str]:
    for path in (it.site.render_data / "scratch").rglob("*"):
        if path.is_file():
            yield f"scratch file {path.name}"
    for name in (*SERVICES, *it.site.cluster.workers, *it.site.cluster.gateways):
        for path in (it.site.cluster.folder / name).rglob("tmp*"):
            yield f"half a file of {name}: {path.name}"


def _strays(it: Round, browsers: set[int]) -> Iterator[str]:
    for pid in browsers - it.site.browsers():
        if _lives(pid):
            yield f"process {pid} of a service that was killed"


def _lives(pid: int) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


def _busy(it: Round) -> Iterator[str]:
    pids = it.site.browsers()
    before, began = _worked(pids), time.monotonic()
    time.sleep(0.15)
    passed = time.monotonic() - began
    used = _worked(pids) - before
    if used > max(_IDLE * passed, 0.02):
        yield f"services are busy: {used:.2f} s of work in {passed:.2f} s"


def _worked(pids: set[int]) -> float:
    """Seconds of CPU that processes have used."""
    total = 0.0
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            times = psutil.Process(pid).cpu_times()
            total += times.user + times.system
    return total


def orphans(it: Round) -> list[str]:
    """What the sweep leaves although nobody refers to it, or takes although somebody does; then deletes the tasks."""
    keeper = it.site.keeper
    keeper.sweep()
    stored = keeper.stored()
    artifacts, wanted = keeper.artifacts(stored), it.site.references()
    found = [f"orphan {name}" for name in artifacts - wanted - keeper.remembered(stored)]
    found += [f"{name} is gone, though a task refers to it" for name in wanted - artifacts]
    found += keeper.delete(list(it.tasks))
    keeper.sweep()
    left = keeper.stored()
    found += [f"{name} is left, though no task is" for name in left if not name.startswith("cache/")]
    found += [f"{name} remembers files that are gone" for name in left if keeper.remembered([name])]
    return found

"""Workers that die, stop, come back or never do: every task ends, and nothing that was finished is done again."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deploy.stage import Stage

MOVED_WITHIN = 30.0


def busy(stage: Stage) -> tuple[str, str]:
    """A fresh task in the middle of its scenes, and the worker that has it."""
    stage.forget()
    task_id = stage.submit()
    stage.until(task_id, lambda _: "clip" in stage.kept_kinds(task_id))
    return task_id, stage.owner(task_id)


def check(stage: Stage, task_id: str, finished: set[str], undisturbed: bytes) -> None:
    """It ended well; what was finished before ran once, anything else at most twice; the file is as it should be."""
    found = stage.ended(task_id)
    assert found["status"] == "completed", found
    runs = stage.runs(task_id)
    assert len(runs) == 3 * 6 + 2, runs
    assert {step: runs[step] for step in finished} == dict.fromkeys(finished, 1)
    assert max(runs.values()) <= 2, runs
    assert stage.video(task_id) == undisturbed


def test_killed_and_started_again(stage: Stage, undisturbed: bytes) -> None:
    task_id, worker = busy(stage)
    stage.cluster[worker].kill()
    finished = stage.kept(task_id)
    stage.cluster[worker].start()
    check(stage, task_id, finished, undisturbed)


def test_gone_for_good(stage: Stage, undisturbed: bytes) -> None:
    task_id, worker = busy(stage)
    stage.cluster[worker].kill()
    died = time.monotonic()
    finished = stage.kept(task_id)
    assert len(finished) < 20
    stage.until(task_id, lambda task: stage.owner(task["task_id"]) != worker, seconds=MOVED_WITHIN)
    assert time.monotonic() - died < MOVED_WITHIN
    check(stage, task_id, finished, undisturbed)


def test_told_to_end_it_hands_its_work_on(stage: Stage, undisturbed: bytes) -> None:
    task_id, worker = busy(stage)
    stage.cluster[worker].end()
    finished = stage.kept(task_id)
    stage.until(task_id, lambda task: stage.owner(task["task_id"]) != worker, seconds=5)
    check(stage, task_id, finished, undisturbed)


def test_stopped_it_keeps_its_work(stage: Stage, undisturbed: bytes) -> None:
    """A worker that stands still lives as long as its session does: nobody takes its work, and it goes on."""
    task_id, worker = busy(stage)
    stage.cluster[worker].signal(signal.SIGSTOP)
    finished = stage.kept(task_id)
    time.sleep(20)  # longer than the silence after which it could be given up
    assert stage.owner(task_id) == worker
    stage.cluster[worker].signal(signal.SIGCONT)
    check(stage, task_id, finished, undisturbed)
    assert stage.owner(task_id) == worker


def test_taken_for_dead_it_can_keep_nothing(stage: Stage, undisturbed: bytes) -> None:
    """As when its machine froze: the session ends, the work moves, and then it wakes up."""
    task_id, worker = busy(stage)
    stage.cluster[worker].signal(signal.SIGSTOP)
    finished = stage.kept(task_id)
    with stage.database() as database:
        ended = database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid) "
            "WHERE locktype = 'advisory' AND application_name = %s",
            (f"pixelle worker {worker}",),
        ).fetchall()
    assert ended
    stage.until(task_id, lambda task: stage.owner(task["task_id"]) != worker, seconds=MOVED_WITHIN)
    stage.cluster[worker].signal(signal.SIGCONT)
    check(stage, task_id, finished, undisturbed)
    # it has its name again, and works
    next_id = stage.submit(seed=9)
    assert stage.ended(next_id)["status"] == "completed"
    assert stage.cluster[worker].alive


def test_postgres_starts_again(stage: Stage, undisturbed: bytes) -> None:
    task_id, worker = busy(stage)
    finished = stage.kept(task_id)
    stage.cluster["postgres"].end()
    away = stage.clients["gateway-2"].get(f"/api/tasks/{task_id}")
    assert (away.status_code, away.json()["reason"]) == (503, "DATABASE_DOWN")
    ready = stage.clients["gateway-2"].get("/readyz")
    assert (ready.status_code, list(ready.json()["failing"])) == (503, ["tasks"])
    stage.cluster["postgres"].start()
    stage.cluster["postgres"].until_ready()
    check(stage, task_id, finished, undisturbed)
    assert stage.owner(task_id) == worker

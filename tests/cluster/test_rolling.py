"""Updates while tasks run: every process is replaced in turn, by the same release and by the next one."""

from __future__ import annotations

import signal
import sys
import threading
import time
import uuid
from collections import Counter
from typing import TYPE_CHECKING, Any

import httpx

from benchmarks.fault_site import VARIANTS
from deploy.cluster import SERVICES

if TYPE_CHECKING:
    from benchmarks.fault_site import Site
    from deploy.processes import Process
    from deploy.stage import Stage

SMALL = {**VARIANTS[0], "text": "Books are good."}
PAUSE = 1.5
"""Seconds between two submits."""


class Caller:
    """Submits tasks without a pause; asks the other gateway when one does not answer, as a load balancer would."""

    def __init__(self, stage: Stage) -> None:
        self._clients = list(stage.clients.values())
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._submit, daemon=True)
        self.ids: list[str] = []
        self.answers: Counter[str] = Counter()

    def __enter__(self) -> Caller:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(60)

    def _submit(self) -> None:
        number = 0
        while not self._stop.wait(PAUSE):
            number += 1
            body = {**SMALL, "seed": 1000 + number}
            headers = {"Idempotency-Key": uuid.uuid4().hex}
            for turn in range(200):
                try:
                    client = self._clients[(number + turn) % len(self._clients)]
                    answer = client.post("/api/video/generate/async", json=body, headers=headers)
                except httpx.TransportError:
                    self.answers["no answer"] += 1
                else:
                    self.answers[f"{answer.status_code} {answer.json().get('reason', '')}".strip()] += 1
                    if answer.status_code == 200:
                        self.ids.append(answer.json()["task_id"])
                        break
                time.sleep(0.1)

    def until_more(self, count: int, *, seconds: float = 60.0) -> None:
        """Wait for that many further submits."""
        wanted, deadline = len(self.ids) + count, time.monotonic() + seconds
        while len(self.ids) < wanted:
            assert time.monotonic() < deadline, self.answers
            time.sleep(0.05)


def until_busy(render: Process, *, since: float) -> None:
    """Wait until it has begun a clip."""
    render.until_event("call begun", lambda call: call["at"] > since and call["method"].endswith("/RenderClip"))


def test_no_task_fails_while_every_process_is_replaced(site: Site, stage: Stage) -> None:
    cluster, began = stage.cluster, time.time()
    with Caller(stage) as caller:
        caller.until_more(2)
        for name in (*SERVICES, *cluster.workers, *cluster.gateways, "s3", "postgres"):
            if name == "render":  # its calls last long enough to be met in the middle
                until_busy(cluster[name], since=time.time())
            cluster[name].end()
            cluster[name].start()
            cluster[name].until_ready()
            caller.until_more(1)
    found = [stage.ended(task_id, seconds=120) for task_id in caller.ids]
    assert Counter(task["status"] for task in found) == {"completed": len(caller.ids)}
    assert len(caller.ids) >= 12
    # what a gateway may say while the only one of something is away; the same request is taken a moment later
    allowed = {"200", "no answer", "503 DATABASE_DOWN", "503 STORE_DOWN", "503 SERVICE_DOWN"}
    assert set(caller.answers) <= allowed, caller.answers
    for name in SERVICES:
        calls = [call for call in cluster[name].events("call") if call["at"] > began]
        told = [event["at"] for event in cluster[name].events("draining") if event["at"] > began]
        restarted = [event["at"] for event in cluster[name].events("serving") if event["at"] > began]
        assert (len(told), len(restarted)) == (1, 1), name
        # what it was doing when it was told to end, it did to the end
        drained = [call["outcome"] for call in calls if told[0] <= call["at"] <= restarted[0]]
        assert set(drained) <= {"ok"}, (name, drained)
    assert site.locks() == len(cluster.workers)


def version_of(stage: Stage, task_id: str) -> str:
    with stage.database() as connection:
        asked = "SELECT application_version FROM dbos.workflow_status WHERE workflow_uuid = %s"
        row = connection.execute(asked, (task_id,)).fetchone()
    assert row
    return row[0]


def test_a_release_that_tells_another_story_goes_on_with_what_was_made(stage: Stage, undisturbed: bytes) -> None:
    cluster = stage.cluster
    update = cluster.add_worker("worker-9")
    update.command = (sys.executable, "-m", "tests.cluster.next_story")
    try:
        update.start()
        update.until_ready()
        update.signal(signal.SIGSTOP)  # or it might be the first to see the task
        stage.forget()
        task_id = stage.submit()
        stage.until(task_id, lambda _: "narrate" in stage.kept_kinds(task_id))
        update.signal(signal.SIGCONT)
        stage.until(task_id, lambda _: "clip" in stage.kept_kinds(task_id))
        assert (stage.owner(task_id) in cluster.workers, version_of(stage, task_id)) == (True, "1"), (
            "it runs where it runs"
        )
        for name in cluster.workers:
            cluster[name].end()
        finished = stage.kept(task_id)
        moved = update.until_event("moved to this version", lambda event: event["task_id"] == task_id)
        assert (moved["before"], moved["now"]) == ("1", "2")
        waiting = stage.submit(seed=8)  # from a gateway of the older release
        for each in (task_id, waiting):
            found: dict[str, Any] = stage.ended(each)
            assert found["status"] == "completed", found
            assert (stage.owner(each), version_of(stage, each)) == ("worker-9", "2")
        # the new release may have begun, with a step that asks no service
        runs, before = stage.runs(task_id), finished - {"greet"}
        assert {step: runs[step] for step in before} == dict.fromkeys(before, 1)
        assert stage.video(task_id) == undisturbed
    finally:
        update.end()
        del cluster.processes["worker-9"]
        stage.heal()

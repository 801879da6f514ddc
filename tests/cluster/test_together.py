"""Two gateways and two workers are one deployment."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest

from pixelle.runtime.errors import FailedPrecondition

if TYPE_CHECKING:
    from deploy.stage import Stage


def test_tasks_are_shared_and_files_come_from_either_gateway(stage: Stage, undisturbed: bytes) -> None:
    stage.forget()
    first, second = stage.submit("gateway-1"), stage.submit("gateway-2", seed=8)
    for task_id, other in ((first, "gateway-2"), (second, "gateway-1")):
        found = stage.ended(task_id, gateway=other)
        assert found["status"] == "completed", found
        assert found["progress"]["percentage"] == 100.0
    assert stage.video(first, "gateway-1") == stage.video(first, "gateway-2") == undisturbed
    assert stage.video(second, "gateway-2") != undisturbed
    lists = [[task["task_id"] for task in client.get("/api/tasks").json()] for client in stage.clients.values()]
    assert lists[0] == lists[1]
    assert {first, second} <= set(lists[0])
    boards = [client.get(f"/api/tasks/{first}/storyboard").json() for client in stage.clients.values()]
    assert len(boards[0]["scenes"]) == 6
    for client in stage.clients.values():
        assert client.get(f"/api/files/{first}/frames/01_audio.wav").headers["content-type"] == "audio/wav"


def test_ranges_and_known_files(stage: Stage, undisturbed: bytes) -> None:
    task_id = stage.submit()
    stage.ended(task_id)
    http, path = stage.clients["gateway-2"], f"/api/files/{task_id}/final.mp4"
    whole = http.get(path)
    assert (whole.status_code, whole.headers["content-type"]) == (200, "video/mp4")
    size = len(whole.content)
    head = http.head(path)
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(size), b"")
    for given, start, end in (("0-99", 0, 100), ("-5", size - 5, size), (f"{size - 3}-{size + 50}", size - 3, size)):
        part = http.get(path, headers={"Range": f"bytes={given}"})
        assert part.status_code == 206
        assert part.content == whole.content[start:end]
        assert part.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
    beyond = http.get(path, headers={"Range": f"bytes={size}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    assert http.get(path, headers={"If-None-Match": whole.headers["etag"]}).status_code == 304
    stale = http.get(path, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    assert (stale.status_code, len(stale.content)) == (200, size)
    for name in (f"{task_id}/nothing.mp4", "20200101_000000_abcd/final.mp4", f"{task_id}/../{task_id}/final.mp4x"):
        assert http.get(f"/api/files/{name}").status_code == 404


def test_paths_of_one_machine_are_refused(stage: Stage) -> None:
    said = stage.clients["gateway-1"].post(
        "/api/video/generate/async", json={"text": "Books are good.", "bgm_path": "/srv/music/calm.mp3"}
    )
    assert said.status_code == 400
    assert "give an https URL" in said.json()["detail"]


def test_a_watcher_hears_of_a_change_made_elsewhere(stage: Stage) -> None:
    for name in stage.cluster.workers:
        stage.cluster[name].end()
    task_id = stage.submit()
    version = stage.task(task_id)["version"]
    with ThreadPoolExecutor(1) as pool, stage.database() as database:
        for _ in range(3):
            watching = pool.submit(stage.until, task_id, lambda task, known=version: task["version"] > known)
            time.sleep(0.3)  # the watcher is in the middle of its wait
            assert not watching.done()
            database.execute("UPDATE task_progress SET version = version + 1 WHERE task_id = %s", (task_id,))
            told = time.monotonic()
            version = watching.result(5)["version"]
            assert time.monotonic() - told < 0.5
    assert stage.clients["gateway-2"].delete(f"/api/tasks/{task_id}").status_code == 200


def test_cancel_reaches_the_work_from_the_other_gateway(stage: Stage) -> None:
    stage.forget()
    task_id = stage.submit("gateway-1", text=" ".join(f"Sentence number {i}." for i in range(20)))
    stage.until(task_id, lambda task: "clip" in stage.kept_kinds(task["task_id"]))
    worker = stage.cluster[stage.owner(task_id)]
    asked = time.time()
    assert stage.clients["gateway-2"].delete(f"/api/tasks/{task_id}").status_code == 200
    stopped = worker.until_event("task", lambda event: event["task_id"] == task_id, seconds=5)
    assert stopped["outcome"] == "stopped"
    assert stopped["at"] - asked < 1.0
    assert stage.task(task_id, "gateway-1")["status"] == "cancelled"
    cut = [call for call in stage.calls(task_id) if call["outcome"] != "ok"]
    assert cut, "a call that ran must have been cut off"
    assert all(call["at"] - asked < 1.0 for call in cut)
    assert stage.clients["gateway-1"].delete(f"/api/tasks/{task_id}").status_code == 409


def test_a_name_is_held_by_one_process(stage: Stage) -> None:
    again = stage.cluster.add_worker("worker-1", key="second-worker-1")
    try:
        again.start()
        with pytest.raises(FailedPrecondition) as caught:
            again.until_ready(30)
        assert "Another live process works under the name 'worker-1'" in caught.value.message
        assert stage.cluster["worker-1"].alive
    finally:
        again.end()
        del stage.cluster.processes["second-worker-1"]


def test_a_gateway_needs_a_shared_database(stage: Stage) -> None:
    alone = stage.cluster.add_worker("worker-9", PIXELLE_DATABASE_URL="")
    try:
        alone.start()
        with pytest.raises(FailedPrecondition, match="PIXELLE_ROLE=worker needs a database"):
            alone.until_ready(30)
    finally:
        alone.end()
        del stage.cluster.processes["worker-9"]


def test_one_process_can_do_it_all_on_postgres(stage: Stage, undisturbed: bytes) -> None:
    """The same code with one more setting: gateway and worker in one process, files in its folder."""
    for name in stage.cluster.workers:
        stage.cluster[name].end()
    alone = stage.cluster.add_gateway("gateway-3", PIXELLE_ROLE="all", PIXELLE_EXECUTOR_ID="alone")
    try:
        alone.start()
        alone.until_ready()
        stage.forget()
        task_id = stage.submit("gateway-1")
        assert stage.ended(task_id)["status"] == "completed"
        assert stage.owner(task_id) == "alone"
        path = f"{stage.cluster.url('gateway-3')}/api/files/{task_id}/final.mp4"
        assert httpx.get(path, trust_env=False).content == undisturbed
    finally:
        alone.end()
        del stage.cluster.processes["gateway-3"]

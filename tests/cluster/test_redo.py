"""Keys, changes and retries where two gateways and two workers share one database."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx

    from deploy.stage import Stage

BODY: dict[str, Any] = {
    "text": "Books are good. Reading is calm.",
    "mode": "fixed",
    "split_mode": "sentence",
    "seed": 7,
}
ASYNC = "/api/video/generate/async"


def both(stage: Stage, times: int, path: str, **options: Any) -> list[httpx.Response]:
    """The same request to both gateways at the same time, so many times each."""
    with ThreadPoolExecutor(2 * times) as pool:
        sent = [pool.submit(client.post, path, **options) for client in list(stage.clients.values()) * times]
        return [each.result() for each in sent]


@pytest.mark.parametrize("number", range(5))
def test_two_gateways_that_race_on_one_key_make_one_task(stage: Stage, number: int) -> None:
    before = {task["task_id"] for task in stage.clients["gateway-1"].get("/api/tasks").json()}
    headers = {"Idempotency-Key": f"race {number} of {len(before)}"}
    got = both(stage, 4, ASYNC, json=BODY, headers=headers)
    assert {each.status_code for each in got} == {200}, [each.text for each in got]
    (task_id,) = {each.json()["task_id"] for each in got}
    listed = {task["task_id"] for task in stage.clients["gateway-2"].get("/api/tasks").json()}
    assert listed - before == {task_id}
    assert stage.ended(task_id, gateway="gateway-2")["status"] == "completed"
    assert set(stage.runs(task_id).values()) == {1}
    other = stage.clients["gateway-2"].post(ASYNC, json={**BODY, "seed": 8}, headers=headers)
    assert (other.status_code, other.json()["reason"]) == (422, "IDEMPOTENCY_KEY_REUSED")


def test_a_key_outlives_its_gateway(stage: Stage) -> None:
    headers = {"Idempotency-Key": "outlives"}
    first = stage.clients["gateway-1"].post(ASYNC, json=BODY, headers=headers).json()["task_id"]
    stage.cluster["gateway-1"].end()
    assert stage.clients["gateway-2"].post(ASYNC, json=BODY, headers=headers).json()["task_id"] == first
    assert stage.ended(first, gateway="gateway-2")["status"] == "completed"


def test_one_scene_again_from_the_other_gateway(stage: Stage) -> None:
    task_id = stage.submit("gateway-1")
    assert stage.ended(task_id)["status"] == "completed"
    stage.forget()  # what is taken over comes from the old task's steps, not from a cache
    path = f"/api/tasks/{task_id}/scenes/1/regenerate"
    new_id = stage.clients["gateway-2"].post(path, json={"narration": "Something else."}).json()["task_id"]
    assert stage.ended(new_id, gateway="gateway-1")["regenerated_from"] == task_id
    asked = Counter(call["request_id"].partition("/")[2] for call in stage.calls(new_id))
    assert asked == dict.fromkeys(("narrate[1]", "illustrate[1]", "clip[1]", "assemble"), 1)
    for name, same in (("01_audio.wav", True), ("02_audio.wav", False), ("03_segment.mp4", True)):
        old, new = (
            stage.clients["gateway-1"].get(f"/api/files/{each}/frames/{name}").content for each in (task_id, new_id)
        )
        assert (old == new) == same, name


def test_of_retries_at_both_gateways_one_counts_and_finished_steps_stay(stage: Stage, undisturbed: bytes) -> None:
    stage.forget()
    task_id = stage.submit()
    stage.until(task_id, lambda task: "clip" in stage.kept_kinds(task["task_id"]))
    assert stage.clients["gateway-1"].delete(f"/api/tasks/{task_id}").status_code == 200
    kept, before = stage.kept(task_id), stage.runs(task_id)
    got = both(stage, 3, f"/api/tasks/{task_id}/retry")
    assert sorted(each.status_code for each in got) == [200] + [409] * 5
    assert stage.ended(task_id, gateway="gateway-2")["status"] == "completed"
    after = stage.runs(task_id)
    assert {step: after[step] for step in kept if step in after} == {
        step: before[step] for step in kept if step in before
    }
    assert stage.video(task_id) == undisturbed

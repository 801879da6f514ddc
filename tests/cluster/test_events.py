"""Events of a task that a worker makes are told by every gateway as they come, over Postgres."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from deploy.stage import Stage


def watched(http: httpx.Client, task_id: str, *, since: int = 0, most: int = 10_000) -> list[dict[str, Any]]:
    """The events of one connection."""
    events: list[dict[str, Any]] = []
    with http.stream("GET", f"/api/tasks/{task_id}/events", headers={"Last-Event-ID": str(since)}) as answer:
        assert answer.status_code == 200, answer.read()
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if name == "data":
                events.append(json.loads(value))
                if len(events) == most:
                    break
    return events


def in_order(events: list[dict[str, Any]]) -> None:
    assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
    shares = [event["percentage"] for event in events]
    assert shares == sorted(shares)


def test_both_gateways_tell_the_same_as_it_happens(stage: Stage) -> None:
    stage.forget()
    task_id = stage.submit("gateway-1")
    with ThreadPoolExecutor(2) as both:
        watching = [both.submit(watched, http, task_id) for http in stage.clients.values()]
        first, second = (each.result(60) for each in watching)
    in_order(first)
    assert first == second
    assert first[-1]["kind"] == "completed"
    assert stage.task(task_id, "gateway-2")["status"] == "completed"
    with stage.database() as connection:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN pixelle_tasks%'"
        row = connection.execute(asked).fetchone()
    assert row
    assert row[0] == 2, "one connection that listens for each gateway"


def test_a_watcher_goes_on_at_the_other_gateway_and_over_the_death_of_a_worker(stage: Stage) -> None:
    stage.forget()
    task_id = stage.submit("gateway-1")
    events = watched(stage.clients["gateway-1"], task_id, most=12)
    owner = stage.owner(task_id)
    assert owner
    stage.cluster[owner].kill()
    events += watched(stage.clients["gateway-2"], task_id, since=12)
    in_order(events)
    kinds = [event["kind"] for event in events]
    assert (kinds.count("resumed"), kinds.count("completed")) == (1, 1)
    ended = [(event["step"], event["scene"]) for event in events if event["kind"] == "step_ended"]
    assert len(ended) == len(set(ended))


def test_a_cancel_at_one_gateway_ends_the_watching_at_the_other(stage: Stage) -> None:
    stage.forget()
    task_id = stage.submit("gateway-1", n_scenes=6)
    with ThreadPoolExecutor(1) as other:
        watching = other.submit(watched, stage.clients["gateway-2"], task_id)
        assert watched(stage.clients["gateway-1"], task_id, most=3)
        assert stage.clients["gateway-1"].delete(f"/api/tasks/{task_id}").status_code == 200
        events = watching.result(30)
    in_order(events)
    assert events[-1]["kind"] == "cancelled"

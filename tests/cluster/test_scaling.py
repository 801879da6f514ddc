"""What KEDA asks the database is answered by the tables of a running cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, LiteralString, cast

from deploy.stage import ENDED
from tests.deploy.overlays import of_kind, rendered

if TYPE_CHECKING:
    from deploy.stage import Stage


def test_unfinished_tasks_wake_pods_and_finished_ones_let_them_go(stage: Stage) -> None:
    triggers = [
        each for doc in of_kind(rendered("overlays/cloud-gpu"), "ScaledObject") for each in doc["spec"]["triggers"]
    ]
    queries = {each["metadata"]["query"] for each in triggers if each["type"] == "postgresql"}
    assert queries

    def counted() -> set[int]:
        with stage.database() as connection:
            rows = [connection.execute(cast("LiteralString", query)).fetchone() for query in queries]
        return {int(row[0]) for row in rows if row}

    def unfinished() -> int:
        listed = stage.clients["gateway-1"].get("/api/tasks", params={"limit": 1000}).json()
        return sum(task["status"] not in ENDED for task in listed)

    before = unfinished()
    assert counted() == {before}
    tasks = [stage.submit() for _ in range(3)]
    assert min(counted()) > before
    for task in tasks:
        stage.ended(task)
    assert counted() == {unfinished()}
    assert unfinished() <= before

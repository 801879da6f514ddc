"""A running cluster and what tests and benchmarks do with it: ask, hurt, heal, and see what was really done."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING, Any

import httpx
import psycopg

from deploy.cluster import SERVICES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from deploy.cluster import Cluster

__all__ = ["DETERMINISTIC", "ENDED", "SIX_SCENES", "Stage"]

DETERMINISTIC = {
    "PIXELLE_SCRIPT_ENGINE": "outline",
    "PIXELLE_TTS_ENGINE": "tone",
    "PIXELLE_MEDIA_ENGINE": "card",
}
SIX_SCENES: dict[str, Any] = {
    "text": "Books are good. Reading is calm. Pages turn slowly. Words stay. Evenings grow long. Sleep comes well.",
    "mode": "fixed",
    "split_mode": "sentence",
    "seed": 7,
}
ENDED = frozenset({"completed", "failed", "cancelled"})
ANEW = httpx.Limits(max_keepalive_connections=0)  # a gateway that was killed has reset the connections kept to it


class Stage:
    """A running cluster and what tests do with it."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.clients = {
            name: httpx.Client(base_url=cluster.url(name), timeout=60, trust_env=False, limits=ANEW)
            for name in cluster.gateways
        }

    def heal(self) -> None:
        """Let everything run that should, whatever the last test did."""
        for name in self.cluster.wires:
            if self.cluster["wires"].alive:
                self.cluster.wire(name, "pass")
        wires = ("wires",) if self.cluster.wires else ()
        names = ("postgres", "s3", *wires, *SERVICES, *self.cluster.workers, *self.cluster.gateways)
        for name in names:
            process = self.cluster[name]
            if process.alive:
                process.signal(signal.SIGCONT)
            else:
                process.start()
        for name in names:
            self.cluster[name].until_ready()

    def database(self) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection of the caller's own."""
        return psycopg.connect(self.cluster.database_url.replace("+psycopg", ""), autocommit=True)

    def submit(self, gateway: str = "gateway-1", **changes: Any) -> str:
        """The id of a new task."""
        answer = self.clients[gateway].post("/api/video/generate/async", json={**SIX_SCENES, **changes})
        assert answer.status_code == 200, answer.text
        return answer.json()["task_id"]

    def task(self, task_id: str, gateway: str = "gateway-1") -> dict[str, Any]:
        """The task as that gateway shows it."""
        return self.clients[gateway].get(f"/api/tasks/{task_id}").json()

    def until(
        self,
        task_id: str,
        condition: Callable[[dict[str, Any]], bool],
        *,
        gateway: str = "gateway-1",
        seconds: float = 90.0,
    ) -> dict[str, Any]:
        """The task once the condition holds, watched by long polls."""
        deadline = time.monotonic() + seconds
        version = -1
        while True:
            found = self.clients[gateway].get(f"/api/tasks/{task_id}", params={"wait": 5, "since": version}).json()
            if condition(found):
                return found
            assert found["status"] not in ENDED, found
            assert time.monotonic() < deadline, found
            version = found["version"]

    def ended(self, task_id: str, *, gateway: str = "gateway-1", seconds: float = 90.0) -> dict[str, Any]:
        """The task when it has ended."""
        return self.until(task_id, lambda task: task["status"] in ENDED, gateway=gateway, seconds=seconds)

    def kept(self, task_id: str) -> set[str]:
        """Names of the steps whose results are kept."""
        with self.database() as connection:
            asked = "SELECT function_name FROM dbos.operation_outputs WHERE workflow_uuid = %s AND output IS NOT NULL"
            return {row[0] for row in connection.execute(asked, (task_id,))}

    def kept_kinds(self, task_id: str) -> set[str]:
        """Kinds of the steps whose results are kept."""
        return {step.partition("[")[0] for step in self.kept(task_id)}

    def owner(self, task_id: str) -> str:
        """Name of the worker that has the task."""
        with self.database() as connection:
            asked = "SELECT executor_id FROM dbos.workflow_status WHERE workflow_uuid = %s"
            row = connection.execute(asked, (task_id,)).fetchone()
        assert row
        return row[0] or ""

    def runs(self, task_id: str) -> dict[str, int]:
        """How often the services finished the work of each step, by step name, as their logs say."""
        found: dict[str, int] = {}
        for call in self.calls(task_id):
            if call["outcome"] == "ok":
                step = call["request_id"].partition("/")[2]
                found[step] = found.get(step, 0) + 1
        return found

    def calls(self, task_id: str) -> Sequence[dict[str, Any]]:
        """What the services logged about this task's calls."""
        return [
            event
            for name in SERVICES
            for event in self.cluster[name].events("call")
            if event["request_id"].startswith(f"{task_id}/")
        ]

    def video(self, task_id: str, gateway: str = "gateway-1") -> bytes:
        """The finished file."""
        answer = self.clients[gateway].get(f"/api/files/{task_id}/final.mp4")
        assert answer.status_code == 200, answer.text
        return answer.content

    def undisturbed(self) -> bytes:
        """The video of the six scenes when nothing happens."""
        self.heal()
        self.forget()
        task_id = self.submit()
        assert self.ended(task_id)["status"] == "completed"
        return self.video(task_id)

    def forget(self) -> None:
        """Empty the services' result cache, so that what is asked again is made again."""
        folder = f"{self.cluster.bucket.files}/cache"
        answer = httpx.delete(folder, params={"recursive": "true"}, trust_env=False)
        assert answer.status_code in {204, 404}, answer.text
        assert httpx.get(f"{folder}/", trust_env=False).status_code == 404

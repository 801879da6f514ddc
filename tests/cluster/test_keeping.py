"""Turns, webhooks and sweeps on Postgres and S3: the same code as with SQLite and a folder."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Any

from gateway.callbacks import Attempt
from gateway.settings import GatewaySettings
from gateway.workflow.admission import Admission
from gateway.workflow.database import Database
from gateway.workflow.engine import TaskEngine
from gateway.workflow.progress import ProgressStore
from gateway.workflow.publish import Publisher
from gateway.workflow.retention import Retention
from gateway.workflow.shelf import discard, listed
from gateway.workflow.webhooks import Webhooks
from pixelle.runtime.artifacts import ArtifactStore
from pixelle.runtime.errors import ResourceExhausted

if TYPE_CHECKING:
    import pytest

    from deploy.stage import Stage

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Told:
    """Counts calls instead of making them; the first fails."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    async def send(self, url: str, message_id: str, body: str) -> Any:
        self.ids.append(message_id)
        await asyncio.sleep(0)
        return Attempt(500, "Answered 500.") if len(self.ids) == 1 else Attempt(204, None)


def settings_of(stage: Stage, **changes: Any) -> GatewaySettings:
    return GatewaySettings(database_url=stage.cluster.database_url, **changes)


async def test_two_processes_make_each_call_once(stage: Stage) -> None:
    settings = settings_of(stage)
    database = Database(settings.effective_database_url)
    engine = TaskEngine(database, executor_id="test", tasks_at_once=1, poll_seconds=1)
    await engine.start(None)
    told = Told()

    async def shown(task_id: str, base_url: str) -> dict[str, Any]:
        return {"task_id": task_id, "status": "completed", "completed_at": "2026-01-01T00:00:00+00:00"}

    both = [Webhooks(database, engine, told, shown, delays=[0.0], lease=10, poll=0.02) for _ in range(2)]  # type: ignore[arg-type]
    try:
        ids = [stage.submit(seed=50 + i) for i in range(3)]
        for task_id in ids:
            await both[0].expect(task_id, "https://example.com/", "http://gateway")
        for each in both:
            each.start()
        async with asyncio.timeout(120):
            while True:
                log = await both[0].deliveries(ids)
                if all(entries and entries[-1]["status"] == 204 for entries in log.values()):
                    break
                await asyncio.sleep(0.05)
        assert len(told.ids) == 4
        assert len(set(told.ids)) == 3
        assert sorted(len(entries) for entries in log.values()) == [1, 1, 2]
        for task_id in ids:
            assert stage.ended(task_id)["status"] == "completed"
        await both[1].redeliver(ids[0])
        await both[0].forget(ids)
        assert await both[0].deliveries(ids) == {}
    finally:
        for each in both:
            await each.stop()
        await engine.stop()
        database.close()


async def test_a_full_queue_is_full_for_every_gateway(stage: Stage) -> None:
    settings = settings_of(stage, key_waiting=2)
    databases = [Database(settings.effective_database_url) for _ in range(2)]
    engines = [TaskEngine(each, executor_id="test", tasks_at_once=1, poll_seconds=1) for each in databases]
    doors: list[Admission] = []
    for database, engine in zip(databases, engines, strict=True):
        await engine.start(None)
        doors.append(Admission(settings, database, engine))
    queued: list[str] = []

    async def enter(index: int) -> int:
        with contextlib.suppress(ResourceExhausted):
            async with doors[index % 2].turn("key-test", 5, may_hurry=False) as turn:
                task_id = f"20200101_000000_{time.time_ns()}_{index}"
                await engines[index % 2].submit(task_id, {"request": {}, "brief": {}}, turn)
                queued.append(task_id)
            return 1
        return 0

    try:
        for name in stage.cluster.workers:
            stage.cluster[name].end()
        assert sum(await asyncio.gather(*(enter(i) for i in range(8)))) == 2
    finally:
        for task_id in queued:
            await engines[0].cancel(task_id)
        assert sorted(await engines[0].forget(queued)) == sorted(queued)
        for engine, database in zip(engines, databases, strict=True):
            await engine.stop()
            database.close()
        stage.heal()


async def test_a_sweep_of_a_bucket(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in stage.cluster.bucket.settings.items():
        monkeypatch.setenv(name, value)
    settings = settings_of(stage, role="gateway", step_seconds=1.0, sweep_grace_seconds=600.0)
    store = ArtifactStore.open(settings)
    database = Database(settings.effective_database_url)
    engine = TaskEngine(database, executor_id="test", tasks_at_once=1, poll_seconds=1)
    await engine.start(None)
    webhooks = Webhooks(database, engine, Told(), None, delays=[], lease=1, poll=1)  # type: ignore[arg-type]

    def at(seconds: float) -> Retention:
        return Retention(
            settings,
            database=database,
            store=store,
            engine=engine,
            progress=ProgressStore(database),
            webhooks=webhooks,
            publisher=Publisher(None, store),
            clock=lambda: time.time() + seconds,
        )

    try:
        task_id, other = stage.submit(seed=60), stage.submit(seed=61, text="Another text. Of two sentences.")
        for each in (task_id, other):
            assert stage.ended(each)["status"] == "completed"
        orphan = await store.put("clip", b"nobody refers to it", "video/mp4")
        name = "/".join(orphan.uri.rsplit("/", 2)[1:])
        assert name in await listed(store)
        assert (await at(0.0).sweep(dry_run=True)).files == 0
        assert (await at(3600.0).sweep()).files >= 1
        assert name not in await listed(store)
        await at(0.0).delete(task_id)
        assert stage.clients["gateway-2"].get(f"/api/tasks/{task_id}").status_code == 404
        swept = await at(3600.0).sweep()
        assert swept.files > 0
        assert swept.results > 0
        video = stage.clients["gateway-1"].get(f"/api/files/{other}/final.mp4")
        assert video.status_code == 200
        assert len(video.content) == int(video.headers["content-length"])
        # a use is written down beside the file, and keeps it
        kept = next(iter(name for name in await listed(store) if name.startswith("video/")))
        monkeypatch.setattr("pixelle.runtime.artifacts._FRESH", -1.0)
        assert await store.used(kept)
        assert not await discard(store, kept, before=(await listed(store))[kept][1] - 1.0)
        assert not any(name.startswith("used/") for name in await listed(store))
        assert not await store.used("video/" + "0" * 64)
    finally:
        await engine.stop()
        database.close()

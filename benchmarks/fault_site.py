"""A small cluster to be hurt: little pages, wires that can be cut, a store on a disk that can be full."""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING, Any

import httpx
from psycopg import sql

from deploy.cluster import SERVICES, Cluster
from deploy.disk import Disk, no_disk
from deploy.stage import DETERMINISTIC, Stage
from gateway.settings import GatewaySettings
from gateway.workflow.database import Database, lock_key
from gateway.workflow.engine import TaskEngine
from gateway.workflow.progress import ProgressStore
from gateway.workflow.publish import Publisher
from gateway.workflow.retention import Retention
from gateway.workflow.webhooks import Webhooks
from pixelle.runtime.artifacts import ArtifactStore
from pixelle.runtime.errors import FailedPrecondition, PixelleError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

__all__ = ["STEPS", "VARIANTS", "Keeper", "Site", "shelve_page"]

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>A little page</title>
<meta name="template:media-width" content="256">
<meta name="template:media-height" content="256">
<style>
html,body{margin:0;width:256px;height:256px;overflow:hidden;background:#223;color:#fff;font-size:20px}
img{width:256px;height:170px;object-fit:cover}
</style>
</head>
<body><img src="{{image}}" alt=""><p>{{text}}</p></body>
</html>
"""
_COMMON: dict[str, Any] = {
    "mode": "fixed",
    "split_mode": "sentence",
    "frame_template": "256x256/image_little.html",
    "video_fps": 15,
}
VARIANTS: tuple[dict[str, Any], ...] = (
    {**_COMMON, "text": "Books are good. Reading is calm. Pages turn.", "seed": 7},
    {**_COMMON, "text": "Rivers run. Birds sing in the morning. Clouds drift by.", "seed": 11},
)
"""Requests whose videos are known from a run in which nothing happened."""
STEPS = (
    "storyboard",
    *(f"{step}[{scene}]" for scene in range(3) for step in ("narrate", "illustrate", "clip")),
    "assemble",
    "publish",
)
"""Steps of each of them."""
_REFERENCE = re.compile(r"/([A-Za-z0-9-]+/[0-9a-f]{64})")
_ARTIFACT = re.compile(r"[A-Za-z0-9-]+/[0-9a-f]{64}$")


def shelve_page(render_data: Path) -> None:
    """Put the template of `VARIANTS` into the data folder of a render service."""
    pages = render_data / "templates" / "256x256"
    pages.mkdir(parents=True, exist_ok=True)
    (pages / "image_little.html").write_text(_PAGE)


class Site:
    """The cluster, what it made when nothing happened, and hands on everything in it."""

    def __init__(self, folder: Path) -> None:
        """folder: everything is kept below it. Raises FailedPrecondition (SERVER_NOT_INSTALLED, MOUNT_FAILED)."""
        self.disk = None if no_disk() else Disk(folder / "s3")
        """That of the store; None where none can be mounted."""
        self.render_data = folder / "render" / "data"
        self.scratch_disk = None if no_disk() else Disk(self.render_data / "scratch")
        """That on which the render service makes its files."""
        shelve_page(self.render_data)
        env = {**DETERMINISTIC, "PIXELLE_LOG_LEVEL": "debug"}
        # without a reserve: or the S3 server would take no files for up to a minute after there is room again
        self.cluster = Cluster(folder, durable=False, private=True, wired=True, reserve=False, env=env)
        self._stage: Stage | None = None
        self._undisturbed: list[bytes] = []
        self._keeper: Keeper | None = None

    def up(self) -> None:
        """Start everything."""
        self.cluster.up()
        self._stage = Stage(self.cluster)

    def down(self) -> None:
        """End everything."""
        if self._keeper:
            self._keeper.close()
        if self._stage:
            for client in self._stage.clients.values():
                client.close()
        self.cluster.down()
        for disk in (self.disk, self.scratch_disk):
            if disk:
                disk.close()

    @property
    def stage(self) -> Stage:
        """What tests do with a cluster."""
        assert self._stage, "up() comes first"
        return self._stage

    @property
    def keeper(self) -> Keeper:
        """Whoever deletes what need not be kept."""
        self._keeper = self._keeper or Keeper(self.cluster)
        return self._keeper

    def heal(self) -> None:
        """Let everything run that should, with room on the disk and a store that can be written."""
        for disk in (self.disk, self.scratch_disk):
            if disk:
                disk.free()
        self.stage.heal()
        self.writable(True)
        self.make_room()

    def make_room(self) -> bool:
        """
        Give the store's disk its room again, and see that files can be kept. True when the store was started anew.

        SeaweedFS's filer keeps names in eight journals, by folder, and never writes to one again that met a full disk.
        """
        if not self.disk:
            return False
        self.disk.free()
        files = self.cluster.bucket.files
        listed = httpx.get(f"{files}/", headers={"accept": "application/json"}, timeout=20, trust_env=False).json()
        for entry in listed["Entries"] or ():
            place = f"{files}/{entry['FullPath'].rpartition('/')[2]}/room"
            if httpx.put(place, content=b"", timeout=20, trust_env=False).status_code != 201:
                self.cluster["s3"].crash()
                self.cluster["s3"].start()
                self.cluster["s3"].until_ready()
                return True
            httpx.delete(place, timeout=20, trust_env=False)
        return False

    def undisturbed(self, variant: int) -> bytes:
        """The video of a variant when nothing happens; made when first asked for."""
        while len(self._undisturbed) <= variant:
            self.heal()
            self.stage.forget()
            task_id = self.stage.submit(**VARIANTS[len(self._undisturbed)])
            found = self.stage.ended(task_id)
            if found["status"] != "completed":
                raise FailedPrecondition(f"Without any fault: {found}", reason="NOT_COMPLETED")
            self._undisturbed.append(self.stage.video(task_id))
        return self._undisturbed[variant]

    def writable(self, can: bool) -> None:
        """Let the S3 server take writes, or refuse them as it does for a bucket over its quota."""
        filer, _, bucket = self.cluster.bucket.files.partition("/buckets/")
        rule = "" if can else f'{{"locationPrefix": "/buckets/{bucket}/", "readOnly": true}}'
        path = f"{filer}/etc/seaweedfs/filer.conf"
        answer = httpx.put(path, content=f'{{"locations": [{rule}]}}', timeout=20, trust_env=False)
        if answer.status_code != 201:
            raise FailedPrecondition(f"The S3 server answered {answer.status_code}.", reason="PROCESS_FAILED")

    def tasks(self) -> dict[str, str]:
        """State of every task that the database has, by id, in its own words."""
        with self.stage.database() as connection:
            return dict(connection.execute("SELECT workflow_uuid, status FROM dbos.workflow_status").fetchall())

    def locks(self) -> int:
        """How many advisory locks of ours somebody has or waits for."""
        asked = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s"
        with self.stage.database() as connection:
            row = connection.execute(asked, (lock_key("") >> 32,)).fetchone()
        return row[0] if row else 0

    def completed_at(self, task_id: str) -> dict[str, float]:
        """When each kept step had ended, seconds since 1970, by step name."""
        asked = (
            "SELECT function_name, completed_at_epoch_ms FROM dbos.operation_outputs "
            "WHERE workflow_uuid = %s AND output IS NOT NULL AND completed_at_epoch_ms IS NOT NULL"
        )
        with self.stage.database() as connection:
            return {row[0]: row[1] / 1000 for row in connection.execute(asked, (task_id,))}

    def references(self) -> set[str]:
        """Names of all artifacts that any table of the tasks speaks of."""
        found: set[str] = set()
        with self.stage.database() as connection:
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'dbos'").fetchall()
            for (table,) in tables:
                query = sql.SQL("SELECT * FROM dbos.{}").format(sql.Identifier(table))
                for row in connection.execute(query):
                    found |= set(_REFERENCE.findall(str(row)))
        return found

    def browsers(self) -> set[int]:
        """Ids of processes that the services have started and that live."""
        return {pid for name in SERVICES for pid in self.cluster[name].family()}


class Keeper:
    """The sweep of `pixelle gc`, as it would be an hour from now, beside a look at what is really in the bucket."""

    def __init__(self, cluster: Cluster) -> None:
        bucket = {name.removeprefix("PIXELLE_").lower(): value for name, value in cluster.bucket.settings.items()}
        settings = GatewaySettings(
            database_url=cluster.database_url,
            role="gateway",
            step_seconds=1.0,
            sweep_grace_seconds=1.0,
            **bucket,  # type: ignore[arg-type]
        )
        self._runner = asyncio.Runner()
        self._store = ArtifactStore.open(settings)
        self._database = Database(settings.effective_database_url, alone=False)
        self._engine = TaskEngine(self._database, executor_id="keeper", tasks_at_once=1, poll_seconds=1)
        self._runner.run(self._engine.start(None))
        nobody: Any = None
        self._retention = Retention(
            settings,
            database=self._database,
            store=self._store,
            engine=self._engine,
            progress=ProgressStore(self._database),
            webhooks=Webhooks(self._database, self._engine, nobody, nobody, delays=(), lease=0.0, poll=1.0),
            publisher=Publisher(None, self._store),
            clock=lambda: time.time() + 3600.0,
        )

    def sweep(self) -> None:
        """Delete what nothing refers to."""
        self._runner.run(self._retention.sweep())

    def delete(self, task_ids: Collection[str]) -> list[str]:
        """Delete tasks; says what hindered it."""
        troubles: list[str] = []
        for task_id in task_ids:
            try:
                self._runner.run(self._retention.delete(task_id))
            except PixelleError as error:
                troubles.append(error.message)
        return troubles

    def stored(self) -> set[str]:
        """Names of everything in the bucket, whatever it is."""

        async def look() -> set[str]:
            return {item["path"] async for batch in self._store.objects.list() for item in batch}

        return {name for name in self._runner.run(look()) if not name.startswith("probe/")}

    def remembered(self, names: Collection[str]) -> set[str]:
        """Artifacts that the remembered results among `names` speak of."""

        async def look() -> set[str]:
            found: set[str] = set()
            for name in names:
                if name.startswith("cache/"):
                    data = await self._store.get_named(name) or b""
                    found |= set(_REFERENCE.findall(data.decode(errors="replace")))
            return found

        return self._runner.run(look())

    @staticmethod
    def artifacts(names: Collection[str]) -> set[str]:
        """Those of `names` that are files named by their content."""
        return {name for name in names if _ARTIFACT.fullmatch(name) and not name.startswith("cache/")}

    def close(self) -> None:
        """Hang up."""
        self._runner.run(self._engine.stop())
        self._database.close()
        self._runner.close()

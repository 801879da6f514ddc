"""What a gateway or a worker consists of, from its settings: made, started and stopped in order."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

from gateway.callbacks import Callbacks
from gateway.checks import Checks
from gateway.convert import task_model
from gateway.feeding import feeding
from gateway.files import Intake
from gateway.parts import GatewayParts
from gateway.services import Services
from gateway.sharing import Shares
from gateway.workflow.admission import Admission
from gateway.workflow.book import WORKFLOW
from gateway.workflow.database import Database
from gateway.workflow.engine import VERSION, TaskEngine
from gateway.workflow.gauges import TaskGauges
from gateway.workflow.idempotency import KeyStore
from gateway.workflow.members import Membership
from gateway.workflow.past import Past
from gateway.workflow.progress import ProgressStore
from gateway.workflow.publish import Publisher
from gateway.workflow.retention import Retention, Swept
from gateway.workflow.tasks import Tasks
from gateway.workflow.versions import Succession
from gateway.workflow.webhooks import Webhooks
from pixelle.runtime.artifacts import ArtifactStore
from pixelle.runtime.errors import FailedPrecondition, NotFound
from pixelle.runtime.metrics import watch
from pixelle.runtime.telemetry import observing

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncGenerator

    from gateway.services import ServiceUrls
    from gateway.settings import GatewaySettings

__all__ = ["parts_running", "sweep"]


@asynccontextmanager
async def parts_running(settings: GatewaySettings, urls: ServiceUrls) -> AsyncGenerator[GatewayParts]:
    """
    Everything the endpoints and the tasks need, running as far as `settings.role` says.

    Raises FailedPrecondition (DATABASE_IN_USE, DATABASE_BROKEN, EXECUTOR_ID_IN_USE, ROLE_NEEDS_POSTGRES,
    ADDRESS_IN_USE, FOLDER_UNWRITABLE), Unavailable (DATABASE_DOWN), ResourceExhausted (STORE_FULL).
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(observing(settings, "worker" if settings.role == "worker" else "gateway"))
        database = Database(settings.effective_database_url)
        stack.callback(database.close)
        if settings.clustered and not database.shared:
            raise FailedPrecondition(
                f"PIXELLE_ROLE={settings.role} needs a database that processes can share. Set PIXELLE_DATABASE_URL to "
                "postgresql://user:password@host/name, or leave PIXELLE_ROLE out to do everything in this process.",
                reason="ROLE_NEEDS_POSTGRES",
            )
        await database.check()
        services = Services(urls, tls=settings.tls_dir)
        stack.push_async_callback(services.close)
        engine = TaskEngine(
            database,
            executor_id=settings.worker_name,
            tasks_at_once=settings.tasks_at_once,
            poll_seconds=settings.poll_seconds,
            caller_tasks_at_once=settings.key_running,
        )
        store = ArtifactStore.open(settings)
        callbacks = Callbacks(settings)
        stack.push_async_callback(callbacks.close)

        async def shown(task_id: str, base_url: str) -> dict[str, Any] | None:
            try:
                return task_model(await tasks.get(task_id), base_url).model_dump(mode="json")
            except NotFound:
                return None

        webhooks = Webhooks(
            database,
            engine,
            callbacks,
            shown,
            delays=settings.webhook_delays,
            lease=settings.webhook_seconds,
            poll=settings.webhook_poll_seconds,
        )
        progress = ProgressStore(database)
        publisher = Publisher(None if settings.clustered else settings.output_dir, store)
        tasks = Tasks(
            settings,
            engine=engine,
            progress=progress,
            services=services,
            publisher=publisher,
            admission=Admission(settings, database, engine),
            webhooks=webhooks,
        )
        retention = Retention(
            settings,
            database=database,
            store=store,
            engine=engine,
            progress=progress,
            webhooks=webhooks,
            publisher=publisher,
        )
        at_work = _at_work(settings, database, engine, tasks=tasks, retention=retention, webhooks=webhooks)
        lost = await stack.enter_async_context(at_work)
        intake = Intake(
            store,
            settings.roots,
            allow_http=settings.allow_http,
            shared=settings.clustered,
            own=[settings.data_dir / "tasks.db", *([store.root] if store.root else [])],
        )
        if settings.role != "worker":
            await stack.enter_async_context(feeding(tasks, settings))
        yield GatewayParts(
            settings,
            services=services,
            store=store,
            tasks=tasks,
            intake=intake,
            checks=Checks(services, intake, callbacks, settings),
            webhooks=webhooks,
            retention=retention,
            keys=KeyStore(database),
            past=Past(database, engine, progress),
            shares=Shares(settings.key_calls),
            lost=lost,
        )


@asynccontextmanager
async def _at_work(
    settings: GatewaySettings,
    database: Database,
    engine: TaskEngine,
    *,
    tasks: Tasks,
    retention: Retention,
    webhooks: Webhooks,
) -> AsyncGenerator[asyncio.Event | None]:
    """
    Tasks run, and what goes with them, as far as `settings.role` says; unfinished ones first.

    Yields what is set when another process has taken this worker's name; None where it holds none.
    """
    works = settings.role != "gateway"
    async with AsyncExitStack() as stack:
        member: Membership | None = None
        if database.shared and works:
            member = Membership(
                database,
                engine,
                name=settings.worker_name,
                expected=settings.workers,
                silence=settings.worker_silence,
            )
            stack.push_async_callback(member.leave)
            await member.join()
        await tasks.start(runs=works)
        counted = TaskGauges(database, name=WORKFLOW)
        watch(counted)
        stack.callback(lambda: counted)  # sources are held weakly
        stack.push_async_callback(engine.stop)
        if works:
            older = Succession(database, name=WORKFLOW, version=VERSION, executor_id=settings.worker_name)
            await older.start()
            stack.push_async_callback(older.stop)
            retention.start()
            stack.push_async_callback(retention.stop)
        if works and settings.webhook_secret.get_secret_value():
            webhooks.start()
            stack.push_async_callback(webhooks.stop)
        if member:
            member.watch()
            stack.push_async_callback(member.rest)
        yield member.lost if member else None


async def sweep(settings: GatewaySettings, *, dry_run: bool) -> Swept:
    """
    Delete once what need not be kept, also while a gateway or workers are at work with the same tasks.

    Raises Unavailable (DATABASE_DOWN, STORE_DOWN).
    """
    async with AsyncExitStack() as stack:
        database = Database(settings.effective_database_url, alone=False)
        stack.callback(database.close)
        await database.check()
        engine = TaskEngine(database, executor_id="sweep", tasks_at_once=1, poll_seconds=settings.poll_seconds)
        await engine.start(None)
        stack.push_async_callback(engine.stop)
        store = ArtifactStore.open(settings)
        callbacks = Callbacks(settings)
        stack.push_async_callback(callbacks.close)
        webhooks = Webhooks(database, engine, callbacks, _nobody, delays=(), lease=0.0, poll=1.0)
        publisher = Publisher(None if settings.clustered else settings.output_dir, store)
        retention = Retention(
            settings,
            database=database,
            store=store,
            engine=engine,
            progress=ProgressStore(database),
            webhooks=webhooks,
            publisher=publisher,
        )
        return await retention.sweep(dry_run=dry_run)


async def _nobody(task_id: str, base_url: str) -> dict[str, Any] | None:
    del task_id, base_url
    return None

"""What a gateway or a worker consists of, from its settings: made, started and stopped in order."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from gateway.checks import Checks
from gateway.feeding import feeding
from gateway.files import Intake
from gateway.parts import GatewayParts
from gateway.services import Services
from gateway.workflow.database import Database
from gateway.workflow.engine import TaskEngine
from gateway.workflow.idempotency import KeyStore
from gateway.workflow.members import Membership
from gateway.workflow.progress import ProgressStore
from gateway.workflow.publish import Publisher
from gateway.workflow.tasks import Tasks
from pixelle.runtime.artifacts import ArtifactStore
from pixelle.runtime.errors import FailedPrecondition

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from gateway.services import ServiceUrls
    from gateway.settings import GatewaySettings

__all__ = ["parts_running"]


@asynccontextmanager
async def parts_running(settings: GatewaySettings, urls: ServiceUrls) -> AsyncGenerator[GatewayParts]:
    """
    Everything the endpoints and the tasks need, running as far as `settings.role` says.

    Raises FailedPrecondition (DATABASE_IN_USE, EXECUTOR_ID_IN_USE, ROLE_NEEDS_POSTGRES, ADDRESS_IN_USE), Unavailable
    (DATABASE_DOWN).
    """
    async with AsyncExitStack() as stack:
        database = Database(settings.effective_database_url)
        stack.callback(database.close)
        if settings.clustered and not database.shared:
            raise FailedPrecondition(
                f"PIXELLE_ROLE={settings.role} needs a database that processes can share. Set PIXELLE_DATABASE_URL to "
                "postgresql://user:password@host/name, or leave PIXELLE_ROLE out to do everything in this process.",
                reason="ROLE_NEEDS_POSTGRES",
            )
        await database.check()
        services = Services(urls)
        stack.push_async_callback(services.close)
        engine = TaskEngine(
            database,
            executor_id=settings.worker_name,
            tasks_at_once=settings.tasks_at_once,
            poll_seconds=settings.poll_seconds,
        )
        store = ArtifactStore.open(settings)
        tasks = Tasks(
            settings,
            engine=engine,
            progress=ProgressStore(database),
            services=services,
            publisher=Publisher(None if settings.clustered else settings.output_dir, store),
        )
        works = settings.role != "gateway"
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
        stack.push_async_callback(engine.stop)
        if member:
            member.watch()
            stack.push_async_callback(member.rest)
        intake = Intake(store, settings.roots, allow_http=settings.allow_http, shared=settings.clustered)
        lost = member.lost if member else None
        if settings.role != "worker":
            await stack.enter_async_context(feeding(tasks, settings))
        checks, keys = Checks(services, intake, settings), KeyStore(database)
        yield GatewayParts(settings, services, store, tasks, checks, keys, lost)

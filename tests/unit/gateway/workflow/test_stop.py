"""An engine that stops ends whatever it runs, on whichever loop."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

from gateway.settings import GatewaySettings
from gateway.workflow.database import Database
from gateway.workflow.engine import TaskEngine
from gateway.workflow.record import Turn

if TYPE_CHECKING:
    from pathlib import Path


def test_a_task_begun_while_the_loop_stood_still_does_not_keep_it_from_stopping(tmp_path: Path) -> None:
    begun, ended = threading.Event(), threading.Event()

    async def story(task_id: str, payload: dict[str, Any]) -> dict[str, Any]:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return {}

    database = Database(GatewaySettings(data_dir=tmp_path).effective_database_url)
    with asyncio.Runner() as runner:
        for task_id in ("first", "second"):  # the second engine starts because the first one has gone
            engine = TaskEngine(database, executor_id="test", tasks_at_once=1, poll_seconds=0.02)
            runner.run(engine.start(story))
            asyncio.run(engine.submit(task_id, {}, Turn("", 5)))
            assert begun.wait(30)
            runner.run(engine.stop())
            assert ended.is_set()
            begun.clear()
            ended.clear()
    database.close()

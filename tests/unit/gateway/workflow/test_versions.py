"""A newer version of the story takes over what an older one has left, with everything that was finished."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from gateway.workflow import tasks, video
from gateway.workflow.database import Database
from gateway.workflow.engine import Step
from gateway.workflow.versions import Succession
from pixelle.runtime.errors import InvalidArgument

if TYPE_CHECKING:
    import pytest

    from gateway.settings import GatewaySettings
    from tests.unit.gateway.conftest import Deck, Open

BODY = {"text": "Why develop a reading habit", "n_scenes": 3}


def version_of(settings: GatewaySettings, task_id: str) -> str:
    engine = sa.create_engine(settings.effective_database_url)
    with engine.connect() as connection:
        asked = sa.text("SELECT application_version FROM workflow_status WHERE workflow_uuid = :id")
        found = connection.execute(asked, {"id": task_id}).scalar_one()
    engine.dispose()
    return found


def newer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next release tells another story: a step more at the beginning."""

    async def greeted(brief: Any, steps: Any, services: Any, publisher: Any) -> Any:
        async def greet() -> dict[str, Any]:
            return {"hello": "there"}

        assert await Step("greet").run(greet) == {"hello": "there"}
        return await video.make_video(brief, steps, services, publisher)

    monkeypatch.setattr(tasks, "make_video", greeted)
    for where in ("gateway.running", "gateway.workflow.engine"):
        monkeypatch.setattr(f"{where}.VERSION", "2")


async def test_a_retried_task_of_an_older_version_goes_on_in_the_newer(
    opened: Open, settings: GatewaySettings, deck: Deck, until_finished: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    deck.failures["assemble"].append(InvalidArgument("no", reason="NO"))
    async with opened(settings) as http:
        task_id = (await http.post("/api/video/generate/async", json=BODY)).json()["task_id"]
        assert (await until_finished(http, task_id))["status"] == "failed"
    assert version_of(settings, task_id) == "1"
    newer(monkeypatch)
    async with opened(settings) as http:
        assert (await http.post(f"/api/tasks/{task_id}/retry")).status_code == 200
        task = await until_finished(http, task_id)
        assert task["status"] == "completed", task
    assert version_of(settings, task_id) == "2"
    assert {step for step in deck.steps() if deck.steps().count(step) > 1} == {"assemble"}


def test_nobody_takes_a_task_of_a_newer_version(settings: GatewaySettings) -> None:
    database = Database(settings.effective_database_url)
    columns = "workflow_uuid, name, status, executor_id, application_version, inputs, updated_at, recovery_attempts"
    with database.engine.begin() as connection:
        more = "owner_xid, started_at_epoch_ms, workflow_deadline_epoch_ms"
        connection.execute(sa.text(f"CREATE TABLE workflow_status ({columns}, {more})"))
        connection.execute(sa.text("CREATE TABLE workflow_input (workflow_uuid, inputs)"))
        connection.execute(sa.text("CREATE TABLE operation_outputs (workflow_uuid, function_name, output)"))
        rows = [("newer", "ENQUEUED", "x", "3"), ("odd", "ENQUEUED", "x", "abc"), ("others", "PENDING", "other", "1")]
        rows += [("waits", "ENQUEUED", "x", "1"), ("mine", "PENDING", "me", "1"), ("over", "SUCCESS", "me", "1")]
        for task_id, status, owner, version in rows:
            values = {"id": task_id, "status": status, "owner": owner, "version": version}
            insert = "INSERT INTO workflow_status VALUES (:id, 'video', :status, :owner, :version, '{}', 0, 3, 1, 1, 1)"
            connection.execute(sa.text(insert), values)
    Succession(database, name="video", version="2", executor_id="me")._move(own=True)
    with database.engine.connect() as connection:
        asked = sa.text("SELECT workflow_uuid, status, application_version FROM workflow_status")
        found = {row[0]: tuple(row[1:]) for row in connection.execute(asked)}
    database.close()
    assert found == {
        "newer": ("ENQUEUED", "3"),
        "odd": ("ENQUEUED", "abc"),
        "others": ("PENDING", "1"),
        "waits": ("ENQUEUED", "2"),
        "mine": ("ENQUEUED", "2"),
        "over": ("SUCCESS", "1"),
    }

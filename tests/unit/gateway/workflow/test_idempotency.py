"""One key, one task: sent twice, at the same time, after a crash, after a restart, and a day later."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from gateway.workflow.database import Database
from gateway.workflow.engine import TaskEngine
from gateway.workflow.idempotency import KEPT_SECONDS, KeyReused, KeyStore, Sent

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    import httpx

    from gateway.settings import GatewaySettings
    from tests.unit.gateway.conftest import Deck, Open

BODY = {"text": "Why develop a reading habit", "n_scenes": 1}
ASYNC = "/api/video/generate/async"
KEY = {"Idempotency-Key": "order 66"}


@pytest.fixture
def database(tmp_path: Path) -> Generator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'keys.db'}")
    yield made
    made.close()


async def tasks(http: httpx.AsyncClient) -> list[str]:
    return [task["task_id"] for task in (await http.get("/api/tasks")).json()]


async def test_of_many_who_claim_a_key_one_does(database: Database) -> None:
    stores = [KeyStore(database), KeyStore(database)]
    sent = Sent.of("a", "k", {"x": 1})
    kept = await asyncio.gather(*(stores[i % 2].claim(sent, f"task {i}") for i in range(20)))
    assert sum(each.fresh for each in kept) == 1
    assert len({each.task_id for each in kept}) == 1
    with pytest.raises(KeyReused, match="'k' was sent before with another request"):
        await stores[0].claim(Sent.of("a", "k", {"x": 2}), "other")
    assert (await stores[0].claim(Sent.of("b", "k", {"x": 2}), "other")).fresh  # somebody else's key


async def test_a_key_ends_after_a_day_and_its_row_is_swept(database: Database) -> None:
    now = 1_000_000.0
    store = KeyStore(database, clock=lambda: now)
    sent = Sent.of("a", "k", {"x": 1})
    await store.claim(sent, "first")
    now += KEPT_SECONDS - 1
    assert (await store.claim(sent, "second")).task_id == "first"
    now += 2
    assert await store.find(sent) is None
    await store.claim(Sent.of("a", "another", {}), "third")
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT key FROM idempotency_keys").scalars().all() == ["another"]
    assert (await store.claim(Sent.of("a", "k", {"x": 2}), "fourth")).task_id == "fourth"


async def test_only_what_has_not_begun_is_released(database: Database) -> None:
    store = KeyStore(database)
    sent = Sent.of("a", "k", {})
    await store.claim(sent, "first")
    await store.release(sent)
    assert await store.find(sent) is None
    await store.claim(sent, "second")
    await store.begun(sent)
    await store.release(sent)
    kept = await store.find(sent)
    assert kept
    assert (kept.task_id, kept.begun) == ("second", True)


async def test_the_same_request_is_the_same_task_while_it_runs_and_after(
    opened: Open, settings: GatewaySettings, deck: Deck, until_finished: Any
) -> None:
    deck.held["storyboard"] = asyncio.Event()
    async with opened(settings) as http:
        first = (await http.post(ASYNC, json=BODY, headers=KEY)).json()
        await deck.until(lambda: "storyboard" in deck.steps())
        # what is left out and what is said to be the default are the same request
        assert (await http.post(ASYNC, json={**BODY, "mode": "generate"}, headers=KEY)).json() == first
        other = await http.post(ASYNC, json={**BODY, "n_scenes": 2}, headers=KEY)
        assert (other.status_code, other.json()["reason"]) == (422, "IDEMPOTENCY_KEY_REUSED")
        assert "'order 66'" in other.json()["detail"]
        assert first["task_id"] in other.json()["detail"]
        deck.held["storyboard"].set()
        await until_finished(http, first["task_id"])
    async with opened(settings) as http:
        assert (await http.post(ASYNC, json=BODY, headers=KEY)).json() == first
        sync = await http.post("/api/video/generate/sync", json=BODY, headers=KEY)
        assert (sync.status_code, sync.json()["task_id"]) == (200, first["task_id"])
        assert await tasks(http) == [first["task_id"]]
        another = (await http.post(ASYNC, json=BODY)).json()["task_id"]
        await until_finished(http, another)
    assert another != first["task_id"]
    assert deck.steps().count("storyboard") == 2


async def test_a_key_whose_task_was_deleted_says_so(http: httpx.AsyncClient, deck: Deck, until_finished: Any) -> None:
    first = (await http.post(ASYNC, json=BODY, headers=KEY)).json()["task_id"]
    await until_finished(http, first)
    assert (await http.delete(f"/api/history/{first}")).status_code == 200
    for path in (ASYNC, "/api/video/generate/sync"):
        got = await http.post(path, json=BODY, headers=KEY)
        assert (got.status_code, got.json()["reason"]) == (409, "TASK_DELETED")
        assert first in got.json()["detail"]
    assert deck.steps().count("storyboard") == 1


async def test_many_at_the_same_time_are_one_task(http: httpx.AsyncClient, deck: Deck, until_finished: Any) -> None:
    got = await asyncio.gather(*(http.post(ASYNC, json=BODY, headers=KEY) for _ in range(12)))
    assert [each.status_code for each in got] == [200] * 12
    ids = {each.json()["task_id"] for each in got}
    assert await tasks(http) == list(ids)
    database = http._transport.app.state.parts.past._database  # type: ignore[attr-defined]
    with database.engine.connect() as connection:  # ids that were reserved and not used are given back
        assert set(connection.exec_driver_sql("SELECT task_id FROM task_progress").scalars()) == ids
    await until_finished(http, next(iter(ids)))
    assert deck.steps().count("storyboard") == 1


async def test_a_crash_before_the_task_is_queued_neither_loses_nor_blocks_the_key(
    opened: Open, settings: GatewaySettings, deck: Deck, until_finished: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crash(BaseException):
        pass

    async def crash(*_: Any) -> None:
        raise Crash

    async with opened(settings) as http:
        with monkeypatch.context() as patch:
            patch.setattr(TaskEngine, "submit", crash)
            with pytest.raises(Crash):
                await http.post(ASYNC, json=BODY, headers=KEY)
        assert await tasks(http) == []
    async with opened(settings) as http:
        got = await asyncio.gather(*(http.post(ASYNC, json=BODY, headers=KEY) for _ in range(4)))
        (task_id,) = {each.json()["task_id"] for each in got}
        assert (await until_finished(http, task_id))["status"] == "completed"
        assert await tasks(http) == [task_id]
    assert deck.steps().count("storyboard") == 1


async def test_a_crash_after_the_task_was_queued_makes_no_second_one(
    http: httpx.AsyncClient, deck: Deck, until_finished: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crash(BaseException):
        pass

    async def crash(*_: Any) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(KeyStore, "begun", crash)
        with pytest.raises(Crash):
            await http.post(ASYNC, json=BODY, headers=KEY)
    again = (await http.post(ASYNC, json=BODY, headers=KEY)).json()["task_id"]
    await until_finished(http, again)
    assert await tasks(http) == [again]
    assert deck.steps().count("storyboard") == 1


async def test_a_request_that_is_refused_leaves_its_key_free(http: httpx.AsyncClient) -> None:
    bad = await http.post(ASYNC, json={**BODY, "frame_template": "nothing"}, headers=KEY)
    good = await http.post(ASYNC, json=BODY, headers=KEY)
    assert (bad.status_code, good.status_code) == (400, 200)


@pytest.mark.parametrize("key", [b"", b"x" * 256, b"tab\tinside", b"caf\xe9"])
async def test_a_key_that_is_none_is_refused(http: httpx.AsyncClient, key: bytes) -> None:
    got = await http.post(ASYNC, json=BODY, headers={b"Idempotency-Key": key})
    assert (got.status_code, got.json()["reason"]) == (400, "IDEMPOTENCY_KEY_INVALID")
    assert await tasks(http) == []


async def test_a_key_of_255_characters_is_fine(http: httpx.AsyncClient) -> None:
    got = await http.post(ASYNC, json=BODY, headers={"Idempotency-Key": "~" * 255})
    assert got.status_code == 200


async def test_callers_with_other_api_keys_have_keys_of_their_own(opened: Open, settings: GatewaySettings) -> None:
    named = type(settings).model_validate({**settings.model_dump(), "api_keys": "alpha,beta"})
    async with opened(named) as http:
        ids = [
            (await http.post(ASYNC, json=BODY, headers={**KEY, "Authorization": f"{scheme} {name}"})).json()["task_id"]
            for scheme, name in (("Bearer", "alpha"), ("Bearer", "beta"), ("bearer", "alpha"))
        ]
    assert ids[0] == ids[2] != ids[1]
    kept = b"".join(path.read_bytes() for path in settings.data_dir.glob("tasks.db*"))
    assert b"order 66" in kept
    assert b"alpha" not in kept


async def test_who_hangs_up_with_a_key_can_come_back(http: httpx.AsyncClient, deck: Deck) -> None:
    deck.held["storyboard"] = asyncio.Event()
    waiting = asyncio.create_task(http.post("/api/video/generate/sync", json=BODY, headers=KEY))
    await deck.until(lambda: "storyboard" in deck.steps())
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    deck.held["storyboard"].set()
    got = await http.post("/api/video/generate/sync", json=BODY, headers=KEY)
    assert got.status_code == 200
    assert deck.steps().count("storyboard") == 1
    assert not deck.cancelled

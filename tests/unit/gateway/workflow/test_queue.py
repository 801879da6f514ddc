"""Nobody waits because somebody else sent more: turns, limits, priorities, and services that are full."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from gateway.workflow.admission import turn_of
from gateway.workflow.record import Entry, Turn
from pixelle.runtime.errors import InvalidArgument, ResourceExhausted

if TYPE_CHECKING:
    import httpx

    from gateway.settings import GatewaySettings
    from tests.unit.gateway.conftest import Deck, Open

A, B = {"Authorization": "Bearer key-a"}, {"Authorization": "Bearer key-b"}


@pytest.fixture
def settings(settings: GatewaySettings) -> GatewaySettings:
    keys = [SecretStr("key-a"), SecretStr("key-b")]
    return settings.model_copy(update={"api_keys": keys, "urgent_keys": keys[1:], "tasks_at_once": 1})


async def send(http: httpx.AsyncClient, key: dict[str, str], **fields: Any) -> httpx.Response:
    body = {"text": "Why read", "n_scenes": 1, **fields}
    return await http.post("/api/video/generate/async", json=body, headers=key)


async def submit(http: httpx.AsyncClient, key: dict[str, str], **fields: Any) -> str:
    answer = await send(http, key, **fields)
    assert answer.status_code == 200, answer.text
    return answer.json()["task_id"]


async def order(http: httpx.AsyncClient, deck: Deck, count: int) -> list[str]:
    """Ids in the order in which tasks began, once so many have ended."""
    deck.held["storyboard"].set()
    await deck.until(lambda: sum(each.endswith("/assemble") for each in deck.ended) == count)
    return [each.partition("/")[0] for each in deck.begun if each.endswith("/storyboard")]


async def holding(http: httpx.AsyncClient, deck: Deck, key: dict[str, str]) -> str:
    """A task that runs and keeps the only place."""
    deck.held["storyboard"] = asyncio.Event()
    task_id = await submit(http, key)
    await deck.until(lambda: deck.inside["storyboard"] == 1)
    return task_id


async def test_one_task_does_not_wait_behind_ten_of_somebody_else(http: httpx.AsyncClient, deck: Deck) -> None:
    theirs = [await holding(http, deck, A), *[await submit(http, A) for _ in range(9)]]
    mine = await submit(http, B)
    begun = await order(http, deck, 11)
    assert begun.index(mine) <= 2
    assert [each for each in begun if each != mine] == theirs


async def test_callers_take_turns(http: httpx.AsyncClient, deck: Deck) -> None:
    first = await holding(http, deck, A)
    a = [await submit(http, A) for _ in range(6)]
    b = [await submit(http, B) for _ in range(3)]
    begun = await order(http, deck, 10)
    assert begun[0] == first
    owners = ["a" if each in a else "b" for each in begun[1:7]]
    assert owners.count("a") == owners.count("b") == 3
    assert [each for each in begun if each in b] == b
    assert begun[7:] == a[3:]


async def test_a_higher_priority_goes_first_and_needs_a_key_that_may(http: httpx.AsyncClient, deck: Deck) -> None:
    await holding(http, deck, A)
    late = await submit(http, A, priority=0)
    usual = await submit(http, A)
    early = await submit(http, B, priority=9)
    refused = await send(http, A, priority=6)
    assert (refused.status_code, refused.json()["reason"]) == (403, "PRIORITY_NOT_ALLOWED")
    assert (await send(http, A, priority=10)).status_code == 422
    begun = await order(http, deck, 4)
    assert begun[1:] == [early, usual, late]


async def test_so_many_of_one_key_run_at_once(opened: Open, settings: GatewaySettings, deck: Deck) -> None:
    limited = settings.model_copy(update={"tasks_at_once": 3, "key_running": 2})
    async with opened(limited) as http:
        first = await holding(http, deck, A)
        a = [first, *[await submit(http, A) for _ in range(4)]]
        await deck.until(lambda: deck.inside["storyboard"] == 2)
        mine = await submit(http, B)  # the third place is free although three of A wait
        await deck.until(lambda: deck.inside["storyboard"] == 3)
        states = {each["task_id"]: each["status"] for each in (await http.get("/api/tasks", headers=A)).json()}
        assert states[mine] == "running"
        assert [states[each] for each in a].count("running") == 2
        await order(http, deck, 6)
    assert deck.overlap["storyboard"] == 3


async def test_limits_survive_a_restart(opened: Open, settings: GatewaySettings, deck: Deck) -> None:
    limited = settings.model_copy(update={"tasks_at_once": 4, "key_running": 1})
    async with opened(limited) as http:
        first = await holding(http, deck, A)
        second = await submit(http, A)
    async with opened(limited) as http:
        await deck.until(lambda: deck.steps().count("storyboard") == 2)
        third = await submit(http, A)
        assert [each.partition("/")[0] for each in await order(http, deck, 3)] == [first, first, second, third]
    assert deck.overlap["storyboard"] == 1


@pytest.mark.parametrize(
    ("limits", "reason"), [({"key_waiting": 2}, "KEY_QUEUE_FULL"), ({"queue_tasks": 2}, "QUEUE_FULL")]
)
async def test_a_full_queue_says_when_to_come_back(
    opened: Open, settings: GatewaySettings, deck: Deck, limits: dict[str, int], reason: str
) -> None:
    async with opened(settings.model_copy(update=limits)) as http:
        await holding(http, deck, A)
        answers = await asyncio.gather(*(send(http, A) for _ in range(5)))
        refused = [each for each in answers if each.status_code == 429]
        assert [each.status_code for each in answers].count(200) == 2
        assert {each.json()["reason"] for each in refused} == {reason}
        assert all(each.json()["retryable"] for each in refused)
        assert {each.headers["retry-after"] for each in refused} == {"60"}  # nothing was ever made here
        assert (await send(http, B)).status_code == (200 if reason == "KEY_QUEUE_FULL" else 429)
        await order(http, deck, 4 if reason == "KEY_QUEUE_FULL" else 3)
        deck.held["storyboard"].clear()
        while (refusal := await send(http, A)).status_code == 200:
            pass
        assert 1 <= int(refusal.headers["retry-after"]) < 60  # as long as videos took lately
        deck.held["storyboard"].set()


@pytest.mark.parametrize("key", [{}, {"Idempotency-Key": "order 7"}], ids=["without", "with"])
async def test_who_is_refused_leaves_nothing_behind(
    opened: Open, settings: GatewaySettings, deck: Deck, key: dict[str, str]
) -> None:
    async with opened(settings.model_copy(update={"key_waiting": 1})) as http:
        await holding(http, deck, A)
        waits = await submit(http, A)
        database = sa.create_engine(settings.effective_database_url)
        for _ in range(2):
            assert (await send(http, {**A, **key})).json()["reason"] == "KEY_QUEUE_FULL"
            with database.connect() as connection:
                for table, count in (("task_progress", 2), ("idempotency_keys", 0)):
                    assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == count, table
        database.dispose()
        await http.delete(f"/api/tasks/{waits}", headers=A)
        assert (await send(http, {**A, **key})).status_code == 200
        deck.held["storyboard"].set()


async def test_retries_take_a_turn_and_are_limited(
    opened: Open, settings: GatewaySettings, deck: Deck, until_finished: Any
) -> None:
    async with opened(settings.model_copy(update={"key_waiting": 2})) as http:
        http.headers.update(A)
        deck.failures["storyboard"].append(InvalidArgument("no"))
        urgent = await submit(http, B, priority=9)
        assert (await until_finished(http, urgent))["status"] == "failed"
        first = await holding(http, deck, A)
        waits = await submit(http, A)
        theirs = await submit(http, B, priority=6)
        answer = await http.post(f"/api/tasks/{urgent}/retry")  # by a key that may not hurry
        assert answer.status_code == 200, answer.text
        last = await submit(http, B, priority=4)
        tasks = [(await http.get(f"/api/tasks/{each}")).json() for each in (theirs, waits, last)]
        assert [task["queue_position"] for task in tasks] == [0, 1, 3]  # the retried one is before the last
        retried = (await http.get(f"/api/tasks/{urgent}")).json()
        assert (retried["status"], retried["queue_position"], retried["eta_seconds"]) == ("pending", 2, None)
        assert (retried["progress"]["message"], retried["progress"]["stage"]) == ("Waiting for its turn", "storyboard")
        for each in (urgent, last):
            await http.delete(f"/api/tasks/{each}")
        assert (await send(http, A)).status_code == 200
        answer = await http.post(f"/api/tasks/{urgent}/retry")
        assert (answer.status_code, answer.json()["reason"]) == (429, "KEY_QUEUE_FULL")
        assert (await http.post(f"/api/tasks/{urgent}/retry", headers=B)).status_code == 200
        assert (await order(http, deck, 5))[1:4] == [first, urgent, theirs]


async def test_a_redone_scene_takes_a_turn(
    opened: Open, settings: GatewaySettings, deck: Deck, until_finished: Any
) -> None:
    async with opened(settings.model_copy(update={"key_waiting": 1})) as http:
        http.headers.update(A)
        source = await submit(http, B, priority=9)
        await until_finished(http, source)
        await holding(http, deck, A)
        scene = f"/api/tasks/{source}/scenes/0/regenerate"
        answer = await http.post(scene)
        assert answer.status_code == 200, answer.text
        assert (await http.post(scene)).json()["reason"] == "KEY_QUEUE_FULL"
        deck.held["storyboard"].set()


async def test_callers_without_a_key_are_one(opened: Open, settings: GatewaySettings, deck: Deck) -> None:
    free = settings.model_copy(update={"api_keys": [], "urgent_keys": [], "key_waiting": 1})
    async with opened(free) as http:
        await holding(http, deck, {})
        assert (await send(http, {}, priority=9)).status_code == 200
        assert (await send(http, A)).json()["reason"] == "KEY_QUEUE_FULL"
        deck.held["storyboard"].set()


async def test_a_service_without_a_free_place_is_waited_for(
    opened: Open, settings: GatewaySettings, deck: Deck, until_finished: Any
) -> None:
    def full() -> ResourceExhausted:
        return ResourceExhausted("The queue is full.", reason="QUEUE_FULL", retry_after=0.01)

    keyless = settings.model_copy(update={"api_keys": [], "urgent_keys": [], "step_attempts": 2})
    deck.failures["illustrate"].extend(full() for _ in range(20))
    async with opened(keyless) as http:
        task = await until_finished(http, await submit(http, {}))
        assert task["status"] == "completed"
        assert deck.steps().count("illustrate[0]") == 21
        deck.failures["illustrate"].extend(full() for _ in range(20))
    async with opened(keyless.model_copy(update={"step_queue_seconds": 0.05})) as http:
        task = await until_finished(http, await submit(http, {}))
    assert (task["status"], task["error_detail"]["reason"]) == ("failed", "QUEUE_FULL")
    assert task["error_detail"]["retryable"]


async def test_a_full_disk_is_not_waited_for(
    opened: Open, settings: GatewaySettings, deck: Deck, until_finished: Any
) -> None:
    deck.failures["illustrate"].append(ResourceExhausted("Full.", reason="STORE_FULL", retry_after=60.0))
    async with opened(settings.model_copy(update={"api_keys": [], "urgent_keys": []})) as http:
        task = await until_finished(http, await submit(http, {}))
    assert task["error_detail"]["reason"] == "STORE_FULL"


def entry(caller: str, order: int, *, running: bool = False) -> Entry:
    return Entry(f"{caller}{order}", "running" if running else "pending", Turn(caller, order), None, None)


def test_turns() -> None:
    level = 4 * 10**8
    assert turn_of("a", 5, []).order == level
    mine = [entry("a", level, running=True), *[entry("a", level + i) for i in range(1, 10)]]
    assert turn_of("a", 5, mine).order == level + 10
    assert turn_of("b", 5, mine).order == level + 1  # beside the first of those that wait
    assert turn_of("b", 9, mine).order == 0
    assert turn_of("b", 0, mine).order == 9 * 10**8
    # being away saves up no turns: b comes back into a queue that has moved on
    assert turn_of("b", 5, [entry("a", level + 40, running=True)]).order == level + 40
    assert turn_of("a", 5, [entry("a", -1)]).order == level  # a task of an older version
    assert turn_of("a", 0, [entry("a", 10**9 - 1)]).order < 2**31 - 1
    assert turn_of("a", 5, [entry("a", level + 10**8 - 1)]).order == level + 10**8 - 1  # never behind a lower priority


async def test_who_came_first_of_several_callers_is_told_so(
    opened: Open, settings: GatewaySettings, deck: Deck
) -> None:
    keys = [SecretStr(f"key-{letter}") for letter in "abcd"]
    async with opened(settings.model_copy(update={"api_keys": keys})) as http:
        await holding(http, deck, A)
        waiting = [await submit(http, {"Authorization": f"Bearer key-{letter}"}) for letter in "bcd"]
        places = [(await http.get(f"/api/tasks/{each}", headers=A)).json()["queue_position"] for each in waiting]
        assert places == [0, 1, 2]  # each of them has the same turn
        assert (await order(http, deck, 4))[1:] == waiting

"""Events of tasks over real sockets: everything once, in order, whatever happens to the watchers."""

from __future__ import annotations

import asyncio
import json
import random
from collections import deque
from contextlib import asynccontextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import httpx
import uvicorn

from gateway.app import create_app
from gateway.services import ServiceUrls
from pixelle.runtime.errors import InvalidArgument, Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    import pytest

    from gateway.settings import GatewaySettings
    from tests.unit.gateway.conftest import Deck, Open

TEXT = "Why develop a reading habit"
FINAL = {"completed", "failed", "cancelled"}


@asynccontextmanager
async def served(settings: GatewaySettings, address: str) -> AsyncGenerator[httpx.AsyncClient]:
    """A gateway on a port of 127.0.0.1, and a client of it."""

    @asynccontextmanager
    async def around() -> AsyncGenerator[ServiceUrls]:
        yield ServiceUrls(*[address] * 4)

    app = create_app(settings, around=around)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)
    server.capture_signals = nullcontext  # type: ignore[method-assign]
    running = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(20):
            while not server.started:
                assert not running.done(), running.result()
                await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        limits = httpx.Limits(max_connections=300)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", limits=limits, timeout=30) as http:
            http.app = app  # type: ignore[attr-defined]
            yield http
    finally:
        server.should_exit = True
        await running


async def submit(http: httpx.AsyncClient, **fields: Any) -> str:
    answer = await http.post("/api/video/generate/async", json={"text": TEXT, "n_scenes": 3, **fields})
    assert answer.status_code == 200, answer.text
    return answer.json()["task_id"]


async def lines(
    http: httpx.AsyncClient, task_id: str, *, since: int | None = None, headers: dict[str, str] | None = None
) -> AsyncIterator[dict[str, Any]]:
    """The events of one connection."""
    given = ({} if since is None else {"Last-Event-ID": str(since)}) | (headers or {})
    async with http.stream("GET", f"/api/tasks/{task_id}/events", headers=given) as answer:
        if answer.status_code == 204:
            return
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert (answer.headers["cache-control"], answer.headers["x-accel-buffering"]) == ("no-store", "no")
        fields: dict[str, str] = {}
        async for line in answer.aiter_lines():
            name, _, value = line.partition(": ")
            if line:
                fields[name] = value
            elif "data" in fields:
                body = json.loads(fields["data"])
                assert (fields["id"], fields["event"]) == (str(body["sequence"]), body["kind"])
                yield body
                fields = {}


async def all_events(http: httpx.AsyncClient, task_id: str, since: int | None = None) -> list[dict[str, Any]]:
    async with asyncio.timeout(60):
        return [event async for event in lines(http, task_id, since=since)]


def in_order(events: list[dict[str, Any]]) -> None:
    assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
    shares = [event["percentage"] for event in events]
    assert shares == sorted(shares)
    assert [event["kind"] in FINAL for event in events] == [False] * (len(events) - 1) + [True]


async def test_a_whole_task(settings: GatewaySettings, deck: Deck, address: str) -> None:
    deck.failures["narrate"].append(Unavailable("starting", reason="ENGINE_LOADING"))
    async with served(settings, address) as http:
        task_id = await submit(http)
        events = await all_events(http, task_id)
        task = (await http.get(f"/api/tasks/{task_id}")).json()
        again = await all_events(http, task_id)
        assert await all_events(http, task_id, since=events[-1]["sequence"]) == []
    in_order(events)
    assert again == events
    assert task["status"] == "completed", "the last event says so only when the task does"
    kinds = [event["kind"] for event in events]
    assert kinds[:2] == ["queued", "started"]
    assert kinds[-1] == "completed"
    assert kinds.count("storyboard") == 1
    assert [each["stage"] for each in events if each["kind"] == "stage"] == [
        *("storyboard", "scenes", "assemble", "publish", "done")
    ]
    (retried,) = [event for event in events if event["kind"] == "step_retried"]
    assert (retried["step"], retried["reason"], retried["tried"]) == ("narrate", "ENGINE_LOADING", 1)
    for scene in range(3):
        states = [event["state"] for event in events if event["kind"] == "scene" and event["scene"] == scene]
        assert states == ["making", "clipping", "done"]
        for kind in ("step_started", "step_ended"):
            steps = [event["step"] for event in events if event["kind"] == kind and event["scene"] == scene]
            assert sorted(steps) == ["clip", "illustrate", "narrate"]


async def test_a_hundred_watchers_see_the_same(settings: GatewaySettings, deck: Deck, address: str) -> None:
    deck.held["clip"] = asyncio.Event()
    async with served(settings, address) as http:
        store = http.app.state.parts.tasks.feed._store  # type: ignore[attr-defined]
        asked = 0
        read = store.events

        async def counted(after: dict[str, int]) -> Any:
            nonlocal asked
            asked += 1
            return await read(after)

        store.events = counted
        task_id = await submit(http, n_scenes=8)
        watching = [asyncio.create_task(all_events(http, task_id)) for _ in range(100)]
        await deck.until(lambda: deck.inside["clip"] == 8)
        deck.held["clip"].set()
        seen = await asyncio.gather(*watching)
        feed = http.app.state.parts.tasks.feed  # type: ignore[attr-defined]
        async with asyncio.timeout(10):
            await feed._pump  # ends when nobody is left
        assert not feed._topics
    in_order(seen[0])
    assert all(events == seen[0] for events in seen)
    assert asked < 300, "each watcher reads by itself"


async def test_watchers_that_come_and_go_miss_nothing_and_see_nothing_twice(
    settings: GatewaySettings, deck: Deck, address: str
) -> None:
    chance = random.Random(20240229)

    async def restless(http: httpx.AsyncClient, task_id: str, seed: int) -> list[dict[str, Any]]:
        mine = random.Random(seed)
        seen: list[dict[str, Any]] = []
        while not seen or seen[-1]["kind"] not in FINAL:
            left = mine.randint(1, 9)
            if mine.random() < 0.5:
                query = {"since": seen[-1]["sequence"] if seen else 0, "wait": 20}
                headers = {"Accept": "application/json"}
                got = await http.get(f"/api/tasks/{task_id}/events", params=query, headers=headers)
                seen += got.json()["events"]
                assert got.json()["over"] == (bool(seen) and seen[-1]["kind"] in FINAL)
                continue
            async for event in lines(http, task_id, since=seen[-1]["sequence"] if seen else None):
                seen.append(event)
                left -= 1
                if not left:
                    break  # hangs up
        return seen

    async with served(settings, address) as http:
        task_id = await submit(http, n_scenes=12)
        seen = await asyncio.gather(*[restless(http, task_id, chance.randrange(2**32)) for _ in range(12)])
    in_order(seen[0])
    assert all(events == seen[0] for events in seen)


async def test_a_stop_in_the_middle_goes_on_with_the_next_number(
    settings: GatewaySettings, deck: Deck, address: str
) -> None:
    deck.held["clip[1]"] = asyncio.Event()
    seen: list[dict[str, Any]] = []
    async with served(settings, address) as http:
        task_id = await submit(http)
        async for event in lines(http, task_id):
            seen.append(event)
            done = [each["scene"] for each in seen if each["kind"] == "scene" and each["state"] == "done"]
            if sorted(done) == [0, 2] and "clip[1]" in deck.steps():
                break
    assert deck.cancelled == ["clip[1]"]
    deck.held["clip[1]"].set()
    async with served(settings, address) as http:
        seen += await all_events(http, task_id, since=seen[-1]["sequence"])
    in_order(seen)
    kinds = [event["kind"] for event in seen]
    assert (kinds.count("started"), kinds.count("resumed"), kinds.count("storyboard")) == (1, 1, 1)
    ended = [(event["step"], event["scene"]) for event in seen if event["kind"] == "step_ended"]
    assert len(ended) == len(set(ended)) == 12


async def test_a_stop_keeps_the_task_that_somebody_waits_for(
    settings: GatewaySettings, deck: Deck, address: str
) -> None:
    deck.held["clip[1]"] = asyncio.Event()
    async with served(settings, address) as http:
        waiting = asyncio.create_task(http.post("/api/video/generate/sync", json={"text": TEXT, "n_scenes": 3}))
        await deck.until(lambda: "clip[1]" in deck.steps())
        task_id = (await http.get("/api/tasks")).json()[0]["task_id"]
        http.app.state.parts.tasks.feed.end()  # type: ignore[attr-defined]
        got = await waiting
        assert (got.status_code, got.json()["reason"], got.json()["task_id"]) == (503, "STOPPING", task_id)
        assert f"/api/tasks/{task_id}" in got.json()["detail"]
        held = await http.get(f"/api/tasks/{task_id}", params={"wait": 60, "since": 10_000})
        assert held.json()["status"] == "running"
    deck.held["clip[1]"].set()
    async with served(settings, address) as http:
        assert (await all_events(http, task_id))[-1]["kind"] == "completed"
    assert deck.steps().count("clip[0]") == 1


def written(events: list[dict[str, Any]]) -> list[tuple[int, int, str]]:
    """Draft, scene and narration of every scene that was told while the storyboard was written."""
    told = [event for event in events if event["kind"] == "scene_written"]
    assert all(event["image_prompt"] == f"picture {event['scene']}" for event in told)
    return [(event["draft"], event["scene"], event["narration"]) for event in told]


async def until_scene(http: httpx.AsyncClient, task_id: str, scene: int) -> list[dict[str, Any]]:
    """The events up to the one that says that a scene is written."""
    seen: list[dict[str, Any]] = []
    async with asyncio.timeout(30):
        async for event in lines(http, task_id):
            seen.append(event)
            if event["kind"] == "scene_written" and event["scene"] == scene:
                break
    return seen


async def test_scenes_are_told_while_the_script_is_written(settings: GatewaySettings, deck: Deck, address: str) -> None:
    deck.writes_slowly[2] = asyncio.Event()
    async with served(settings, address) as http:
        task_id = await submit(http)
        early = await until_scene(http, task_id, 1)
        task = (await http.get(f"/api/tasks/{task_id}")).json()
        assert (task["status"], task["progress"]["stage"]) == ("running", "storyboard")
        assert deck.ended.total() == 1, "nothing is made of a scene before the storyboard is there"
        deck.writes_slowly[2].set()
        events = await all_events(http, task_id)
        board = (await http.get(f"/api/tasks/{task_id}/storyboard")).json()
    in_order(events)
    assert written(early) == [(1, 0, "Scene 0."), (1, 1, "Scene 1.")]
    assert written(events) == [(1, i, scene["narration"]) for i, scene in enumerate(board["scenes"])]
    kinds = [event["kind"] for event in events]
    assert max(i for i, kind in enumerate(kinds) if kind == "scene_written") < kinds.index("storyboard")


async def test_scenes_written_anew_after_a_restart_belong_to_another_draft(
    settings: GatewaySettings, deck: Deck, address: str
) -> None:
    deck.writes_slowly[2] = asyncio.Event()
    async with served(settings, address) as http:
        task_id = await submit(http)
        seen = await until_scene(http, task_id, 1)
    deck.wording = "Another scene {}."
    deck.writes_slowly.clear()
    async with served(settings, address) as http:
        seen += await all_events(http, task_id, since=seen[-1]["sequence"])
        board = (await http.get(f"/api/tasks/{task_id}/storyboard")).json()
    in_order(seen)
    first, second = [(1, 0, "Scene 0."), (1, 1, "Scene 1.")], [(2, i, f"Another scene {i}.") for i in range(3)]
    assert written(seen) == first + second
    assert [scene["narration"] for scene in board["scenes"]] == [said for _, _, said in second]
    assert [event["kind"] for event in seen].count("storyboard") == 1


async def test_a_try_that_fails_halfway_is_another_draft_and_a_given_plan_is_none(
    settings: GatewaySettings, deck: Deck, address: str
) -> None:
    deck.breaks[2] = deque([Unavailable("gone", reason="VENDOR_CUT")])
    deck.failures["storyboard"].append(Unavailable("starting", reason="ENGINE_LOADING"))
    async with served(settings, address) as http:
        events = await all_events(http, await submit(http))
        given = await submit(http, storyboard={"scenes": [{"narration": "Mine."}]})
        assert written(await all_events(http, given)) == []
    in_order(events)
    said = [f"Scene {i}." for i in range(3)]
    # the try that told nothing has no number
    assert written(events) == [(1, 0, said[0]), (1, 1, said[1]), *((2, i, text) for i, text in enumerate(said))]


async def test_a_failure_and_a_cancel_are_last(settings: GatewaySettings, deck: Deck, address: str) -> None:
    deck.failures["storyboard"].append(InvalidArgument("The topic 'x' is bare.", reason="TOPIC_BARE"))
    deck.held["narrate"] = asyncio.Event()
    async with served(settings, address) as http:
        failed = await all_events(http, await submit(http))
        task_id = await submit(http)
        waiting = await submit(http)
        third = await submit(http)
        await deck.until(lambda: deck.inside["narrate"] == 6)
        assert (await http.get(f"/api/tasks/{third}")).json()["queue_position"] == 0
        fourth = await submit(http)
        assert (await http.get(f"/api/tasks/{fourth}")).json()["queue_position"] == 1
        listed = (await http.get("/api/tasks?status=pending")).json()
        assert [each["queue_position"] for each in listed] == [1, 0]
        watching = [asyncio.create_task(all_events(http, each)) for each in (task_id, third)]
        # those in the queue first: the turn of one that runs would be theirs
        for each in (third, fourth, task_id, waiting):
            assert (await http.delete(f"/api/tasks/{each}")).status_code == 200
        running, queued = await asyncio.gather(*watching)
    in_order(failed)
    in_order(running)
    assert failed[-1]["error"] == "The topic 'x' is bare."
    assert (failed[-1]["reason"], failed[-1]["retryable"], failed[-1]["stage"]) == ("TOPIC_BARE", False, "storyboard")
    assert running[-1]["kind"] == "cancelled"
    assert [event["kind"] for event in queued] == ["queued", "cancelled"]


async def test_what_is_refused(settings: GatewaySettings, deck: Deck, address: str) -> None:
    locked = type(settings).model_validate(settings.model_dump() | {"api_keys": ["secret"]})
    async with served(locked, address) as http:
        assert (await http.get("/api/tasks/nobody/events")).status_code == 401
        http.headers["Authorization"] = "Bearer secret"
        assert (await http.get("/api/tasks/nobody/events")).status_code == 404
        task_id = await submit(http, n_scenes=1)
        in_order(await all_events(http, task_id))
        path = f"/api/tasks/{task_id}/events"
        assert (await http.get(path, headers={"Last-Event-ID": "x"})).json()["reason"] == "LAST_EVENT_ID"
        assert (await http.get(path, params={"since": -1})).status_code == 422
        # more than there is: nothing was missed
        assert (await http.get(path, params={"since": 10_000})).status_code == 204


async def test_a_silent_stream_shows_that_it_lives(
    settings: GatewaySettings, deck: Deck, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.routers.events._BEAT", 0.05)
    deck.held["storyboard"] = asyncio.Event()
    async with served(settings, address) as http:
        task_id = await submit(http)
        async with (
            asyncio.timeout(20),
            http.stream("GET", f"/api/tasks/{task_id}/events") as answer,
        ):
            async for line in answer.aiter_lines():
                if line == ": alive":
                    break
        deck.held["storyboard"].set()
        in_order(await all_events(http, task_id))


async def test_a_task_of_twenty_scenes_is_told_in_a_few_hundred_events(
    opened: Open, settings: GatewaySettings, until_finished: Any
) -> None:
    async with opened(settings) as http:
        task_id = await submit(http, n_scenes=20)
        await until_finished(http, task_id)
        got = await http.get(f"/api/tasks/{task_id}/events", headers={"Accept": "application/json"})
        described = (await http.get("/openapi.json")).json()["paths"]["/api/tasks/{task_id}/events"]["get"]
    in_order(got.json()["events"])
    assert got.json()["over"]
    assert 180 < len(got.json()["events"]) < 350
    assert set(described["responses"]["200"]["content"]) == {"application/json", "text/event-stream"}

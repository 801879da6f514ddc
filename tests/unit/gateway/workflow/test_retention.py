"""What need not be kept goes, what anything needs stays, also while tasks run."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gateway.running import parts_running, sweep
from gateway.schemas import VideoGenerateRequest
from gateway.services import ServiceUrls
from gateway.workflow.sender import Sender
from gateway.workflow.shelf import discard, listed
from pixelle.core.v1 import core_pb2
from pixelle.runtime.cache import ResultCache
from pixelle.runtime.errors import NotFound
from pixelle.tts.v1 import tts_pb2

if TYPE_CHECKING:
    import httpx

    from gateway.parts import GatewayParts
    from gateway.settings import GatewaySettings
    from gateway.workflow.retention import Retention
    from tests.unit.gateway.conftest import Deck, Open

HOUR = 3600.0
DAY = 24 * HOUR


@pytest.fixture
def settings(settings: GatewaySettings) -> GatewaySettings:
    return settings.model_copy(update={"step_seconds": 60.0})


async def submit(http: httpx.AsyncClient, **fields: Any) -> str:
    answer = await http.post("/api/video/generate/async", json={"text": "Why read", "n_scenes": 1, **fields})
    assert answer.status_code == 200, answer.text
    return answer.json()["task_id"]


def board(name: str) -> dict[str, Any]:
    """A storyboard whose narration, picture and clip no other task has."""
    return {"scenes": [{"narration": f"About {name}.", "image_prompt": f"a picture of {name}"}]}


@pytest.fixture
async def parts(http: httpx.AsyncClient) -> GatewayParts:
    return http._transport.app.state.parts  # type: ignore[attr-defined]


def at(retention: Retention, seconds: float, **settings: Any) -> Retention:
    """The same one so many seconds from now, with other settings."""
    later = object.__new__(type(retention))
    later.__dict__.update(retention.__dict__)
    later._clock = lambda: time.time() + seconds
    later._settings = retention._settings.model_copy(update=settings)
    return later


async def regenerate(http: httpx.AsyncClient, task_id: str, **change: Any) -> str:
    answer = await http.post(f"/api/tasks/{task_id}/scenes/0/regenerate", json=change)
    assert answer.status_code == 200, answer.text
    return answer.json()["task_id"]


async def files(deck: Deck) -> set[str]:
    return {name for name in await listed(deck.store) if not name.startswith("probe/")}


async def remember(deck: Deck, text: str) -> tuple[str, core_pb2.Artifact]:
    """A remembered narration and its audio, as a service leaves them."""
    audio = await deck.store.put("audio", text.encode(), "audio/wav")
    audio.ClearField("inline")
    cache = ResultCache(deck.store)
    key = cache.key(tts_pb2.SynthesizeRequest(text=text), engine="tone", version="1")
    await cache.put(key, core_pb2.Narration(audio=audio, duration_seconds=1.0))
    return f"cache/{key}", audio


def name_of(artifact: core_pb2.Artifact) -> str:
    return "/".join(artifact.uri.rsplit("/", 2)[1:])


def age(deck: Deck, name: str, seconds: float) -> None:
    moment = time.time() - seconds
    os.utime(f"{deck.store.url.removeprefix('file://')}/{name}", (moment, moment))


async def test_everything_is_kept_when_nothing_is_set(
    http: httpx.AsyncClient, parts: GatewayParts, deck: Deck, until_finished: Any
) -> None:
    await until_finished(http, await submit(http))
    await remember(deck, "Said once.")
    before = await files(deck)
    swept = await at(parts.retention, 1000 * DAY).sweep()
    assert (swept.tasks, swept.results, swept.files, swept.bytes) == (0, 0, 0, 0)
    assert await files(deck) == before
    assert len(before) > 5


async def test_old_tasks_go_with_the_files_that_only_they_have(
    http: httpx.AsyncClient, parts: GatewayParts, deck: Deck, settings: GatewaySettings, until_finished: Any
) -> None:
    old = await submit(http, storyboard=board("apples"))
    await until_finished(http, old)
    deck.held["narrate"] = asyncio.Event()
    running = await submit(http, storyboard=board("pears"))
    await deck.until(lambda: "narrate[0]" in deck.steps()[3:])
    remembered, audio = await remember(deck, "About apples.")  # the audio of the old task
    assert (await at(parts.retention, 3 * DAY, keep_days=4).sweep()).tasks == 0
    planned = await at(parts.retention, 5 * DAY, keep_days=4).sweep(dry_run=True)
    assert (await http.get(f"/api/tasks/{old}")).status_code == 200
    swept = await at(parts.retention, 5 * DAY, keep_days=4).sweep()
    assert planned == swept
    assert (swept.tasks, swept.results) == (1, 1)
    assert (await http.get(f"/api/tasks/{old}")).status_code == 404
    assert not (settings.output_dir / old).exists()
    assert not list(settings.output_dir.glob(".*"))
    assert await files(deck) & {name_of(audio), remembered} == set()
    assert (await http.get(f"/api/tasks/{running}")).json()["status"] == "running"
    deck.held["narrate"].set()
    assert (await until_finished(http, running))["status"] == "completed"


async def test_the_oldest_go_when_there_is_too_much(
    http: httpx.AsyncClient, parts: GatewayParts, until_finished: Any
) -> None:
    ids = [await submit(http, storyboard=board(name)) for name in ("apples", "pears", "plums")]
    for task_id in ids:
        await until_finished(http, task_id)
    # a task has about 1,100 bytes, of which the video's 1,000 are the same in all
    assert (await at(parts.retention, HOUR, keep_gb=1e-5).sweep()).tasks == 0
    assert (await at(parts.retention, HOUR, keep_gb=1e-9).sweep()).tasks == 2
    assert [each["task_id"] for each in (await http.get("/api/tasks")).json()] == ids[2:]


async def test_deleting_a_task(
    http: httpx.AsyncClient, parts: GatewayParts, deck: Deck, settings: GatewaySettings, until_finished: Any
) -> None:
    assert (await http.delete("/api/history/20200101_000000_0000")).status_code == 404
    mine, other = [await submit(http, storyboard=board(name)) for name in ("apples", "pears")]
    for task_id in (mine, other):
        await until_finished(http, task_id)
    before = await files(deck)
    answer = await http.delete(f"/api/history/{mine}")
    assert answer.json() == {"success": True, "message": f"Task {mine} deleted successfully"}
    assert (await http.get(f"/api/tasks/{mine}")).status_code == 404
    assert (await http.get(f"/api/files/{mine}/final.mp4")).status_code == 404
    assert (await http.delete(f"/api/history/{mine}")).status_code == 404
    assert (await parts.retention.sweep()).files == 0  # nothing that new
    swept = await at(parts.retention, 2 * HOUR).sweep()
    gone = before - await files(deck)
    assert {name.partition("/")[0] for name in gone} == {"audio", "image", "clip"}
    assert (swept.files, len(gone)) == (3, 3)
    assert (await http.get(f"/api/files/{other}/final.mp4")).status_code == 200
    assert (settings.output_dir / other / "frames" / "01_audio.wav").is_file()


async def test_what_has_not_ended_is_not_deleted(http: httpx.AsyncClient, deck: Deck) -> None:
    deck.held["storyboard"] = asyncio.Event()
    task_id = await submit(http)
    answer = await http.delete(f"/api/history/{task_id}")
    assert (answer.status_code, answer.json()["reason"]) == (409, "TASK_NOT_FINISHED")
    await http.delete(f"/api/tasks/{task_id}")
    assert (await http.delete(f"/api/history/{task_id}")).status_code == 200


async def test_a_task_that_another_one_redoes_is_kept(
    http: httpx.AsyncClient, parts: GatewayParts, deck: Deck, until_finished: Any
) -> None:
    source = await submit(http, storyboard=board("apples"))
    await until_finished(http, source)
    deck.held["narrate"] = asyncio.Event()
    redoing = await regenerate(http, source, narration="Pears.")
    assert (await http.delete(f"/api/history/{source}")).json()["reason"] == "TASK_IN_USE"
    assert (await at(parts.retention, 5 * DAY, keep_days=1).sweep()).tasks == 0
    deck.held["narrate"].set()
    await until_finished(http, redoing)


async def test_what_a_stopped_task_would_go_on_with_is_kept(
    http: httpx.AsyncClient, parts: GatewayParts, deck: Deck, until_finished: Any
) -> None:
    scenes = [scene for name in ("apples", "pears") for scene in board(name)["scenes"]]
    source = await submit(http, storyboard={"scenes": scenes})
    await until_finished(http, source)
    deck.held["storyboard"] = asyncio.Event()
    for _ in range(2):
        await submit(http)
    await deck.until(lambda: deck.inside["storyboard"] == 2)
    redoing = await regenerate(http, source, narration="Plums.")
    await http.delete(f"/api/tasks/{redoing}")  # it waits, and has nothing yet but what it was given
    assert (await http.delete(f"/api/history/{source}")).status_code == 200
    assert (await at(parts.retention, 5 * DAY).sweep()).files > 0  # the source's first scene, and its video
    before = len(deck.begun)
    assert (await http.post(f"/api/tasks/{redoing}/retry")).status_code == 200
    deck.held["storyboard"].set()
    task = await until_finished(http, redoing)
    assert task["status"] == "completed", task["error"]
    assert not [each for each in deck.begun[before:] if each.startswith(redoing) and each.endswith("[1]")]


async def test_results_go_by_age_and_their_files_only_later(parts: GatewayParts, deck: Deck) -> None:
    old, audio = await remember(deck, "Said long ago.")
    new, _ = await remember(deck, "Said just now.")
    age(deck, old, 8 * DAY)
    age(deck, name_of(audio), 60.0)  # somebody was given it a minute ago
    swept = await at(parts.retention, 0.0, cache_days=7).sweep()
    assert (swept.results, swept.files) == (1, 0)
    assert await files(deck) >= {new, name_of(audio)}
    assert (await at(parts.retention, 2 * HOUR, cache_days=7).sweep()).files == 1
    assert name_of(audio) not in await files(deck)


async def test_a_use_makes_a_result_young_again(parts: GatewayParts, deck: Deck) -> None:
    name, audio = await remember(deck, "Said often.")
    path = Path(deck.store.url.removeprefix("file://")) / name_of(audio)
    for each in (name, name_of(audio)):
        age(deck, each, 8 * DAY)
    changed = path.stat().st_mtime
    assert await ResultCache(deck.store).get(name.removeprefix("cache/"), core_pb2.Narration)
    assert (await at(parts.retention, 0.0, cache_days=7).sweep()).results == 0
    assert path.stat().st_mtime == changed  # a published file keeps its date


async def test_the_store_is_kept_small_by_forgetting_what_was_used_longest_ago(
    http: httpx.AsyncClient, parts: GatewayParts, deck: Deck, until_finished: Any
) -> None:
    task_id = await submit(http)
    await until_finished(http, task_id)
    kept = await files(deck)
    names: list[str] = []
    for index in range(6):
        name, audio = await remember(deck, f"{index}" * 100_000)
        age(deck, name, (10 - index) * HOUR)
        age(deck, name_of(audio), (10 - index) * HOUR)
        names.append(name)
    swept = await at(parts.retention, 0.0, cache_gb=0.000_35).sweep()
    assert (swept.results, swept.files) == (3, 3)
    assert swept.bytes > 300_000
    assert {name for name in await files(deck) if name.startswith("cache/")} == set(names[3:])
    await at(parts.retention, 3 * HOUR, cache_gb=1e-9).sweep()
    assert await files(deck) == kept  # what a task needs is not the cache's to forget


async def test_orphans_go_and_what_is_made_again_in_that_moment_stays(parts: GatewayParts, deck: Deck) -> None:
    orphan = await deck.store.put("clip", b"nobody refers to it", "video/mp4")
    again = await deck.store.put("clip", b"made again", "video/mp4")
    (Path(deck.store.url.removeprefix("file://")) / "clip" / f"{'0' * 64}#1").touch()
    await deck.store.put_named("voices/mine", b"no artifact")
    for name in (name_of(orphan), name_of(again), f"clip/{'0' * 64}#1", "voices/mine"):
        age(deck, name, 2 * HOUR)
    await deck.store.put("clip", b"made again", "video/mp4")  # is there already, so nothing is written
    assert (await parts.retention.sweep()).files == 2
    assert await files(deck) == {name_of(again), "voices/mine"}
    assert not await discard(deck.store, name_of(again), before=time.time() - HOUR)


async def test_what_was_cut_off_is_finished_by_the_next_sweep(
    http: httpx.AsyncClient, parts: GatewayParts, deck: Deck, settings: GatewaySettings, until_finished: Any
) -> None:
    task_id = await submit(http, storyboard=board("apples"))
    await until_finished(http, task_id)
    clear = parts.retention._clear

    async def dies(task_ids: Any) -> None:
        raise ConnectionError(task_ids)

    parts.retention._clear = dies  # type: ignore[method-assign]
    assert (await http.delete(f"/api/history/{task_id}")).status_code == 500
    parts.retention._clear = clear  # type: ignore[method-assign]
    assert (settings.output_dir / task_id).is_dir()
    await at(parts.retention, 2 * HOUR).sweep()
    assert not (settings.output_dir / task_id).exists()
    assert await files(deck) == set()
    assert await parts.retention._released() != {}  # looked after once more: nothing is left
    await at(parts.retention, 2 * HOUR).sweep()
    assert await parts.retention._released() == {}


@pytest.fixture
def command(settings: GatewaySettings) -> Any:
    """`pixelle gc` with the settings of the test's gateway."""

    async def gc(*options: str, **settings_too: str) -> str:
        folders = {f"PIXELLE_{name.upper()}": str(getattr(settings, name)) for name in ("data_dir", "output_dir")}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "pixelle_video", "gc", *options),
            env={**os.environ, **folders, **settings_too},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        assert process.returncode == 0, said.decode()
        return said.decode()

    return gc


@pytest.mark.slow
async def test_the_command_works_beside_a_gateway(
    http: httpx.AsyncClient, deck: Deck, command: Any, until_finished: Any
) -> None:
    ids = [await submit(http, storyboard=board(name)) for name in ("apples", "pears")]
    for task_id in ids:
        await until_finished(http, task_id)
    deck.held["narrate"] = asyncio.Event()
    running = await submit(http)
    orphan = await deck.store.put("clip", b"x" * 2_000_000, "video/mp4")
    age(deck, name_of(orphan), 2 * HOUR)
    said = await command("--dry-run")
    assert said == "2.0 MB would be freed: 0 tasks, 0 remembered results, 1 files\n"
    assert name_of(orphan) in await files(deck)
    assert await command(PIXELLE_KEEP_GB="1e-9") == "2.0 MB freed: 1 tasks, 0 remembered results, 1 files\n"
    assert name_of(orphan) not in await files(deck)
    deck.held["narrate"].set()
    assert (await until_finished(http, running))["status"] == "completed"
    assert [each["task_id"] for each in (await http.get("/api/tasks")).json()] == [running, ids[1]]


async def test_sweeps_beside_tasks_take_nothing_that_is_needed(
    address: str, settings: GatewaySettings, deck: Deck
) -> None:
    """Tasks that share files, results that are forgotten at once, finished tasks that go: always something to take."""
    busy = settings.model_copy(update={"tasks_at_once": 4, "step_seconds": 2.0, "sweep_grace_seconds": 4.0})
    urls = ServiceUrls(*[address] * 4)
    done = asyncio.Event()
    sweeps = taken = 0

    async with parts_running(busy, urls) as parts:

        async def collect() -> None:
            nonlocal sweeps, taken
            greedy = at(parts.retention, 0.0, keep_gb=3e-6, cache_days=1e-9)
            while not done.is_set():
                swept = await greedy.sweep()
                sweeps, taken = sweeps + 1, taken + swept.tasks + swept.files

        async def forget() -> None:
            while not done.is_set():  # files of nobody and results of nobody, old and new
                name, audio = await remember(deck, f"{sweeps % 7} of nobody")
                with contextlib.suppress(FileNotFoundError):  # swept away already
                    age(deck, name_of(audio), HOUR)
                    age(deck, name, HOUR)
                await asyncio.sleep(0)

        sender = Sender("local", may_hurry=False, base_url="http://gateway")

        async def send(name: str) -> str:
            plan = {"scenes": [scene for i in range(3) for scene in board(f"{name}-{i}")["scenes"]]}
            request = VideoGenerateRequest.model_validate({"text": "Why read", "storyboard": plan})
            brief = await parts.checks.brief(request)
            return await parts.tasks.submit(request.model_dump(mode="json"), brief, sender=sender)

        sweeping = [asyncio.create_task(collect()), asyncio.create_task(forget())]
        complete = 0
        for turn in range(6):
            ids = [await send(f"{turn}-{i}" if i < 3 else f"again-{i}") for i in range(5)]
            for task_id in ids:
                with contextlib.suppress(NotFound):  # ended, and gone already
                    state = await parts.tasks.ended(task_id)
                    assert state.state == "completed", state.record.error
        done.set()
        await asyncio.gather(*sweeping)
        left, _ = await parts.tasks.page(None, limit=100, cursor="")
        for state in left:
            facts = json.loads((busy.output_dir / state.record.task_id / "metadata.json").read_text())
            for kept in (facts, await parts.tasks.steps(state.record.task_id)):
                for each in artifacts(kept):
                    uri = each["uri"] if "://" in each["uri"] else f"{deck.store.url}/{each['uri']}"
                    assert await deck.store.exists(core_pb2.Artifact(uri=uri)), each
                    complete += 1
    assert sweeps >= 3
    assert taken > 0
    assert complete > 10


def artifacts(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value] if "sha256" in value else [found for each in value.values() for found in artifacts(each)]
    return [found for each in value for found in artifacts(each)] if isinstance(value, list) else []


async def test_sweeping_an_empty_installation(opened: Open, settings: GatewaySettings, tmp_path: Path) -> None:
    fresh = settings.model_copy(update={"data_dir": tmp_path / "fresh"})
    swept = await sweep(fresh, dry_run=False)
    assert (swept.tasks, swept.files, swept.bytes) == (0, 0, 0)
    async with opened(fresh) as http:
        assert (await http.get("/api/tasks")).json() == []


async def test_nothing_is_swept_while_a_step_may_need_it(opened: Open, settings: GatewaySettings, deck: Deck) -> None:
    hurried = settings.model_copy(update={"sweep_grace_seconds": 1.0})  # a step may take 60 s
    async with opened(hurried) as http:
        retention = http._transport.app.state.parts.retention  # type: ignore[attr-defined]
        orphan = name_of(await deck.store.put("audio", b"of nobody", "audio/wav"))
        await at(retention, 110.0).sweep()
        assert orphan in await files(deck)
        await at(retention, 130.0).sweep()
        assert orphan not in await files(deck)

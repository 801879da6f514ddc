"""TaskService: the same events for clients that speak gRPC."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

from gateway.direct import _is_here
from gateway.settings import GatewaySettings
from pixelle.runtime.client import dial
from pixelle.tasks.v1 import tasks_pb2, tasks_pb2_grpc

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.gateway.conftest import Deck, Open

KEY = (("authorization", "Bearer secret"),)


@pytest.fixture
def listening(settings: GatewaySettings, tmp_path: Path) -> GatewaySettings:
    given = {"tasks_listen": f"unix:{tmp_path / 'tasks'}", "api_keys": ["secret"]}
    return GatewaySettings.model_validate(settings.model_dump() | given)


async def submit(http: Any, **fields: Any) -> str:
    body = {"text": "Why develop a reading habit", "n_scenes": 2, **fields}
    answer = await http.post("/api/video/generate/async", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["task_id"]


async def test_watching_over_grpc_says_what_http_says(opened: Open, listening: GatewaySettings, deck: Deck) -> None:
    deck.held["clip[1]"] = asyncio.Event()
    async with opened(listening) as http, dial(listening.tasks_listen) as channel:
        http.headers["Authorization"] = "Bearer secret"
        stub: Any = tasks_pb2_grpc.TaskServiceStub(channel)
        task_id = await submit(http)
        events: list[tasks_pb2.TaskEvent] = []
        async with asyncio.timeout(30):
            call = stub.WatchTask(tasks_pb2.WatchTaskRequest(task_id=task_id), metadata=KEY)
            async for answer in call:
                events.append(answer.event)
                if (answer.event.scene_state, answer.event.scene) == ("clipping", 1):
                    break
            call.cancel()
            task = (await stub.GetTask(tasks_pb2.GetTaskRequest(task_id=task_id), metadata=KEY)).task
            assert task.state == tasks_pb2.TASK_STATE_RUNNING
            assert task.scenes[1].state == "clipping"
            deck.held["clip[1]"].set()
            since = events[-1].sequence
            rest = stub.WatchTask(tasks_pb2.WatchTaskRequest(task_id=task_id, since=since), metadata=KEY)
            events += [answer.event async for answer in rest]
        got = await http.get(f"/api/tasks/{task_id}/events", headers={"Accept": "application/json"})
    said = got.json()["events"]
    assert [event.sequence for event in events] == [event["sequence"] for event in said]
    for event, body in zip(events, said, strict=True):
        assert tasks_pb2.EventKind.Name(event.kind) == f"EVENT_KIND_{body['kind'].upper()}"
        assert (event.percentage, event.message) == (body["percentage"], body["message"])
        assert (event.scene if event.HasField("scene") else None) == body.get("scene")
        assert (event.eta_seconds if event.HasField("eta_seconds") else None) == body["eta_seconds"]
        assert (event.step, event.stage) == (body.get("step", ""), body.get("stage", ""))
        assert (event.draft, event.narration) == (body.get("draft", 0), body.get("narration", ""))
    written = [event for event in events if event.kind == tasks_pb2.EVENT_KIND_SCENE_WRITTEN]
    assert [(event.draft, event.scene, event.image_prompt) for event in written] == [
        (1, 0, "picture 0"),
        (1, 1, "picture 1"),
    ]
    assert events[-1].kind == tasks_pb2.EVENT_KIND_COMPLETED


async def test_what_is_refused(opened: Open, listening: GatewaySettings) -> None:
    async with opened(listening), dial(listening.tasks_listen) as channel:
        stub: Any = tasks_pb2_grpc.TaskServiceStub(channel)
        nobody = tasks_pb2.GetTaskRequest(task_id="nobody")
        for metadata in ((), (("authorization", "Bearer other"),)):
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await stub.GetTask(nobody, metadata=metadata)
            assert refused.value.code() == grpc.StatusCode.UNAUTHENTICATED
        with pytest.raises(grpc.aio.AioRpcError) as missing:
            await stub.GetTask(nobody, metadata=KEY)
        assert missing.value.code() == grpc.StatusCode.NOT_FOUND
        with pytest.raises(grpc.aio.AioRpcError) as wrong:
            await anext(aiter(stub.WatchTask(tasks_pb2.WatchTaskRequest(task_id="nobody", since=-1), metadata=KEY)))
        assert wrong.value.code() == grpc.StatusCode.INVALID_ARGUMENT


async def test_health_and_reflection(opened: Open, listening: GatewaySettings) -> None:
    name = "pixelle.tasks.v1.TaskService"
    async with opened(listening), dial(listening.tasks_listen) as channel:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        answer = await stub.Check(health_pb2.HealthCheckRequest(service=name))
        assert answer.status == health_pb2.HealthCheckResponse.SERVING

        def listed() -> list[str]:
            with grpc.insecure_channel(listening.tasks_listen) as plain:
                return list(ProtoReflectionDescriptorDatabase(plain).get_services())

        assert name in await asyncio.to_thread(listed)


@pytest.mark.parametrize(
    ("peer", "here"),
    [
        ("unix:", True),
        ("ipv4:127.0.0.1:4000", True),
        ("ipv6:%5B::1%5D:4000", True),
        ("ipv6:%5B::ffff:127.0.0.1%5D:4000", True),
        ("ipv4:10.0.0.1:4000", False),
        ("ipv6:%5B2001:db8::1%5D:4000", False),
        ("", False),
    ],
)
def test_who_is_on_this_machine(peer: str, here: bool) -> None:
    assert _is_here(peer) is here

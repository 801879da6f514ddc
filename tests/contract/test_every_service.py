"""What all four services share on the wire: health, reflection, a list of engines with pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from tests.conftest import channel_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import grpc.aio

METHODS = {
    "script": {
        "WriteStoryboard", "CheckStoryboard", "GenerateNarrations", "GenerateImagePrompts", "GenerateTitle", "Complete",
        "ListEngines",
    },
    "tts": {"Synthesize", "CheckSpeech", "ListVoices", "CreateVoice", "DeleteVoice", "ListEngines"},
    "media": {"GenerateImage", "GenerateVideo", "CheckMedia", "ListWorkflows", "ListEngines"},
    "render": {"RenderFrame", "RenderClip", "AssembleVideo", "ListTemplates", "GetTemplate", "Probe", "ListMusic"},
}  # fmt: skip


@pytest.fixture(params=list(METHODS), scope="session")
async def service(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[tuple[str, grpc.aio.Channel]]:
    async for channel in channel_of(request.param, request, tmp_path_factory):
        yield request.param, channel


async def test_health_is_serving(service: tuple[str, grpc.aio.Channel]) -> None:
    name, channel = service
    health: Any = health_pb2_grpc.HealthStub(channel)
    full = f"pixelle.{name}.v1.{name.title()}Service"
    # a service that is still loading says so first
    async for answer in health.Watch(health_pb2.HealthCheckRequest(service=full), timeout=120):
        if answer.status == health_pb2.HealthCheckResponse.SERVING:
            return
    pytest.fail("the watch ended before SERVING")


async def test_reflection_lists_every_method(service: tuple[str, grpc.aio.Channel]) -> None:
    name, channel = service
    full = f"pixelle.{name}.v1.{name.title()}Service"
    made: Any = reflection_pb2_grpc.ServerReflectionStub  # its types know no asyncio channels
    stub = made(channel)
    questions = [
        reflection_pb2.ServerReflectionRequest(list_services=""),
        reflection_pb2.ServerReflectionRequest(file_containing_symbol=full),
    ]
    listed, found = [answer async for answer in stub.ServerReflectionInfo(iter(questions), timeout=30)]
    assert full in {item.name for item in listed.list_services_response.service}
    file = FileDescriptorProto.FromString(found.file_descriptor_response.file_descriptor_proto[0])
    (described,) = file.service
    assert {method.name for method in described.method} == METHODS[name]

"""The contract of a media service over the engine diffusers with tiny random models, and what is bad input for it."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from pixelle.core.v1 import core_pb2
from pixelle.media.v1 import media_pb2, media_pb2_grpc
from pixelle.runtime.client import call, result_of
from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, NotFound, PermissionDenied, PixelleError
from pixelle.runtime.testing import running
from svc_media.server import build
from svc_media.settings import MediaSettings
from tests.contract import test_media

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    import grpc.aio

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.filterwarnings("ignore")]

globals().update({name: test for name, test in vars(test_media).items() if name.startswith("test_")})


@pytest.fixture(scope="module")
async def media_channel(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[grpc.aio.Channel]:
    folder = tmp_path_factory.mktemp("service")
    (folder / "data").mkdir()
    (folder / "data" / "models").symlink_to(data_dir / "models")
    shutil.copy(data_dir / "models.yaml", folder / "data")
    given = MediaSettings(
        data_dir=folder / "data",
        cache_dir=folder / "cache",
        media_engine="diffusers",
        diffusers_image_model="t-plain",
        diffusers_video_model="t-wan",
    )
    async with running(build(given)) as channel:
        yield channel


async def painted(channel: grpc.aio.Channel, model: str, request_id: str = "", **fields: Any) -> core_pb2.Visual:
    stub = media_pb2_grpc.MediaServiceStub(channel)
    request = media_pb2.GenerateImageRequest(
        request_id=request_id, workflow=f"local/diffusers/{model}", prompt=test_media.prompt(**fields)
    )
    return await result_of(stub.GenerateImage, request, timeout=120, service="media")


@pytest.mark.parametrize(
    ("fields", "kind", "reason"),
    [
        ({"width": 1, "height": 1}, InvalidArgument, "SIZE_OUT_OF_RANGE"),
        ({"width": 20_000, "height": 20_000}, InvalidArgument, "SIZE_OUT_OF_RANGE"),
        ({"prompt": "x" * 50_000}, InvalidArgument, "PROMPT_TOO_LONG"),
        ({"negative_prompt": "x" * 50_000}, InvalidArgument, "PROMPT_TOO_LONG"),
        ({"sampler": "eular"}, InvalidArgument, "SAMPLER_UNKNOWN"),
        ({"guidance": float("nan")}, InvalidArgument, "GUIDANCE_OUT_OF_RANGE"),
        ({"guidance": float("inf")}, InvalidArgument, "GUIDANCE_OUT_OF_RANGE"),
        ({"guidance": -1.0}, InvalidArgument, "GUIDANCE_OUT_OF_RANGE"),
        ({"strength": float("nan")}, InvalidArgument, "STRENGTH_OUT_OF_RANGE"),
        ({"steps": 501}, InvalidArgument, "STEPS_OUT_OF_RANGE"),
        ({"loras": [media_pb2.Lora(path="../../etc/passwd")]}, PermissionDenied, "LORA_OUTSIDE_ROOTS"),
        ({"loras": [media_pb2.Lora(path="/etc/passwd")]}, PermissionDenied, "LORA_OUTSIDE_ROOTS"),
        ({"loras": [media_pb2.Lora(path="none")]}, NotFound, "LORA_NOT_FOUND"),
        ({"loras": [media_pb2.Lora(path="x", weight=float("nan"))]}, InvalidArgument, "LORA_WEIGHT_OUT_OF_RANGE"),
        ({"loras": [media_pb2.Lora(path="x")] * 9}, InvalidArgument, "LORAS_TOO_MANY"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_bad_input_is_refused_before_the_work(
    media_channel: grpc.aio.Channel, fields: dict[str, Any], kind: type[PixelleError], reason: str
) -> None:
    with pytest.raises(kind) as caught:
        await painted(media_channel, "t-sdxl", **fields)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("model", "reason", "named"),
    [
        ("sdxl", "MODEL_NOT_INSTALLED", "hf download stabilityai/stable-diffusion-xl-base-1.0"),
        ("nobody/nothing", "MODEL_NOT_INSTALLED", "hf download nobody/nothing"),
        ("t-sdlx", "WORKFLOW_UNKNOWN", "'t-sdxl'"),
        ("/etc", "MODEL_OUTSIDE_ROOTS", "PIXELLE_DIFFUSERS_ROOTS"),
        ("../../etc", "MODEL_OUTSIDE_ROOTS", "PIXELLE_DIFFUSERS_ROOTS"),
        ("t-wan", "ENGINE_NO_IMAGE", "t-wan"),
        ("t-broken", "MODEL_BROKEN", "data/models.yaml"),
    ],
)
async def test_a_model_that_cannot_be_used_is_said(
    media_channel: grpc.aio.Channel, model: str, reason: str, named: str
) -> None:
    with pytest.raises(PixelleError) as caught:
        await painted(media_channel, model)
    assert caught.value.reason == reason
    assert named in caught.value.message or reason == "ENGINE_NO_IMAGE"


async def test_other_engines_refuse_what_they_do_not_take(media_channel: grpc.aio.Channel) -> None:
    stub = media_pb2_grpc.MediaServiceStub(media_channel)
    request = media_pb2.GenerateImageRequest(workflow="local/card", prompt=test_media.prompt(guidance=3.0))
    with pytest.raises(FailedPrecondition) as caught:
        await result_of(stub.GenerateImage, request, timeout=60, service="media")
    assert caught.value.reason == "ENGINE_NOT_TUNED"


async def test_models_are_keys_with_their_reasons(media_channel: grpc.aio.Channel) -> None:
    stub = media_pb2_grpc.MediaServiceStub(media_channel)
    answer = await call(stub.ListWorkflows, media_pb2.ListWorkflowsRequest(page_size=200), timeout=30, service="media")
    found = {workflow.key: workflow for workflow in answer.workflows}
    assert found["local/diffusers/t-sdxl"].available
    assert found["local/diffusers/t-wan"].kind == core_pb2.MEDIA_KIND_VIDEO
    assert "hf download" in found["local/diffusers/flux-dev"].reason


async def test_each_of_many_alike_requests_gets_its_own(
    media_channel: grpc.aio.Channel,
) -> None:
    alone = [await painted(media_channel, "t-sdxl", seed=seed, steps=20) for seed in (101, 102)]
    seeds = [*range(201, 208)]
    told = await asyncio.gather(
        *(painted(media_channel, "t-sdxl", request_id=f"task{seed % 2}/x", seed=seed, steps=20) for seed in seeds)
    )
    assert [visual.seed for visual in told] == seeds
    assert len({visual.artifact.sha256 for visual in (*told, *alone)}) == 9
    again = await asyncio.gather(*(painted(media_channel, "t-sdxl", seed=seed, steps=20) for seed in seeds))
    assert [visual.artifact.sha256 for visual in again] == [visual.artifact.sha256 for visual in told]

"""What every media service must do, asked over the wire; aim it elsewhere with --media grpc://host:port."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from pixelle.core.v1 import core_pb2
from pixelle.media.v1 import media_pb2, media_pb2_grpc
from pixelle.runtime.artifacts import ArtifactStore
from pixelle.runtime.client import call, result_of
from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, PixelleError

if TYPE_CHECKING:
    from pathlib import Path

    import grpc.aio

pytestmark = pytest.mark.asyncio(loop_scope="session")

WORKFLOW = ""
"""The service's default engine: whatever stands behind the address."""


def prompt(**fields: Any) -> media_pb2.MediaPrompt:
    given: dict[str, Any] = {"prompt": "a lighthouse at dusk", "width": 320, "height": 576, "seed": 7}
    return media_pb2.MediaPrompt(**(given | fields))


async def picture(channel: grpc.aio.Channel, workflow: str = WORKFLOW, **fields: Any) -> core_pb2.Visual:
    stub = media_pb2_grpc.MediaServiceStub(channel)
    request = media_pb2.GenerateImageRequest(request_id="test", workflow=workflow, prompt=prompt(**fields))
    return await result_of(stub.GenerateImage, request, timeout=60, service="media")


async def footage(channel: grpc.aio.Channel, duration: float = 0.5, fps: int = 0, **fields: Any) -> core_pb2.Visual:
    stub = media_pb2_grpc.MediaServiceStub(channel)
    request = media_pb2.GenerateVideoRequest(
        workflow=WORKFLOW, prompt=prompt(**fields), duration_seconds=duration, fps=fps
    )
    return await result_of(stub.GenerateVideo, request, timeout=60, service="media")


async def checked(channel: grpc.aio.Channel, workflow: str = WORKFLOW, **fields: Any) -> str:
    """The workflow that would make it."""
    stub = media_pb2_grpc.MediaServiceStub(channel)
    asked = media_pb2.GenerateImageRequest(workflow=workflow, prompt=prompt(**fields))
    request = media_pb2.CheckMediaRequest(image=asked)
    return (await call(stub.CheckMedia, request, timeout=60, service="media")).workflow


async def default_engine(channel: grpc.aio.Channel) -> core_pb2.Engine:
    stub = media_pb2_grpc.MediaServiceStub(channel)
    answer = await call(stub.ListEngines, media_pb2.ListEnginesRequest(), timeout=30, service="media")
    return next(engine for engine in answer.engines if engine.is_default)


async def contents(visual: core_pb2.Visual, folder: Path) -> bytes:
    if visual.artifact.inline:
        return visual.artifact.inline
    root = visual.artifact.uri.rpartition("/")[0].rpartition("/")[0]
    return await ArtifactStore(root, scratch=folder).read(visual.artifact)


@pytest.mark.parametrize(("width", "height"), [(320, 576), (577, 321), (256, 256)])
async def test_a_picture_has_exactly_the_size_asked_for(
    media_channel: grpc.aio.Channel, tmp_path: Path, width: int, height: int
) -> None:
    made = await picture(media_channel, width=width, height=height)
    assert (made.kind, made.width, made.height) == (core_pb2.MEDIA_KIND_IMAGE, width, height)
    assert made.engine
    assert made.seed == 7
    data = await contents(made, tmp_path)
    assert len(data) == made.artifact.size_bytes
    with Image.open(io.BytesIO(data)) as image:
        assert image.size == (width, height)
        assert image.get_format_mimetype() == made.artifact.media_type
        assert np.asarray(image.convert("L")).std() > 8


async def test_the_last_message_and_only_it_is_the_result(media_channel: grpc.aio.Channel) -> None:
    stub = media_pb2_grpc.MediaServiceStub(media_channel)
    request = media_pb2.GenerateImageRequest(workflow=WORKFLOW, prompt=prompt(seed=99))
    messages = [message async for message in stub.GenerateImage(request, timeout=60)]
    kinds = [message.WhichOneof("event") for message in messages]
    assert kinds[-1] == "visual"
    assert kinds.count("visual") == 1
    fractions = [message.progress.fraction for message in messages[:-1]]
    assert fractions == sorted(fractions)


async def test_a_request_decides_its_picture(
    media_channel: grpc.aio.Channel,
) -> None:
    first, again, other = [await picture(media_channel, seed=seed) for seed in (21, 21, 22)]
    assert first.artifact.sha256 == again.artifact.sha256
    assert first.artifact.sha256 != other.artifact.sha256


async def test_scenes_of_one_video_differ(media_channel: grpc.aio.Channel) -> None:
    made = [await picture(media_channel, series=media_pb2.Series(seed=5, index=index, count=4)) for index in range(4)]
    assert len({visual.artifact.sha256 for visual in made}) == 4


@pytest.mark.parametrize(
    ("fields", "reason", "named"),
    [
        ({"prompt": " \n"}, "PROMPT_EMPTY", "empty"),
        ({"prompt": "x" * 5001}, "PROMPT_TOO_LONG", "5,001"),
        ({"prompt": "x" * 50_000}, "PROMPT_TOO_LONG", "50,000"),
        ({"negative_prompt": "x" * 50_000}, "PROMPT_TOO_LONG", "50,000"),
        ({"width": 1, "height": 1}, "SIZE_OUT_OF_RANGE", "width is 1"),
        ({"width": 20_000, "height": 20_000}, "SIZE_OUT_OF_RANGE", "20000"),
        ({"guidance": float("nan")}, "GUIDANCE_OUT_OF_RANGE", "nan"),
        ({"strength": float("inf")}, "STRENGTH_OUT_OF_RANGE", "inf"),
        ({"width": 255}, "SIZE_OUT_OF_RANGE", "255"),
        ({"height": 4097}, "SIZE_OUT_OF_RANGE", "4097"),
        ({"width": 0}, "SIZE_OUT_OF_RANGE", "width is 0"),
        ({"steps": -1}, "STEPS_OUT_OF_RANGE", "-1"),
        ({"series": media_pb2.Series(seed=1, index=3, count=3)}, "SERIES_INVALID", "3 of 3"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_wrong_prompt_is_refused(
    media_channel: grpc.aio.Channel, fields: dict[str, Any], reason: str, named: str
) -> None:
    for ask in (picture, checked):
        with pytest.raises(InvalidArgument) as caught:
            await ask(media_channel, **fields)
        assert caught.value.reason == reason
        assert named in caught.value.message


@pytest.mark.parametrize(
    ("fields", "reasons"),
    [
        ({"sampler": "eular"}, {"SAMPLER_UNKNOWN", "ENGINE_NOT_TUNED"}),
        ({"loras": [media_pb2.Lora(path="/etc/passwd")]}, {"LORA_OUTSIDE_ROOTS", "ENGINE_NOT_TUNED"}),
        ({"loras": [media_pb2.Lora(path="../../x")]}, {"LORA_OUTSIDE_ROOTS", "ENGINE_NOT_TUNED"}),
    ],
    ids=["sampler", "lora", "lora-above"],
)
async def test_a_wrong_setting_of_the_model_is_refused_before_the_work(
    media_channel: grpc.aio.Channel, fields: dict[str, Any], reasons: set[str]
) -> None:
    for ask in (picture, checked):
        with pytest.raises(PixelleError) as caught:
            await ask(media_channel, **fields)
        assert caught.value.reason in reasons


async def test_a_model_that_is_not_there_is_refused_before_the_work(media_channel: grpc.aio.Channel) -> None:
    known = (await default_engine(media_channel)).workflow
    if known == "api/openai":
        pytest.skip("whichever server speaks OpenAI's interface knows its models itself")
    for ask in (picture, checked):
        with pytest.raises(PixelleError) as caught:
            await ask(media_channel, workflow=f"{known}/nobody/nothing")
        assert caught.value.reason in {"WORKFLOW_UNKNOWN", "MODEL_NOT_INSTALLED"}
        assert "nothing" in caught.value.message


async def test_a_check_says_yes_to_what_can_be_made_and_makes_nothing(media_channel: grpc.aio.Channel) -> None:
    default = await default_engine(media_channel)
    assert await checked(media_channel) == default.workflow
    assert await checked(media_channel, prompt="") == default.workflow, "it is yet to be written"
    stub = media_pb2_grpc.MediaServiceStub(media_channel)
    with pytest.raises(InvalidArgument) as caught:
        await call(stub.CheckMedia, media_pb2.CheckMediaRequest(), timeout=30, service="media")
    assert caught.value.reason == "REQUEST_EMPTY"
    if default.features.videos:
        asked = media_pb2.GenerateVideoRequest(prompt=prompt(prompt="", width=321))
        with pytest.raises(InvalidArgument) as odd:
            await call(stub.CheckMedia, media_pb2.CheckMediaRequest(video=asked), timeout=30, service="media")
        assert odd.value.reason == "SIZE_ODD"


async def test_an_unknown_workflow_is_refused_with_the_nearest(media_channel: grpc.aio.Channel) -> None:
    known = (await default_engine(media_channel)).workflow
    with pytest.raises(InvalidArgument) as caught:
        await picture(media_channel, workflow=known[:-1])
    assert caught.value.reason == "WORKFLOW_UNKNOWN"
    assert repr(known) in caught.value.message


async def test_what_an_engine_cannot_is_refused_not_ignored(media_channel: grpc.aio.Channel) -> None:
    refused = ""
    try:
        with_it, without = [await picture(media_channel, negative_prompt=words) for words in ("people", "")]
        assert with_it.artifact.sha256 != without.artifact.sha256
    except FailedPrecondition as error:
        refused = error.reason
    assert refused in {"", "ENGINE_NO_NEGATIVE_PROMPT"}
    stub = media_pb2_grpc.MediaServiceStub(media_channel)
    for data in (b"png", b"\0\0\0\x18ftypheic" + bytes(400)):  # the second: the head of a photo as iPhones store it
        request = media_pb2.GenerateImageRequest(
            workflow=WORKFLOW, prompt=prompt(), reference=core_pb2.Artifact(inline=data, media_type="image/png")
        )
        with pytest.raises((FailedPrecondition, InvalidArgument)) as caught:
            await result_of(stub.GenerateImage, request, timeout=60, service="media")
        assert caught.value.reason in {"ENGINE_CANNOT_EDIT", "REFERENCE_NOT_A_PICTURE"}


@pytest.mark.parametrize(("duration", "fps", "frames"), [(0.5, 0, 15), (1.0, 25, 25), (0.31, 30, 10)])
async def test_footage_has_the_length_rate_and_size_asked_for(
    media_channel: grpc.aio.Channel, tmp_path: Path, duration: float, fps: int, frames: int
) -> None:
    import av

    if not (await default_engine(media_channel)).features.videos:
        pytest.skip("the default engine makes no footage")
    rate = fps or 30
    made = await footage(media_channel, duration, fps)
    assert (made.kind, made.width, made.height) == (core_pb2.MEDIA_KIND_VIDEO, 320, 576)
    assert made.artifact.media_type == "video/mp4"
    with av.open(io.BytesIO(await contents(made, tmp_path)), "r") as container:
        track = container.streams.video[0]
        pictures = [frame.to_ndarray(format="gray") for frame in container.decode(track)]
        assert (track.codec_context.name, track.width, track.height) == ("h264", 320, 576)
        assert track.average_rate == rate
        assert not container.streams.audio
    assert len(pictures) == frames
    assert made.duration_seconds == pytest.approx(frames / rate)
    assert 0 <= made.duration_seconds - duration < 1 / rate
    assert np.abs(pictures[0].astype(int) - pictures[-1]).mean() > 0.5, "footage moves"


@pytest.mark.parametrize(
    ("duration", "fps", "fields", "reason"),
    [
        (0, 30, {}, "DURATION_OUT_OF_RANGE"),
        (601, 30, {}, "DURATION_OUT_OF_RANGE"),
        (float("nan"), 30, {}, "DURATION_OUT_OF_RANGE"),
        (1, 14, {}, "FPS_OUT_OF_RANGE"),
        (1, 61, {}, "FPS_OUT_OF_RANGE"),
        (1, 30, {"width": 321}, "SIZE_ODD"),
    ],
)
async def test_wrong_footage_is_refused(
    media_channel: grpc.aio.Channel, duration: float, fps: int, fields: dict[str, Any], reason: str
) -> None:
    with pytest.raises(InvalidArgument) as caught:
        await footage(media_channel, duration, fps, **fields)
    assert caught.value.reason == reason


async def test_workflows_are_listed_by_kind_and_in_pages(media_channel: grpc.aio.Channel) -> None:
    stub = media_pb2_grpc.MediaServiceStub(media_channel)

    async def listed(**fields: Any) -> media_pb2.ListWorkflowsResponse:
        return await call(stub.ListWorkflows, media_pb2.ListWorkflowsRequest(**fields), timeout=30, service="media")

    everything = await listed(page_size=1000)
    keys = [(workflow.key, workflow.kind) for workflow in everything.workflows]
    assert keys == sorted(keys)
    assert ((await default_engine(media_channel)).workflow, core_pb2.MEDIA_KIND_IMAGE) in keys
    pictures = await listed(kind=core_pb2.MEDIA_KIND_IMAGE)
    assert {workflow.kind for workflow in pictures.workflows} == {core_pb2.MEDIA_KIND_IMAGE}
    for workflow in everything.workflows:
        assert workflow.available == (not workflow.reason)
    seen: list[tuple[str, core_pb2.MediaKind.ValueType]] = []
    token = ""
    while True:
        part = await listed(page_size=1, page_token=token)
        seen += [(workflow.key, workflow.kind) for workflow in part.workflows]
        token = part.next_page_token
        if not token:
            break
    assert seen == keys
    with pytest.raises(InvalidArgument, match="page_size"):
        await listed(page_size=-1)


async def test_engines_are_described(media_channel: grpc.aio.Channel) -> None:
    stub = media_pb2_grpc.MediaServiceStub(media_channel)
    answer = await call(stub.ListEngines, media_pb2.ListEnginesRequest(), timeout=30, service="media")
    assert sum(engine.is_default for engine in answer.engines) == 1
    for engine in answer.engines:
        assert engine.version
        assert engine.summary
        assert engine.features.images or engine.features.videos
        assert engine.available == (not engine.reason)

"""The contract of a media service over the engine runninghub, at a stand-in of its API."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pixelle.runtime.testing import running
from svc_media.server import build
from svc_media.settings import MediaSettings
from tests.comfyui.runninghub import HubStandIn
from tests.comfyui.standin import CORPUS
from tests.contract import test_media

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import grpc.aio

pytestmark = pytest.mark.asyncio(loop_scope="session")

globals().update({name: test for name, test in vars(test_media).items() if name.startswith("test_")})


@pytest.fixture(scope="module")
async def media_channel(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[grpc.aio.Channel]:
    folder = tmp_path_factory.mktemp("runninghub")
    files = folder / "data" / "workflows" / "runninghub"
    files.mkdir(parents=True)
    with HubStandIn() as hub:
        for number, name in enumerate(("image_plain.json", "video_save.json"), 1904):
            hub.offer(str(number), CORPUS / name)
            (files / name).write_text(json.dumps({"source": "runninghub", "workflow_id": str(number)}))
        settings = MediaSettings(
            data_dir=folder / "data",
            cache_dir=folder / "cache",
            media_engine="runninghub",
            runninghub_url=hub.url,
            runninghub_api_key=hub.key,  # pyright: ignore[reportArgumentType]
            runninghub_image_workflow="image_plain.json",
            runninghub_video_workflow="video_save.json",
            runninghub_poll=0.02,
        )
        async with running(build(settings)) as channel:
            yield channel

"""The contract of a speech service over the engine runninghub, at a stand-in of its API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pixelle.runtime.testing import running
from svc_tts.server import build
from svc_tts.settings import TtsSettings
from svc_tts.track import wav
from tests.comfyui.runninghub import HubStandIn
from tests.comfyui.standin import CORPUS
from tests.contract import test_tts

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import grpc.aio

pytestmark = pytest.mark.asyncio(loop_scope="session")

globals().update({name: test for name, test in vars(test_tts).items() if name.startswith("test_") or name == "tts"})


@pytest.fixture(scope="module")
async def tts_channel(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[grpc.aio.Channel]:
    folder = tmp_path_factory.mktemp("runninghub")
    files = folder / "data" / "workflows" / "runninghub"
    files.mkdir(parents=True)
    with HubStandIn() as hub:
        hub.offer("2001", CORPUS / "tts_everything.json")
        hub.comfy.files["input", "", "example.wav"] = wav(bytes(48_000), 24_000)
        (files / "tts_everything.json").write_text('{"source": "runninghub", "workflow_id": "2001"}')
        settings = TtsSettings(
            data_dir=folder / "data",
            cache_dir=folder / "cache",
            tts_engine="runninghub",
            tts_runninghub_workflow="tts_everything.json",
            runninghub_url=hub.url,
            runninghub_api_key=hub.key,  # pyright: ignore[reportArgumentType]
            runninghub_poll=0.02,
        )
        async with running(build(settings)) as channel:
            yield channel

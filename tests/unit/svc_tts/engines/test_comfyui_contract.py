"""The contract of a speech service over the engine comfyui, at the stand-in."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from pixelle.runtime.testing import running
from svc_tts.server import build
from svc_tts.settings import TtsSettings
from svc_tts.track import wav
from tests.comfyui.standin import CORPUS, StandIn
from tests.contract import test_tts

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import grpc.aio

pytestmark = pytest.mark.asyncio(loop_scope="session")

globals().update({name: test for name, test in vars(test_tts).items() if name.startswith("test_") or name == "tts"})


@pytest.fixture(scope="module")
async def tts_channel(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[grpc.aio.Channel]:
    folder = tmp_path_factory.mktemp("comfyui")
    (folder / "data" / "workflows" / "selfhost").mkdir(parents=True)
    shutil.copy(CORPUS / "tts_everything.json", folder / "data" / "workflows" / "selfhost")
    with StandIn() as server:
        server.files["input", "", "example.wav"] = wav(bytes(48_000), 24_000)
        settings = TtsSettings(
            data_dir=folder / "data",
            cache_dir=folder / "cache",
            tts_engine="comfyui",
            tts_comfyui_workflow="tts_everything.json",
            comfyui_url=server.url,
        )
        async with running(build(settings)) as channel:
            yield channel

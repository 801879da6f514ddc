"""The contract of a speech service over the engine runninghub, at a stand-in of its API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pixelle.runtime.testing import running
from svc_tts.server import build
from tests.comfyui.runninghub import HubStandIn
from tests.contract import test_tts
from tests.unit.svc_tts.engines.at_runninghub import speaking

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import grpc.aio

pytestmark = pytest.mark.asyncio(loop_scope="session")

globals().update({name: test for name, test in vars(test_tts).items() if name.startswith("test_") or name == "tts"})


@pytest.fixture(scope="module")
async def tts_channel(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[grpc.aio.Channel]:
    with HubStandIn() as hub:
        settings = speaking(hub, tmp_path_factory.mktemp("runninghub"))
        async with running(build(settings)) as channel:
            yield channel

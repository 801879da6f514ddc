"""The contract of a media service over the engine comfyui, at the stand-in; in tests/comfyui/real at a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pixelle.runtime.testing import running
from svc_media.server import build
from tests.comfyui.painting import settings
from tests.comfyui.standin import CORPUS, StandIn
from tests.contract import test_media

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import grpc.aio

pytestmark = pytest.mark.asyncio(loop_scope="session")

globals().update({name: test for name, test in vars(test_media).items() if name.startswith("test_")})


@pytest.fixture(scope="module")
async def media_channel(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[grpc.aio.Channel]:
    with StandIn() as server:
        given = settings(tmp_path_factory.mktemp("comfyui"), CORPUS, server.url, "image_plain.json", "video_save.json")
        async with running(build(given)) as channel:
            yield channel

"""
The contract of a media service over the engine comfyui at a real server: our own, or the one that is named.

PIXELLE_TEST_COMFYUI_URL names a server, PIXELLE_TEST_COMFYUI_IMAGE and PIXELLE_TEST_COMFYUI_VIDEO the workflow files in
PIXELLE_TEST_COMFYUI_FOLDER to use there: see tests/manual/comfyui.md.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pixelle.runtime.testing import running
from svc_media.server import build
from tests.comfyui.painting import settings
from tests.contract import test_media

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import grpc.aio

pytestmark = pytest.mark.asyncio(loop_scope="session")

globals().update({name: test for name, test in vars(test_media).items() if name.startswith("test_")})


@pytest.fixture(scope="module")
async def media_channel(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[grpc.aio.Channel]:
    url = os.environ.get("PIXELLE_TEST_COMFYUI_URL") or request.getfixturevalue("comfyui").url
    files = Path(os.environ.get("PIXELLE_TEST_COMFYUI_FOLDER") or request.getfixturevalue("files"))
    image = os.environ.get("PIXELLE_TEST_COMFYUI_IMAGE", "image_plain.json")
    video = os.environ.get("PIXELLE_TEST_COMFYUI_VIDEO", "video_nine.json")
    async with running(build(settings(tmp_path_factory.mktemp("media"), files, url, image, video))) as channel:
        yield channel

"""
The contract of a media service over the engine comfyui: at the stand-in, and at a real server by its address.

PIXELLE_TEST_COMFYUI_URL names a real server, PIXELLE_TEST_COMFYUI_IMAGE and PIXELLE_TEST_COMFYUI_VIDEO the workflow
files in PIXELLE_TEST_COMFYUI_FOLDER to use there: see tests/manual/comfyui.md.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pixelle.runtime.testing import running
from svc_media.server import build
from svc_media.settings import MediaSettings
from tests.comfyui.standin import CORPUS, StandIn
from tests.contract import test_media

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import grpc.aio

pytestmark = pytest.mark.asyncio(loop_scope="session")

globals().update({name: test for name, test in vars(test_media).items() if name.startswith("test_")})


@pytest.fixture(scope="module", params=["standin", "real"])
async def media_channel(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[grpc.aio.Channel]:
    folder = tmp_path_factory.mktemp("comfyui")
    if request.param == "real":
        url = os.environ.get("PIXELLE_TEST_COMFYUI_URL", "")
        if not url:
            pytest.skip("PIXELLE_TEST_COMFYUI_URL is not set: no real ComfyUI server to test (tests/manual/comfyui.md)")
        files = Path(os.environ.get("PIXELLE_TEST_COMFYUI_FOLDER", str(CORPUS)))
        image = os.environ.get("PIXELLE_TEST_COMFYUI_IMAGE", "image_plain.json")
        video = os.environ.get("PIXELLE_TEST_COMFYUI_VIDEO", "")
        async with running(build(settings(folder, files, url, image, video))) as channel:
            yield channel
        return
    with StandIn() as server:
        given = settings(folder, CORPUS, server.url, "image_plain.json", "video_save.json")
        async with running(build(given)) as channel:
            yield channel


def settings(folder: Path, files: Path, url: str, image: str, video: str) -> MediaSettings:
    shutil.copytree(files, folder / "data" / "workflows" / "selfhost")
    return MediaSettings(
        data_dir=folder / "data",
        cache_dir=folder / "cache",
        media_engine="comfyui",
        comfyui_url=url,
        comfyui_image_workflow=image,
        comfyui_video_workflow=video,
    )

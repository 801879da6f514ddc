"""The contract of a media service over the stock libraries, at a stand-in that answers with their recorded replies."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from pixelle.runtime.testing import running
from svc_media.server import build
from svc_media.settings import MediaSettings
from tests.comfyui import nodes
from tests.contract import test_media
from tests.recorded import recording
from tests.unit.svc_media.stock.library import KEY, Library, library

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import grpc.aio

pytestmark = pytest.mark.asyncio(loop_scope="session")

globals().update({name: test for name, test in vars(test_media).items() if name.startswith("test_")})


class Many(Library):
    """Eight hits for every search, each of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.knows = None
        for number in range(8):
            thing = nodes.Thing(hashlib.sha256(bytes([number])).hexdigest(), 320, 576, frames=12, fps=12.0)
            self.files |= {f"/{number}.jpg": nodes.png(thing), f"/{number}.mp4": nodes.mp4(thing)}

    def pexels(self, *, film: bool) -> dict[str, Any]:
        told = recording("media/pexels/videos" if film else "media/pexels/photos").body
        kind = "videos" if film else "photos"
        told[kind] = [self._pexels(json.dumps(told[kind][0]), number) for number in range(8)]
        return told

    def _pexels(self, text: str, number: int) -> dict[str, Any]:
        hit = json.loads(text) | {"width": 320, "height": 576, "url": f"https://www.pexels.com/{number}/"}
        for file in hit.get("video_files", [{}])[1:]:
            file |= {"width": 320, "height": 576, "link": f"{self.url}/{number}.mp4"}
        if "src" in hit:
            hit["src"] |= dict.fromkeys(("original", "large2x"), f"{self.url}/{number}.jpg")
        return hit

    def pixabay(self, *, film: bool) -> dict[str, Any]:
        told = recording("media/pixabay/videos" if film else "media/pixabay/photos").body
        told["hits"] = [self._pixabay(json.dumps(told["hits"][0]), number) for number in range(8)]
        return told

    def _pixabay(self, text: str, number: int) -> dict[str, Any]:
        hit = json.loads(text) | {"pageURL": f"https://pixabay.com/{number}/"}
        for file in hit.get("videos", {}).values():
            file |= {"width": 320, "height": 576, "url": f"{self.url}/{number}.mp4" if file["url"] else ""}
        if "largeImageURL" in hit:
            hit |= {"largeImageURL": f"{self.url}/{number}.jpg", "imageWidth": 320, "imageHeight": 576}
        return hit


@pytest.fixture(scope="module", params=["pexels", "pixabay"])
async def media_channel(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[grpc.aio.Channel]:
    folder = tmp_path_factory.mktemp(request.param)
    with library(Many()) as said:
        given: dict[str, Any] = {f"{request.param}_api_key": SecretStr(KEY), f"{request.param}_url": said.url}
        settings = MediaSettings(
            data_dir=folder / "data", cache_dir=folder / "cache", media_engine=request.param, **given
        )
        async with running(build(settings)) as channel:
            yield channel

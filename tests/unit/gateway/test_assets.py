"""How small, short and many own pictures and clips may be."""

from __future__ import annotations

import pytest

from gateway.assets import MOST_WRITTEN, _asset, check_scenes, scene_count
from gateway.boards import SceneModel, StoryboardModel
from gateway.material import AssetModel
from gateway.schemas import VideoGenerateRequest
from gateway.workflow.assets import Asset
from pixelle.core.v1 import core_pb2
from pixelle.render.v1 import render_pb2
from pixelle.runtime.errors import InvalidArgument
from pixelle.script.v1 import script_pb2


def looked_at(width: int, height: int, *, media_type: str = "image/png", seconds: float = 0.0) -> Asset:
    facts = render_pb2.ProbeResponse(
        has_video=True, width=width, height=height, media_type=media_type, duration_seconds=seconds
    )
    return _asset(AssetModel(path="a.file"), core_pb2.Artifact(), facts, "assets[0]")


def test_the_smallest_picture_and_the_shortest_clip() -> None:
    assert looked_at(64, 64).visual.width == 64
    assert looked_at(64, 64, media_type="video/mp4", seconds=0.5).visual.duration_seconds == 0.5
    assert looked_at(64, 64, media_type="video/mp4").visual.duration_seconds == 0.0  # its file does not say
    assert looked_at(64, 64, seconds=0.04).visual.duration_seconds == 0.0  # a picture lasts as long as it is shown
    for width, height in ((63, 64), (64, 63)):
        with pytest.raises(InvalidArgument, match=f"which is {width}x{height} pixels; the least is 64 a side"):
            looked_at(width, height)
    with pytest.raises(InvalidArgument, match=r"which lasts 0\.49 s; the least is 0\.5"):
        looked_at(64, 64, media_type="video/mp4", seconds=0.49)


async def test_as_many_assets_as_scenes() -> None:
    async def lines() -> int:
        return 3

    def own(count: int) -> list[Asset]:
        return [Asset(core_pb2.Visual(), script_pb2.Material())] * count

    written = VideoGenerateRequest(text="x", n_scenes=20)
    assert await scene_count(written, own(MOST_WRITTEN), lines) == 20
    with pytest.raises(InvalidArgument, match="a script of at most 20 scenes is written"):
        await scene_count(written, own(MOST_WRITTEN + 1), lines)
    spoken = VideoGenerateRequest(text="x", mode="fixed")
    assert await scene_count(spoken, own(3), lines) == 3
    with pytest.raises(InvalidArgument, match="4 assets for 3 scenes"):
        await scene_count(spoken, own(4), lines)


def test_scenes_name_assets_that_were_sent() -> None:
    for asset in (0, 2):
        board = StoryboardModel(scenes=[SceneModel(narration="One.", asset=asset)])
        check_scenes(VideoGenerateRequest(text="x", assets=["a", "b"], storyboard=board))
    board = StoryboardModel(scenes=[SceneModel(narration="One.", asset=3)])
    with pytest.raises(InvalidArgument, match=r"scenes\[0\]\.asset is 3, but the request has 2 assets"):
        check_scenes(VideoGenerateRequest(text="x", assets=["a", "b"], storyboard=board))

"""The contract of a media service over every hosted interface, at stand-ins in the form of their recorded replies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pixelle.runtime.testing import running
from svc_media.server import build
from svc_media.settings import MediaSettings
from tests.contract import test_media
from tests.hosted import ArkStandIn, DashscopeStandIn, KlingStandIn, OpenaiStandIn

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import grpc.aio

pytestmark = pytest.mark.asyncio(loop_scope="session")

globals().update({name: test for name, test in vars(test_media).items() if name.startswith("test_")})

STANDINS = {"openai": OpenaiStandIn, "ark": ArkStandIn, "kling": KlingStandIn, "dashscope": DashscopeStandIn}


@pytest.fixture(scope="module", params=STANDINS)
async def media_channel(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[grpc.aio.Channel]:
    folder = tmp_path_factory.mktemp(request.param)
    with STANDINS[request.param]() as vendor:
        keys = ("access_key", "secret_key") if request.param == "kling" else ("api_key",)
        given: dict[str, Any] = {f"media_{request.param}_{name}": "s3cret" for name in keys}
        given[f"media_{request.param}_base_url"] = vendor.url
        settings = MediaSettings(
            data_dir=folder / "data",
            cache_dir=folder / "cache",
            media_engine=request.param,
            media_hosted_poll=0.02,
            **given,
        )
        async with running(build(settings)) as channel:
            yield channel

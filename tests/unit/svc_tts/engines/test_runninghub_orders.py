"""Speech that RunningHub was asked for is paid once, whatever happens to the service meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pixelle.runtime.client import result_of
from pixelle.runtime.errors import PixelleError
from pixelle.runtime.testing import running
from pixelle.tts.v1 import tts_pb2, tts_pb2_grpc
from svc_tts.server import build
from tests.comfyui.runninghub import HubStandIn
from tests.unit.svc_tts.engines.at_runninghub import speaking

if TYPE_CHECKING:
    from pathlib import Path

    from pixelle.core.v1 import core_pb2
    from svc_tts.settings import TtsSettings


async def spoken(settings: TtsSettings) -> core_pb2.Narration:
    """What a service that has just been started says."""
    request = tts_pb2.SynthesizeRequest(text="One sentence.", language="en")
    async with running(build(settings)) as channel:
        stub: Any = tts_pb2_grpc.TtsServiceStub(channel)
        narration: core_pb2.Narration = await result_of(stub.Synthesize, request, timeout=60, service="tts")
        return narration


async def test_a_line_that_could_not_be_fetched_is_fetched_after_a_restart(tmp_path: Path) -> None:
    with HubStandIn() as hub:
        settings = speaking(hub, tmp_path)
        hub.replies = [("/files", 503, "SlowDown")] * 3
        with pytest.raises(PixelleError) as caught:
            await spoken(settings)
        assert caught.value.reason == "VENDOR_UNREACHABLE"
        assert (await spoken(settings)).audio.size_bytes
        assert len(hub.created) == 1

"""Speech that RunningHub was asked for is paid once, whatever happens to the service meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pixelle.runtime.client import result_of
from pixelle.runtime.errors import PixelleError
from pixelle.runtime.testing import running
from pixelle.tts.v1 import tts_pb2, tts_pb2_grpc
from svc_tts.server import build
from svc_tts.settings import TtsSettings
from svc_tts.track import wav
from tests.comfyui.runninghub import HubStandIn
from tests.comfyui.standin import CORPUS

if TYPE_CHECKING:
    from pathlib import Path

    from pixelle.core.v1 import core_pb2


async def spoken(settings: TtsSettings) -> core_pb2.Narration:
    """What a service that has just been started says."""
    request = tts_pb2.SynthesizeRequest(text="One sentence.", language="en")
    async with running(build(settings)) as channel:
        stub: Any = tts_pb2_grpc.TtsServiceStub(channel)
        narration: core_pb2.Narration = await result_of(stub.Synthesize, request, timeout=60, service="tts")
        return narration


async def test_a_line_that_could_not_be_fetched_is_fetched_after_a_restart(tmp_path: Path) -> None:
    files = tmp_path / "data" / "workflows" / "runninghub"
    files.mkdir(parents=True)
    (files / "tts_everything.json").write_text('{"source": "runninghub", "workflow_id": "2001"}')
    with HubStandIn() as hub:
        hub.offer("2001", CORPUS / "tts_everything.json")
        hub.comfy.files["input", "", "example.wav"] = wav(bytes(48_000), 24_000)
        settings = TtsSettings(
            data_dir=tmp_path / "data",
            cache_dir=tmp_path / "cache",
            tts_engine="runninghub",
            tts_runninghub_workflow="tts_everything.json",
            runninghub_url=hub.url,
            runninghub_api_key=hub.key,  # pyright: ignore[reportArgumentType]
            runninghub_poll=0.02,
        )
        hub.replies = [("/files", 503, "SlowDown")] * 3
        with pytest.raises(PixelleError) as caught:
            await spoken(settings)
        assert caught.value.reason == "VENDOR_UNREACHABLE"
        assert (await spoken(settings)).audio.size_bytes
        assert len(hub.created) == 1

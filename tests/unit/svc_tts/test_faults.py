"""What a caller of the speech service hears of each fault of a vendor, over the wire."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import grpc.aio
import pytest
from pydantic import SecretStr

from pixelle.runtime.interceptors import from_rpc_error
from pixelle.runtime.testing import running
from pixelle.tts.v1 import tts_pb2, tts_pb2_grpc
from svc_tts.server import build
from svc_tts.settings import TtsSettings
from tests.recorded import Recording, recording
from tests.recorded.speech import Answer, speech_server

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

pytestmark = pytest.mark.asyncio(loop_scope="session")

FAULTS: dict[str, tuple[Recording, str, bool]] = {
    "401": (recording("openai/401"), "VENDOR_KEY_REFUSED", False),
    "402": (recording("deepseek/402"), "CREDIT_EXHAUSTED", False),
    "404 model": (recording("openai/404"), "VENDOR_REFUSED", False),
    "429 seconds": (recording("openai/429-rate"), "QUOTA", True),
    "429 date": (recording("openai/429-rate"), "QUOTA", True),
    "500": (recording("openai/500"), "VENDOR_DOWN", True),
    "502 page": (recording("openai/502-page"), "VENDOR_DOWN", True),
    "reset": (replace(recording("openai/stream"), chunks=("RIFF",), cut=True), "VENDOR_UNREACHABLE", True),
    "too long": (recording("openai-speech/400-too-long"), "VENDOR_REFUSED", False),
}


@pytest.fixture(scope="module")
async def service(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncGenerator[tuple[tts_pb2_grpc.TtsServiceAsyncStub, list[Answer]]]:
    """The service, and the replies that it will get."""
    replies: list[Answer] = []
    make: Any = tts_pb2_grpc.TtsServiceStub  # its type knows blocking channels only
    with speech_server(lambda _: replies.pop(0)) as (url, _):
        settings = TtsSettings(
            cache_dir=tmp_path_factory.mktemp("openai"),
            tts_engine="openai",
            tts_openai_base_url=url,
            tts_openai_api_key=SecretStr("sk-test"),
        )
        async with running(build(settings)) as channel:
            yield make(channel), replies


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_of_a_vendor_keeps_its_name(service: Any, name: str) -> None:
    stub, replies = service
    reply, reason, again = FAULTS[name]
    date = format_datetime(datetime.now(UTC) + timedelta(minutes=5), usegmt=True)
    told = {"429 seconds": {"retry-after": "7"}, "429 date": {"retry-after": date}}.get(name, {})
    replies[:] = [replace(reply, headers=reply.headers | told)]
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        async for _ in stub.Synthesize(tts_pb2.SynthesizeRequest(text=f"Case {name}.", language="en"), timeout=30):
            pass
    error = from_rpc_error(caught.value, service="tts")
    assert (error.reason, error.retryable) == (reason, again)
    low, high = {"429 seconds": (7, 7), "429 date": (200, 300)}.get(name, (0, 0))
    assert low <= (error.retry_after or 0) <= high
    assert "sk-test" not in error.message
    assert not replies, "it asked once"

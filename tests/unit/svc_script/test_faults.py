"""What a caller of the script service hears of each fault of a vendor, over the wire."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from pixelle.runtime.client import result_of
from pixelle.runtime.errors import PixelleError
from pixelle.runtime.testing import running
from pixelle.script.v1 import script_pb2, script_pb2_grpc
from svc_script.server import build
from svc_script.settings import ScriptSettings
from tests.recorded import Recording, recording
from tests.vendor import Reply, Vendor, vendor

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

Heard = tuple[str, bool]
"""Reason, and whether it is to be tried again."""
FAULTS: dict[str, tuple[Recording | Reply, Heard]] = {
    "401": (recording("openai/401"), ("KEY_REJECTED", False)),
    "402": (recording("deepseek/402"), ("CREDIT_EXHAUSTED", False)),
    "404 model": (recording("ollama/404"), ("MODEL_NOT_FOUND", False)),
    "429 seconds": (recording("openai/429-retry-after"), ("QUOTA", True)),
    "429 date": (recording("openai/429-rate"), ("QUOTA", True)),
    "500": (recording("openai/500"), ("VENDOR_DOWN", True)),
    "502 page": (recording("openai/502-page"), ("VENDOR_DOWN", True)),
    "time-out": (Reply(fault="silence"), ("VENDOR_TIMEOUT", True)),
    "reset": (recording("openai/stream-padded"), ("VENDOR_CUT", True)),
    "too long": (recording("llama-server/400-too-long"), ("PROMPT_TOO_LONG", False)),
    "filter": (recording("qwen/stream-inspected"), ("CONTENT_FILTERED", False)),
    "refusal": (recording("openai/refusal"), ("MODEL_REFUSED", False)),
}


@pytest.fixture(scope="module")
async def service() -> AsyncGenerator[tuple[script_pb2_grpc.ScriptServiceStub, list[Recording | Reply], Vendor]]:
    """The service, the replies that it will get, and who gives them."""
    replies: list[Recording | Reply] = []
    with vendor(choose=lambda _: replies.pop(0)) as said:
        settings = ScriptSettings(
            script_engine="openai",
            llm_base_url=said.url,
            llm_model="m",
            llm_api_key=SecretStr("sk-test"),
            llm_timeout=0.5,
        )
        async with running(build(settings)) as channel:
            yield script_pb2_grpc.ScriptServiceStub(channel), replies, said


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("what", ["storyboard", "completion"])
async def test_a_fault_of_a_vendor_keeps_its_name(service: Any, name: str, what: str) -> None:
    stub, replies, said = service
    reply, heard = FAULTS[name]
    if name == "429 date" and isinstance(reply, Recording):
        date = format_datetime(datetime.now(UTC) + timedelta(minutes=5), usegmt=True)
        reply = replace(reply, headers=reply.headers | {"retry-after": date})
    if name == "reset" and isinstance(reply, Recording):
        reply = replace(reply, chunks=reply.chunks[:4], cut=True)
    said.go_on.clear()
    replies[:] = [reply]
    plan = script_pb2.NarrationPlan(text="Why walking clears the mind", scene_count=3)
    if what == "storyboard":
        answer = result_of(stub.WriteStoryboard, script_pb2.WriteStoryboardRequest(plan=plan), timeout=30, service="x")
    else:
        answer = result_of(stub.Complete, script_pb2.CompleteRequest(prompt="hi"), timeout=30, service="x")
    with pytest.raises(PixelleError) as caught:
        await answer
    said.go_on.set()
    assert (caught.value.reason, caught.value.retryable) == heard
    low, high = {"429 seconds": (26.6, 26.7), "429 date": (200, 300)}.get(name, (0, 0))
    assert low <= (caught.value.retry_after or 0) <= high
    assert "sk-test" not in caught.value.message
    assert not replies, "it asked once"

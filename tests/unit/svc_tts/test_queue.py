"""Who waits for speech: few, in turn, and one too many is told when to come back."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from pixelle.runtime.engines import EngineEntry
from pixelle.runtime.errors import ResourceExhausted
from pixelle.runtime.testing import running
from pixelle.runtime.work import Slots
from pixelle.tts.v1 import tts_pb2_grpc
from svc_tts import server
from svc_tts.engines.tone import ToneEngine
from svc_tts.settings import TtsSettings
from tests.unit.svc_tts.test_service import narrate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from svc_tts.engines.base import Line, Speech, VoiceSpec

DEADLINE = 60.0


class HeldEngine(ToneEngine):
    """Tones whose first text takes until somebody lets it go."""

    begun: ClassVar[threading.Event]
    freed: ClassVar[threading.Event]
    order: ClassVar[list[str]]

    def synthesize(self, lines: Sequence[Line], voice: VoiceSpec, **more: Any) -> Iterator[Speech]:
        self.order.append(lines[0].text)
        self.begun.set()
        assert self.freed.wait(DEADLINE)
        return super().synthesize(lines, voice, **more)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> type[HeldEngine]:
    monkeypatch.setattr(server, "ENGINES", {"tone": EngineEntry(f"{__name__}:HeldEngine", "local/tone", "")})
    HeldEngine.begun, HeldEngine.freed, HeldEngine.order = threading.Event(), threading.Event(), []
    return HeldEngine


@pytest.fixture
def arrived(monkeypatch: pytest.MonkeyPatch) -> asyncio.Queue[str]:
    """The group of every call that comes to a slot, once it is there."""
    calls: asyncio.Queue[str] = asyncio.Queue()
    run = Slots.run

    async def noted(self: Slots, work: Any, **more: Any) -> Any:
        calls.put_nowait(more["group"])
        return await run(self, work, **more)

    monkeypatch.setattr(Slots, "run", noted)
    return calls


async def test_tasks_take_turns_and_one_too_many_is_refused(
    tmp_path: Path, held: type[HeldEngine], arrived: asyncio.Queue[str]
) -> None:
    service = server.build(TtsSettings(data_dir=tmp_path, tts_engine="tone", queue=5))
    async with running(service) as channel, asyncio.TaskGroup() as group:
        make: Any = tts_pb2_grpc.TtsServiceStub
        stub = make(channel)
        asked = [("First", "large"), ("Second", "large"), ("Third", "large"), ("Fourth", "large"), ("Small", "small"),
                 ("Other", "other")]  # fmt: skip
        for text, task in asked:
            group.create_task(narrate(stub, text=text, language="en", request_id=f"{task}/{text}"))
            assert await asyncio.wait_for(arrived.get(), DEADLINE) == task
        assert await asyncio.to_thread(held.begun.wait, DEADLINE)
        with pytest.raises(ResourceExhausted) as refused:
            await narrate(stub, text="Late", language="en", request_id="late/Late")
        held.freed.set()
    assert refused.value.reason == "QUEUE_FULL"
    assert refused.value.retry_after
    assert held.order == ["First", "Second", "Small", "Other", "Third", "Fourth"]
